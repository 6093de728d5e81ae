"""What the extensions of STAC say in detail of a collection that is not our own."""

from typing import Any

from app.exchange.formats.readers import jsonld
from app.exchange.formats.readers.jsonld import Node
from app.exchange.formats.readers.reading import Gathering
from app.exchange.formats.stac_details import SHA256

SUMMARIES = {
    "proj:code": "crs",
    "processing:level": "processing_levels",
    "label:methods": "labelling.methods",
}
METHODS = frozenset({"manual", "crowd", "model-assisted", "derived-map", "field"})
BANDS = {"data_type": "dtype", "nodata": "nodata", "raster:scale": "scale", "raster:offset": "offset",
         "eo:center_wavelength": "centre_um", "eo:full_width_half_max": "fwhm_um", "gsd": "gsd_m",
         "eo:common_name": "common_name"}  # fmt: skip


def put(gathering: Gathering, collection: Node) -> None:
    """Take version, state, classes, bands and reference systems; our own fields have been taken before."""
    if "eod:uuid" in collection:
        return
    gathering.put("version", jsonld.text(collection, "version"), "version")
    gathering.put("status", "superseded" if collection.get("deprecated") is True else None, "deprecated")
    summaries = collection.get("summaries")
    if not isinstance(summaries, dict):
        return
    for name, path in SUMMARIES.items():
        values = jsonld.texts(summaries, name)
        known = [one for one in values if path != "labelling.methods" or one in METHODS]
        gathering.add(path, known, f"summaries.{name}")
    _put_classes(gathering, jsonld.many(summaries, "classification:classes"))
    _put_bands(gathering, jsonld.many(summaries, "bands"))


def _put_classes(gathering: Gathering, classes: list[Any]) -> None:
    """Classes in the order of their values; a title is for people, so it is the name where there is one."""
    details = []
    for one in classes:
        name = (jsonld.text(one, "title") or jsonld.text(one, "name")) if isinstance(one, dict) else None
        if name is None:
            continue
        colour = jsonld.text(one, "color_hint")
        known = {
            "name": name,
            "index": one.get("value"),
            "description": jsonld.text(one, "description"),
            "colour": f"#{colour.lower()}" if colour else None,
            "count": one.get("count"),
        }
        details.append({key: value for key, value in known.items() if value is not None})
    where = "summaries.classification:classes"
    gathering.add("classes", [one["name"] for one in details], where)
    gathering.put("class_details", details, where)


def _put_bands(gathering: Gathering, bands: list[Any]) -> None:
    held = gathering.facts.get("bands", ())
    details = [
        {"name": band["name"], **{BANDS[key]: value for key, value in band.items() if key in BANDS}}
        for band in bands
        if isinstance(band, dict) and band.get("name") in held
    ]
    gathering.put("band_details", [one for one in details if len(one) > 1], "summaries.bands")


def put_file(gathering: Gathering, name: str, asset: Node) -> None:
    """Take size and checksum of a file; a multihash of another kind than SHA-256 is named."""
    checksum = str(asset.get("file:checksum") or "")
    is_known = checksum.startswith(SHA256) and len(checksum) == len(SHA256) + 64
    if checksum and not is_known:
        gathering.leave(f"assets.{name}", "The checksum is no SHA-256.")
    known = {"bytes": asset.get("file:size"), "sha256": checksum[len(SHA256) :] if is_known else None}
    about = {key: value for key, value in known.items() if value is not None}
    if about and not any(file.url == asset.get("href") for file in gathering.facts.get("files", ())):
        gathering.add("files", [{"url": asset["href"], **about}], f"assets.{name}")
