"""What the search page draws: rows on shared axes, facets with tallies, histograms, chips. Pure functions.

Lengths are in the units of the SVG they go into; 100 is the whole width of a strip or tally.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.base import html
from app.catalogue import vocabulary
from app.catalogue.query import FACET_NAMES, RANGE_NAMES, SORTS, Between, SearchQuery
from app.catalogue.search import Answer, Facet, Histogram
from app.portal.typed import Problem, Typed

VALUES_SHOWN = 6
ALL_VALUES = 300

FACET_TITLES = {
    "task": "Task",
    "modality": "Modality",
    "sensor": "Sensor",
    "platform": "Platform",
    "theme": "Theme",
    "label_type": "Labels",
    "licence_class": "Licence of the data",
    "kind": "Kind of entry",
    "extent": "Extent",
    "country": "Country",
    "continent": "Continent",
    "geo_status": "Location",
    "library": "Ready in a library",
}


@dataclass(frozen=True)
class RangeKind:
    """One range filter: its words, its unit and the axis of its slider."""

    title: str
    unit: str
    noun: str
    low: float
    high: float
    is_log: bool = True

    def place(self, value: float) -> float:
        """Position of a value on the axis, 0 to 1, kept inside."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        return min(1.0, max(0.0, (self._scaled(max(value, self.low)) - low) / (high - low)))

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.is_log else value


RANGES = {
    "gsd": RangeKind("Resolution (GSD)", "m", "a resolution", 0.01, 1000),
    "year": RangeKind("Year", "", "a year", 2000, 2028, is_log=False),
    "samples": RangeKind("Samples", "", "a number of samples", 10, 1e7),
    "classes": RangeKind("Classes", "", "a number of classes", 1, 1000),
    "volume": RangeKind("Volume", "GB", "a volume", 0.01, 1e5),
}

ORDER = (
    "task",
    "gsd",
    "modality",
    "sensor",
    "licence_class",
    "year",
    "samples",
    "platform",
    "label_type",
    "theme",
    "continent",
    "country",
    "extent",
    "geo_status",
    "classes",
    "volume",
    "library",
    "kind",
)

LACKED = {name: kind.noun for name, kind in RANGES.items()} | {"datetime": "a date of acquisition"}

SORT_LABELS = {
    "relevance": "relevance",
    "newest": "newest",
    "size": "size",
    "completeness": "completeness",
    "name": "name",
    "updated": "last change",
}

# The axes that every row of the list shares.
GSD_AXIS = RangeKind("GSD", "m", "", 0.01, 1000)
SAMPLES_AXIS = RangeKind("Samples", "", "", 10, 1e7)


@dataclass(frozen=True)
class Strip:
    """One figure of a row on the axis it shares with all rows; `x` None draws the dotted axis of an unknown."""

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
    """One result as the list draws it."""

    slug: str
    name: str
    year: int | None
    title: str
    family: str | None
    licence: str
    has_licence: bool
    modalities: tuple[Key, ...]
    facts: tuple[str, ...]
    where: str
    gsd: Strip
    samples: Strip
    completeness: int


@dataclass(frozen=True)
class Pick:
    """One value of a facet; `width` is its share of the largest count, 0 to 100."""

    value: str
    label: str
    count: int
    chosen: bool
    width: float


@dataclass(frozen=True)
class FacetGroup:
    """One facet of the rail; `more` leads to all its values, `fewer` back to the first six."""

    name: str
    title: str
    picks: tuple[Pick, ...]
    more: str | None
    fewer: str | None
    is_facet: bool = True


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram, 250 × 40."""

    x: float
    y: float
    width: float
    height: float
    is_inside: bool


@dataclass(frozen=True)
class RangeGroup:
    """One range of the rail: histogram, thumbs (steps 0 to 1000 along the axis) and typed fields."""

    name: str
    kind: RangeKind
    minimum: str
    maximum: str
    thumbs: tuple[int, int]
    bars: tuple[Bar, ...]
    summary: str
    lacking: int
    is_facet: bool = False


@dataclass(frozen=True)
class Chip:
    """An active filter; its link removes it."""

    label: str
    href: str
    query: SearchQuery


@dataclass(frozen=True)
class SortChoice:
    """One line of the sort menu."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class Widening:
    """A search without one of the filters, and how many datasets it finds."""

    label: str
    href: str
    count: int


