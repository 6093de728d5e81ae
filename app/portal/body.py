"""The search parameters as a body has them, as JSON values: for areas that no address can hold."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Body, Depends

from app.base.errors import Invalid
from app.catalogue.parameters import PARAMETERS, parse_query
from app.catalogue.query import FACET_NAMES, MOST_CHOICES, MOST_FACET_VALUES, RANGE_NAMES, SearchQuery
from app.portal.parameters import documented

Pairs = list[tuple[str, str]]


def body_query(body: Annotated[dict[str, Any], Body()]) -> SearchQuery:
    """The query that a body asks for."""
    return parse_query(pairs_of(body))


BodyQuery = Annotated[SearchQuery, Depends(body_query)]


def pairs_of(body: Mapping[str, Any]) -> Pairs:
    """A body as the pairs of the address that asks for the same.

    Raises:
        Invalid: a value has not the kind that its parameter takes. Unknown names are passed on, to be named
        by whoever reads the pairs.
    """
    return [(name, written) for name, value in body.items() for written in _texts(name, value)]


def _texts(name: str, value: Any) -> list[str]:
    write = _WRITERS.get(name)
    if write is None:
        return [_text(name, value) if name in PARAMETERS else str(value)[:80] or "?"]
    return write(name, value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(name, "a text that is not empty")
    try:
        value.encode()
    except UnicodeEncodeError:
        # Half of a pair of surrogates stands for no character, and nothing after this could write it.
        raise _wrong(name, "a text of whole characters") from None
    return value


def _choices(name: str, value: Any) -> list[str]:
    # Counted as sent: the description promises so many, repeated ones among them.
    if not isinstance(value, list) or not 0 < len(value) <= MOST_CHOICES:
        raise _wrong(name, f"a list of 1 to {MOST_CHOICES} codes")
    return [_text(name, one) for one in value]


def _number(name: str, value: Any) -> list[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, "a number")
    whole = isinstance(value, float) and value.is_integer()
    return [f"{value:.0f}" if whole else repr(value)]


def _flag(name: str, value: Any) -> list[str]:
    if not isinstance(value, bool):
        raise _wrong(name, "true or false")
    return ["true" if value else "false"]


def _box(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) != 4:
        raise _wrong(name, "a list of four numbers, west, south, east and north")
    return [",".join(text for side in value for text in _number(name, side))]


def _outline(name: str, value: Any) -> list[str]:
    """GeoJSON as an object, or WKT as a text."""
    if not isinstance(value, dict):
        return [_text(name, value)]
    try:
        return [json.dumps(value, separators=(",", ":"))]
    except RecursionError:
        raise Invalid(f"{name} is nested too deeply to be GeoJSON.") from None


def _facets(name: str, value: Any) -> list[str]:
    if not isinstance(value, dict) or not value:
        raise _wrong(name, "an object with a number of values for each facet")
    return [",".join(f"{facet}:{text}" for facet, most in value.items() for text in _number(name, most))]


def _wrong(name: str, kind: str) -> Invalid:
    return Invalid(f"{name} takes {kind}. Leave it out to ask for nothing.")


_WRITERS: dict[str, Callable[[str, Any], list[str]]] = {
    **dict.fromkeys(FACET_NAMES, _choices),
    **{f"{name}_{side}": _number for name in RANGE_NAMES for side in ("min", "max")},
    "bbox": _box,
    "intersects": _outline,
    "include_global": _flag,
    "limit": _number,
    "facets": _facets,
}

_SIDE = {"type": "number", "minimum": -180, "maximum": 180}
_OBJECT: dict[str, Any] = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}


def documented_body() -> dict[str, Any]:
    """`openapi_extra` that declares the same parameters as properties of a body."""
    properties = {
        one["name"]: {**_as_value(one["name"], one["schema"]), "description": one["description"]}
        for one in documented()["parameters"]
    }
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "examples": [
            {
                "q": "flood",
                "modality": ["sar"],
                "intersects": {"type": "Polygon", "coordinates": [[[5, 47], [15, 47], [15, 55], [5, 47]]]},
                "facets": {"task": 5},
            }
        ],
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _as_value(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter where it is a JSON value instead of a text."""
    if name in FACET_NAMES:
        return {**schema, "minItems": 1, "maxItems": MOST_CHOICES}
    if name == "bbox":
        return {"type": "array", "items": _SIDE, "minItems": 4, "maxItems": 4}
    if name == "intersects":
        return {"oneOf": [_OBJECT, schema]}
    if name == "facets":
        count = {"type": "integer", "minimum": 1, "maximum": MOST_FACET_VALUES}
        known = dict.fromkeys(FACET_NAMES, count)
        return {"type": "object", "properties": known, "additionalProperties": False, "minProperties": 1}
    return {**schema, "minLength": 1} if schema["type"] == "string" else schema
