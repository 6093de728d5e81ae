"""The places a record knows, as items: one for each footprint and each city, with its source.

They are real content for maps and clients from the first start on. A city is a point and says that it is
approximate; when it was seen may be unknown, which STAC cannot say: the interval then reaches as far as it
may.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from app.base.extent import BBox, first_day, last_day
from app.catalogue.record import DatasetRecord, Place

PRECISE = ("footprint", "city")
EARLIEST = date(1950, 1, 1)
UNKNOWN_TIME = "not recorded; the interval ends with the year of publication"
SPLITS = {"train": "train", "val": "validate", "validation": "validate", "test": "test"}


def place_items(record: DatasetRecord) -> Iterator[dict[str, Any]]:
    """STAC Items of the footprints and cities of a record; none where only countries are known."""
    used: set[str] = set()
    for number, place in enumerate(record.spatial.places, 1):
        geometry = _geometry(place)
        if place.precision not in PRECISE or geometry is None:
            continue
        name = re.sub(r"[^a-z0-9]+", "-", place.name.lower()).strip("-") or f"place-{number}"
        name = f"{name}-{number}" if name in used else name
        used.add(name)
        yield {
            "type": "Feature",
            "stac_version": "1.1.0",
            "stac_extensions": [],
            "id": name,
            "geometry": mapping(geometry),
            "bbox": list(geometry.bounds),
            "properties": {**_times(record), **_told(record, place)},
            "assets": {},
        }


def _geometry(place: Place) -> BaseGeometry | None:
    if place.bbox is not None:
        return BBox(*place.bbox).geometry()
    if place.lon is None or place.lat is None:
        return None
    return shapely.Point(place.lon, place.lat)


def _times(record: DatasetRecord) -> Mapping[str, Any]:
    """Start and end of acquisition as far as they are known, and a note where they are not."""
    extent = record.temporal_extent
    start = first_day(extent.start) if extent and extent.start else None
    end = last_day(extent.end) if extent and extent.end else None
    latest = date(record.year or date.today().year, 12, 31)
    times = {
        "datetime": None,
        "start_datetime": f"{start or EARLIEST}T00:00:00Z",
        "end_datetime": f"{max(end or latest, start or EARLIEST)}T23:59:59Z",
    }
    return times if start and end else {**times, "eod:time": UNKNOWN_TIME}


def _told(record: DatasetRecord, place: Place) -> Mapping[str, Any]:
    source = record.provenance.get("spatial.places")
    told: dict[str, Any] = {
        "title": place.name,
        "eod:precision": place.precision,
        "eod:approximate": place.bbox is None,
        "eod:source": ", ".join(source.sources) if source else "not recorded",
    }
    if place.country:
        told["eod:country"] = place.country
    if place.role:
        told["eod:role"] = place.role
        told |= {"split": SPLITS[place.role]} if place.role in SPLITS else {}
    return told