@dataclass(frozen=True)
class Apart:
    """Datasets of the answer that the map cannot draw, by name, with the searches that list them all."""

    global_: tuple[tuple[str, str], ...]
    global_count: int
    global_href: str
    unlocated: tuple[tuple[str, str], ...]
    unlocated_count: int
    unlocated_href: str


def address(query: SearchQuery, path: str = "/datasets", **more: str) -> str:
    """The address of a search; the order of its parameters is always the same."""
    pairs = [*query.pairs(), *more.items()]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def row(card: Mapping[str, Any]) -> Row:
    """A search card as a row of the list."""
    licence = card["licence"] or {}
    stated = licence.get("spdx") or licence.get("text")
    return Row(
        slug=card["slug"],
        name=card["name"],
        year=card["year"],
        title=card["title"] or card["summary"],
        family=card["task_family"],
        licence=stated or "no licence stated",
        has_licence=bool(stated),
        modalities=modality_keys(card["modalities"]),
        facts=tuple(_facts(card)),
        where=card["where"],
        gsd=gsd_strip(card["gsd_m"]),
        samples=samples_strip(card["n_samples"] or card["n_images"]),
        completeness=card["completeness"],
    )


def modality_keys(codes: Iterable[str]) -> tuple[Key, ...]:
    """Modalities with the colour key of their group."""
    known = vocabulary.terms("modality")
    return tuple(
        Key(vocabulary.label("modality", code), (known[code].group if code in known else None) or "cat-0")
        for code in codes
    )


