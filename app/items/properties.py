"""Properties of items: what is known of them, and how the database reads what memory lacks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Float, Text, case, cast, func, literal, null, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.catalogue.nearest import nearest
from app.catalogue.tables import Dataset
from app.items.cql2 import Property
from app.items.forms import OWN_BOX
from app.items.index import ItemIndex
from app.items.query import NEWEST_FIRST, ItemQuery
from app.items.tables import Item, ItemDocument

# An item whose box says all of it has no geometry of its own, but for points.
GEOMETRY = func.coalesce(
    ItemDocument.geometry,
    case((Item.form == OWN_BOX, func.st_makeenvelope(Item.west, Item.south, Item.east, Item.north, 4326))),
)

# What every item has, whatever its collection.
OWN = {
    "id": Property(ItemDocument.name.expression, "text"),
    "datetime": Property(Item.start.expression, "timestamp"),
    "start_datetime": Property(Item.start.expression, "timestamp"),
    "end_datetime": Property(Item.until.expression, "timestamp"),
    "geometry": Property(GEOMETRY, "geometry"),
}

# What STAC gives a name of its own: a filter may use it anywhere, and where no item holds it, none matches.
COMMON = {
    **dict.fromkeys(("mission", "platform", "constellation"), Property(cast(null(), Text), "text")),
    "gsd": Property(cast(null(), Float), "number"),
}


@dataclass(frozen=True)
class Known:
    """The properties that some collections hold, with their kinds; `columns` are those held in memory."""

    kinds: Mapping[str, str]
    columns: frozenset[str]


def known_properties(index: ItemIndex, collections: Iterable[str] | None) -> Known:
    """What the items of some collections, or of all, hold."""
    numbers = frozenset(index.kinds if collections is None else index.numbers_of(collections))
    known: dict[frozenset[int], Known] = index.kept("known", dict)
    if numbers not in known:
        if len(known) > MOST_KEPT:
            known.clear()
        known[numbers] = _known(index, numbers)
    return known[numbers]


MOST_KEPT = 1_000


def _known(index: ItemIndex, collections: Iterable[int]) -> Known:
    met: dict[str, frozenset[str]] = {}
    for number in collections:
        for name, kinds in index.kinds.get(number, {}).items():
            met[name] = met.get(name, frozenset()) | kinds
    # What is a number here and a text there can only be compared as what all values can be written as.
    compared = {name: min(kinds) if len(kinds) == 1 else "text" for name, kinds in met.items()}
    columns = {name for name, kinds in met.items() if _has_column(index, name, kinds)}
    return Known(compared, frozenset(columns | {"collection"}))


def _has_column(index: ItemIndex, name: str, kinds: frozenset[str]) -> bool:
    """Whether a column holds all values of a property, whatever collection asks."""
    return (kinds == {"number"} and name in index.numbers) or (kinds == {"text"} and name in index.texts)


def must_know(known: Known, name: str) -> None:
    """Refuse a property that no item here has.

    Raises:
        Invalid: the message names the nearest one that is held.
    """
    if name not in OWN and name != "collection" and name not in known.kinds:
        names = {one: one for one in (*OWN, "collection", *known.kinds)}
        raise Invalid(f"No item here has a property {name[:60]!r}. {nearest(name, names)}")


def knows(index: ItemIndex, query: ItemQuery) -> bool:
    """Whether an index has every property that a query names."""
    if query.filter is None and query.sorts == NEWEST_FIRST:
        return True
    known = known_properties(index, query.collections)
    named = (query.filter.properties if query.filter else frozenset()) | {one.name for one in query.sorts}
    return all(name in OWN or name == "collection" or name in known.kinds for name in named)


def in_database(session: Session, known: Known, name: str) -> Property:
    """The property as the database reads it, from the document where nothing narrower has it.

    Raises:
        Invalid: no collection asked for holds it.
    """
    must_know(known, name)
    if name in OWN:
        return OWN[name]
    return _collection(session) if name == "collection" else _from_document(name, known.kinds[name])


def in_filter(session: Session, known: Known, name: str) -> Property:
    """The property as a filter compares it.

    Raises:
        Invalid: no collection asked for holds it, and STAC does not name it.
    """
    is_held = name in known.kinds or name not in COMMON
    return in_database(session, known, name) if is_held else COMMON[name]


def _collection(session: Session) -> Property:
    """The collection of an item: slugs become the numbers of datasets."""

    @cache
    def encode(slug: Any) -> int | None:
        return session.scalar(select(Dataset.id).where(Dataset.slug == slug))

    def words(condition: Any) -> ColumnElement[bool]:
        matching: ColumnElement[bool] = Item.collection.in_(select(Dataset.id).where(condition(Dataset.slug)))
        return matching

    return Property(Item.collection.expression, "text", encode=encode, words=words)


def _from_document(name: str, kind: str) -> Property:
    """A property that is read from the document: slow, but right."""
    properties = cast(ItemDocument.document, JSONB)["properties"]
    if kind == "number":
        return Property(properties[name].as_float(), "number")
    if kind == "boolean":
        return Property(properties[name].as_boolean(), "boolean")
    if kind == "text":
        return Property(cast(properties[name].astext, Text), "text")
    return Property(func.nullif(properties[name], literal(None, JSONB)), "array")
