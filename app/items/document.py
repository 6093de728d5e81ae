"""A STAC Item checked once, when it comes in, and cut into what the tables hold. Pure: no database."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from app.base.errors import Invalid
from app.items.forms import NO_PLACE
from app.items.lines import Unreadable
from app.items.moments import micros, moment
from app.items.shapes import Place, read_place

LARGEST_ITEM = 1_000_000
LONGEST_NAME = 300
STAC_VERSION = "1.1.0"
DIGEST_BYTES = 16

_NAME = re.compile(r"^[^\s/\0]+$")


class CheckedItem(NamedTuple):
    """An item that may be stored.

    `start` and `until` are microseconds since 1970, equal for one moment.
    """

    name: str
    start: int
    until: int
    place: Place
    properties: Mapping[str, Any]
    document: bytes
    digest: bytes


def read_item(line: bytes) -> dict[str, Any]:
    """One item as JSON.

    Raises:
        Invalid: too large, not JSON, or not an object; or the line says itself why it is none.
    """
    if isinstance(line, Unreadable):
        raise Invalid(line.decode())
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
    place = read_place(document.get("geometry"))
    written = orjson.dumps(_kept(document, collection, place))
    return CheckedItem(
        name,
        start,
        until,
        place,
        properties,
        written,
        hashlib.blake2b(written, digest_size=DIGEST_BYTES).digest(),
    )


def _kept(document: Mapping[str, Any], collection: str, place: Place) -> dict[str, Any]:
    """The document as it is stored: without links, in its collection, with a box where it has a place."""
    # Every item passes here, and a copy that is changed takes half as long as one made with the changes.
    kept = dict(document)
    kept["stac_version"] = kept.get("stac_version") or STAC_VERSION
    kept["collection"] = collection
    kept.pop("links", None)
    kept.setdefault("assets", {})
    kept.setdefault("geometry", None)
    if place.form != NO_PLACE and "bbox" not in kept:
        kept["bbox"] = list(place.box)
    return kept


def _times(properties: Mapping[str, Any]) -> tuple[int, int]:
    """Start and end; both are the same for an item of one moment."""
    if properties.get("datetime") is not None:
        at = micros(moment(properties["datetime"]))
        return at, at
    if "start_datetime" not in properties or "end_datetime" not in properties:
        raise Invalid("properties needs datetime, or null and both start_datetime and end_datetime.")
    start, until = (micros(moment(properties[name])) for name in ("start_datetime", "end_datetime"))
    if start > until:
        raise Invalid("start_datetime lies after end_datetime.")
    return start, until
