"""What a collection of STAC says in detail, in the words of its extensions and in `eod:` fields of our own.

Numbers keep the units of STAC: micrometres, metres, bytes. A checksum is a multihash, not the hash alone.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.catalogue.record import DatasetRecord, described_classes
from app.exchange.formats.makers import makers

CLASSIFICATION = "https://stac-extensions.github.io/classification/v2.0.0/schema.json"
PROJECTION = "https://stac-extensions.github.io/projection/v2.0.0/schema.json"
PROCESSING = "https://stac-extensions.github.io/processing/v1.2.0/schema.json"
VERSION = "https://stac-extensions.github.io/version/v1.2.0/schema.json"
FILE = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
RASTER = "https://stac-extensions.github.io/raster/v2.0.0/schema.json"
EXTENSIONS: Mapping[str, str] = {
    "classification:": CLASSIFICATION,
    "proj:": PROJECTION,
    "processing:": PROCESSING,
    "file:": FILE,
    "raster:": RASTER,
    "version": VERSION,
    "deprecated": VERSION,
}
"""The schema of the extension that a field belongs to, by how the field begins."""
DETAILS = (
    "summary", "keywords", "purpose", "version", "status", "languages", "published_on", "other_ids",
    "cite_as", "creators", "processing_levels", "crs", "band_details", "class_details", "class_scheme",
    "temporal_resolution", "label_date_gap", "splits", "split_strategy", "split_distance_m", "quality",
    "known_issues", "bias_statement", "access", "files", "formats", "thumbnail", "relations",
)  # fmt: skip
"""Facts that have a field of ours under their own name."""
PARTS = ("contact", "labelling", "radar", "sensitivity", "licence_labels")
SHA256 = "1220"
"""How a multihash of SHA-256 begins: its code, then its length of 32 bytes."""
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z_-]+")
NO_LONGER = frozenset({"superseded", "withdrawn", "unavailable"})


def own_fields(record: DatasetRecord) -> dict[str, Any]:
    """Every detail under its own name, so that nothing is lost between catalogues of this kind."""
    document = record.model_dump(mode="json", include={*DETAILS, *PARTS}, exclude_defaults=True)
    fields = {f"eod:{name}": document[name] for name in DETAILS if name in document}
    for part in PARTS:
        fields |= {f"eod:{part}_{name}": value for name, value in document.get(part, {}).items()}
    spdx = record.licence.spdx if record.licence else None
    outline = record.spatial.model_dump(mode="json", include={"footprint"}).get("footprint")
    return {**fields, "eod:licence_spdx": spdx, "eod:footprint": outline, "eod:publisher": record.publisher}


def properties(record: DatasetRecord) -> dict[str, Any]:
    """Fields of extensions on the collection itself; None where nothing is known."""
    is_old = record.status in NO_LONGER if record.status else None
    return {"version": record.version, "deprecated": is_old}


def summaries(record: DatasetRecord) -> dict[str, Any]:
    """What all items have in common."""
    return {
        "classification:classes": list(_classes(record)),
        "label:methods": list(record.labelling.methods),
        "proj:code": [code for code in record.crs if code.startswith("EPSG:")],
        "processing:level": list(record.processing_levels),
        "sar:frequency_band": [record.radar.band] if record.radar.band else [],
        "sar:instrument_mode": [record.radar.mode] if record.radar.mode else [],
        "sar:product_type": [record.radar.product] if record.radar.product else [],
    }


def _classes(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    """Classes with their values in the label files; the extension demands a value, gaps and 255 included."""
    for one in described_classes(record):
        if one.index is not None:
            known = {
                "value": one.index,
                # A name of the extension is a short word; what people read is its title.
                "name": _NOT_IN_NAMES.sub("-", one.name).strip("-") or str(one.index),
                "title": one.name,
                "description": one.description,
                "color_hint": one.colour.removeprefix("#").upper() if one.colour else None,
                "count": one.count,
            }
            yield {name: value for name, value in known.items() if value is not None}


def band(record: DatasetRecord, name: str) -> dict[str, Any]:
    """What the record says of the numbers in a band."""
    stated = next((one for one in record.band_details if one.name == name), None)
    if stated is None:
        return {}
    known = {
        "data_type": stated.dtype,
        "nodata": stated.nodata,
        "raster:scale": stated.scale,
        "raster:offset": stated.offset,
    }
    return {key: value for key, value in known.items() if value is not None}


def asset(record: DatasetRecord, address: str) -> dict[str, Any]:
    """What is known of a file; it goes before what its address lets one guess."""
    file = next((one for one in record.files if one.url == address), None)
    if file is None:
        return {}
    known = {
        "title": file.title,
        "type": file.media_type,
        "file:size": file.bytes,
        "file:checksum": SHA256 + file.sha256 if file.sha256 else None,
    }
    return {key: value for key, value in known.items() if value is not None}


def thumbnail(record: DatasetRecord) -> dict[str, Any]:
    """The picture as an asset, with the words for those who do not see it; {} without one."""
    picture = record.thumbnail
    if picture is None:
        return {}
    return {"thumbnail": {"href": picture.url, "title": picture.alt, "roles": ["thumbnail"]}}


def providers(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    """The makers, where the record names them; a first author alone stands in the citation."""
    for one in makers(record) if record.creators else ():
        said = {"description": one.affiliation} if one.affiliation else {}
        yield {"name": one.name, "roles": ["producer"], **said}
