"""The search parameters as HTTP has them: read into a query, and described for OpenAPI."""

from typing import Annotated, Any

from fastapi import Depends, Request

from app.catalogue import vocabulary
from app.catalogue.query import (
    FACET_NAMES,
    LONGEST_TEXT,
    MOST_PER_PAGE,
    RANGE_NAMES,
    SORTS,
    SearchQuery,
    parse_query,
)

UNITS = {
    "gsd": "ground sampling distance in metres",
    "year": "year of publication",
    "samples": "number of samples",
    "classes": "number of classes",
    "volume": "volume in gigabytes (10^9 bytes)",
}
WHOLE = ("year", "samples", "classes")


def search_query(request: Request) -> SearchQuery:
    """The query that an address asks for."""
    return parse_query(request.query_params.multi_items())


Query = Annotated[SearchQuery, Depends(search_query)]


def documented(*names: str) -> dict[str, Any]:
    """`openapi_extra` that declares the search parameters, all or some."""
    return {"parameters": [one for one in _declared() if not names or one["name"] in names]}


def _declared() -> list[dict[str, Any]]:
    text = {"type": "string", "maxLength": LONGEST_TEXT}
    return [
        _parameter("q", 'Words, "phrases" and -exclusions; all must match.', text),
        *(_facet(name) for name in FACET_NAMES),
        *(_bound(name, side) for name in RANGE_NAMES for side in ("min", "max")),
        _parameter("bbox", "west,south,east,north in degrees; west > east crosses the antimeridian.", text),
        _parameter("intersects", "An area as GeoJSON or WKT, longitude latitude.", {"type": "string"}),
        _parameter("datetime", "Acquired then: a date, or start/end with .. for an open side.", text),
        _parameter("include_global", "Also find global datasets in an area.", {"type": "boolean"}),
        _parameter("sort", "Order of the results.", {"type": "string", "enum": list(SORTS)}),
        _parameter("limit", "Results per page.", {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE}),
        _parameter("cursor", "Where the next page starts, from the link `next`.", {"type": "string"}),
        _parameter(
            "facets", "Facets to count, with the number of values: task:20,sensor:10.", {"type": "string"}
        ),
    ]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _facet(name: str) -> dict[str, Any]:
    values = {"type": "string", "enum": list(vocabulary.terms(name))}
    declared = _parameter(name, f"Any of these ({name}); repeatable.", {"type": "array", "items": values})
    return {**declared, "style": "form", "explode": True}


def _bound(name: str, side: str) -> dict[str, Any]:
    kind = "integer" if name in WHOLE else "number"
    which = "Lowest" if side == "min" else "Highest"
    return _parameter(
        f"{name}_{side}",
        f"{which} {UNITS[name]}; ends included.",
        {"type": kind, "minimum": 0, "maximum": 10**15},
    )
