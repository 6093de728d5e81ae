"""The rows of items, cut for search: narrow rows to look through, whole documents beside them.

An item is stored once as its STAC document, without links, and once as a narrow row of what searches compare.
Properties that many items share are copied into slots of the narrow row: numbers as they are, texts as
numbers of a dictionary. Which property has which slot stands in `ItemProperty`; what has no slot is read
from the document.
"""

from datetime import date
from datetime import datetime as Moment

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, Date, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.tables import Table

NUMBER_SLOTS = ("n1", "n2", "n3", "n4", "n5", "n6")
TEXT_SLOTS = ("t1", "t2", "t3", "t4", "t5", "t6")


class Item(Table):
    """What searches compare. `datetime` is the start of an item that covers an interval, `until` its end."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    collection: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    datetime: Mapped[Moment] = mapped_column(TIMESTAMP(timezone=True))
    until: Mapped[Moment | None] = mapped_column(TIMESTAMP(timezone=True))
    geometry: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", 4326, spatial_index=False))
    n1: Mapped[float | None]
    n2: Mapped[float | None]
    n3: Mapped[float | None]
    n4: Mapped[float | None]
    n5: Mapped[float | None]
    n6: Mapped[float | None]
    t1: Mapped[int | None]
    t2: Mapped[int | None]
    t3: Mapped[int | None]
    t4: Mapped[int | None]
    t5: Mapped[int | None]
    t6: Mapped[int | None]

    __table_args__ = (
        Index("ix_item_collection_name", "collection", "name", unique=True),
        Index("ix_item_geometry", "geometry", postgresql_using="gist"),
    )


# Newest first is the order of every list; the slots that are asked for most ride along, so that filters and
# counts within a collection need not visit the rows.
Index("ix_item_datetime", Item.datetime.desc(), Item.id.desc())
Index(
    "ix_item_collection_datetime",
    Item.collection,
    Item.datetime.desc(),
    Item.id.desc(),
    postgresql_include=["n1", "n2", "t1", "t2", "t3", "t4", "until"],
)


class ItemDocument(Table):
    """The item as STAC has it, without links, ready to be sent."""

    __tablename__ = "item_document"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    digest: Mapped[bytes]
    document: Mapped[str] = mapped_column(Text)


class ItemWord(Table):
    """The dictionary of text slots: a word, and the number that rows hold for it."""

    __tablename__ = "item_word"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    word: Mapped[str] = mapped_column(Text, unique=True)


class ItemProperty(Table):
    """A property of items and its slot; None where the slots of its kind are taken."""

    __tablename__ = "item_property"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    slot: Mapped[str | None] = mapped_column(Text, unique=True)


class ItemCount(Table):
    """Items per collection, month and leading text slots: what totals and aggregations are summed from.

    Month is the first day of the month of `datetime`, in UTC; 0 stands for a text that is not there.
    """

    __tablename__ = "item_count"

    collection: Mapped[int] = mapped_column(Integer, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    t1: Mapped[int] = mapped_column(Integer, primary_key=True)
    t2: Mapped[int] = mapped_column(Integer, primary_key=True)
    t3: Mapped[int] = mapped_column(Integer, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class ItemProperties(Table):
    """Which properties the items of a collection hold, so that a filter on any other is refused."""

    __tablename__ = "item_collection_property"

    collection: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)


class ItemLoad(Table):
    """How far a file has been loaded, so that a load that was killed goes on where it stopped."""

    __tablename__ = "item_load"

    collection: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    lines: Mapped[int] = mapped_column(BigInteger)
