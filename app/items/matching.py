"""Which items a query finds, exactly: columns in memory first, the database for what they do not hold.

Rows are narrowed step by step, the cheapest step first: collections, ids and areas name candidates,
conditions on columns thin them, and what only documents say comes last.
"""

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, cast

import numpy as np
from geoalchemy2.shape import from_shape
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, func, literal, select
from sqlalchemy.orm import Session

from app.items import areas
from app.items.bounds import NO_BOUND, MustWait
from app.items.cql2 import Filter, compile_filter
from app.items.cql2_memory import View, evaluate, is_held
from app.items.cql2_nodes import Call, Name, Node
from app.items.index import ItemIndex, Rows, Span
from app.items.moments import micros
from app.items.outlines import Area
from app.items.properties import COMMON, GEOMETRY, Known, in_filter, known_properties, must_know
from app.items.query import ItemQuery, Moments
from app.items.tables import Item, ItemDocument

FEW = 20_000
"""Candidates up to which the database is asked about them alone, and not about all its items."""

WORTH_PICKING = 4
"""A list of rows is picked through where it is this many times shorter than the run that it is taken from."""

LOWEST, HIGHEST = -(2**63), 2**63 - 1

Some: TypeAlias = "slice | Rows | None"
"""Rows in a run, rows picked out, or None for all."""

NOTHING = np.empty(0, dtype=np.int32)


@dataclass(frozen=True)
class Parts:
    """A filter taken apart: what columns decide, areas to touch, and what only the database can say."""

    held: Sequence[Node]
    areas: Sequence[BaseGeometry]
    left: Sequence[Node]


def match(session: Session, index: ItemIndex, query: ItemQuery) -> Rows | None:
    """The rows that a query finds, rising, each once; None stands for all.

    Raises:
        Invalid: see `match_some`.
    """
    rows = _as_rows(match_some(session, index, query))
    return None if rows is None else np.sort(rows)


def match_some(session: Session, index: ItemIndex, query: ItemQuery, most: int = NO_BOUND) -> Some:
    """The rows that a query finds, each once, in any order, or as a run where they lie in one.

    Args:
        most: rows to look at one by one, at about ten a microsecond.
    Raises:
        Invalid: the filter names a property that no item asked for has, or compares it with what it is not.
        MustWait: there are more rows to look at.
    """
    known = known_properties(index, query.collections)
    parts = taken_apart(query.filter, known)
    outlines = [Area(one) for one in (query.area, *parts.areas) if one is not None]
    spans = None if query.collections is None else spans_of(index, query.collections)
    rows = _named(session, index, query)
    for outline in outlines:
        rows = _of_both(rows, _touching(session, index, outline, spans, most))
    if spans is not None and not outlines:
        rows = _of_spans(rows, spans, most)
    rows, left = _picked(index, rows, parts.held)
    rows = _during(index, rows, query.moments, most)
    rows = _held(index, rows, left, most)
    if parts.left:
        rows = _as_database_says(session, index, rows, known, parts.left)
    return rows


def _bounded(count: int, most: int) -> None:
    if count > most:
        raise MustWait


def number_of(index: ItemIndex, some: Some) -> int:
    """How many rows there are."""
    if some is None:
        return index.size
    return some.stop - some.start if isinstance(some, slice) else len(some)


def taken_apart(filter: Filter | None, known: Known) -> Parts:
    """The parts of a filter that must all hold, by who decides them."""
    held: list[Node] = []
    outlines: list[BaseGeometry] = []
    left: list[Node] = []
    for node in _conjuncts(filter.root) if filter else ():
        if isinstance(node, Call) and node.op == "s_intersects" and node.arguments[0] == Name("geometry"):
            outlines.append(node.arguments[1].geometry)  # type: ignore[union-attr]
        else:
            (held if is_held(node, known.columns) else left).append(node)
    for name in filter.properties if filter else ():
        if name not in COMMON:
            must_know(known, name)
    return Parts(held, outlines, left)


def _conjuncts(node: Node) -> list[Node]:
    """The parts of nested ands."""
    if isinstance(node, Call) and node.op == "and":
        return [part for argument in node.arguments for part in _conjuncts(argument)]
    return [node]


def _as_rows(rows: Some) -> Rows | None:
    return np.arange(rows.start, rows.stop, dtype=np.int32) if isinstance(rows, slice) else rows


def _named(session: Session, index: ItemIndex, query: ItemQuery) -> Some:
    if not query.ids:
        return None
    named = select(ItemDocument.id).where(ItemDocument.name.in_(query.ids))
    if query.collections is not None:
        named = named.where(ItemDocument.collection.in_(index.numbers_of(query.collections)))
    return index.rows_of(list(session.scalars(named)))


def _of_both(some: Some, others: Rows) -> Rows:
    rows = _as_rows(some)
    return others if rows is None else np.intersect1d(rows, others, assume_unique=True)


def spans_of(index: ItemIndex, slugs: Sequence[str]) -> list[Span]:
    """The rows of collections, one span for each: only within it rows run from the newest to the oldest."""
    return [index.spans[number] for number in index.numbers_of(slugs)]


