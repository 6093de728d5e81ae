"""SearchQuery: what a reader asks for, the same for page, REST, tiles and feed.

Each parameter of an address is one line of PARAMETERS; reading and writing addresses follow that table.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid, TooLarge
from app.base.extent import BBox, Interval, parse_bbox, parse_interval, parse_outline
from app.base.language import _
from app.catalogue import vocabulary

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
        """The address of this query in canonical order, defaults left out."""
        return [
            (name, text)
            for name, parameter in PARAMETERS.items()
            for text in parameter.write(getattr(self, parameter.attribute))
        ]

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


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address: the field it fills, how its texts are read, and how the field is
    written."""

    attribute: str
    read: Callable[[str, list[str], Any], Any]
    write: Callable[[Any], list[str]]


def _one(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise Invalid(_("%(name)s was given %(n)s times; give it once.", name=name, n=len(values)))
    return values[0]


def _read_text(name: str, values: list[str], _before: Any) -> str:
    text = " ".join(_one(name, values).split())
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            _(
                "%(name)s has %(n)s characters; at most %(most)s are searched. Use fewer words.",
                name=name,
                n=f"{len(text):,}",
                most=LONGEST_TEXT,
            )
        )
    return text


def _read_outline(name: str, values: list[str], _before: Any) -> str:
    text = _one(name, values).strip()
    parse_outline(text)
    return text


def _read_interval(name: str, values: list[str], _before: Any) -> str:
    text = _one(name, values).strip()
    parse_interval(text)
    return text


def _read_choices(name: str, values: list[str], _before: Any) -> tuple[str, ...]:
    # A code that was merged into another asks for that one.
    chosen = tuple(dict.fromkeys(vocabulary.current(name, value.strip()) for value in values))
    if len(chosen) > MOST_CHOICES:
        raise TooLarge(
            _(
                "%(name)s has %(n)s values; at most %(most)s can be chosen at once.",
                name=name,
                n=len(chosen),
                most=MOST_CHOICES,
            )
        )
    for value in chosen:
        if value not in vocabulary.terms(name):
            raise Invalid(
                _(
                    "%(name)s=%(value)s is not known. %(hint)s",
                    name=name,
                    value=value[:60],
                    hint=nearest(value, vocabulary.spellings(name)),
                )
            )
    return chosen


