"""Find datasets and count facets: exact, under every filter, on one state of the catalogue.

Words and areas are looked up in the database; codes and ranges are compared in the arrays of `index`, which
hold the very version that the transaction sees. So page, total, facets, map and feed cannot disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.base import tokens
from app.base.errors import Invalid, NotFound
from app.catalogue import vocabulary
from app.catalogue.index import Index, Mask, indexes_of
from app.catalogue.lookup import Hits, look_up, rank
from app.catalogue.query import FACET_NAMES, RANGE_NAMES, SORTS, Between, SearchQuery
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset

DEFAULT_FACET_VALUES = 10
APART_SHOWN = 5
MOST_RANKED = 600

# Sort → the arrays that decide, highest first; the database id breaks what ties remain.
ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("year", "completeness"),
    "size": ("size_measure", "completeness"),
    "completeness": ("completeness", "year"),
    "updated": ("updated", "completeness"),
}
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


@dataclass(frozen=True)
class Matched:
    """The datasets a query finds, and the filters that found them, one mask each."""

    index: Index
    filters: Mapping[str, Mask]
    hits: Hits

    def mask(self, *without: str) -> Mask:
        """The datasets that pass every filter, or every filter but some."""
        mask = np.ones(self.index.size, dtype=bool)
        for name, one in self.filters.items():
            if name not in without:
                mask &= one
        return mask

    @property
    def ids(self) -> list[int]:
        """The database ids of what was found."""
        return [int(one) for one in self.index.ids[self.mask()]]


@dataclass(frozen=True)
class Answer:
    """One page of results and all that stands around it."""

    cards: tuple[dict[str, Any], ...]
    number_matched: int
    total: int
    next_cursor: str | None
    facets: dict[str, Facet]
    histograms: dict[str, Histogram]
    left_out: dict[str, int]
    note: str | None
    apart: Apart
    version: int


@dataclass(frozen=True)
class Counted:
    """Total and facets alone."""

    number_matched: int
    facets: dict[str, Facet]
    version: int


@dataclass(frozen=True)
class Row:
    """One published dataset: its record, the card of lists, and when it last changed."""

    id: int
    record: DatasetRecord
    card: dict[str, Any]
    updated: datetime


def get_record(session: Session, slug: str) -> Row:
    """The published dataset with this slug.

    Raises:
        NotFound: there is none.
    """
    row = session.scalar(select(Dataset).where(Dataset.slug == slug))
    if row is None:
        raise NotFound(f"There is no dataset {slug[:120]!r}. Search for its name, or look at all datasets.")
    return Row(row.id, DatasetRecord.model_validate(row.record), row.card, row.updated)


def number_of_datasets(session: Session) -> int:
    """How many datasets are published."""
    return session.scalar(select(func.count()).select_from(Dataset)) or 0


def addresses(session: Session, *, first: int, most: int) -> list[tuple[str, datetime]]:
    """Slugs and dates of change, in the order of slugs."""
    rows = select(Dataset.slug, Dataset.updated).order_by(Dataset.slug).offset(max(first, 0)).limit(most)
    return [(slug, updated) for slug, updated in session.execute(rows).tuples()]


def search(session: Session, query: SearchQuery, secret: str, *, histograms: bool = False) -> Answer:
    """One page, the total, the facets and what was left out.

    Args:
        secret: signs the cursor of the next page.
        histograms: also count the bins of every range, as the portal shows them.
    Raises:
        Invalid: the cursor is not ours, or belongs to another sort.
    """
    matched = match(session, query)
    mask = matched.mask()
    rows, more = _page(session, query, matched, mask, secret)
    return Answer(
        cards=_cards(session, matched.index, rows),
        number_matched=int(mask.sum()),
        total=matched.index.size,
        next_cursor=more,
        facets=_facets(matched, query),
        histograms={name: _histogram(matched, name) for name in RANGE_NAMES} if histograms else {},
        left_out=_left_out(matched, query),
        note=matched.hits.note,
        apart=_apart(matched),
        version=matched.index.version,
    )


def count(session: Session, query: SearchQuery) -> Counted:
    """The total and the facets of a query, without any dataset."""
    matched = match(session, query)
    return Counted(int(matched.mask().sum()), _facets(matched, query), matched.index.version)


def match(session: Session, query: SearchQuery) -> Matched:
    """Which datasets a query finds, without order, page or counts."""
    hits = look_up(session, query)
    index = indexes_of(session).at(session, hits.version)
    filters: dict[str, Mask] = {}
    if hits.text_ids is not None:
        filters["q"] = index.mask_of(hits.text_ids)
    if query.is_spatial:
        filters["area"] = _in_area(index, hits, query.include_global)
    for name in FACET_NAMES:
        if query.choices(name):
            filters[name] = index.codes[name].holding(query.choices(name), index.size)
    for name in RANGE_NAMES:
        if query.between(name):
            filters[name] = _in_range(index, name, query.between(name))
    if query.interval:
        filters["datetime"] = _in_interval(index, query)
    return Matched(index, filters, hits)


def _in_area(index: Index, hits: Hits, include_global: bool) -> Mask:
    """Datasets with a footprint or place in the area, or only a country known that reaches into it."""
    mask = index.mask_of(hits.area_ids) | index.codes["outline"].holding(hits.outlines, index.size)
    if include_global:
        mask |= index.codes["geo_status"].holding(("global",), index.size)
    return mask


def _bounds(index: Index, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest value of each dataset."""
    if name == "gsd":
        return index.numbers["gsd_min"], index.numbers["gsd_max"]
    return index.numbers[name], index.numbers[name]


