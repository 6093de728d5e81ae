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
from app.catalogue import derived, places, vocabulary
from app.catalogue.bands import Band, bands_of
from app.catalogue.completeness import completeness
from app.catalogue.describe import summary
from app.catalogue.record import DatasetRecord, Licence
from app.exchange.formats import FORMATS, schema_org, stac_details
from app.exchange.formats.citations import cite_text, dataset_title, doi_address, paper_of
from app.stac import extents, missions
from app.stac.links import GEOJSON, HTML, JSON, OGC, RECORDS, STAC, STAC_COLLECTION, fixed, link

STAC_VERSION = "1.1.0"
EO = "https://stac-extensions.github.io/eo/v2.0.0/schema.json"
# The schema published as 1.0.1 asks for 1.0.0 in the list of extensions, so that only 1.0.0 can be valid.
LABEL = "https://stac-extensions.github.io/label/v1.0.0/schema.json"
SAR = "https://stac-extensions.github.io/sar/v1.0.0/schema.json"
SCIENTIFIC = "https://stac-extensions.github.io/scientific/v1.0.0/schema.json"
THEMES = "https://stac-extensions.github.io/themes/v1.0.0/schema.json"

# Forms of labels that are rasters or vectors beyond doubt, and families of tasks that the extension names.
LABEL_TYPES = {
    "pixel-mask": "raster",
    "pixel-value": "raster",
    "panoptic": "raster",
    "bounding-box": "vector",
    "oriented-bounding-box": "vector",
    "polygon": "vector",
    "polyline": "vector",
    "point": "vector",
}
LABEL_TASKS = frozenset({"regression", "classification", "detection", "segmentation"})
SCHEMES = ("theme", "task", "modality")

_DOI = re.compile(r"^10\.[0-9a-zA-Z]{4,}/[^\s]+$")
_MARKS = re.compile(r"([\\`*_\[\]])")


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
        "description": description(record),
        "keywords": keywords(record),
        "license": licence(record),
        "providers": list(_providers(record)),
        "extent": {
            "spatial": {"bbox": extents.boxes(found)},
            "temporal": {"interval": [extents.interval(record)]},
        },
        "summaries": _summaries(record),
        "updated": context.moment,
        **stac_details.properties(record),
        **_scientific(record),
        "themes": themes(record, context.base_url),
        **_own_fields(record),
        **stac_details.own_fields(record),
        "assets": _assets(record, context, found),
        "links": list(_links(record, context)),
    }
    known = schema_org.without_unknown({name: value for name, value in values.items() if value != {}})
    return {"type": "Collection", "stac_version": STAC_VERSION, "stac_extensions": _used(known), **known}


def description(record: DatasetRecord) -> str:
    """CommonMark: what a curator wrote, else the paragraph made from the facts; then the notes."""
    text = record.description.replace("<", "&lt;") if record.description else _escaped(summary(record))
    notes = "\n".join(f"- {_escaped(note)}" for note in record.notes)
    return f"{text}\n\nNotes:\n\n{notes}" if notes else text


def keywords(record: DatasetRecord) -> list[str]:
    """Labels of codes, sensors, and the other names of the dataset."""
    names = (record.name, *record.aliases)
    return list(dict.fromkeys([*schema_org.keywords(record), *names]))


def licence(record: DatasetRecord) -> str:
    """One SPDX identifier; "other" where several apply, where words alone are stated, or nothing is.

    Labels under a licence of their own make it several.
    """
    spdx = record.licence.spdx if record.licence else None
    if record.licence_labels is not None and record.licence_labels.spdx != spdx:
        return "other"
    return spdx if spdx and re.fullmatch(r"[\w.+-]+", spdx) else "other"


def themes(record: DatasetRecord, base: str) -> list[dict[str, Any]]:
    """Codes with their labels, by the vocabulary that defines them."""
    coded = {"theme": record.themes, "task": record.tasks, "modality": record.modalities}
    return [
        {
            "scheme": f"{base}/api/vocabularies/{name}",
            "concepts": [{"id": code, "title": vocabulary.label(name, code)} for code in coded[name]],
        }
        for name in SCHEMES
        if coded[name]
    ]


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
    for doi, title in _dois(record):
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