def is_outdated(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether an address names a code that was merged into another."""
    return any(
        name in FACET_NAMES and vocabulary.current(name, value.strip()) != value.strip()
        for name, value in pairs
    )


def nearest(value: str, spellings: Mapping[str, str]) -> str:
    """A sentence that names the nearest right value, or some that are right."""
    close = get_close_matches(value.lower()[:60], spellings, n=1, cutoff=0.5)
    if close:
        return _("Did you mean %(value)s?", value=spellings[close[0]])
    some = ", ".join(list(dict.fromkeys(spellings.values()))[:8])
    return _("Known are, among others: %(values)s.", values=some)


def named_nearest(message: str) -> str | None:
    """The value that a message names with the sentence of `nearest`."""
    before, after = _("Did you mean %(value)s?", value="\0").split("\0")
    _rest, found, value = message.rpartition(before)
    return value.removesuffix(after) if found and value.endswith(after) else None


def _read_bound(side: str, lowest: float, whole: bool) -> Callable[[str, list[str], Any], Between]:
    """A reader of one bound of a range; both bounds share the field, hence the value so far."""

    def read(name: str, values: list[str], so_far: Between) -> Between:
        text = _one(name, values)
        try:
            number = float(text)
        except ValueError:
            raise Invalid(
                _("%(name)s takes a number; got %(given)s.", name=name, given=repr(text[:60]))
            ) from None
        if not math.isfinite(number) or number < lowest or abs(number) > 1e15:
            raise Invalid(
                _(
                    "%(name)s takes a finite number from %(lowest)s on; got %(given)s.",
                    name=name,
                    lowest=f"{lowest:g}",
                    given=repr(text[:60]),
                )
            )
        if whole and number != int(number):
            raise Invalid(
                _("%(name)s takes a whole number; got %(given)s.", name=name, given=repr(text[:60]))
            )
        bounds = replace(so_far, **{side: number})
        if bounds.min is not None and bounds.max is not None and bounds.min > bounds.max:
            stem = name.rsplit("_", 1)[0]
            raise Invalid(
                _(
                    "%(first)s (%(low)s) is above %(second)s (%(high)s); swap them.",
                    first=f"{stem}_min",
                    low=f"{bounds.min:g}",
                    second=f"{stem}_max",
                    high=f"{bounds.max:g}",
                )
            )
        return bounds

    return read


def _write_bound(side: str) -> Callable[[Any], list[str]]:
    def write(bounds: Between) -> list[str]:
        number = getattr(bounds, side)
        return [] if number is None else [f"{number:.15g}"]

    return write


def _read_flag(name: str, values: list[str], _before: Any) -> bool:
    text = _one(name, values).lower()
    if text not in ("true", "false", "1", "0"):
        raise Invalid(_("%(name)s is true or false; got %(given)s.", name=name, given=repr(text[:60])))
    return text in ("true", "1")


def _read_sort(name: str, values: list[str], _before: Any) -> str:
    text = _one(name, values)
    if text not in SORTS:
        hint = nearest(text, {sort: sort for sort in SORTS})
        raise Invalid(_("%(name)s=%(value)s is not known. %(hint)s", name=name, value=text[:60], hint=hint))
    return text


def _read_limit(name: str, values: list[str], _before: Any) -> int:
    text = _one(name, values)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= MOST_PER_PAGE):
        raise Invalid(
            _(
                "%(name)s is a whole number from 1 to %(most)s; got %(given)s. Use the next link.",
                name=name,
                most=MOST_PER_PAGE,
                given=repr(text[:60]),
            )
        )
    return int(text)


def _read_facets(name: str, values: list[str], _before: Any) -> dict[str, int]:
    """`task:20,sensor` as {"task": 20, "sensor": 10} (OGC API - Records - Part 2: Facets)."""
    wanted: dict[str, int] = {}
    for part in ",".join(values).split(","):
        facet, _colon, count = part.strip().partition(":")
        if facet not in FACET_NAMES:
            raise Invalid(
                _(
                    "There is no facet %(given)s. %(hint)s",
                    given=repr(facet[:60]),
                    hint=nearest(facet, {one: one for one in FACET_NAMES}),
                )
            )
        if count and not (count.isascii() and count.isdigit() and 1 <= int(count[:6]) <= MOST_FACET_VALUES):
            raise Invalid(
                _(
                    "facets=%(facet)s:%(n)s asks for 1 to %(most)s values.",
                    facet=facet,
                    n=count[:20],
                    most=MOST_FACET_VALUES,
                )
            )
        wanted[facet] = int(count or 10)
    return wanted


def _write_facets(facets: Mapping[str, int] | None) -> list[str]:
    return [",".join(f"{facet}:{count}" for facet, count in facets.items())] if facets else []


def _plain(value: Any) -> list[str]:
    return [str(value)] if value else []


PARAMETERS: dict[str, Parameter] = {
    "q": Parameter("q", _read_text, _plain),
    **{name: Parameter(name, _read_choices, list) for name in FACET_NAMES},
    **{
        f"{name}_{side}": Parameter(
            name, _read_bound(side, 0, whole=name in ("year", "samples", "classes")), _write_bound(side)
        )
        for name in RANGE_NAMES
        for side in ("min", "max")
    },
    "bbox": Parameter(
        "bbox",
        lambda name, values, _before: parse_bbox(_one(name, values)),
        lambda box: [box.text()] if box else [],
    ),
    "intersects": Parameter("intersects", _read_outline, _plain),
    "datetime": Parameter("datetime", _read_interval, _plain),
    "include_global": Parameter("include_global", _read_flag, lambda flag: ["true"] if flag else []),
    "sort": Parameter("sort", _read_sort, _plain),
    "limit": Parameter("limit", _read_limit, lambda limit: [] if limit == DEFAULT_LIMIT else [str(limit)]),
    "cursor": Parameter("cursor", lambda name, values, _before: _one(name, values), _plain),
    "facets": Parameter("facets", _read_facets, _write_facets),
}


def parse_query(pairs: Iterable[tuple[str, str]]) -> SearchQuery:
    """Read the parameters of an address; empty values, as forms send them, count as absent.

    Raises:
        Invalid: an unknown parameter or value; the message names the nearest right one.
        TooLarge: an outline or a list beyond its bound.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in PARAMETERS:
            known = {parameter: parameter for parameter in PARAMETERS}
            raise Invalid(
                _(
                    "There is no parameter %(given)s. %(hint)s",
                    given=repr(name[:60]),
                    hint=nearest(name, known),
                )
            )
        if "\0" in value:
            raise Invalid(_("%(name)s holds a NUL byte; remove it.", name=name))
        if value.strip():
            given.setdefault(name, []).append(value)
    values: dict[str, Any] = {}
    for name, texts in given.items():
        parameter = PARAMETERS[name]
        so_far = values.get(parameter.attribute, _DEFAULTS[parameter.attribute])
        values[parameter.attribute] = parameter.read(name, texts, so_far)
    return SearchQuery(**values)
