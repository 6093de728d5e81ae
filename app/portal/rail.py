"""The rail of the search page: facets with tallies, ranges with histograms, chips of what is chosen.

Pure functions. Lengths are in the units of the SVG they go into: 100 is the whole width of a tally, and a
histogram has 250 × 40.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from app.base import html
from app.base.language import N_, _
from app.catalogue import naming, vocabulary
from app.catalogue.counting import BINS, Facet, Histogram
from app.catalogue.parameters import parse_query
from app.catalogue.query import FACET_NAMES, RANGE_NAMES, Between, SearchQuery
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


@dataclass(frozen=True)
class Chip:
    """An active filter; its link removes it."""

    label: str
    href: str
    query: SearchQuery


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


def chips(query: SearchQuery) -> list[Chip]:
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
    return ([Chip(_("“%(label)s”", label=query.q), address(words), words)] if query.q else []) + chips(query)


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