def _of_spans(some: Some, spans: Sequence[Span], most: int) -> Some:
    if some is None and len(spans) == 1:
        return slice(spans[0].first, spans[0].last)
    if some is None:
        _bounded(sum(one.last - one.first for one in spans), most)
        return np.concatenate([NOTHING, *(np.arange(one.first, one.last, dtype=np.int32) for one in spans)])
    rows = cast(Rows, _as_rows(some))
    return rows[areas.lie_within(rows, spans)]


def _between(rows: Any, first: int, last: int) -> Rows:
    """The part of rising rows that lies within a span."""
    start, end = np.searchsorted(rows, np.asarray([first, last], dtype=np.int32))
    return cast(Rows, rows[start:end])


def _picked(index: ItemIndex, some: Some, held: Sequence[Node]) -> tuple[Some, Sequence[Node]]:
    """Start from the rows of the rarest word that must be there, where they are far fewer.

    The conditions that are left come with them.
    """
    if some is not None and not isinstance(some, slice):
        return some, held
    first, last = (0, index.size) if some is None else (some.start, some.stop)
    lists = [
        (_between(index.rows_with(name, code), first, last), node)
        for name, code, node in _words_asked_for(index, held)
    ]
    fewest, picked = min(lists, key=lambda one: len(one[0]), default=(None, None))
    if fewest is None or len(fewest) * WORTH_PICKING > last - first:
        return some, held
    return fewest, [node for node in held if node is not picked]


def _words_asked_for(index: ItemIndex, held: Sequence[Node]) -> Iterator[tuple[str, int, Node]]:
    for node in held:
        if _is_word(index, node):
            name, value = cast(Any, node).arguments
            yield name.name, index.codes.get(value, -1), node


def _is_word(index: ItemIndex, node: Node) -> bool:
    """Whether a condition asks for one word of a property that has a column."""
    if not isinstance(node, Call) or node.op != "=":
        return False
    name, value = node.arguments
    return isinstance(name, Name) and name.name in index.texts and isinstance(value, str)


def _during(index: ItemIndex, some: Some, moments: Moments | None, most: int) -> Some:
    """Overlap, ends included."""
    if moments is None:
        return some
    earliest = LOWEST if moments.start is None else micros(moments.start)
    latest = HIGHEST if moments.end is None else micros(moments.end)
    if isinstance(some, slice) and index.are_moments:
        # Within a collection rows run from the newest to the oldest.
        starts = index.start[some]
        first = bisect_left(starts, -latest, key=operator.neg)
        last = bisect_right(starts, -earliest, key=operator.neg)
        return slice(some.start + first, some.start + last)
    _bounded(number_of(index, some), most)
    rows = slice(0, index.size) if some is None else some
    starts = index.start[rows]
    untils = starts if index.are_moments else index.until[rows]
    return _only(rows, (starts <= latest) & (untils >= earliest))


def _held(index: ItemIndex, some: Some, held: Sequence[Node], most: int) -> Some:
    """Conditions one after the other, each on the rows that those before it have left."""
    if not held:
        return some
    _bounded(number_of(index, some), most)
    rows: slice | Rows = slice(0, index.size) if some is None else some
    passing: NDArray[np.bool_] | None = None
    # A word is looked up fastest, and few rows hold it.
    for node in sorted(held, key=lambda one: not _is_word(index, one)):
        mask = evaluate(node, View(index, rows, number_of(index, rows)))
        passing = mask if passing is None else passing & mask
        if isinstance(rows, slice) and np.count_nonzero(passing) * WORTH_PICKING > len(passing):
            # Most of a run is looked at faster than what is picked out of it.
            continue
        rows, passing = _only(rows, passing), None
    return rows if passing is None else _only(rows, passing)


def _only(rows: slice | Rows, mask: NDArray[np.bool_]) -> Rows:
    if isinstance(rows, slice):
        first: int = rows.start
        return (np.flatnonzero(mask) + first).astype(np.int32)
    return rows[mask]


def _touching(
    session: Session, index: ItemIndex, area: Area, spans: Sequence[Span] | None, most: int
) -> Rows:
    """The rows of some spans, or of all, that touch an area."""
    decided = areas.touching(index, area, spans, most)
    if not len(decided.open):
        return decided.rows
    shape = func.st_intersects(GEOMETRY, from_shape(area.outline, srid=4326))
    return np.concatenate([decided.rows, _ask(session, index, decided.open, [shape])])


def _as_database_says(
    session: Session, index: ItemIndex, some: Some, known: Known, nodes: Sequence[Node]
) -> Rows:
    column_of = cache(lambda name: in_filter(session, known, name))
    conditions = [compile_filter(Filter(node), column_of) for node in nodes]  # type: ignore[arg-type]
    return _ask(session, index, _as_rows(some), conditions)


def _ask(
    session: Session, index: ItemIndex, rows: Rows | None, conditions: Sequence[ColumnElement[bool]]
) -> Rows:
    """The rows of which the database says that conditions hold."""
    statement = select(Item.id).join(ItemDocument, ItemDocument.id == Item.id).where(*conditions)
    if rows is not None and len(rows) <= FEW:
        numbers = literal(index.ids[rows].tolist(), ARRAY(BigInteger))
        return index.rows_of(list(session.scalars(statement.where(Item.id == any_(numbers)))))
    found = index.rows_of(list(session.scalars(statement)))
    return found if rows is None else np.intersect1d(rows, found, assume_unique=True)
