"""What the catalogue would hand out: a STAC collection and a Croissant description that keep their rules.

A collection is held against the published schema of STAC 1.1, and against what no schema can say or an
extension asks. Croissant has no schema; its reader, mlcroissant, brings pandas and SciPy, too much for a
service. What is asked here are its rules that a record could break, and the tests give the same documents
to that reader.
"""

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from app.base.sentences import sentence as _
from app.curation.checks import schemas
from app.curation.checks.check import Check, Said, Subject
from app.exchange.formats import croissant
from app.exchange.formats.context import Context as PlainContext
from app.stac import documents

PLACE = "https://catalogue.example"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$")
_DOI = re.compile(r"^10\.[0-9a-zA-Z]{4,}/[^\s]+$")
_REQUIRED = ("type", "stac_version", "id", "description", "license", "extent", "links")

Rule = Callable[[dict[str, Any]], bool]
# The fact to mend, the words, and what must hold of a collection besides its schema.
STAC_RULES: tuple[tuple[str, str, Rule], ...] = (
    ("", "required fields", lambda one: all(one.get(name) not in (None, "") for name in _REQUIRED)),
    (
        "spatial.bbox", "extent.spatial.bbox",
        lambda one: all(_is_box(box) for box in one["extent"]["spatial"]["bbox"]),
    ),
    (
        "temporal_extent", "extent.temporal.interval",
        lambda one: all(_is_interval(pair) for pair in one["extent"]["temporal"]["interval"]),
    ),
    ("data_doi", "sci:doi", lambda one: "sci:doi" not in one or bool(_DOI.match(one["sci:doi"]))),
    (
        "publication.doi", "sci:publications",
        lambda one: all(_DOI.match(one["doi"]) for one in one.get("sci:publications", ()) if "doi" in one),
    ),
    (
        "urls.download", "assets",
        lambda one: all(asset.get("href") for asset in one.get("assets", {}).values()),
    ),
    ("name", "keywords", lambda one: all(one.get("keywords", ()))),
)  # fmt: skip
STAC_FACTS = {
    "license": "licence.spdx", "links": "urls.home", "assets": "urls.download", "keywords": "name",
    "providers": "creators", "bands": "bands", "description": "description", "title": "title",
    "extent.spatial": "spatial.bbox", "extent.temporal": "temporal_extent",
}  # fmt: skip
"""Where the parts of a collection come from; what is not named here concerns the record as a whole."""
CROISSANT_RULES: tuple[tuple[str, str, Rule], ...] = (
    ("name", "name", lambda one: bool(one.get("name"))),
    ("description", "description", lambda one: bool(one.get("description"))),
    ("licence.text", "license", lambda one: bool(one.get("license"))),
    ("urls.home", "url", lambda one: str(one.get("url", "")).startswith(("http://", "https://"))),
    ("year", "datePublished", lambda one: str(one.get("datePublished", "2000"))[:4].isdigit()),
    (
        "bands", "geocr:bandConfiguration",
        lambda one: int(one.get("geocr:bandConfiguration", {}).get("geocr:totalBands", 1)) > 0,
    ),
)  # fmt: skip


def _is_box(box: Any) -> bool:
    """West, south, east, north in degrees; west may lie east of east."""
    if len(box) != 4 or not all(isinstance(one, int | float) and math.isfinite(one) for one in box):
        return False
    west, south, east, north = box
    return bool(max(abs(west), abs(east)) <= 180 and -90 <= south <= north <= 90)


def _is_interval(pair: Any) -> bool:
    start, end = pair
    given = [moment for moment in (start, end) if moment is not None]
    return all(_MOMENT.match(moment) for moment in given) and (len(given) < 2 or start <= end)


def collection(subject: Subject) -> dict[str, Any]:
    """The STAC collection that the record would be."""
    return documents.collection(subject.record, documents.Context(PLACE, LONG_AGO))


def description(subject: Subject) -> dict[str, Any]:
    """The Croissant description that the record would be."""
    return croissant.document(subject.record, PlainContext(PLACE, LONG_AGO))


def broken(document: dict[str, Any], rules: tuple[tuple[str, str, Rule], ...]) -> Iterator[tuple[str, str]]:
    """The facts to mend and the parts of a document that break its rules."""
    for path, part, holds in rules:
        if not holds(document):
            yield path, part


def invalid(document: dict[str, Any]) -> dict[str, str]:
    """The facts to mend, each with the part of a STAC collection that its schema or its rules refuse."""
    parts = (".".join(str(step) for step in place) for place in schemas.breaches(document))
    found = {_fact(part): part or "required fields" for part in parts}
    if any(path in ("spatial.bbox", "temporal_extent", "") for path in found):
        return found
    return found | dict(broken(document, STAC_RULES))


def _fact(part: str) -> str:
    begins = (fact for start, fact in STAC_FACTS.items() if f"{part}.".startswith(f"{start}."))
    return next(begins, "")


def _stac(subject: Subject) -> Iterator[Said]:
    for path, part in invalid(collection(subject)).items():
        yield path, _("The STAC collection would not be valid at “%(part)s”. Mend this value.", part=part)


def _croissant(subject: Subject) -> Iterator[Said]:
    for path, part in broken(description(subject), CROISSANT_RULES):
        yield (
            path,
            _("The Croissant description would not be valid at “%(part)s”. Mend this value.", part=part),
        )


CHECKS = (
    Check("stac-invalid", "error", "Would it be a valid STAC collection?", _stac),
    Check("croissant-invalid", "error", "Would it be a valid Croissant description?", _croissant),
)
