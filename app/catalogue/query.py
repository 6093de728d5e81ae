"""SearchQuery: what a reader asks for as plain values, the same for page, REST, tiles and feed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from app.base.extent import BBox, Interval, parse_interval, parse_outline

FACET_NAMES = (
    "task",
    "modality",
    "sensor",
    "platform",
    "theme",
    "label_type",
    "licence_class",
    "kind",
    "extent",
    "country",
    "continent",
    "geo_status",
    "library",
)
RANGE_NAMES = ("gsd", "year", "samples", "classes", "volume")
SORTS = ("relevance", "newest", "size", "completeness", "name", "updated")
LONGEST_TEXT = 400
MOST_PER_PAGE = 100
MOST_FACET_VALUES = 300
MOST_CHOICES = 60
DEFAULT_LIMIT = 20


@dataclass(frozen=True)
class Between:
    """A closed range; None is open on that side."""

    min: float | None = None
    max: float | None = None

    def __bool__(self) -> bool:
        return self.min is not None or self.max is not None


@dataclass(frozen=True)
class SearchQuery:
    """A search as plain values; the empty query asks for everything."""

    q: str = ""
    task: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    sensor: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    label_type: tuple[str, ...] = ()
    licence_class: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    extent: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    continent: tuple[str, ...] = ()
    geo_status: tuple[str, ...] = ()
    library: tuple[str, ...] = ()
    gsd: Between = Between()
    year: Between = Between()
    samples: Between = Between()
    classes: Between = Between()
    volume: Between = Between()
    bbox: BBox | None = None
    intersects: str = ""
    datetime: str = ""
    include_global: bool = False
    sort: str | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    facets: Mapping[str, int] | None = field(default=None, hash=False)

    def choices(self, facet: str) -> tuple[str, ...]:
        """The values chosen in one facet."""
        chosen: tuple[str, ...] = getattr(self, facet)
        return chosen

    def between(self, name: str) -> Between:
        """The bounds of one range."""
        bounds: Between = getattr(self, name)
        return bounds

    @property
    def outline(self) -> BaseGeometry | None:
        """`intersects` as a geometry, or None."""
        return parse_outline(self.intersects) if self.intersects else None

    @property
    def areas(self) -> tuple[BaseGeometry, ...]:
        """The areas asked for, box and outline; what is found reaches into each of them."""
        given = (self.bbox.geometry() if self.bbox else None, self.outline)
        return tuple(area for area in given if area is not None)

    @property
    def interval(self) -> Interval | None:
        """`datetime` as days, or None."""
        return parse_interval(self.datetime) if self.datetime else None

    @property
    def is_spatial(self) -> bool:
        """Whether an area is asked for."""
        return self.bbox is not None or bool(self.intersects)

    @property
    def order(self) -> str:
        """The sort in force: as asked for, else relevance for words and newest without."""
        return self.sort or ("relevance" if self.q else "newest")

    def pairs(self) -> list[tuple[str, str]]:
        """The address of this query in canonical order, which is that of the fields; defaults left out."""
        return [pair for name in _DEFAULTS for pair in _written(name, getattr(self, name))]

    def with_(self, name: str, value: Any) -> "SearchQuery":
        """This query with one facet value more, or another value of a plain field; from the first page."""
        if name in FACET_NAMES:
            value = (*(kept for kept in self.choices(name) if kept != value), value)
        return self._changed(name, value)

    def without(self, name: str, value: str | None = None) -> "SearchQuery":
        """This query without one facet value, or without a whole field; from the first page."""
        if name in FACET_NAMES and value is not None:
            return self._changed(name, tuple(kept for kept in self.choices(name) if kept != value))
        return self._changed(name, _DEFAULTS[name])

    def _changed(self, name: str, value: Any) -> "SearchQuery":
        changes: dict[str, Any] = {"cursor": None, name: value}
        return replace(self, **changes)


_DEFAULTS: dict[str, Any] = {part.name: getattr(SearchQuery(), part.name) for part in fields(SearchQuery)}


def _written(name: str, value: Any) -> list[tuple[str, str]]:
    """One field as parameters of an address; none where it asks for nothing of its own."""
    if not value or value == _DEFAULTS[name]:
        return []
    match value:
        case tuple():
            return [(name, choice) for choice in value]
        case Between():
            bounds = {f"{name}_min": value.min, f"{name}_max": value.max}
            return [(side, f"{bound:.15g}") for side, bound in bounds.items() if bound is not None]
        case BBox():
            return [(name, value.text())]
        case Mapping():
            return [(name, ",".join(f"{facet}:{count}" for facet, count in value.items()))]
        case _:
            return [(name, "true" if value is True else str(value))]
