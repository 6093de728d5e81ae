"""The order of results and the cut of a page.

Pages are cut by key, not by number: a cursor holds the sort and the keys of the last dataset shown, so that
datasets published in between neither repeat nor hide others. A position is [sort, first key, second key, id];
None stands for a key that is not known.
"""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.base import tokens
from app.base.errors import Invalid
from app.catalogue.index import Index, Mask
from app.catalogue.lookup import rank
from app.catalogue.matching import Matched
from app.catalogue.query import SearchQuery

MOST_RANKED = 60
PROMINENCE_WEIGHT = 4_000
"""Millionths of relevance for each point of prominence."""

Keys = tuple[NDArray[np.float64], NDArray[np.float64]]

# Sort → the arrays that decide, highest first; the database id breaks what ties remain.
ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("year", "completeness"),
    "size": ("size_measure", "completeness"),
    "completeness": ("completeness", "year"),
    "updated": ("updated", "completeness"),
}


def page(
    session: Session, query: SearchQuery, matched: Matched, mask: Mask, secret: str
) -> tuple[NDArray[np.intp], str | None]:
    """The rows of this page in order, and the cursor of the next one if there is more.

    Raises:
        Invalid: the cursor is not ours, or belongs to another sort.
    """
    index, order = matched.index, query.order
    keys = _relevance(session, matched, mask) if order == "relevance" else _keys(index, order)
    if query.cursor is not None:
        mask = mask & _after(tokens.read_token(secret, query.cursor), index, order, keys)
    rows = _first(index, order, keys, mask, query.limit + 1)
    shown = rows[: query.limit]
    if len(rows) <= query.limit:
        return shown, None
    return shown, tokens.write_token(secret, _position(index, order, keys, int(shown[-1])))


def _keys(index: Index, order: str) -> Keys:
    """The two arrays that an order compares, highest first, unknown last; worked out once."""
    if order not in index.keys:
        if order == "name":
            index.keys[order] = -index.name_ranks, np.zeros(index.size)
        else:
            first, second = (np.nan_to_num(index.numbers[name], nan=-np.inf) for name in ORDERS[order])
            index.keys[order] = first, second
    return index.keys[order]


def _first(index: Index, order: str, keys: Keys, mask: Mask, wanted: int) -> NDArray[np.intp]:
    """The first rows of a mask in an order. Orders that do not depend on the query are worked out once."""
    if order != "relevance":
        if order not in index.orders:
            index.orders[order] = np.lexsort((index.ids, -keys[1], -keys[0]))
        everything = index.orders[order]
        first: NDArray[np.intp] = everything if mask.all() else everything[mask[everything]]
        return first[:wanted]
    rows = np.flatnonzero(mask)
    if len(rows) > wanted:
        rows = _candidates(rows, keys[0], wanted)
    ordered: NDArray[np.intp] = rows[np.lexsort((index.ids[rows], -keys[1][rows], -keys[0][rows]))]
    return ordered[:wanted]


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


def _position(index: Index, order: str, keys: Keys, row: int) -> list[object]:
    """What the cursor holds: a name as itself, since its rank changes with its neighbours."""
    first = index.names[row].casefold() if order == "name" else _finite(keys[0][row])
    return [order, first, _finite(keys[1][row]), int(index.ids[row])]


def _after(position: list[object], index: Index, order: str, keys: Keys) -> Mask:
    """The rows that come after a position, whether or not the dataset it names still exists."""
    if len(position) != 4 or position[0] != order:
        raise Invalid("This cursor belongs to another sort; start again without it.")
    first = -index.name_rank(str(position[1])) if order == "name" else _number(position[1])
    second, last_id = _number(position[2]), _number(position[3])
    later: Mask = (keys[1] < second) | ((keys[1] == second) & (index.ids > last_id))
    after: Mask = (keys[0] < first) | ((keys[0] == first) & later)
    return after


def _finite(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else -np.inf