def _escaped(text: str) -> str:
    """Plain text that CommonMark shows as it is written."""
    return _MARKS.sub(r"\\\1", " ".join(text.split())).replace("<", "&lt;")


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


def _providers(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    """Organisations alone: the first author is a person and stands in the citation."""
    if record.publisher:
        yield {"name": record.publisher, "roles": ["producer"]}
    yield from stac_details.providers(record)
    if record.libraries.huggingface:
        yield {"name": "Hugging Face", "roles": ["host"], "url": "https://huggingface.co/datasets"}
    if record.libraries.aws_open_data:
        yield {
            "name": "Registry of Open Data on AWS",
            "roles": ["host"],
            "url": "https://registry.opendata.aws",
        }


def _summaries(record: DatasetRecord) -> dict[str, Any]:
    families = [vocabulary.terms("task")[code].group for code in record.tasks]
    label_type = LABEL_TYPES.get(record.label_type or "")
    gsd = record.gsd_m
    values: dict[str, Any] = {
        "gsd": {"minimum": gsd.min, "maximum": gsd.max} if gsd else [],
        **missions.summaries(record.sensors),
        "bands": [
            {**_band(band), **stac_details.band(record, band.native_name)} for band in bands_of(record)
        ],
        "sar:polarizations": list(record.polarisations),
        "label:type": [label_type] if label_type else [],
        **stac_details.summaries(record),
        "label:tasks": [one for one in dict.fromkeys(families) if label_type and one in LABEL_TASKS],
    }
    return {name: value for name, value in values.items() if value}


def _band(band: Band) -> dict[str, Any]:
    """A STAC 1.1 band; wavelengths in micrometres, as both sides have them."""
    return schema_org.without_unknown(
        {
            "name": band.native_name,
            "description": band.sensor,
            "gsd": band.gsd_m,
            "eo:common_name": band.common_name,
            "eo:center_wavelength": band.centre_um,
            "eo:full_width_half_max": band.fwhm_um,
        }
    )


def _dois(record: DatasetRecord) -> list[tuple[str, str]]:
    """DOIs of the data and of the paper, as far as they are well formed."""
    named = ((record.data_doi, "The data"), (record.publication.doi, "The publication"))
    return [(doi, title) for doi, title in named if doi and _DOI.match(doi)]


def _scientific(record: DatasetRecord) -> dict[str, Any]:
    """Citations; a paper without a DOI is cited in words."""
    data, paper = cite_text(record)
    dois = {title: doi for doi, title in _dois(record)}
    values: dict[str, Any] = {"sci:doi": dois.get("The data"), "sci:citation": data}
    if paper_of(record) is not None:
        values["sci:publications"] = [
            schema_org.without_unknown({"doi": dois.get("The publication"), "citation": paper})
        ]
    return values


def _own_fields(record: DatasetRecord) -> dict[str, Any]:
    size, stated = record.image_size_px, record.licence
    return {
        "eod:uuid": str(record.uuid),
        "eod:name": record.name,
        "eod:kind": record.kind,
        "eod:year": record.year,
        "eod:tasks": list(record.tasks),
        "eod:themes": list(record.themes),
        "eod:modalities": list(record.modalities),
        "eod:platform_types": list(record.platforms),
        "eod:sensors": list(record.sensors),
        "eod:image_sources": list(record.image_sources),
        "eod:label_type": record.label_type,
        "eod:classes": list(record.classes),
        "eod:n_classes": record.n_classes,
        "eod:n_samples": record.n_samples,
        "eod:sample_unit": record.sample_unit,
        "eod:n_images": record.n_images,
        "eod:n_bands": record.n_bands,
        "eod:n_timestamps": record.n_timestamps,
        "eod:image_size_px": {"min": list(size.min), "max": list(size.max)} if size else None,
        "eod:volume_gb": record.volume_gb,
        "eod:extent": record.spatial.extent,
        "eod:countries": list(record.spatial.countries),
        "eod:continents": list(places.continents(record)),
        "eod:geo_status": places.geo_status(record),
        "eod:geo_reason": places.geo_reason(record),
        "eod:licence_class": derived.licence_class(record),
        "eod:licence_text": stated.text if stated else None,
        "eod:libraries": list(derived.libraries(record)),
        "eod:completeness": completeness(record).score,
    }


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
