"""A record as a STAC collection: a pure function of the record and of where it is published.

Only what is known is said. Fields that no standard has carry the prefix `eod:`; docs/stac.md describes them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from app.base.extent import BBox
from app.catalogue import derived
from app.catalogue.record import DatasetRecord, Licence
from app.exchange.formats import FORMATS, schema_org, stac_details
from app.exchange.formats.citations import dataset_title, doi_address
from app.stac import extents, statements
from app.stac.links import GEOJSON, HTML, JSON, OGC, RECORDS, STAC, STAC_COLLECTION, fixed, link

STAC_VERSION = "1.1.0"
EO = "https://stac-extensions.github.io/eo/v2.0.0/schema.json"
# The schema published as 1.0.1 asks for 1.0.0 in the list of extensions, so that only 1.0.0 can be valid.
LABEL = "https://stac-extensions.github.io/label/v1.0.0/schema.json"
SAR = "https://stac-extensions.github.io/sar/v1.0.0/schema.json"
SCIENTIFIC = "https://stac-extensions.github.io/scientific/v1.0.0/schema.json"
THEMES = "https://stac-extensions.github.io/themes/v1.0.0/schema.json"


@dataclass(frozen=True)
class Context:
    """Where and when a record is published, and the boxes of the outlines that may stand in for its places.

    `base_url` has no slash at its end.
    """

    base_url: str
    updated: datetime
    boxes: extents.Boxes = field(default_factory=dict)

    def collection(self, slug: str) -> str:
        """Address of a dataset as a STAC collection."""
        return f"{self.base_url}{STAC}/collections/{slug}"

    def record(self, slug: str) -> str:
        """Address of a dataset as an OGC record."""
        return f"{self.base_url}{RECORDS}/items/{slug}"

    def page(self, slug: str) -> str:
        """Address of a dataset's page."""
        return f"{self.base_url}/datasets/{slug}"

    @property
    def moment(self) -> str:
        """When the record last changed, in UTC to the second."""
        return self.updated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def landing(base: str, conforms_to: tuple[str, ...], links: list[dict[str, Any]]) -> dict[str, Any]:
    """The STAC catalogue that stands at the root."""
    return {
        "type": "Catalog",
        "stac_version": STAC_VERSION,
        "id": "eo-datasets",
        "title": "Earth observation dataset catalogue",
        "description": "Earth observation datasets for machine learning: described, mapped and compared. "
        f"For people at [{base}/datasets]({base}/datasets).",
        "conformsTo": list(conforms_to),
        "links": links,
    }


def collection(record: DatasetRecord, context: Context) -> dict[str, Any]:
    """The record as a STAC 1.1 collection."""
    found = extents.clusters(record, context.boxes)
    values: dict[str, Any] = {
        "type": "Collection",
        "stac_version": STAC_VERSION,
        "id": record.slug,
        "itemType": "feature",
        "title": dataset_title(record),
        "description": statements.description(record),
        "keywords": statements.keywords(record),
        "license": statements.licence(record),
        "providers": list(statements.providers(record)),
        "extent": {
            "spatial": {"bbox": extents.boxes(found)},
            "temporal": {"interval": [extents.interval(record)]},
        },
        "summaries": statements.summaries(record),
        "updated": context.moment,
        **stac_details.properties(record),
        **statements.citations(record),
        "themes": statements.themes(record, context.base_url),
        **statements.own_fields(record),
        **stac_details.own_fields(record),
        "assets": _assets(record, context, found),
        "links": list(_links(record, context)),
    }
    known = schema_org.without_unknown({name: value for name, value in values.items() if value != {}})
    return {"type": "Collection", "stac_version": STAC_VERSION, "stac_extensions": _used(known), **known}


def licence_links(record: DatasetRecord, context: Context) -> Iterator[dict[str, Any]]:
    """The licences that apply; words without an address lead to the page that quotes them."""
    page = context.page(record.slug)
    if record.licence is not None:
        yield from _licence_links(record.licence, page, "")
    if record.licence_labels is not None:
        yield from _licence_links(record.licence_labels, page, "Labels: ")


