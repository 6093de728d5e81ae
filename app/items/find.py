"""Find items: one page, the exact number matched, and the tokens that lead on and back.

Pages are cut by key in both directions, so a page costs the same wherever it lies, and items loaded in
between neither repeat nor hide others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from geoalchemy2.shape import from_shape
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from app.base import tokens
from app.base.errors import Invalid, NotFound
from app.catalogue.tables import Dataset
from app.items.cql2 import compile_filter
from app.items.properties import Known, column_of, known_properties
from app.items.query import ItemQuery, Moments, Sort
from app.items.tables import Item, ItemCount, ItemDocument, ItemWord


@dataclass(frozen=True)
class FoundItem:
    """One item: the slug of its collection, its id there, and the document as stored."""

    collection: str
    name: str
    document: str


@dataclass(frozen=True)
class ItemPage:
    """Items in order; how many match in all; tokens of the pages after and before."""

    items: tuple[FoundItem, ...]
    matched: int
    next_token: str | None
    previous_token: str | None


@dataclass(frozen=True)
class Key:
    """One key of the order; unknown values come last in either direction."""

    expression: ColumnElement[Any]
    descending: bool
    is_moment: bool


def get_item(session: Session, collection: str, name: str) -> tuple[FoundItem, str]:
    """One item, and the tag of its present form.

    Raises:
        NotFound: there is no such collection, or it has no item of this id.
    """
    statement = (
        select(ItemDocument.document, ItemDocument.digest)
        .join(Item, Item.id == ItemDocument.id)
        .join(Dataset, Dataset.id == Item.collection)
        .where(Dataset.slug == collection, Item.name == name)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"Collection {collection[:120]!r} has no item {name[:120]!r}.")
    return FoundItem(collection, name, row.document), row.digest.hex()


def find_items(session: Session, query: ItemQuery, secret: str) -> ItemPage:
    """One page of items.

    Args:
        secret: signs the tokens of other pages.
    Raises:
        Invalid: an unknown property, or a token that is not ours or belongs to another order.
    """
    known = known_properties(session, query.collections)
    conditions = _conditions(session, query, known)
    keys = [*(_key(session, known, sort) for sort in query.sorts), _last_key(query.sorts)]
    backwards, position = _position(query, secret)
    statement = _in_order(_joined(query, known), keys, backwards).where(*conditions)
    if position is not None:
        statement = statement.where(_beyond(keys, position, backwards))
    rows = session.execute(statement.limit(query.limit + 1)).all()
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    if backwards:
        rows = rows[::-1]
    before, after = (more, True) if backwards else (position is not None, more)
    return ItemPage(
        _items(session, [row[0] for row in rows]),
        count_items(session, query, known),
        _token(secret, query, rows[-1], "next") if rows and after else None,
        _token(secret, query, rows[0], "prev") if rows and before else None,
    )


def count_items(session: Session, query: ItemQuery, known: Known | None = None) -> int:
    """How many items match, exactly: from the kept counts where only collections are asked for."""
    if not (query.ids or query.area or query.moments or query.filter):
        counted = select(func.coalesce(func.sum(ItemCount.n), 0))
        if query.collections is not None:
            counted = counted.where(ItemCount.collection.in_(query.collections))
        return int(session.scalar(counted) or 0)
    known = known or known_properties(session, query.collections)
    statement = _joined(query, known, func.count()).where(*_conditions(session, query, known))
    return session.scalar(statement) or 0


def count_by(session: Session, query: ItemQuery, name: str, most: int = 100) -> list[tuple[str, int]]:
    """Items per value of a text property, or per month for `datetime`, under a query; most frequent first."""
    known = known_properties(session, query.collections)
    if name == "datetime":
        value: ColumnElement[Any] = func.to_char(Item.datetime, "YYYY-MM")
    else:
        value = _word_of(session, known, name)
    number = func.count()
    statement = (
        _joined(query, known, value, number)
        .where(*_conditions(session, query, known), value.is_not(None))
        .group_by(value)
        .order_by(number.desc(), value)
        .limit(most)
    )
    return [(str(one), int(count)) for one, count in session.execute(statement)]


def _word_of(session: Session, known: Known, name: str) -> ColumnElement[Any]:
    slot = known.slots.get(name)
    if slot is None or known.kinds.get(name) != "text":
        expression: ColumnElement[Any] = column_of(session, known, name).expression
        return expression
    word = select(ItemWord.word).where(ItemWord.id == getattr(Item, slot))
    return word.scalar_subquery()


def _joined(query: ItemQuery, known: Known, *columns: Any) -> Select[Any]:
    """Rows of items, with their documents only where a property without a slot must be read."""
    named = query.filter.properties if query.filter else frozenset()
    named |= {sort.name for sort in query.sorts}
    statement = select(*columns) if columns else select(Item.id)
    statement = statement.select_from(Item)
    if any(name in known.kinds and name not in known.slots for name in named):
        statement = statement.join(ItemDocument, ItemDocument.id == Item.id)
    return statement


def _conditions(session: Session, query: ItemQuery, known: Known) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.collections is not None:
        conditions.append(_any_of(Item.collection, query.collections))
    if query.ids:
        conditions.append(Item.name.in_(query.ids))
    if query.area is not None:
        conditions.append(func.st_intersects(Item.geometry, from_shape(query.area, srid=4326)))
    if query.moments is not None:
        conditions += _during(query.moments)
    if query.filter is not None:
        conditions.append(compile_filter(query.filter, cache(lambda name: column_of(session, known, name))))
    return conditions


def _any_of(column: Any, values: Sequence[int]) -> ColumnElement[bool]:
    """One value is compared alone, so that an index whose order follows the column can be walked."""
    if not values:
        return false()
    condition: ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
    return condition


def _during(moments: Moments) -> list[ColumnElement[bool]]:
    """Overlap, ends included; an item of one moment has no `until`."""
    conditions: list[ColumnElement[bool]] = []
    if moments.end is not None:
        conditions.append(Item.datetime <= moments.end)
    if moments.start is not None:
        conditions.append(or_(Item.datetime >= moments.start, Item.until >= moments.start))
    return conditions


def _key(session: Session, known: Known, sort: Sort) -> Key:
    if sort.name == "datetime":
        return Key(Item.datetime.expression, sort.descending, is_moment=True)
    if sort.name == "id":
        return Key(Item.name.expression, sort.descending, is_moment=False)
    column = column_of(session, known, sort.name)
    if column.kind not in ("number", "text"):
        raise Invalid(f"Items cannot be sorted by {sort.name}; sort by a number, a text, datetime or id.")
    expression = column.expression if column.kind == "number" else _word_of(session, known, sort.name)
    return Key(expression, sort.descending, is_moment=False)


def _last_key(sorts: tuple[Sort, ...]) -> Key:
    """The database number decides what the other keys leave open, in the direction of the first."""
    return Key(Item.id.expression, sorts[0].descending if sorts else True, is_moment=False)


def _in_order(statement: Select[Any], keys: list[Key], backwards: bool) -> Select[Any]:
    statement = statement.add_columns(*(key.expression for key in keys))
    for key in keys:
        descending = key.descending != backwards
        ordered = key.expression.desc() if descending else key.expression.asc()
        statement = statement.order_by(ordered if _never_null(key) else _nulls(ordered, backwards))
    return statement


def _never_null(key: Key) -> bool:
    """Keys that are always there are ordered plainly, so that their index serves."""
    return key.is_moment or key.expression is Item.id.expression or key.expression is Item.name.expression


def _nulls(ordered: Any, backwards: bool) -> Any:
    return ordered.nulls_first() if backwards else ordered.nulls_last()


def _position(query: ItemQuery, secret: str) -> tuple[bool, list[Any] | None]:
    """The direction and the key values that a token holds."""
    if query.token is None:
        return False, None
    held = tokens.read_token(secret, query.token)
    wanted = [f"{'-' if sort.descending else '+'}{sort.name}" for sort in query.sorts]
    if (
        len(held) != 3
        or held[0] not in ("next", "prev")
        or held[1] != wanted
        or not isinstance(held[2], list)
    ):
        raise Invalid("This token belongs to another search; start again without it.")
    return held[0] == "prev", held[2]


def _token(secret: str, query: ItemQuery, row: Any, direction: str) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else value for value in row[1:]]
    wanted = [f"{'-' if sort.descending else '+'}{sort.name}" for sort in query.sorts]
    return tokens.write_token(secret, [direction, wanted, values])


def _beyond(keys: list[Key], position: list[Any], backwards: bool) -> ColumnElement[bool]:
    """The rows after a position in the order: the first key lies beyond, or is equal and the next does."""
    if len(position) != len(keys):
        raise Invalid("This token belongs to another search; start again without it.")
    if all(_never_null(key) and key.descending == keys[0].descending for key in keys):
        return _past_together(keys, position, backwards)
    beyond: ColumnElement[bool] = false()
    equal: ColumnElement[bool] = true()
    for key, value in zip(keys, position, strict=True):
        at = _held(key, value)
        beyond = or_(beyond, and_(equal, _past(key, at, backwards)))
        equal = and_(equal, key.expression.is_(None) if at is None else key.expression == at)
    return beyond


def _past_together(keys: list[Key], position: list[Any], backwards: bool) -> ColumnElement[bool]:
    """All keys run one way and are always there: one comparison of rows, which an index can start from."""
    row = tuple_(*(key.expression for key in keys))
    at = tuple_(*(_held(key, value) for key, value in zip(keys, position, strict=True)))
    return row < at if keys[0].descending != backwards else row > at


def _held(key: Key, value: Any) -> Any:
    """A key value as the token holds it, turned back."""
    return datetime.fromisoformat(value).astimezone(UTC) if key.is_moment else value


def _past(key: Key, value: Any, backwards: bool) -> ColumnElement[bool]:
    """One key past a value; unknown is past all that is known."""
    if value is None:
        return key.expression.is_not(None) if backwards else false()
    past = key.expression < value if key.descending != backwards else key.expression > value
    return past if backwards or _never_null(key) else or_(past, key.expression.is_(None))


def _items(session: Session, numbers: list[int]) -> tuple[FoundItem, ...]:
    if not numbers:
        return ()
    rows = session.execute(
        select(Item.id, Dataset.slug, Item.name, ItemDocument.document)
        .join(ItemDocument, ItemDocument.id == Item.id)
        .join(Dataset, Dataset.id == Item.collection)
        .where(Item.id.in_(numbers))
    )
    found = {number: FoundItem(slug, name, document) for number, slug, name, document in rows}
    return tuple(found[number] for number in numbers)