def _facts(card: Mapping[str, Any]) -> Iterable[str]:
    sensors = [*card["sensors"], *card["image_sources"]]
    if sensors:
        rest = f" and {len(sensors) - 3} more" if len(sensors) > 3 else ""
        yield ", ".join(sensors[:3]) + rest
    if card["image_size_px"]:
        yield image_size(card["image_size_px"])
    if card["n_classes"]:
        yield counted(card["n_classes"], "class", "classes")
    if card["label_type"]:
        yield vocabulary.label("label_type", card["label_type"])


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun: 1 class, 22 classes."""
    return f"{html.number(count)} {one if count == 1 else many}"


def image_size(size: Mapping[str, Any]) -> str:
    """Width and height in pixels: 512 px, 2147 × 2313 px, 256–512 px."""
    low, high = tuple(size["min"]), tuple(size["max"])
    if low == high:
        return f"{html.number(low[0])}{html.THIN}px" if low[0] == low[1] else f"{_area(low)}{html.THIN}px"
    if low[0] == low[1] and high[0] == high[1]:
        return f"{html.span(low[0], high[0])}{html.THIN}px"
    return f"{_area(low)} to {_area(high)}{html.THIN}px"


def _area(size: Sequence[int]) -> str:
    return f"{html.number(size[0])} × {html.number(size[1])}"


def gsd_strip(gsd: Mapping[str, float] | None) -> Strip:
    """The ground sampling distance between 1 cm and 1 km, logarithmic."""
    if gsd is None:
        return Strip("?")
    first, last = 100 * GSD_AXIS.place(gsd["min"]), 100 * GSD_AXIS.place(gsd["max"])
    if last - first < 2.4:
        return _tick(html.gsd(gsd), first)
    return Strip(html.gsd(gsd), round(first, 1), round(last - first, 1), is_spread=True)


def samples_strip(count: int | None) -> Strip:
    """The number of samples between 10 and 10 million, logarithmic."""
    return Strip("?") if count is None else _tick(html.si(count), 100 * SAMPLES_AXIS.place(count))


def _tick(text: str, place: float) -> Strip:
    return Strip(text, round(min(97.6, max(0.0, place - 1.2)), 1))


def groups(answer: Answer, query: SearchQuery) -> list[FacetGroup | RangeGroup]:
    """The rail: facets and ranges in reading order."""
    return [
        facet_group(answer.facets[name], query)
        if name in FACET_NAMES
        else range_group(name, answer.histograms[name], query.between(name))
        for name in ORDER
        if name in answer.facets or name in answer.histograms
    ]


def facet_group(facet: Facet, query: SearchQuery) -> FacetGroup:
    """One facet; a value keeps its place in the list while it is chosen, first and then by count."""
    largest = max((value.count for value in facet.values), default=0) or 1
    picks = tuple(
        Pick(value.value, value.label, value.count, value.chosen, round(100 * value.count / largest, 1))
        for value in facet.values
    )
    is_open = (query.facets or {}).get(facet.name, VALUES_SHOWN) > VALUES_SHOWN
    return FacetGroup(
        name=facet.name,
        title=FACET_TITLES[facet.name],
        picks=picks,
        more=None if is_open or not facet.other else address(_with_values(query, facet.name, ALL_VALUES)),
        fewer=address(_with_values(query, facet.name, None)) if is_open else None,
    )


def _with_values(query: SearchQuery, facet: str, count: int | None) -> SearchQuery:
    wanted = {name: n for name, n in (query.facets or {}).items() if name != facet}
    if count:
        wanted[facet] = count
    return replace(query, facets=wanted or None)


def facet_counts(query: SearchQuery) -> dict[str, int]:
    """How many values of each facet the page asks for: six, or what the address names."""
    return {name: VALUES_SHOWN for name in FACET_NAMES} | dict(query.facets or {})


def range_group(name: str, histogram: Histogram, chosen: Between) -> RangeGroup:
    """One range with its histogram; bars outside the chosen bounds are pale."""
    kind = RANGES[name]
    low = kind.low if chosen.min is None else chosen.min
    high = kind.high if chosen.max is None else chosen.max
    counted_records = sum(histogram.counts)
    return RangeGroup(
        name=name,
        kind=kind,
        minimum=plain(chosen.min),
        maximum=plain(chosen.max),
        thumbs=(round(1000 * kind.place(low)), round(1000 * kind.place(high))),
        bars=tuple(_bars(kind, histogram, low, high)),
        summary=f"{html.number(counted_records)} datasets state {kind.noun}; {html.number(histogram.lacking)} do not.",
        lacking=histogram.lacking,
    )


def plain(value: float | None) -> str:
    """A figure as it is typed into a field, without thin spaces."""
    return "" if value is None else f"{value:.15g}"


def _bars(kind: RangeKind, histogram: Histogram, low: float, high: float) -> Iterable[Bar]:
    tallest = max(histogram.counts, default=0) or 1
    for first, last, count in zip(histogram.edges, histogram.edges[1:], histogram.counts, strict=False):
        left, right = 250 * kind.place(first), 250 * kind.place(last)
        if count and right > left:
            height = max(1.0, 37 * count / tallest)
            inside = last > low and first <= high
            yield Bar(round(left + 0.3, 1), round(39 - height, 1), round(max(1, right - left - 0.6), 1), round(height, 1), inside)


def chips(query: SearchQuery) -> list[Chip]:
    """Every active filter, in words, with the search that lacks it."""
    found = [
        (f"{FACET_TITLES[name]}: {vocabulary.label(name, value)}", query.without(name, value))
        for name in FACET_NAMES
        for value in query.choices(name)
    ]
    found += [
        (f"{RANGES[name].title}: {bounds_in_words(name, query.between(name))}", query.without(name))
        for name in RANGE_NAMES
        if query.between(name)
    ]
    if query.bbox:
        found.append((f"Area: {area_in_words(query.bbox.values())}", query.without("bbox")))
    if query.intersects:
        found.append(("Area: own outline", query.without("intersects")))
    if query.datetime:
        found.append((f"Acquired: {query.datetime.replace('/', ' to ')}", query.without("datetime")))
    if query.include_global:
        found.append(("Global datasets included", query.without("include_global")))
    return [Chip(label, address(rest), rest) for label, rest in found]


def bounds_in_words(name: str, bounds: Between) -> str:
    """A chosen range: "10 to 30 m", "from 2020", "up to 5 GB"."""
    unit = f"{html.THIN}{RANGES[name].unit}" if RANGES[name].unit else ""
    low, high = (html.number(value) if value is not None else None for value in (bounds.min, bounds.max))
    if low and high:
        return f"{low} to {high}{unit}" if low != high else f"{low}{unit}"
    return f"from {low}{unit}" if low else f"up to {high}{unit}"


def area_in_words(box: Sequence[float]) -> str:
    """West, south, east, north with their directions: 5° W to 10° E, 40° N to 60° N."""
    west, south, east, north = box
    return f"{degrees(west, 'WE')} to {degrees(east, 'WE')}, {degrees(south, 'SN')} to {degrees(north, 'SN')}"


def degrees(value: float, letters: str) -> str:
    """One coordinate with its direction; `letters` names the negative and the positive side."""
    side = "" if value == 0 else f" {letters[value > 0]}"
    return f"{abs(round(value, 2)):g}°{side}"


def left_out_lines(answer: Answer) -> list[str]:
    """What a range filter leaves out because the value is unknown, one sentence each."""
    return [
        f"{counted(count, 'more record lacks', 'more records lack')} {LACKED[name]}"
        f" and {'is' if count == 1 else 'are'} left out."
        for name, count in answer.left_out.items()
        if count
    ]


def sorts(query: SearchQuery) -> list[SortChoice]:
    """The choices of the sort menu.

    The order that holds without asking has an empty value, so that new words sort by relevance again.
    """
    usual = replace(query, sort=None).order
    return [
        SortChoice("" if code == usual else code, SORT_LABELS[code], code == query.order)
        for code in SORTS
        if code != "relevance" or query.q
    ]


def links(query: SearchQuery, next_cursor: str | None, problem: Problem | None) -> dict[str, str | None]:
    """The addresses that go with a search: pages, feed, JSON, tiles, and the same without filters."""
    filters = replace(query, sort=None, limit=SearchQuery().limit, cursor=None, facets=None)
    first = replace(query, cursor=None, facets=None)
    return {
        "next": address(replace(query, cursor=next_cursor)) if next_cursor else None,
        "first": address(replace(query, cursor=None)) if query.cursor else None,
        "clear": address(SearchQuery(q=query.q, sort=query.sort, limit=query.limit)),
        "feed": address(first, "/datasets.atom"),
        "json": address(first, "/api/datasets"),
        "tiles": address(filters, ""),
        "here": address(filters, ""),
        "facets": ",".join(f"{name}:{count}" for name, count in (query.facets or {}).items()),
        "without": address(problem.without) if problem else None,
        "mended": address(problem.mended) if problem and problem.mended else None,
    }


def apart(answer: Answer, query: SearchQuery) -> Apart:
    """What the answer holds that no map can show."""
    return Apart(
        global_=tuple(answer.apart.globals),
        global_count=answer.apart.global_count,
        global_href=address(query.without("geo_status").with_("geo_status", "global")),
        unlocated=tuple(answer.apart.unlocated),
        unlocated_count=answer.apart.unlocated_count,
        unlocated_href=address(
            query.without("geo_status").with_("geo_status", "none").with_("geo_status", "unknown")
        ),
    )


def search_context(
    query: SearchQuery, answer: Answer | None, problem: Problem | None, typed: Typed
) -> dict[str, Any]:
    """Everything the templates of the search need; without an answer there is only the form."""
    return {
        "query": query,
        "answer": answer,
        "problem": problem,
        "typed": typed,
        "wrong": problem.wrong if problem else frozenset(),
        "chips": chips(query),
        "groups": groups(answer, query) if answer else [],
        "rows": [row(card) for card in answer.cards] if answer else [],
        "lacking": left_out_lines(answer) if answer else [],
        "apart": apart(answer, query) if answer else None,
        "sorts": sorts(query),
        "links": links(query, answer.next_cursor if answer else None, problem),
    }
