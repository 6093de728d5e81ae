"""Where a mark leads: the search of the figures, narrowed to what the mark shows.

Values of one facet are joined by "or", and a range has one lower and one upper bound. What a search cannot
say that way (a combination of tasks, say) has no link rather than a wrong one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from app.catalogue import vocabulary
from app.catalogue.query import DEFAULT_LIMIT, Between, SearchQuery
from app.insights.figure import Figure
from app.insights.figures import OTHER_SENSORS

LONGEST_ADDRESS = 1500
"""Of the search itself: a page with hundreds of longer links, as a drawn outline makes, would not load."""


def address(path: str, query: SearchQuery) -> str:
    """A path with the parameters of a search."""
    pairs = query.pairs()
    return f"{path}?{urlencode(pairs)}" if pairs else path


def filters(query: SearchQuery) -> SearchQuery:
    """The filters of a search alone, without order, page and facets."""
    return replace(query, sort=None, limit=DEFAULT_LIMIT, cursor=None, facets=None)


def narrowed(query: SearchQuery, name: str, value: str) -> SearchQuery | None:
    """The search with one value of a facet, if that finds no more than both together."""
    chosen = query.choices(name)
    if chosen and value not in chosen:
        return None
    return query.without(name).with_(name, value)


def within(query: SearchQuery, name: str, low: float, high: float) -> SearchQuery | None:
    """The search with a range cut to low and high; None where nothing of the range is left."""
    bounds = query.between(name)
    low = low if bounds.min is None else max(low, bounds.min)
    high = high if bounds.max is None else min(high, bounds.max)
    return query.with_(name, Between(low, high)) if low <= high else None


@dataclass(frozen=True)
class Links:
    """The addresses behind the marks of all figures of one search."""

    query: SearchQuery

    def of(self, figure: Figure, row: tuple[Any, ...]) -> str | None:
        """Where a row of a figure leads."""
        if figure.name == "volume-by-year":
            return f"/datasets/{quote(row[0])}"
        if len(address("", self.query)) > LONGEST_ADDRESS:
            return None
        found = NARROWED[figure.name](self.query, row)
        return address("/datasets", found) if found else None


def _of_year(query: SearchQuery, row: tuple[Any, ...]) -> SearchQuery | None:
    return None if row[0] == "unknown" else within(query, "year", row[0], row[0])


def _of_gsd(query: SearchQuery, row: tuple[Any, ...]) -> SearchQuery | None:
    return within(query, "gsd", row[0], row[1])


def _of_family(query: SearchQuery, row: tuple[Any, ...]) -> SearchQuery | None:
    """All tasks of a single family; a combination is more than a search can say."""
    if "+" in row[0] or query.task:
        return None
    tasks = tuple(code for code, term in vocabulary.terms("task").items() if term.group == row[0])
    return replace(query, task=tasks, cursor=None)


def _of_sensor(query: SearchQuery, row: tuple[Any, ...]) -> SearchQuery | None:
    if row[0] == OTHER_SENSORS:
        return None
    found = narrowed(query, "sensor", row[0])
    return found and within(found, "year", row[2], row[2])


def _of_code(facet: str) -> Callable[[SearchQuery, tuple[Any, ...]], SearchQuery | None]:
    return lambda query, row: narrowed(query, facet, row[0])


# Figure → how a row of it narrows the search.
NARROWED: dict[str, Callable[[SearchQuery, tuple[Any, ...]], SearchQuery | None]] = {
    "countries": _of_code("country"),
    "datasets-per-year": _of_year,
    "gsd": _of_gsd,
    "datasets-per-task": _of_family,
    "size-per-task": _of_family,
    "volume-per-task": _of_family,
    "sensors-by-year": _of_sensor,
    "licences": _of_code("licence_class"),
    "label-types": _of_code("label_type"),
}
