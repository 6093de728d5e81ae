"""The parameters of an address, read into a SearchQuery; each is one line of PARAMETERS."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from app.base.errors import Invalid, TooLarge
from app.base.extent import BBox, parse_bbox, parse_interval, parse_outline
from app.base.language import _
from app.catalogue import vocabulary
from app.catalogue.nearest import nearest, unknown_parameter
from app.catalogue.query import (
    FACET_NAMES,
    LONGEST_TEXT,
    MOST_CHOICES,
    MOST_FACET_VALUES,
    MOST_PER_PAGE,
    RANGE_NAMES,
    SORTS,
    Between,
    SearchQuery,
)

WHOLE = ("year", "samples", "classes")
LARGEST_NUMBER = 1e15
VALUES_OF_A_FACET = 10

# Takes the name, the texts given under it, and what its field holds so far: two bounds share one field.
Reader = Callable[[str, list[str], Any], Any]


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address: the field it fills, and how its texts are read."""

    attribute: str
    read: Reader


def parse_query(pairs: Iterable[tuple[str, str]]) -> SearchQuery:
    """Read the parameters of an address; empty values, as forms send them, count as absent.

    Raises:
        Invalid: an unknown parameter or value; the message names the nearest right one.
        TooLarge: an outline or a list beyond its bound.
    """
    values: dict[str, Any] = {}
    for name, texts in _given(pairs).items():
        parameter = PARAMETERS[name]
        so_far = values.get(parameter.attribute, _DEFAULTS[parameter.attribute])
        values[parameter.attribute] = parameter.read(name, texts, so_far)
    return SearchQuery(**values)


def is_outdated(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether an address names a code that was merged into another."""
    return any(
        name in FACET_NAMES and vocabulary.current(name, value.strip()) != value.strip()
        for name, value in pairs
    )


def _given(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The texts of each parameter that has any."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in PARAMETERS:
            raise unknown_parameter(name, PARAMETERS)
        if "\0" in value:
            raise Invalid(_("%(name)s holds a NUL byte; remove it.", name=name))
        if value.strip():
            given.setdefault(name, []).append(value)
    return given


def _one(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise Invalid(_("%(name)s was given %(n)s times; give it once.", name=name, n=len(values)))
    return values[0]


def _text(name: str, values: list[str], _before: str) -> str:
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


def _box(name: str, values: list[str], _before: BBox | None) -> BBox:
    return parse_bbox(_one(name, values))


def _outline(name: str, values: list[str], _before: str) -> str:
    text = _one(name, values).strip()
    parse_outline(text)
    return text


def _interval(name: str, values: list[str], _before: str) -> str:
    text = _one(name, values).strip()
    parse_interval(text)
    return text


def _cursor(name: str, values: list[str], _before: str | None) -> str:
    return _one(name, values)


def _choices(name: str, values: list[str], _before: tuple[str, ...]) -> tuple[str, ...]:
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
            raise _unknown_value(name, value, nearest(value, vocabulary.spellings(name)))
    return chosen


def _sort(name: str, values: list[str], _before: str | None) -> str:
    text = _one(name, values)
    if text not in SORTS:
        raise _unknown_value(name, text, nearest(text, {sort: sort for sort in SORTS}))
    return text


def _unknown_value(name: str, value: str, hint: str) -> Invalid:
    return Invalid(_("%(name)s=%(value)s is not known. %(hint)s", name=name, value=value[:60], hint=hint))


def _bound(side: str, whole: bool) -> Reader:
    """A reader of one bound of a range."""

    def read(name: str, values: list[str], so_far: Between) -> Between:
        number = _number(name, _one(name, values))
        if whole and number != int(number):
            given = repr(_one(name, values)[:60])
            raise Invalid(_("%(name)s takes a whole number; got %(given)s.", name=name, given=given))
        bounds = replace(so_far, **{side: number})
        _check_order(name.rsplit("_", 1)[0], bounds)
        return bounds

    return read


def _number(name: str, text: str) -> float:
    given = repr(text[:60])
    try:
        number = float(text)
    except ValueError:
        raise Invalid(_("%(name)s takes a number; got %(given)s.", name=name, given=given)) from None
    # Written so that NaN, which compares with nothing, is refused as well.
    if not (math.isfinite(number) and 0 <= number <= LARGEST_NUMBER):
        raise Invalid(
            _(
                "%(name)s takes a finite number from %(lowest)s on; got %(given)s.",
                name=name,
                lowest="0",
                given=given,
            )
        )
    return number


def _check_order(stem: str, bounds: Between) -> None:
    if bounds.min is not None and bounds.max is not None and bounds.min > bounds.max:
        raise Invalid(
            _(
                "%(first)s (%(low)s) is above %(second)s (%(high)s); swap them.",
                first=f"{stem}_min",
                low=f"{bounds.min:g}",
                second=f"{stem}_max",
                high=f"{bounds.max:g}",
            )
        )


def _flag(name: str, values: list[str], _before: bool) -> bool:
    text = _one(name, values).lower()
    if text not in ("true", "false", "1", "0"):
        raise Invalid(_("%(name)s is true or false; got %(given)s.", name=name, given=repr(text[:60])))
    return text in ("true", "1")


def _limit(name: str, values: list[str], _before: int) -> int:
    text = _one(name, values)
    if not _is_count(text, MOST_PER_PAGE):
        raise Invalid(
            _(
                "%(name)s is a whole number from 1 to %(most)s; got %(given)s. Use the next link.",
                name=name,
                most=MOST_PER_PAGE,
                given=repr(text[:60]),
            )
        )
    return int(text)


def _facets(_name: str, values: list[str], _before: object) -> dict[str, int]:
    """`task:20,sensor` as {"task": 20, "sensor": 10} (OGC API - Records - Part 2: Facets)."""
    return dict(_facet(part.strip()) for part in ",".join(values).split(","))


def _facet(part: str) -> tuple[str, int]:
    facet, _colon, count = part.partition(":")
    if facet not in FACET_NAMES:
        hint = nearest(facet, {one: one for one in FACET_NAMES})
        raise Invalid(_("There is no facet %(given)s. %(hint)s", given=repr(facet[:60]), hint=hint))
    if count and not _is_count(count, MOST_FACET_VALUES):
        raise Invalid(
            _(
                "facets=%(facet)s:%(n)s asks for 1 to %(most)s values.",
                facet=facet,
                n=count[:20],
                most=MOST_FACET_VALUES,
            )
        )
    return facet, int(count or VALUES_OF_A_FACET)


def _is_count(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12 and 1 <= int(text) <= most


PARAMETERS: dict[str, Parameter] = {
    "q": Parameter("q", _text),
    **{name: Parameter(name, _choices) for name in FACET_NAMES},
    **{
        f"{name}_{side}": Parameter(name, _bound(side, name in WHOLE))
        for name in RANGE_NAMES
        for side in ("min", "max")
    },
    "bbox": Parameter("bbox", _box),
    "intersects": Parameter("intersects", _outline),
    "datetime": Parameter("datetime", _interval),
    "include_global": Parameter("include_global", _flag),
    "sort": Parameter("sort", _sort),
    "limit": Parameter("limit", _limit),
    "cursor": Parameter("cursor", _cursor),
    "facets": Parameter("facets", _facets),
}
_DEFAULTS: dict[str, Any] = {part.name: getattr(SearchQuery(), part.name) for part in fields(SearchQuery)}
