"""Items in: one chunk at a time, by COPY, so that a load is as fast as the database takes it.

A chunk is one change: its items appear together or not at all, with the counts that tell of them. Readers
see the state before or after. An item that is there already in the same form is left alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import psycopg
import shapely
from sqlalchemy import CursorResult, Result, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.catalogue.changes import draw_version
from app.catalogue.tables import Dataset
from app.items.document import CheckedItem
from app.items.slots import number_words, take_slots
from app.items.tables import (
    NUMBER_SLOTS,
    TEXT_SLOTS,
    Item,
    ItemCount,
    ItemDocument,
    ItemLoad,
    ItemProperties,
)

LOAD_LOCK = 5_320_118

STAGE_COLUMNS = ("name", "datetime", "until", "geometry", *NUMBER_SLOTS, *TEXT_SLOTS, "digest", "document")
STAGE = """
create temporary table if not exists item_stage (
  name text, datetime timestamptz, until timestamptz, geometry geometry,
  n1 float8, n2 float8, n3 float8, n4 float8, n5 float8, n6 float8,
  t1 int, t2 int, t3 int, t4 int, t5 int, t6 int, digest bytea, document text
) on commit delete rows
"""
COPY = f"copy item_stage ({', '.join(STAGE_COLUMNS)}) from stdin (format binary)"
COPY_TYPES = [
    "text", "timestamptz", "timestamptz", "geometry", *["float8"] * 6, *["int4"] * 6, "bytea", "text",
]  # fmt: skip

# What is there in the same form is left alone; what is there in another form is replaced.
KEEP_NEW = """
delete from item_stage s using item i, item_document d
where i.collection = :collection and i.name = s.name and d.id = i.id and d.digest = s.digest
"""
REPLACED = """
delete from item i using item_stage s where i.collection = :collection and i.name = s.name
returning i.id, i.datetime, i.t1, i.t2, i.t3
"""
ADD = """
with added as (
  insert into item (collection, name, datetime, until, geometry, n1, n2, n3, n4, n5, n6, t1, t2, t3, t4, t5,
  t6) select :collection, name, datetime, until, geometry, n1, n2, n3, n4, n5, n6, t1, t2, t3, t4, t5, t6
  from item_stage returning id, name
)
insert into item_document (id, digest, document)
select a.id, s.digest, s.document from added a join item_stage s using (name)
"""
COUNT = """
insert into item_count (collection, month, t1, t2, t3, n)
select :collection, date_trunc('month', datetime at time zone 'UTC')::date,
       coalesce(t1, 0), coalesce(t2, 0), coalesce(t3, 0), count(*)
