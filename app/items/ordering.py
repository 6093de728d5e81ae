"""The order of items and the part of it that is one page.

Every key of an order becomes numbers that rise in that order, with what is not there at its end, whichever
way it runs. A page starts behind a position, which is the values of the keys at the last item shown, so that
items that come or go in between neither repeat nor hide others. The number of the item in the database
decides what the keys leave open.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, BigInteger, any_, literal, select
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.items.index import ItemIndex, Rows
from app.items.matching import FEW, Some, number_of
from app.items.properties import Known, in_database
from app.items.query import Sort
from app.items.tables import Item, ItemDocument

LAST = float("inf")
FOREIGN = "This token belongs to another search; start again without it."


@dataclass(frozen=True)
class Key:
    """One key of an order over some rows.

    Args:
        values: a number for each row, rising in this order.
        place: the number that a held value has, or would have.
        told: the value of a row, by its place among the rows, as a token holds it.
    """

    values: NDArray[Any]
    place: Callable[[Any], float]
    told: Callable[[int], Any]


@dataclass(frozen=True)
class Page:
    """Rows in order, whether there are more behind them, and where the first and the last of them stand."""

    rows: Rows
    more: bool
    first: list[Any]
    last: list[Any]


def newest_page(
    index: ItemIndex, some: Some, descending: bool, position: list[Any] | None, backwards: bool, limit: int
) -> Page:
    """A page by time alone, which is ready as one rising number of each row."""
    ranks = range(index.size) if some is None else index.rank[some]
    # All rows, and those of one collection, run from the newest to the oldest: their ranks rise as they are.
    rising = not isinstance(some, np.ndarray)
    towards_older = descending != backwards
    if position is not None:
        cut = _place(index, position, towards_older)
        ranks = _beyond_rank(ranks, rising, cut, towards_older)
    chosen = _first(ranks, rising, limit + 1) if towards_older else _last(ranks, rising, limit + 1)
    more, chosen = len(chosen) > limit, chosen[:limit]
    rows = index.newest[chosen[::-1] if backwards else chosen]
    at = [[int(index.start[row]), int(index.ids[row])] for row in ([rows[0], rows[-1]] if len(rows) else [])]
    return Page(rows, more, *(at or [[], []]))


def _place(index: ItemIndex, position: list[Any], towards_older: bool) -> int:
    """Where a page begins: the rank behind a position, or the rank that all before it stay below."""
    if len(position) != 2 or not all(isinstance(value, int) for value in position):
        raise Invalid(FOREIGN)
    start, number = position
    place = bisect_left(
        index.newest, (-start, -number), key=lambda row: (-int(index.start[row]), -int(index.ids[row]))
    )
    is_there = place < index.size and int(index.ids[index.newest[place]]) == number
    return place + (is_there and towards_older)


def _beyond_rank(ranks: Any, rising: bool, cut: int, towards_older: bool) -> Any:
    """The ranks behind a position; what is newer has a lower rank."""
    if rising:
        at = bisect_left(ranks, cut)
        return ranks[at:] if towards_older else ranks[:at]
    return ranks[ranks >= cut] if towards_older else ranks[ranks < cut]


def _first(ranks: Any, rising: bool, count: int) -> NDArray[np.int32]:
    """The lowest ranks, rising."""
    if rising:
        return np.asarray(ranks[:count], dtype=np.int32)
    return cast(
        NDArray[np.int32], np.sort(np.partition(ranks, count)[:count] if len(ranks) > count else ranks)
    )


def _last(ranks: Any, rising: bool, count: int) -> NDArray[np.int32]:
    """The highest ranks, falling."""
    if rising:
        return np.asarray(ranks[max(0, len(ranks) - count) :], dtype=np.int32)[::-1]
    cut = len(ranks) - count
    return cast(NDArray[np.int32], np.sort(np.partition(ranks, cut)[cut:] if cut > 0 else ranks)[::-1])


def sorted_page(
    index: ItemIndex,
    some: Some,
    keys: Sequence[Key],
    position: list[Any] | None,
    backwards: bool,
    limit: int,
) -> Page:
    """A page in any order; `keys` are over the rows of `some`, the number of the item among them, last."""
    rows = all_rows(index, some)
    chosen = np.arange(len(rows))
    if position is not None:
        chosen = np.flatnonzero(_beyond(keys, position, backwards))
    order = np.lexsort([key.values[chosen] for key in reversed(keys)])
    ordered = chosen[order[::-1] if backwards else order]
    more, ordered = len(ordered) > limit, ordered[:limit]
    ordered = ordered[::-1] if backwards else ordered
    at = [[key.told(int(one)) for key in keys] for one in ([ordered[0], ordered[-1]] if len(ordered) else [])]
    return Page(rows[ordered], more, *(at or [[], []]))


def all_rows(index: ItemIndex, some: Some) -> Rows:
    """Rows as an array, whatever stood for them."""
    if some is None:
        return np.arange(index.size, dtype=np.int32)
    return np.arange(some.start, some.stop, dtype=np.int32) if isinstance(some, slice) else some


def _beyond(keys: Sequence[Key], position: list[Any], backwards: bool) -> NDArray[np.bool_]:
    """The rows behind a position: the first key lies behind, or is equal and the next does."""
    count = len(keys[0].values)
    beyond, equal = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
    for key, value in zip(keys, position, strict=True):
        at = key.place(value)
        beyond |= equal & (key.values < at if backwards else key.values > at)
        equal &= key.values == at
    return beyond


def keys_of(session: Session, index: ItemIndex, known: Known, some: Some, sorts: Sequence[Sort]) -> list[Key]:
    """The keys of an order over some rows.

    Raises:
        Invalid: a property that no item here has, or that cannot be put in order.
    """
    rows = slice(0, index.size) if some is None else some
    keys = [_key(session, index, known, rows, sort) for sort in sorts]
    sign = -1 if not sorts or sorts[0].descending else 1
    ids = index.ids[rows]
    return [*keys, Key(ids * sign, lambda number: number * sign, lambda at: int(ids[at]))]


def _key(session: Session, index: ItemIndex, known: Known, rows: Any, sort: Sort) -> Key:
    sign = -1 if sort.descending else 1
    if sort.name == "datetime":
        starts = index.start[rows]
        return Key(starts * sign, lambda start: start * sign, lambda at: int(starts[at]))
    if sort.name in known.columns and sort.name in index.numbers:
        return _number_key(index.numbers[sort.name][rows], sign)
    if sort.name == "collection":
        return _word_key([index.slugs[number] for number in index.collections[rows].tolist()], sign)
    if sort.name in known.columns and sort.name in index.texts:
        words = index.words
        return _word_key([words.get(code) for code in index.texts[sort.name][rows].tolist()], sign)
    kind = in_database(session, known, sort.name).kind
    if kind not in ("number", "text"):
        raise Invalid(f"Items cannot be sorted by {sort.name}; sort by a number, a text, datetime or id.")
    values = values_of(session, index, known, all_rows(index, rows), sort.name)
    if kind == "number":
        return _number_key(np.asarray([np.nan if v is None else v for v in values], dtype=np.float64), sign)
    return _word_key(values, sign)


def _number_key(values: NDArray[np.float64], sign: int) -> Key:
    rising = np.where(np.isnan(values), LAST, values * sign)
    return Key(
        rising,
        lambda value: LAST if value is None else value * sign,
        lambda at: None if np.isnan(values[at]) else float(values[at]),
    )


def _word_key(values: Sequence[str | None], sign: int) -> Key:
    """Words by their place in the alphabet; one that is not there has a place between its neighbours."""
    alphabet = sorted({word for word in values if word is not None})
    places = {word: sign * place for place, word in enumerate(alphabet)}

    def place(word: str | None) -> float:
        if word is None:
            return LAST
        if not isinstance(word, str):
            raise Invalid(FOREIGN)
        return places[word] if word in places else sign * (bisect_left(alphabet, word) - 0.5)

    rising = np.asarray([LAST if word is None else places[word] for word in values], dtype=np.float64)
    return Key(rising, place, lambda at: values[at])


def values_of(session: Session, index: ItemIndex, known: Known, rows: Rows, name: str) -> list[Any]:
    """A property of some rows as the database has it, None where there is none."""
    expression = in_database(session, known, name).expression
    statement = select(Item.id, expression).join(ItemDocument, ItemDocument.id == Item.id)
    if number_of(index, rows) <= FEW:
        numbers = literal(index.ids[rows].tolist(), ARRAY(BigInteger))
        statement = statement.where(Item.id == any_(numbers))
    held = dict(cast(Any, session.execute(statement).all()))
    return [held.get(number) for number in index.ids[rows].tolist()]
