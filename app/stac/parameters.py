"""The parameters of STAC collection search and OGC records, as OpenAPI describes them."""

from typing import Any

from app.catalogue.query import LONGEST_TEXT
from app.portal.parameters import documented, parameter, text
from app.stac.asked import MOST_OFFSET, MOST_PER_PAGE
from app.stac.paging import SORTABLES

_AS_PORTAL = {one["name"]: one for one in documented()["parameters"]}
_NAMES = "|".join(name.replace(".", r"\.") for name in SORTABLES)
_SORT = rf"^[+-]?({_NAMES})$"


def described(names: tuple[str, ...], *, limit: int) -> dict[str, Any]:
    """`openapi_extra` of a route with these parameters; `limit` is the usual number of datasets."""
    own = {**_OWN, "limit": _limit(limit)}
    return {"parameters": [own.get(name) or _AS_PORTAL[name] for name in names]}


def _limit(default: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": default}
    return parameter("limit", "Datasets per page.", schema)


def _listed(name: str, description: str, items: dict[str, Any]) -> dict[str, Any]:
    """A list between commas."""
    declared = parameter(name, description, {"type": "array", "items": items})
    return {**declared, "style": "form", "explode": False}


_OWN: dict[str, dict[str, Any]] = {
    "q": parameter(
        "q",
        "Terms between commas, any of which must match; the words of a term stand together.",
        text(maxLength=LONGEST_TEXT),
    ),
    "include_global": parameter(
        "include_global",
        "Whether an area finds global datasets, too; true unless said otherwise.",
        {"type": "boolean", "default": True},
    ),
    "include_unlocated": parameter(
        "include_unlocated",
        "Whether an area finds datasets, too, of which no place is known.",
        {"type": "boolean", "default": False},
    ),
    "sortby": _listed(
        "sortby", "Names to sort by, with - before those to sort downwards.", text(pattern=_SORT)
    ),
    "fields": _listed("fields", "Paths to return, or with - before them to leave out.", text()),
    "token": parameter("token", "The page, from the links next and prev.", text(maxLength=2000)),
    "offset": parameter(
        "offset",
        "How many datasets to pass over; links lead on by token.",
        {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET},
    ),
    "type": _listed("type", "Types of records; all here are datasets.", text()),
    "ids": _listed("ids", "Identifiers of records.", text()),
    "externalIds": _listed(
        "externalIds", "Identifiers given by others, such as doi:10.5281/zenodo.7711810.", text()
    ),
}
