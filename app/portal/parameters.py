"""The search parameters as an address has them: read into a query, and described for OpenAPI."""

from typing import Annotated, Any

from fastapi import Depends, Request

from app.base.extent import MOST_OUTLINE_POSITIONS
from app.catalogue import vocabulary
from app.catalogue.parameters import WHOLE, parse_query
from app.catalogue.query import FACET_NAMES, LONGEST_TEXT, MOST_PER_PAGE, RANGE_NAMES, SORTS, SearchQuery

UNITS = {
    "gsd": "ground sampling distance in metres",
    "year": "year of publication",
    "samples": "number of samples",
    "classes": "number of classes",
    "volume": "volume in gigabytes (10^9 bytes)",
}


def search_query(request: Request) -> SearchQuery:
    """The query that an address asks for."""
    return parse_query(request.query_params.multi_items())


Query = Annotated[SearchQuery, Depends(search_query)]


OF_PAGES = ("sort", "limit", "cursor")


def documented(*, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """`openapi_extra` that declares the parameters of a search, but for those an answer ignores."""
    return {"parameters": [one for one in _declared() if one["name"] not in without]}


def _declared() -> list[dict[str, Any]]:
    return [
        parameter("q", 'Words, "phrases" and -exclusions; all must match.', text(maxLength=LONGEST_TEXT)),
        *(_facet(name) for name in FACET_NAMES),
        *(_bound(name, side) for name in RANGE_NAMES for side in ("min", "max")),
        parameter("bbox", "west,south,east,north in degrees; west > east crosses the antimeridian.", _BBOX),
        parameter(
            "intersects",
            f"An area as GeoJSON or WKT, at most {MOST_OUTLINE_POSITIONS:,} positions; "
            "one too long for an address is sent by POST.",
            _OUTLINE,
        ),
        parameter("datetime", "Acquired then: a date, or start/end with .. for an open side.", _INTERVAL),
        parameter("include_global", "Also find global datasets in an area.", {"type": "boolean"}),
        parameter("sort", "Order of the results.", {"type": "string", "enum": list(SORTS)}),
        parameter("limit", "Results per page.", {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE}),
        parameter("cursor", "Where the next page starts, from the link `next`.", text(maxLength=2000)),
        parameter("facets", "Facets to count, with the number of values each.", _FACETS),
    ]


def text(**more: Any) -> dict[str, Any]:
    """The schema of a text."""
    return {"type": "string", **more}


_NUMBER = r"-?\d{1,3}(\.\d{1,9})?"
_BBOX = text(pattern=rf"^{_NUMBER}(,{_NUMBER}){{3}}$", examples=["5.5,47,15.5,55"])
_OUTLINE = text(
    pattern=r"^(\{|POINT|LINESTRING|POLYGON|MULTI)",
    examples=["POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))"],
)
_DAY = r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?"
_INTERVAL = text(pattern=rf"^({_DAY}|\.\.)?(/({_DAY}|\.\.)?)?$", examples=["2019-01-01/2020-12-31"])
_FACETS = text(
    pattern=rf"^({'|'.join(FACET_NAMES)})(:\d{{1,3}})?(,({'|'.join(FACET_NAMES)})(:\d{{1,3}})?)*$",
    examples=["task:20,sensor:10"],
)


def parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """One parameter of an address as OpenAPI describes it."""
    # Forms send fields that nobody filled in: an empty value asks for nothing.
    return {
        "name": name,
        "in": "query",
        "required": False,
        "allowEmptyValue": True,
        "description": description,
        "schema": schema,
    }


def _facet(name: str) -> dict[str, Any]:
    values = {"type": "string", "enum": list(vocabulary.terms(name))}
    declared = parameter(name, f"Any of these ({name}); repeatable.", {"type": "array", "items": values})
    return {**declared, "style": "form", "explode": True}


def _bound(name: str, side: str) -> dict[str, Any]:
    which = "Lowest" if side == "min" else "Highest"
    schema = {"type": "integer" if name in WHOLE else "number", "minimum": 0, "maximum": 10**15}
    return parameter(f"{name}_{side}", f"{which} {UNITS[name]}; ends included.", schema)
