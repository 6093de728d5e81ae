"""A STAC Item checked once, when it comes in, and cut into what the tables hold. Pure: no database."""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime as Moment
from typing import Any

import orjson
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid

LARGEST_ITEM = 1_000_000
LONGEST_NAME = 300
LONGEST_WORD = 200
STAC_VERSION = "1.1.0"
TIMES = ("datetime", "start_datetime", "end_datetime")

_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$")
_NAME = re.compile(r"^[^\s/\0]+$")


@dataclass(frozen=True)
class CheckedItem:
    """An item that may be stored.

    `numbers` and `texts` are its scalar properties, `others` the kinds of all else ("boolean", "other");
    `geometry` is None where the item has no place.
    """

    name: str
    datetime: Moment
    until: Moment | None
    geometry: BaseGeometry | None
    numbers: Mapping[str, float]
    texts: Mapping[str, str]
    others: Mapping[str, str]
    document: str
    digest: bytes


def moment(text: object) -> Moment:
    """An RFC 3339 moment in UTC.

    Raises:
        Invalid: not one; the zone is part of it.
    """
    if not isinstance(text, str) or not _MOMENT.match(text):
        raise Invalid(f"{str(text)[:60]!r} is not an RFC 3339 date and time such as 2020-05-01T10:00:00Z.")
    try:
        return Moment.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{text[:60]!r} is not a date that exists.") from None


def read_item(line: bytes) -> dict[str, Any]:
    """One item as JSON.

    Raises:
        Invalid: too large, not JSON, or not an object.
    """
    if len(line) > LARGEST_ITEM:
        raise Invalid(f"The item has {len(line):,} bytes; at most {LARGEST_ITEM:,} are read.")
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"This is not JSON: {error}.") from None
    if not isinstance(document, dict):
        raise Invalid("This is JSON, but not an object.")
    return document


def check_item(document: Mapping[str, Any], collection: str) -> CheckedItem:
    """Check an item and cut it into what is stored.

    Raises:
        Invalid: what a STAC Item must have is missing or wrong; the message names the field.
    """
    if document.get("type") != "Feature":
        raise Invalid('type must be "Feature".')
    name = document.get("id")
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not _NAME.match(name):
        raise Invalid(f"id must be a text of 1 to {LONGEST_NAME} characters without spaces and slashes.")
    properties = document.get("properties")
    if not isinstance(properties, dict):
        raise Invalid("properties must be an object.")
    if not isinstance(document.get("assets", {}), dict):
        raise Invalid("assets must be an object.")
    start, until = _times(properties)
    geometry = _geometry(document)
    kept = _kept(document, collection, geometry)
    written = orjson.dumps(kept)
    return CheckedItem(
        name,
        start,
        until,
        geometry,
        *_scalars(properties),
        document=written.decode(),
        digest=hashlib.sha256(written).digest()[:16],
    )


def _kept(document: Mapping[str, Any], collection: str, geometry: BaseGeometry | None) -> dict[str, Any]:
    """The document as it is stored: without links, in its collection, with a box where it has a place."""
    kept = {name: value for name, value in document.items() if name != "links"}
    kept |= {"stac_version": document.get("stac_version") or STAC_VERSION, "collection": collection}
    kept.setdefault("assets", {})
    kept.setdefault("geometry", None)
    if geometry is not None and "bbox" not in kept:
        kept["bbox"] = list(geometry.bounds)
    return kept


def _times(properties: Mapping[str, Any]) -> tuple[Moment, Moment | None]:
    """Start, and end where the item covers an interval."""
    if properties.get("datetime") is not None:
        return moment(properties["datetime"]), None
    if "start_datetime" not in properties or "end_datetime" not in properties:
        raise Invalid("properties needs datetime, or null and both start_datetime and end_datetime.")
    start, until = moment(properties["start_datetime"]), moment(properties["end_datetime"])
    if start > until:
        raise Invalid("start_datetime lies after end_datetime.")
    return start, until


def _geometry(document: Mapping[str, Any]) -> BaseGeometry | None:
    given = document.get("geometry")
    if given is None:
        return None
    try:
        geometry = shape(given)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.GEOSException):
        raise Invalid("geometry is not GeoJSON.") from None
    bounds = geometry.bounds
    if geometry.is_empty or not all(math.isfinite(value) for value in bounds):
        raise Invalid("geometry holds no position.")
    if bounds[0] < -180 or bounds[1] < -90 or bounds[2] > 180 or bounds[3] > 90:
        raise Invalid("geometry must lie within longitude -180 to 180 and latitude -90 to 90.")
    if geometry.geom_type == "GeometryCollection":
        raise Invalid("geometry mixes kinds of shapes; give a MultiPolygon, MultiLineString or MultiPoint.")
    if not geometry.is_valid:
        raise Invalid(f"geometry is not valid: {shapely.is_valid_reason(geometry)}.")
    return shapely.force_2d(geometry)


def _scalars(properties: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, str], dict[str, str]]:
    """Numbers, short texts, and the kinds of all else."""
    numbers: dict[str, float] = {}
    texts: dict[str, str] = {}
    others: dict[str, str] = {}
    for name, value in properties.items():
        if name in TIMES:
            continue
        if isinstance(value, bool):
            others[name] = "boolean"
        elif isinstance(value, int | float):
            numbers[name] = float(value)
        elif isinstance(value, str) and len(value) <= LONGEST_WORD:
            texts[name] = value
        else:
            others[name] = "other"
    return numbers, texts, others