def _licence_links(stated: Licence, page: str, about: str) -> Iterator[dict[str, Any]]:
    identifiers = re.split(r" (?:AND|OR|WITH) ", stated.spdx) if stated.spdx else []
    for one in identifiers:
        address = derived.licence_page(one) or f"https://spdx.org/licenses/{one}.html"
        yield link("license", address, HTML, f"{about}{one}")
    if stated.text and not identifiers:
        yield link("license", page, HTML, f"{about}Stated as: {stated.text}")


def related_links(record: DatasetRecord, context: Context) -> Iterator[dict[str, Any]]:
    """The page for people, the other formats, the dataset's own pages, and what it was made from."""
    page = context.page(record.slug)
    yield link("alternate", page, HTML, f"{record.name} for people")
    for one in FORMATS.values():
        yield link("alternate", f"{page}.{one.suffix}", one.media_type, one.label)
    if record.urls.home:
        yield link("about", record.urls.home, None, "Home page")
    if record.urls.code:
        yield link("related", record.urls.code, None, "Code")
    for address in dict.fromkeys(record.urls.download):
        if not _is_file(address):
            yield link("related", address, None, "Page or service to download from")
    for doi, title in statements.dois(record):
        yield link("cite-as", doi_address(doi), None, title)
    yield from licence_links(record, context)


def _links(record: DatasetRecord, context: Context) -> Iterator[dict[str, Any]]:
    own, root = context.collection(record.slug), context.base_url + STAC
    yield link("self", own, JSON)
    yield link("root", root, JSON)
    yield link("parent", root, JSON)
    yield from fixed(STAC_COLLECTION, own)
    yield from related_links(record, context)
    for parent in record.derived_from:
        yield link("derived_from", context.collection(parent), JSON, parent)
    for one in record.relations:
        if one.kind == "superseded-by":
            yield link("successor-version", context.collection(one.slug), JSON, one.slug)
    yield link("alternate", context.record(record.slug), GEOJSON, f"OGC record at {OGC}")


def _used(values: dict[str, Any]) -> list[str]:
    """The extensions of which the document has fields, and no others."""
    summed = values.get("summaries", {})
    banded = [name for band in summed.get("bands", ()) for name in band]
    filed = [name for asset in values.get("assets", {}).values() for name in asset]
    named = [*values, *summed, *banded, *filed]
    prefixes = {"eo:": EO, "label:": LABEL, "sar:": SAR, "sci:": SCIENTIFIC, "themes": THEMES}
    prefixes |= stac_details.EXTENSIONS
    found = [schema for prefix, schema in prefixes.items() if any(name.startswith(prefix) for name in named)]
    return list(dict.fromkeys(found))


def _is_file(address: str) -> bool:
    """Whether an address names files: by its ending, or because it lies in an object store."""
    parts = urlsplit(address)
    return parts.scheme in ("s3", "gs", "ftp") or _media_type(address) is not None


def _media_type(address: str) -> str | None:
    return schema_org.FILE_TYPES.get(PurePosixPath(urlsplit(address).path).suffix.lower())


def _assets(record: DatasetRecord, context: Context, found: list[BBox]) -> dict[str, dict[str, Any]]:
    """Files to download, the picture, and the footprint where there is one."""
    files = [address for address in dict.fromkeys(record.urls.download) if _is_file(address)]
    assets = {
        "data" if number == 1 else f"data-{number}": {**_file(address), **stac_details.asset(record, address)}
        for number, address in enumerate(files, start=1)
    }
    assets |= stac_details.thumbnail(record)
    if found:
        assets["footprint"] = {
            "href": f"{context.page(record.slug)}.geojson",
            "type": GEOJSON,
            "title": "Footprint" if record.spatial.footprint else "Known places and outlines",
            "roles": ["metadata"],
        }
    return assets


def _file(address: str) -> dict[str, Any]:
    """A file of the dataset as an asset."""
    return schema_org.without_unknown(
        {"href": address, "type": _media_type(address), "title": "Download", "roles": ["data"]}
    )
