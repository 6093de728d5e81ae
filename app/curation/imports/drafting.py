"""What one piece of a file says, as a draft: the whole record, or the facts that a format carries. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import yaml
from pydantic_core import to_jsonable_python

from app.base.errors import AppError, Invalid
from app.base.language import _
from app.catalogue.record import DatasetRecord
from app.curation import merging
from app.exchange.formats import READERS, recognise

FIELDS = frozenset(DatasetRecord.model_fields)
OWN = "record"
"""The name of our own format: a record as `/api/datasets` and the dumps give it, as JSON or YAML."""
SIGNS = frozenset({"slug", "name", "kind", "provenance", "tasks", "modalities"})
"""A document that has three of these is one of our records."""
FEWEST_SIGNS = 3
LONGEST_NOTE = 500
IDENTITY = frozenset({"uuid", "slug"})
ADDED = frozenset({"completeness", "links", "updated", "quality", "url", "version"})
"""What our answers add to a record, which no record holds."""


@dataclass(frozen=True)
class Said:
    """The values of one piece by path.

    `is_whole` for a record of our own, which replaces all that is published; other formats carry some facts,
    and leave the rest as it is. `left` tells in words what was not carried over.
    """

    format: str
    values: Mapping[str, Any]
    is_whole: bool
    left: tuple[str, ...] = ()

    @property
    def identifiers(self) -> Mapping[str, str]:
        """What tells which dataset it is: uuid, slug and DOI of the data, as far as it says them."""
        named = {name: self.values.get(name) for name in ("uuid", "slug", "data_doi")}
        return {name: str(value) for name, value in named.items() if value}


def read(label: str, content: bytes) -> Said:
    """What a piece says.

    Raises:
        Invalid: it is in no format that is read here, or broken; the message says where.
    """
    document = _own(label, content)
    if document is not None:
        return Said(OWN, merging.flat(document) | _identity(document), is_whole=True)
    try:
        name = recognise(content)
        reading = READERS[name](content)
    except AppError as error:
        raise Invalid(error.message) from None
    facts = {path: to_jsonable_python(value) for path, value in reading.facts.items()}
    origins = {
        f"{merging.SOURCE}{path}": _origin(f"{label}: {reading.places.get(path, name)}")
        for path in facts
        if path not in IDENTITY
    }
    left = tuple(f"{one.where}: {one.why}" for one in reading.left)
    return Said(name, facts | origins, is_whole=False, left=left)


def _origin(place: str) -> dict[str, Any]:
    return {"sources": ["file"], "note": place[:LONGEST_NOTE]}


def _identity(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"uuid": document["uuid"]} if isinstance(document.get("uuid"), str) else {}


def _own(label: str, content: bytes) -> dict[str, Any] | None:
    """The record of our own that a piece holds, if it is one."""
    document = _loaded(label, content)
    if not isinstance(document, dict) or not _is_own(document):
        return None
    return {key: value for key, value in document.items() if key not in ADDED or key in FIELDS}


def _is_own(document: Mapping[str, Any]) -> bool:
    """Whether a document is one of our records: all of it fits one, or several signs of one are there."""
    keys = set(document)
    fits = "name" in keys and keys <= FIELDS | ADDED
    return fits or (len(SIGNS & keys) >= FEWEST_SIGNS and "stac_version" not in keys)


def _loaded(label: str, content: bytes) -> Any:
    """What a JSON or YAML document holds; None for any other format."""
    if label.rpartition(".")[2].lower() in ("yaml", "yml"):
        try:
            # Dates and the like become the texts that JSON has.
            return to_jsonable_python(yaml.load(content, Loader=yaml.CSafeLoader))
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid(_("This is not YAML: %(why)s.", why=" ".join(str(error).split())[:300])) from None
    if content.lstrip()[:1] != b"{":
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Invalid(_("This is not JSON: %(why)s.", why=str(error))) from None


def draft_of(said: Said, published: Mapping[str, Any] | None) -> dict[str, Any]:
    """The draft that a piece proposes, on top of the record as published where it carries some facts only."""
    stated = {path: value for path, value in said.values.items() if path not in IDENTITY}
    if said.is_whole or published is None:
        return merging.nested(
            {**stated, **{key: said.values[key] for key in ("slug",) if key in said.values}}
        )
    standing = merging.flat(published)
    # What is published already keeps the source it has.
    changed = {
        path: value
        for path, value in stated.items()
        if not merging.is_same(
            stated.get(path.removeprefix(merging.SOURCE)), standing.get(path.removeprefix(merging.SOURCE))
        )
    }
    return merging.nested({**standing, **changed})
