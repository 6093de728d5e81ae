"""The rows of items: what the index in memory is filled from, and whole documents beside it.

An item is stored once as its STAC document, without links, and once as a narrow row of what searches compare.
Properties that many items share are copied into slots of the narrow row: numbers as they are, texts as
numbers of a dictionary. Which property has which slot stands in `ItemProperty`; what has no slot is read
from the document.

Narrow rows hold nothing that is null or of varying length, so that a million of them come and go as one block
of memory: NaN stands for a number that is not there, and 0 for a word.
"""

from datetime import datetime as Moment

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import ARRAY, BigInteger, Double, Identity, Index, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.tables import Table

NUMBER_SLOTS = ("n1", "n2", "n3", "n4", "n5", "n6")
TEXT_SLOTS = ("t1", "t2", "t3", "t4", "t5", "t6")


class Item(Table):
    """What searches compare. `start` and `until` are equal for one moment; the box is in degrees."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    collection: Mapped[int] = mapped_column(Integer)
    start: Mapped[Moment] = mapped_column(TIMESTAMP(timezone=True))
    until: Mapped[Moment] = mapped_column(TIMESTAMP(timezone=True))
    form: Mapped[int] = mapped_column(SmallInteger)
    west: Mapped[float] = mapped_column(Double)
    south: Mapped[float] = mapped_column(Double)
    east: Mapped[float] = mapped_column(Double)
    north: Mapped[float] = mapped_column(Double)
    n1: Mapped[float]
    n2: Mapped[float]
    n3: Mapped[float]
    n4: Mapped[float]
    n5: Mapped[float]
    n6: Mapped[float]
    t1: Mapped[int]
    t2: Mapped[int]
    t3: Mapped[int]
    t4: Mapped[int]
    t5: Mapped[int]
    t6: Mapped[int]


class ItemDocument(Table):
    """The item as STAC has it, without links, ready to be sent.

    `geometry` is there only where the box of the narrow row does not say all.
    """

    __tablename__ = "item_document"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    collection: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes]
    geometry: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", 4326, spatial_index=False))
    document: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_item_document_name", "collection", "name", unique=True),)


class ItemChange(Table):
    """One committed change of items; versions rise in commit order and are never used twice.

    `first_id` to `last_id` are the items that are new, `removed` those that are gone. `is_whole` says that
    other rows changed as well, and that all of them must be read again.
    """

    __tablename__ = "item_change"

    version: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    first_id: Mapped[int] = mapped_column(BigInteger)
    last_id: Mapped[int] = mapped_column(BigInteger)
    removed: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    is_whole: Mapped[bool]


class ItemWord(Table):
    """The dictionary of text slots: a word, and the number that rows hold for it."""

    __tablename__ = "item_word"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    word: Mapped[str] = mapped_column(Text, unique=True)


class ItemProperty(Table):
    """A property of items and its slot."""

    __tablename__ = "item_property"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    slot: Mapped[str] = mapped_column(Text, unique=True)


class ItemProperties(Table):
    """Which properties the items of a collection hold, so that a filter on any other is refused."""

    __tablename__ = "item_collection_property"

    collection: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)


class ItemLoad(Table):
    """How far a file has been loaded, so that a load that was killed goes on where it stopped."""

    __tablename__ = "item_load"

    collection: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    lines: Mapped[int] = mapped_column(BigInteger)
