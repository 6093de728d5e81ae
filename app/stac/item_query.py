"""The item search as STAC writes it, in an address or in a body, read into a query."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid
from app.base.extent import BBox, parse_bbox, parse_outline
from app.catalogue.nearest import nearest
from app.items.cql2 import Filter, parse_filter
from app.items.query import (
    DEFAULT_LIMIT,
    MOST_IDS,
    MOST_ITEMS,
    NEWEST_FIRST,
    ItemQuery,
    Sort,
    parse_moments,
    parse_sorts,
)
from app.stac.fields import EVERYTHING, Fields, fields_of_json, fields_of_text

NAMES = (
    "collections",
    "ids",
    "bbox",
    "intersects",
    "datetime",
    "limit",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "fields",
    "token",
    "conf",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
HIGHEST_LIMIT = 10_000_000
UNSTORABLE = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which JSON can write and nothing can store."""
LANGUAGES = ("cql2-text", "cql2-json")


BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "title": "Body"}}},
    }
}
"""How a search in a body is described."""


@dataclass(frozen=True)
class ItemSearch:
    """A search and what of the items is sent; `told` is the search as it was asked, for links to other
    pages."""

    query: ItemQuery
    fields: Fields
    told: Mapping[str, Any]


def from_address(pairs: Iterable[tuple[str, str]], collection: str | None = None) -> ItemSearch:
    """Read the parameters of GET.

    Raises:
        Invalid: an unknown parameter or value; the message names the nearest right one.
        TooLarge: an area beyond its bound.
    """
    told: dict[str, Any] = {}
    for name, value in pairs:
        if name == "collections" and collection is not None and value == collection:
            # Some clients name the collection a second time.
            continue
        _check_name(name, collection)
        if name in told:
            raise Invalid(f"{name} was given twice; give it once, with commas.")
        if value.strip():
            told[name] = value
    given = {name: IN_ADDRESS[name](value) if name in IN_ADDRESS else value for name, value in told.items()}
    if "filter" in given and given.setdefault("filter-lang", "cql2-text") == "cql2-json":
        given["filter"] = _json(given["filter"], "filter")
    return _search(given, told, collection)


def json_body(content_type: str, content: bytes) -> dict[str, Any]:
    """The body of a request as an object.

    Raises:
        Invalid: not JSON, or not an object.
    """
    if "json" not in content_type:
        raise Invalid("The search is sent as JSON; set the content type application/json.")
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"The body is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object with the parameters of the search.")
    return body


def from_body(body: Any) -> ItemSearch:
    """Read the body of POST.

    Raises:
        Invalid: not an object, an unknown member or a value of the wrong kind.
        TooLarge: an area beyond its bound.
    """
    if "fields" in body and body["fields"] is None:
        raise Invalid('fields is {"include": […], "exclude": […]}; leave it out to get whole items.')
    told = {name: value for name, value in body.items() if value is not None}
    for name in told:
        _check_name(name, None)
    given = {name: IN_BODY[name](value) if name in IN_BODY else value for name, value in told.items()}
    given.setdefault("filter-lang", "cql2-json")
    return _search(given, body, None)


def _check_name(name: str, collection: str | None) -> None:
    if name not in NAMES or (collection is not None and name == "collections"):
        known = {one: one for one in NAMES if collection is None or one != "collections"}
        raise Invalid(f"There is no parameter {name[:60]!r}. {nearest(name, known)}")


def _search(given: Mapping[str, Any], told: Mapping[str, Any], collection: str | None) -> ItemSearch:
    if "bbox" in given and "intersects" in given:
        raise Invalid("bbox and intersects exclude each other; give one of them.")
    slugs = [collection] if collection else given.get("collections")
    area: BaseGeometry | BBox | None = None
    if "bbox" in given:
        area = parse_bbox(_string(given["bbox"], "bbox"))
    elif "intersects" in given:
        area = parse_outline(given["intersects"])
    query = ItemQuery(
        collections=None if slugs is None else tuple(dict.fromkeys(slugs)),
        ids=_ids(given.get("ids", [])),
        area=area,
        moments=parse_moments(_string(given["datetime"], "datetime")) if "datetime" in given else None,
        filter=_filter(given),
        sorts=given.get("sortby") or NEWEST_FIRST,
        limit=_limit(given.get("limit", DEFAULT_LIMIT)),
        token=_string(given["token"], "token") if "token" in given else None,
    )
    return ItemSearch(query, given.get("fields", EVERYTHING), told)


def _filter(given: Mapping[str, Any]) -> Filter | None:
    if "filter" not in given:
        return None
    language = given["filter-lang"]
    if language not in LANGUAGES:
        raise Invalid(f"filter-lang is cql2-text or cql2-json; got {str(language)[:40]!r}.")
    if given.get("filter-crs", CRS84) != CRS84:
        raise Invalid(f"filter-crs can only be {CRS84}.")
    return parse_filter(given["filter"], language)


def _ids(ids: list[str]) -> tuple[str, ...]:
    if len(ids) > MOST_IDS:
        raise Invalid(f"ids has {len(ids):,} values; at most {MOST_IDS:,} are looked up at once.")
    return tuple(ids)


def _limit(limit: Any) -> int:
    """The standards ask to send fewer items rather than refuse a limit that is merely too high."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= HIGHEST_LIMIT:
        raise Invalid(f"limit is a whole number from 1 to {MOST_ITEMS:,}; got {str(limit)[:40]!r}.")
    return min(limit, MOST_ITEMS)


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", text):
        raise Invalid(f"limit is a whole number from 1 to {MOST_ITEMS:,}; got {text[:40]!r}.")
    return int(text)


def _string(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Invalid(f"{name} must be a text.")
    if "\0" in value or (not value.isascii() and UNSTORABLE.search(value)):
        raise Invalid(f"{name} holds a character that no text can hold. Remove it.")
    return value


def _parts(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def _strings(value: Any) -> list[str]:
    return [_string(one, "a collection or id") for one in _list(value, "collections or ids")]


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise Invalid(f"{name} must be a list.")
    return value


def _json(text: str, name: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"{name} is not JSON: {error}.") from None


def _sorts_of_list(value: Any) -> tuple[Sort, ...]:
    """`[{"field": "properties.datetime", "direction": "desc"}]`"""
    parts = []
    for one in _list(value, "sortby"):
        if not isinstance(one, dict) or one.get("direction", "asc") not in ("asc", "desc"):
            raise Invalid('sortby is a list of {"field": …, "direction": "asc" or "desc"}.')
        sign = "-" if one.get("direction") == "desc" else "+"
        parts.append(f"{sign}{_string(one.get('field'), 'field of sortby')}")
    return parse_sorts(",".join(parts)) if parts else NEWEST_FIRST


def _outline(value: Any) -> str:
    """An area as the text that `parse_outline` reads."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        raise Invalid("intersects is not valid GeoJSON: it holds what is no number or text.") from None


# How members are read that are not plain text in an address, or that a body has in another form.
IN_ADDRESS: dict[str, Callable[[str], Any]] = {
    "collections": _parts,
    "ids": _parts,
    "limit": _whole,
    "sortby": parse_sorts,
    "fields": fields_of_text,
}
IN_BODY: dict[str, Callable[[Any], Any]] = {
    "collections": _strings,
    "ids": _strings,
    "bbox": lambda value: ",".join(str(part) for part in _list(value, "bbox")),
    "intersects": _outline,
    "sortby": _sorts_of_list,
    "fields": fields_of_json,
}