from item_stage group by 2, 3, 4, 5
on conflict (collection, month, t1, t2, t3) do update set n = item_count.n + excluded.n
"""


@dataclass
class Loaded:
    """How many items were new, replaced and the same."""

    new: int = 0
    replaced: int = 0
    same: int = 0

    def add(self, other: "Loaded") -> None:
        """Count another chunk in."""
        self.new += other.new
        self.replaced += other.replaced
        self.same += other.same


def collection_number(session: Session, slug: str) -> int:
    """The database number of a published dataset.

    Raises:
        NotFound: there is none with this slug.
    """
    number = session.scalar(select(Dataset.id).where(Dataset.slug == slug))
    if number is None:
        raise NotFound(f"There is no dataset {slug!r}; publish its record before its items.")
    return number


def load_chunk(session: Session, collection: int, items: Sequence[CheckedItem]) -> Loaded:
    """Store some items of one collection; of items with the same id the last counts."""
    unique = list({item.name: item for item in items}.values())
    # Loads take turns for the moment of a chunk; readers never wait.
    session.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
    slots = take_slots(session, unique)
    words = number_words(session, unique, slots)
    _note_properties(session, collection, unique)
    session.execute(text(STAGE))
    session.execute(text("truncate item_stage"))
    _copy(session, unique, slots, words)
    here = {"collection": collection}
    same = _affected(session.execute(text(KEEP_NEW), here))
    gone = session.execute(text(REPLACED), here).all()
    _uncount(session, collection, gone)
    session.execute(text(ADD), here)
    session.execute(text(COUNT), here)
    if gone or same < len(unique):
        draw_version(session)
    return Loaded(new=len(unique) - same - len(gone), replaced=len(gone), same=same)


def remove_items(session: Session, collection: int) -> int:
    """Remove all items of a collection and all that tells of them; returns how many there were."""
    session.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
    numbers = select(Item.id).where(Item.collection == collection)
    session.execute(delete(ItemDocument).where(ItemDocument.id.in_(numbers)))
    removed = _affected(session.execute(delete(Item).where(Item.collection == collection)))
    for table in (ItemCount, ItemProperties, ItemLoad):
        session.execute(delete(table).where(table.collection == collection))
    draw_version(session)
    return removed


def _affected(result: Result[Any]) -> int:
    """How many rows a change touched."""
    return cast(CursorResult[Any], result).rowcount


def lines_done(session: Session, collection: int, source: str) -> int:
    """How many lines of a source were loaded before."""
    row = select(ItemLoad.lines).where(ItemLoad.collection == collection, ItemLoad.source == source)
    return session.scalar(row) or 0


def note_lines(session: Session, collection: int, source: str, lines: int) -> None:
    """Remember how far a source was loaded, in the transaction of the chunk."""
    statement = insert(ItemLoad).values(collection=collection, source=source, lines=lines)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["collection", "source"], set_={"lines": statement.excluded.lines}
        )
    )


def _note_properties(session: Session, collection: int, items: Iterable[CheckedItem]) -> None:
    met: dict[str, str] = {}
    for item in items:
        met.update(dict.fromkeys(item.numbers, "number"))
        met.update(dict.fromkeys(item.texts, "text"))
        met.update(item.others)
    rows = [{"collection": collection, "name": name, "kind": kind} for name, kind in sorted(met.items())]
    if rows:
        session.execute(insert(ItemProperties).on_conflict_do_nothing(), rows)


def _copy(
    session: Session, items: Sequence[CheckedItem], slots: dict[str, str], words: dict[str, int]
) -> None:
    """Send the rows in the binary form of COPY, through the connection of the session's own transaction."""
    connection: psycopg.Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    name_of = {slot: name for name, slot in slots.items()}
    outlines = _as_wkb(items)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.set_types(_types(connection))
        for item, outline in zip(items, outlines, strict=True):
            copy.write_row(
                (
                    item.name,
                    item.datetime,
                    item.until,
                    outline,
                    *(item.numbers.get(name_of.get(slot, "")) for slot in NUMBER_SLOTS),
                    *(words.get(item.texts.get(name_of.get(slot, ""), "")) for slot in TEXT_SLOTS),
                    item.digest,
                    item.document,
                )
            )


def _types(connection: psycopg.Connection[Any]) -> list[str]:
    """Types of the staged columns; geometry travels as the bytes of its WKB."""
    return ["bytea" if one == "geometry" else one for one in COPY_TYPES]


def _as_wkb(items: Sequence[CheckedItem]) -> list[bytes | None]:
    shapes = shapely.set_srid([item.geometry for item in items], 4326)
    return list(shapely.to_wkb(shapes, include_srid=True))


def _uncount(session: Session, collection: int, gone: Sequence[Any]) -> None:
    """Take replaced items out of the documents and the counts."""
    if not gone:
        return
    session.execute(delete(ItemDocument).where(ItemDocument.id.in_([row.id for row in gone])))
    for row in gone:
        session.execute(
            update(ItemCount)
            .where(
                ItemCount.collection == collection,
                ItemCount.month == row.datetime.date().replace(day=1),
                ItemCount.t1 == (row.t1 or 0),
                ItemCount.t2 == (row.t2 or 0),
                ItemCount.t3 == (row.t3 or 0),
            )
            .values(n=ItemCount.n - 1)
        )
