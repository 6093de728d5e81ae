"""Properties of items as columns: slots of the narrow row where there is one, the document where there is
none."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from app.items.cql2 import Property
from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.items.tables import Item, ItemDocument, ItemProperties, ItemProperty, ItemWord

# What every item has, whatever its collection.
OWN = {
    "id": Property(Item.name, "text"),
    "datetime": Property(Item.datetime, "timestamp"),
    "geometry": Property(Item.geometry, "geometry"),
}


@dataclass(frozen=True)
class Known:
    """The properties that some collections hold, with their kinds, and the slots of those that have one."""

    kinds: Mapping[str, str]
    slots: Mapping[str, str]


def known_properties(session: Session, collections: tuple[int, ...] | None) -> Known:
    """What the items of some collections, or of all, hold."""
    held = select(ItemProperties.name, func.min(ItemProperties.kind)).group_by(ItemProperties.name)
    if collections is not None:
        held = held.where(ItemProperties.collection.in_(collections))
    kinds = {name: kind for name, kind in session.execute(held)}
    slotted = session.execute(select(ItemProperty.name, ItemProperty.slot, ItemProperty.kind))
    return Known(kinds, {name: slot for name, slot, kind in slotted if slot and kinds.get(name) == kind})


def column_of(session: Session, known: Known, name: str) -> Property:
    """The column behind a property.

    Raises:
        Invalid: no collection asked for holds it; the message names the nearest one that is held.
    """
    if name in OWN:
        return OWN[name]
    kind = known.kinds.get(name)
    if kind is None:
        raise Invalid(f"No item here has a property {name[:60]!r}. {_nearest(name, known)}")
    slot = known.slots.get(name)
    if slot is None:
        return _from_document(name, kind)
    column = getattr(Item, slot)
    return Property(column, "number") if kind == "number" else _coded(session, column)


def _nearest(name: str, known: Known) -> str:
    names = [*OWN, *known.kinds]
    close = get_close_matches(name[:60], names, n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else f"There are {', '.join(sorted(names)[:12])}."


def _coded(session: Session, column: Any) -> Property:
    """A text slot: words become their numbers, and conditions on words become lists of numbers."""

    def encode(word: Any) -> int | None:
        return session.scalar(select(ItemWord.id).where(ItemWord.word == word))

    def words(condition: Any) -> ColumnElement[bool]:
        matching: ColumnElement[bool] = column.in_(select(ItemWord.id).where(condition(ItemWord.word)))
        return matching

    return Property(column, "text", encode=encode, words=words)


def _from_document(name: str, kind: str) -> Property:
    """A property without a slot, read from the document: slow, but right."""
    properties = cast(ItemDocument.document, JSONB)["properties"]
    if kind == "number":
        return Property(properties[name].as_float(), "number")
    if kind == "text":
        return Property(cast(properties[name].astext, Text), "text")
    return Property(properties[name], "array")
