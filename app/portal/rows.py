"""A search card as a row of the list: words, and three figures on axes that all rows share. Pure functions.

Lengths are in the units of the SVG they go into: 100 is the whole width of a strip.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.base import html
from app.base.language import _, language, ngettext
from app.catalogue import naming, vocabulary
from app.links.states import LOOKS, Look, State
from app.portal import german
from app.portal.rail import RANGES


@dataclass(frozen=True)
class Strip:
    """One figure of a row on the axis that all rows share; `x` None draws the dotted axis of an unknown."""

    text: str
    x: float | None = None
    width: float = 2.4
    is_spread: bool = False


@dataclass(frozen=True)
class Key:
    """A word with its colour key."""

    label: str
    colour: str


@dataclass(frozen=True)
class Row:
    """One result as the list draws it; `is_english` tells whether its title is a given one.

    `link` is how its data answered, None where nobody knows.
    """

    slug: str
    name: str
    year: int | None
    title: str
    is_english: bool
    family: str | None
    licence: str
    has_licence: bool
    modalities: tuple[Key, ...]
    facts: tuple[str, ...]
    where: str
    gsd: Strip
    samples: Strip
    completeness: int
    link: Look | None


def row(card: Mapping[str, Any], state: State | None = None) -> Row:
    """A search card as a row of the list, with the state of its links where one is known."""
    licence = card["licence"] or {}
    stated = licence.get("spdx") or licence.get("text")
    titled = subtitle(card["name"], card["title"])
    return Row(
        slug=card["slug"],
        name=card["name"],
        year=card["year"],
        title=html.spaced(titled) if titled else _opening(card),
        is_english=bool(titled),
        family=card["task_family"],
        licence=stated or _("no licence stated"),
        has_licence=bool(stated),
        modalities=modality_keys(card["modalities"]),
        facts=tuple(_facts(card)),
        where=where(card),
        gsd=gsd_strip(card["gsd_m"]),
        samples=samples_strip(card["n_samples"] or card["n_images"]),
        completeness=card["completeness"],
        link=LOOKS[state] if state else None,
    )


def subtitle(name: str, title: str | None) -> str:
    """A full title without the name that stands before it anyway."""
    if not title or title.casefold() == name.casefold():
        return ""
    rest = title[len(name) :].lstrip() if title.casefold().startswith(name.casefold()) else ""
    return f"{rest[1:].lstrip()}" if rest[:1] in (":", "-", "–") and len(rest) > 1 else title


def _opening(card: Mapping[str, Any]) -> str:
    if language() == "de":
        return german.opening(card)
    return html.spaced(opening(card["name"], card["summary"]))


def opening(name: str, summary: str) -> str:
    """A summary without "Name (2020) is a", which the line above has said."""
    said = re.match(rf"{re.escape(name)}(?: \(\d{{4}}\))? is (?:an? )?", summary)
    rest = summary[said.end() :] if said else summary
    return rest[:1].upper() + rest[1:]


def modality_keys(codes: Iterable[str]) -> tuple[Key, ...]:
    """Modalities with the colour key of their group."""
    known = vocabulary.terms("modality")
    return tuple(
        Key(naming.term("modality", code), (known[code].group if code in known else None) or "cat-0")
        for code in codes
    )


def _facts(card: Mapping[str, Any]) -> Iterable[str]:
    sensors = [*card["sensors"], *card["image_sources"]]
    if sensors:
        rest = f" {_('and %(n)s more', n=len(sensors) - 3)}" if len(sensors) > 3 else ""
        yield ", ".join(sensors[:3]) + rest
    if card["image_size_px"]:
        yield image_size(card["image_size_px"])
    if card["n_classes"]:
        yield classes(card["n_classes"])
    if card["label_type"]:
        yield naming.term("label_type", card["label_type"])


def classes(count: int) -> str:
    """A number of classes with its noun: 1 class, 22 classes."""
    return ngettext("%(n)s class", "%(n)s classes", count, n=html.number(count))


def where(card: Mapping[str, Any]) -> str:
    """A few words that say where a dataset lies, or that nobody says."""
    if card["geo_status"] == "unknown":
        return _("location unknown")
    return german.where(card) if language() == "de" else str(card["where"])


def image_size(size: Mapping[str, Any]) -> str:
    """Width and height in pixels: 512 px, 2147 × 2313 px, 256–512 px."""
    low, high = tuple(size["min"]), tuple(size["max"])
    if low == high:
        return f"{html.number(low[0])}{html.UNIT}px" if low[0] == low[1] else f"{_area(low)}{html.UNIT}px"
    if low[0] == low[1] and high[0] == high[1]:
        return f"{html.span(low[0], high[0])}{html.UNIT}px"
    return _("%(low)s to %(high)s", low=_area(low), high=f"{_area(high)}{html.UNIT}px")


def _area(size: Sequence[int]) -> str:
    return f"{html.number(size[0])} × {html.number(size[1])}"


def gsd_strip(gsd: Mapping[str, float] | None) -> Strip:
    """The ground sampling distance between 1 cm and 1 km, logarithmic."""
    if gsd is None:
        return Strip("?")
    first, last = 100 * RANGES["gsd"].place(gsd["min"]), 100 * RANGES["gsd"].place(gsd["max"])
    if last - first < 2.4:
        return _tick(html.gsd(gsd), first)
    return Strip(html.gsd(gsd), round(first, 1), round(last - first, 1), is_spread=True)


def samples_strip(count: int | None) -> Strip:
    """The number of samples between 10 and 10 million, logarithmic."""
    return Strip("?") if count is None else _tick(html.si(count), 100 * RANGES["samples"].place(count))


def _tick(text: str, place: float) -> Strip:
    return Strip(text, round(min(97.6, max(0.0, place - 1.2)), 1))
