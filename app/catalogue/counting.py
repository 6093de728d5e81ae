"""What stands around a page of results: facet counts, histograms, and what a filter leaves out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.catalogue import vocabulary
from app.catalogue.index import Index, Mask
from app.catalogue.matching import Matched, bounds
from app.catalogue.query import FACET_NAMES, RANGE_NAMES, SearchQuery

DEFAULT_FACET_VALUES = 10
APART_SHOWN = 5

# Range → where its bins begin and end (as powers of ten unless linear), for the little histogram beside it.
BINS: dict[str, tuple[float, float, int, bool]] = {
    "gsd": (-2, 3, 25, True),
    "year": (2000, 2028, 28, False),
    "samples": (1, 7, 24, True),
    "classes": (0, 3, 24, True),
    "volume": (-2, 5, 28, True),
}


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet and how many datasets it would find."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """The most frequent values of a facet, and the sum of the counts of those not listed."""

    name: str
    values: tuple[FacetValue, ...]
    other: int


@dataclass(frozen=True)
class Histogram:
    """Datasets per bin; `edges` are one more than `counts`, and the outer bins take what lies beyond."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    lacking: int


@dataclass(frozen=True)
class Apart:
    """What the map cannot show: (slug, name) of some global and some unlocated datasets, and how many there
    are."""

    globals: tuple[tuple[str, str], ...]
    global_count: int
    unlocated: tuple[tuple[str, str], ...]
    unlocated_count: int


NONE_APART = Apart((), 0, (), 0)


@dataclass(frozen=True)
class Found:
    """Datasets as a mask and as row numbers, so that neither is worked out twice."""

    mask: Mask
    rows: NDArray[np.intp]

    @classmethod
    def of(cls, mask: Mask) -> "Found":
        """Both forms of a mask."""
        return cls(mask, np.flatnonzero(mask))


def left_out(matched: Matched, query: SearchQuery) -> dict[str, int]:
    """How many datasets pass all else but lack the value that a range asks for."""
    columns = {name: bounds(matched.index, name)[0] for name in RANGE_NAMES}
    columns["datetime"] = matched.index.numbers["first_day"]
    return {
        name: int((matched.mask(name) & np.isnan(column)).sum())
        for name, column in columns.items()
        if name in matched.filters
    }


def facets(matched: Matched, query: SearchQuery) -> dict[str, Facet]:
    wanted = query.facets if query.facets is not None else dict.fromkeys(FACET_NAMES, DEFAULT_FACET_VALUES)
    everything = Found.of(matched.mask())
    return {
        name: _facet(matched, name, query.choices(name), most, everything) for name, most in wanted.items()
    }


def _facet(matched: Matched, name: str, chosen: tuple[str, ...], most: int, everything: Found) -> Facet:
    """Count under every filter but this facet's own; what is chosen comes first, even with nothing found."""
    found = Found.of(matched.mask(name)) if chosen else everything
    counts = dict.fromkeys(chosen, 0) | matched.index.codes[name].count(found.mask, found.rows)
    ordered = sorted(counts, key=lambda value: (value not in chosen, -counts[value], value))
    listed = ordered[: max(most, len(chosen))]
    return Facet(
        name,
        tuple(
            FacetValue(value, vocabulary.label(name, value), counts[value], value in chosen)
            for value in listed
        ),
        other=sum(counts[value] for value in ordered[len(listed) :]),
    )


def histogram(matched: Matched, name: str) -> Histogram:
    first, last, bins, logarithmic = BINS[name]
    edges = np.linspace(first, last, bins + 1)
    values = bounds(matched.index, name)[0][matched.mask(name)]
    known = values[~np.isnan(values)]
    placed = np.log10(np.maximum(known, 1e-9)) if logarithmic else known
    bin_of = np.clip(((placed - first) / (last - first) * bins).astype(int), 0, bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    shown = 10.0**edges if logarithmic else edges
    return Histogram(
        tuple(shown.tolist()), tuple(int(count) for count in counts), lacking=len(values) - len(known)
    )


def apart(matched: Matched) -> Apart:
    """Global and unlocated datasets that pass all but the area, best described first."""
    mask = matched.mask("area")
    statuses = matched.index.codes["geo_status"]
    everywhere = mask & statuses.holding(("global",), matched.index.size)
    nowhere = mask & statuses.holding(("none", "unknown"), matched.index.size)
    return Apart(
        _named(matched.index, everywhere),
        int(everywhere.sum()),
        _named(matched.index, nowhere),
        int(nowhere.sum()),
    )


def _named(index: Index, mask: Mask) -> tuple[tuple[str, str], ...]:
    rows = np.flatnonzero(mask)
    best = rows[np.argsort(-index.prior[rows], kind="stable")[:APART_SHOWN]]
    return tuple((index.slugs[row], index.names[row]) for row in best)
