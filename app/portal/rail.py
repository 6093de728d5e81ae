"""The rail of the search page: facets with tallies, ranges with histograms.

Pure functions. Lengths are in the units of the SVG they go into: 100 is the whole width of a tally, and a
histogram has 250 × 40.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from app.base import html
from app.base.language import N_, _
from app.catalogue import naming, vocabulary
from app.catalogue.counting import BINS, Facet, Histogram
from app.catalogue.parameters import parse_query
from app.catalogue.query import FACET_NAMES, Between, SearchQuery
from app.catalogue.search import Answer

VALUES_SHOWN = 6
ALL_VALUES = 300

FACET_TITLES = {
    "task": N_("Task"),
    "modality": N_("Modality"),
    "sensor": N_("Sensor"),
    "platform": N_("Platform"),
    "theme": N_("Theme"),
    "label_type": N_("Labels"),
    "licence_class": N_("Licence of the data"),
    "kind": N_("Kind of entry"),
    "extent": N_("Extent"),
    "country": N_("Country"),
    "continent": N_("Continent"),
    "geo_status": N_("Location"),
    "library": N_("Ready in a library"),
}


@dataclass(frozen=True)
class RangeKind:
    """One range filter: its words in English, its unit and the axis of its slider."""

    title: str
    unit: str
    noun: str
    low: float
    high: float
    is_log: bool

    def place(self, value: float) -> float:
        """Position of a value on the axis, 0 to 1, kept inside."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        return min(1.0, max(0.0, (self._scaled(max(value, self.low)) - low) / (high - low)))

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.is_log else value


def _range_kind(name: str, title: str, unit: str, noun: str) -> RangeKind:
    """A range filter whose slider is as long as its histogram."""
    first, last, _, is_log = BINS[name]
    low, high = (10.0**first, 10.0**last) if is_log else (first, last)
    return RangeKind(title, unit, noun, low, high, is_log)


RANGES = {
    "gsd": _range_kind("gsd", N_("Resolution (GSD)"), "m", N_("a resolution")),
    "year": _range_kind("year", N_("Year"), "", N_("a year")),
    "samples": _range_kind("samples", N_("Samples"), "", N_("a number of samples")),
    "classes": _range_kind("classes", N_("Classes"), "", N_("a number of classes")),
    "volume": _range_kind("volume", N_("Volume"), "GB", N_("a volume")),
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

LACKED = {name: kind.noun for name, kind in RANGES.items()} | {"datetime": N_("a date of acquisition")}


@dataclass(frozen=True)
class Pick:
    """One value of a facet; `width` is its share of the largest count, 0 to 100.

    `heading` names the family that starts with this value, where all values are shown by family.
    """

    value: str
    label: str
    count: int
    chosen: bool
    width: float
    heading: str | None = None


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


def address(query: SearchQuery, path: str = "/datasets", **more: str) -> str:
    """The address of a search; the order of its parameters is always the same."""
    pairs = [*query.pairs(), *more.items()]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def query_of(parameters: str) -> SearchQuery:
    """The search of the parameters of an address, from its first page on.

    Raises:
        Invalid: no search has such parameters.
    """
    pairs = parse_qsl(parameters, keep_blank_values=True)
    return replace(parse_query(pairs), cursor=None, facets=None)


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
        Pick(
            value.value,
            naming.term(facet.name, value.value),
            value.count,
            value.chosen,
            round(100 * value.count / largest, 1),
        )
        for value in facet.values
    )
    is_open = (query.facets or {}).get(facet.name, VALUES_SHOWN) > VALUES_SHOWN
    picks = by_family(facet.name, picks) if is_open else picks
    return FacetGroup(
        name=facet.name,
        title=_(FACET_TITLES[facet.name]),
        picks=picks,
        more=None if is_open or not facet.other else address(_with_values(query, facet.name, ALL_VALUES)),
        fewer=address(_with_values(query, facet.name, None)) if is_open else None,
    )


def by_family(name: str, picks: tuple[Pick, ...]) -> tuple[Pick, ...]:
    """The values of a vocabulary with families, family by family, the first of each with its heading."""
    families = [(code, naming.group(name, code)) for code in vocabulary.groups(name)]
    terms = vocabulary.terms(name)
    found = []
    for family, heading in families:
        members = [pick for pick in picks if pick.value in terms and terms[pick.value].group == family]
        found += [replace(pick, heading=None if place else heading) for place, pick in enumerate(members)]
    return tuple(found) if len(found) == len(picks) else picks


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
    stated, lacking = html.number(sum(histogram.counts)), html.number(histogram.lacking)
    return RangeGroup(
        name=name,
        kind=kind,
        minimum=plain(chosen.min),
        maximum=plain(chosen.max),
        thumbs=(round(1000 * kind.place(low)), round(1000 * kind.place(high))),
        bars=tuple(_bars(kind, histogram, low, high)),
        summary=_(
            "%(n)s datasets state %(what)s; %(lacking)s do not.", n=stated, what=_(kind.noun), lacking=lacking
        ),
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
            yield Bar(
                round(left + 0.3, 1),
                round(39 - height, 1),
                round(max(1, right - left - 0.6), 1),
                round(height, 1),
                inside,
            )