def _in_range(index: Index, name: str, wanted: Between) -> Mask:
    """Overlap, ends included; NaN compares false, so what lacks the value never matches."""
    lowest, highest = _bounds(index, name)
    mask = ~np.isnan(lowest)
    if wanted.min is not None:
        mask &= highest >= wanted.min
    if wanted.max is not None:
        mask &= lowest <= wanted.max
    return mask


def _in_interval(index: Index, query: SearchQuery) -> Mask:
    interval = query.interval
    first, last = index.numbers["first_day"], index.numbers["last_day"]
    mask = ~np.isnan(first)
    if interval and interval.start:
        mask &= np.isnan(last) | (last >= interval.start.toordinal())
    if interval and interval.end:
        mask &= first <= interval.end.toordinal()
    return mask


def _left_out(matched: Matched, query: SearchQuery) -> dict[str, int]:
    """How many datasets pass all else but lack the value that a range asks for."""
    columns = {name: _bounds(matched.index, name)[0] for name in RANGE_NAMES}
    columns["datetime"] = matched.index.numbers["first_day"]
    return {
        name: int((matched.mask(name) & np.isnan(column)).sum())
        for name, column in columns.items()
        if name in matched.filters
    }


def _facets(matched: Matched, query: SearchQuery) -> dict[str, Facet]:
    wanted = query.facets if query.facets is not None else dict.fromkeys(FACET_NAMES, DEFAULT_FACET_VALUES)
    everything = matched.mask()
    return {
        name: _facet(matched, name, query.choices(name), most, everything) for name, most in wanted.items()
    }


def _facet(matched: Matched, name: str, chosen: tuple[str, ...], most: int, everything: Mask) -> Facet:
    """Count under every filter but this facet's own; what is chosen comes first, even with nothing found."""
    mask = matched.mask(name) if chosen else everything
    counts = dict.fromkeys(chosen, 0) | matched.index.codes[name].count(mask)
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


