"""Properties of items as columns: slots of the narrow row where there is one, the document where there is
none."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.catalogue.query import nearest
from app.catalogue.tables import Dataset
from app.items.cql2 import Property
from app.items.tables import Item, ItemDocument, ItemProperties, ItemProperty, ItemWord

# What every item has, whatever its collection.
OWN = {
    "id": Property(Item.name.expression, "text"),
    "datetime": Property(Item.datetime.expression, "timestamp"),
    "start_datetime": Property(Item.datetime.expression, "timestamp"),
    "end_datetime": Property(func.coalesce(Item.until, Item.datetime), "timestamp"),
    "geometry": Property(Item.geometry.expression, "geometry"),
}


@dataclass(frozen=True)
class Known:
    """The properties that some collections hold, with their kinds, and the slots of those that have one."""

    kinds: Mapping[str, str]
    slots: Mapping[str, str]


def known_properties(session: Session, collections: tuple[int, ...] | None) -> Known:
    """What the items of some collections, or of all, hold."""
    lowest, highest = func.min(ItemProperties.kind), func.max(ItemProperties.kind)
    held = select(ItemProperties.name, lowest, highest).group_by(ItemProperties.name)
    if collections is not None:
        held = held.where(ItemProperties.collection.in_(collections))
    # What is a number here and a text there can only be compared as what all values can be written as.
    kinds = {name: one if one == other else "text" for name, one, other in session.execute(held)}
    slotted = session.execute(select(ItemProperty.name, ItemProperty.slot, ItemProperty.kind))
    return Known(kinds, {name: slot for name, slot, kind in slotted if slot and kinds.get(name) == kind})


def column_of(session: Session, known: Known, name: str) -> Property:
    """The column behind a property.

    Raises:
        Invalid: no collection asked for holds it; the message names the nearest one that is held.
    """
    if name in OWN:
        return OWN[name]
    if name == "collection":
        return _collection(session)
    kind = known.kinds.get(name)
    if kind is None:
        names = {one: one for one in (*OWN, "collection", *known.kinds)}
        raise Invalid(f"No item here has a property {name[:60]!r}. {nearest(name, names)}")
    slot = known.slots.get(name)
    if slot is None:
        return _from_document(name, kind)
    column = getattr(Item, slot)
    return Property(column, "number") if kind == "number" else _coded(session, column)


def _coded(session: Session, column: Any) -> Property:
    """A text slot: words become their numbers, and conditions on words become lists of numbers."""

    @cache
    def encode(word: Any) -> int | None:
        return session.scalar(select(ItemWord.id).where(ItemWord.word == word))

    def words(condition: Any) -> ColumnElement[bool]:
        matching: ColumnElement[bool] = column.in_(select(ItemWord.id).where(condition(ItemWord.word)))
        return matching

    return Property(column, "text", encode=encode, words=words)


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
    """A property without a slot, read from the document: slow, but right."""
    properties = cast(ItemDocument.document, JSONB)["properties"]
    if kind == "number":
        return Property(properties[name].as_float(), "number")
    if kind == "boolean":
        return Property(properties[name].as_boolean(), "boolean")
    if kind == "text":
        return Property(cast(properties[name].astext, Text), "text")
    return Property(properties[name], "array")
