"""What is chosen, in words: a chip for each filter, and the search that lacks it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.base import html
from app.base.language import _
from app.catalogue import naming
from app.catalogue.query import FACET_NAMES, RANGE_NAMES, Between, SearchQuery
from app.portal.rail import FACET_TITLES, RANGES, address


@dataclass(frozen=True)
class Chip:
    """An active filter; its link removes it."""

    label: str
    href: str
    query: SearchQuery


def chips_of(query: SearchQuery) -> list[Chip]:
    """Every active filter, in words, with the search that lacks it."""
    found = [
        (f"{_(FACET_TITLES[name])}: {naming.term(name, value)}", query.without(name, value))
        for name in FACET_NAMES
        for value in query.choices(name)
    ]
    found += [
        (f"{_(RANGES[name].title)}: {bounds_in_words(name, query.between(name))}", query.without(name))
        for name in RANGE_NAMES
        if query.between(name)
    ]
    if query.bbox:
        area = area_in_words(query.bbox.values())
        found.append((_("Area: %(area)s", area=area), query.without("bbox")))
    if query.intersects:
        found.append((_("Area: own outline"), query.without("intersects")))
    if query.datetime:
        when = query.datetime.replace("/", _(" to "))
        found.append((_("Acquired: %(when)s", when=when), query.without("datetime")))
    if query.include_global:
        found.append((_("Global datasets included"), query.without("include_global")))
    return [Chip(label, address(rest), rest) for label, rest in found]


def loosened(query: SearchQuery) -> list[Chip]:
    """The filters and the words, each with the search that lacks it."""
    words = query.without("q")
    said = [Chip(_("“%(label)s”", label=query.q), address(words), words)] if query.q else []
    return said + chips_of(query)


def bounds_in_words(name: str, bounds: Between) -> str:
    """A chosen range: "10 to 30 m", "from 2020", "up to 5 GB"."""
    unit = f"{html.UNIT}{RANGES[name].unit}" if RANGES[name].unit else ""
    low, high = (html.number(value) if value is not None else None for value in (bounds.min, bounds.max))
    if low and high:
        return _("%(low)s to %(high)s", low=low, high=f"{high}{unit}") if low != high else f"{low}{unit}"
    return _("from %(low)s", low=f"{low}{unit}") if low else _("up to %(high)s", high=f"{high}{unit}")


def area_in_words(box: Sequence[float]) -> str:
    """West, south, east, north with their directions: 5° W to 10° E, 40° N to 60° N."""
    west, south, east, north = box
    across = _("%(low)s to %(high)s", low=degrees(west, "WE"), high=degrees(east, "WE"))
    return f"{across}, {_('%(low)s to %(high)s', low=degrees(south, 'SN'), high=degrees(north, 'SN'))}"


def degrees(value: float, letters: str) -> str:
    """One coordinate with its direction; `letters` names the negative and the positive side."""
    side = "" if value == 0 else f" {direction(letters[value > 0])}"
    return f"{html.number(abs(round(value, 2)))}°{side}"


def direction(letter: str) -> str:
    """The letter of a direction: W, E, S or N in English."""
    return {"W": _("W"), "E": _("E"), "S": _("S"), "N": _("N")}[letter]