def _histogram(matched: Matched, name: str) -> Histogram:
    first, last, bins, logarithmic = BINS[name]
    edges = np.linspace(first, last, bins + 1)
    values = _bounds(matched.index, name)[0][matched.mask(name)]
    known = values[~np.isnan(values)]
    placed = np.log10(np.maximum(known, 1e-9)) if logarithmic else known
    bin_of = np.clip(((placed - first) / (last - first) * bins).astype(int), 0, bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    shown = 10.0**edges if logarithmic else edges
    return Histogram(
        tuple(shown.tolist()), tuple(int(count) for count in counts), lacking=len(values) - len(known)
    )


def _apart(matched: Matched) -> Apart:
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


# The page. A position is [sort, first key, second key, id]; None stands for a key that is not known.


def _keys(index: Index, order: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two arrays that an order compares, highest first, unknown last."""
    if order == "name":
        return -index.name_ranks, np.zeros(index.size)
    first, second = (np.nan_to_num(index.numbers[name], nan=-np.inf) for name in ORDERS[order])
    return first, second


def _page(
    session: Session, query: SearchQuery, matched: Matched, mask: Mask, secret: str
) -> tuple[NDArray[np.intp], str | None]:
    """The rows of this page in order, and the cursor of the next one if there is more."""
    index, order = matched.index, query.order
    if order == "relevance":
        first, second = _relevance(session, matched, mask), index.prior
    else:
        first, second = _keys(index, order)
    rows = np.flatnonzero(mask & _after(query, index, order, first, second, secret))
    if len(rows) > query.limit + 1:
        rows = _candidates(rows, first, query.limit + 1)
    rows = rows[np.lexsort((index.ids[rows], -second[rows], -first[rows]))]
    shown = rows[: query.limit]
    if len(rows) <= query.limit:
        return shown, None
    last = int(shown[-1])
    position = [order, _written(index, order, first, last), _finite(second[last]), int(index.ids[last])]
    return shown, tokens.write_token(secret, position)


def _candidates(rows: NDArray[np.intp], first: NDArray[np.float64], wanted: int) -> NDArray[np.intp]:
    """The rows that can be among the first `wanted`: sorting the rest would be work thrown away."""
    values = first[rows]
    threshold = -np.partition(-values, wanted - 1)[wanted - 1]
    return rows[values >= threshold]


def _relevance(session: Session, matched: Matched, mask: Mask) -> NDArray[np.float64]:
    """A score per row. Beyond the first few hundred hits, words say nothing that tells datasets apart:
    those named by the words and then the best described are ranked, and the rest follow by description."""
    index, hits = matched.index, matched.hits
    scores = np.zeros(index.size)
    if hits.ranked_by is None:
        return scores
    rows = np.flatnonzero(mask)
    if len(rows) > MOST_RANKED:
        named = index.mask_of(hits.name_ids)[rows]
        rows = rows[np.lexsort((index.ids[rows], -index.prior[rows], ~named))[:MOST_RANKED]]
    ids, found = rank(session, hits, index.ids[rows])
    scores[np.searchsorted(index.ids, ids)] = found
    return scores


def _after(
    query: SearchQuery,
    index: Index,
    order: str,
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    secret: str,
) -> Mask:
    """The rows that come after the position of the cursor, whether or not the row it names still exists."""
    if query.cursor is None:
        return np.ones(index.size, dtype=bool)
    position = tokens.read_token(secret, query.cursor)
    if len(position) != 4 or position[0] != order or position[0] not in SORTS:
        raise Invalid("This cursor belongs to another sort; start again without it.")
    one, two, last_id = _read(index, order, position[1]), _number(position[2]), _number(position[3])
    later = (second < two) | ((second == two) & (index.ids > last_id))
    return (first < one) | ((first == one) & later)


def _written(index: Index, order: str, first: NDArray[np.float64], row: int) -> float | str | None:
    """The first key as the cursor holds it: a name as itself, since its rank changes with its neighbours."""
    return index.names[row].casefold() if order == "name" else _finite(first[row])


def _read(index: Index, order: str, key: object) -> float:
    return -index.name_rank(str(key)) if order == "name" else _number(key)


def _finite(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else -np.inf


def _cards(session: Session, index: Index, rows: Iterable[Any]) -> tuple[dict[str, Any], ...]:
    ids = [int(index.ids[row]) for row in rows]
    found = session.execute(select(Dataset.id, Dataset.card, Dataset.updated).where(Dataset.id.in_(ids)))
    by_id = {id_: {**card, "updated": updated.isoformat()} for id_, card, updated in found.tuples()}
    return tuple(by_id[id_] for id_ in ids)
