"""The order of results and the cut of a page.

Pages are cut by key, not by number: a cursor holds the keys of the dataset at the edge of a page, so that
datasets published in between neither repeat nor hide others. It reads [sort, way, first key, second key, id],
where the way is AFTER or BEFORE that dataset; None stands for a key that is not known.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.base import tokens
from app.base.errors import Invalid
from app.base.language import _
from app.catalogue.index import Index, Mask
from app.catalogue.lookup import rank
from app.catalogue.matching import Matched
from app.catalogue.query import SearchQuery

MOST_RANKED = 60
PROMINENCE_WEIGHT = 4_000
"""Millionths of relevance for each point of prominence."""

AFTER, BEFORE = "after", "before"

Keys = tuple[NDArray[np.float64], NDArray[np.float64]]
Edge = tuple[float, float, float]

# Sort → the arrays that decide, highest first; the database id breaks what ties remain.
ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("year", "completeness"),
    "size": ("size_measure", "completeness"),
    "completeness": ("completeness", "year"),
    "updated": ("updated", "completeness"),
}


@dataclass(frozen=True)
class Page:
    """The rows of one page in order, how many stand before them, and the cursors of both neighbours."""

    rows: NDArray[np.intp]
    passed: int
    following: str | None
    preceding: str | None


def page(session: Session, query: SearchQuery, matched: Matched, mask: Mask, secret: str) -> Page:
    """One page of what was found; where less than a page stands before a cursor, it is the first page.

    Raises:
        Invalid: the cursor is not ours, or belongs to another sort.
    """
    index, order = matched.index, query.order
    keys = _relevance(session, matched, mask) if order == "relevance" else _keys(index, order)
    part, passed, backwards = mask, 0, False
    if query.cursor is not None:
        way, edge = _edge(tokens.read_token(secret, query.cursor), index, order)
        part, passed, backwards = _part(mask, _beyond(index, keys, edge, way), way, query.limit)
    rows = _first(index, order, keys, part, query.limit, backwards)

    def cursor(way: str, row: int) -> str:
        return tokens.write_token(secret, _position(index, order, way, keys, int(rows[row])))

    goes_on = passed + len(rows) < int(mask.sum())
    return Page(rows, passed, cursor(AFTER, -1) if goes_on else None, cursor(BEFORE, 0) if passed else None)


def _part(mask: Mask, beyond: Mask, way: str, limit: int) -> tuple[Mask, int, bool]:
    """The rows that a page is cut from, how many stand before it, and whether it is cut from their end.

    Less than a page before a cursor makes the first page, nothing after one the last.
    """
    part, total = mask & beyond, int(mask.sum())
    number = int(part.sum())
    if way == AFTER and number:
        return part, total - number, False
    part, number = (part, number) if way == BEFORE else (mask, total)
    return (part, number - limit, True) if number > limit else (mask, 0, False)


def _keys(index: Index, order: str) -> Keys:
    """The two arrays that an order compares, highest first, unknown last; worked out once."""
    if order not in index.keys:
        if order == "name":
            index.keys[order] = -index.name_ranks, np.zeros(index.size)
        else:
            first, second = (np.nan_to_num(index.numbers[name], nan=-np.inf) for name in ORDERS[order])
            index.keys[order] = first, second
    return index.keys[order]


def _first(
    index: Index, order: str, keys: Keys, mask: Mask, wanted: int, backwards: bool
) -> NDArray[np.intp]:
    """The first rows of a mask in an order, or backwards the last ones; both are given in order.

    Orders that do not depend on the query are worked out once.
    """
    if order != "relevance":
        if order not in index.orders:
            index.orders[order] = np.lexsort((index.ids, -keys[1], -keys[0]))
        everything = index.orders[order]
        found: NDArray[np.intp] = everything if mask.all() else everything[mask[everything]]
        return found[-wanted:] if backwards else found[:wanted]
    rows = np.flatnonzero(mask)
    first, second = (-keys[0], -keys[1]) if backwards else keys
    ids = -index.ids if backwards else index.ids
    if len(rows) > wanted:
        rows = _candidates(rows, first, wanted)
    ordered: NDArray[np.intp] = rows[np.lexsort((ids[rows], -second[rows], -first[rows]))][:wanted]
    return ordered[::-1] if backwards else ordered


def _candidates(rows: NDArray[np.intp], first: NDArray[np.float64], wanted: int) -> NDArray[np.intp]:
    """The rows that can be among the first `wanted`: sorting the rest would be work thrown away."""
    values = first[rows]
    threshold = -np.partition(-values, wanted - 1)[wanted - 1]
    possible: NDArray[np.intp] = rows[values >= threshold]
    return possible


def _relevance(session: Session, matched: Matched, mask: Mask) -> Keys:
    """A score per row, then its prominence.

    Beyond the first few dozen hits, words say nothing that tells datasets apart: those named by the words
    and then the most prominent are ranked, and the rest follow by prominence.
    """
    index, hits = matched.index, matched.hits
    scores = np.zeros(index.size)
    if hits.asked is None:
        return scores, index.prior
    rows = np.flatnonzero(mask)
    if len(rows) > MOST_RANKED:
        named = index.mask_of(hits.name_ids)[rows]
        rows = rows[np.lexsort((index.ids[rows], -index.prior[rows], ~named))[:MOST_RANKED]]
    ids, found = rank(session, hits, index.ids[rows])
    places = np.searchsorted(index.ids, ids)
    scores[places] = np.maximum(1, found + np.round(PROMINENCE_WEIGHT * index.prior[places]))
    return scores, index.prior


def _position(index: Index, order: str, way: str, keys: Keys, row: int) -> list[object]:
    """What the cursor holds: a name as itself, since its rank changes with its neighbours."""
    first = index.names[row].casefold() if order == "name" else _finite(keys[0][row])
    return [order, way, first, _finite(keys[1][row]), int(index.ids[row])]


def _edge(position: list[object], index: Index, order: str) -> tuple[str, Edge]:
    """The way that a cursor leads, and the keys that it starts from, in the terms of this version."""
    if len(position) != 5 or position[0] != order or position[1] not in (AFTER, BEFORE):
        raise Invalid(_("This cursor belongs to another sort; start again without it."))
    first = -index.name_rank(str(position[2])) if order == "name" else _number(position[2])
    return str(position[1]), (first, _number(position[3]), _number(position[4]))


def _beyond(index: Index, keys: Keys, edge: Edge, way: str) -> Mask:
    """The rows on one side of an edge, whether or not the dataset that it names still exists."""
    first, second, last_id = edge
    further = index.ids > last_id if way == AFTER else index.ids < last_id
    later: Mask = _past(keys[1], second, way) | ((keys[1] == second) & further)
    beyond: Mask = _past(keys[0], first, way) | ((keys[0] == first) & later)
    return beyond


def _past(values: NDArray[np.float64], value: float, way: str) -> Mask:
    """Highest first: what comes after is smaller."""
    past: Mask = values < value if way == AFTER else values > value
    return past


def _finite(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else -np.inf
