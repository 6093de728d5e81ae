"""Items in: one chunk at a time, by COPY, so that a load is as fast as the database takes it.

A chunk is one change: its items appear together or not at all. Readers see the state before or after. An item
that is there already in the same form is left alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import psycopg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CursorResult,
    Result,
    Text,
    any_,
    delete,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.catalogue.tables import Dataset
from app.items.blocks import FORMATS, HEADER, TRAILER, write_block
from app.items.chunks import DOCUMENT_COLUMNS, Chunk, as_chunk, carried
from app.items.document import CheckedItem
from app.items.slots import number_words, read_slots, take_slots
from app.items.tables import (
    NUMBER_SLOTS,
    TEXT_SLOTS,
    Item,
    ItemChange,
    ItemDocument,
    ItemLoad,
    ItemProperties,
)

LOAD_LOCK = 5_320_118
BYTES_AT_ONCE = 1_000_000

COPY_ITEMS = f"copy item ({', '.join(FORMATS)}) from stdin (format binary)"
COPY_DOCUMENTS = f"copy item_document ({', '.join(DOCUMENT_COLUMNS)}) from stdin (format binary)"
TAKE_IDS = text("select setval('item_id_seq', nextval('item_id_seq') + :count - 1) - :count + 1")


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


def load_chunk(session: Session, collection: int, items: Iterable[CheckedItem]) -> Loaded:
    """Store some items of one collection; of items with the same id the last counts."""
    return store_chunk(session, collection, as_chunk(items))


def store_chunk(session: Session, collection: int, chunk: Chunk, *, expect_new: bool = False) -> Loaded:
    """Store items that are cut into columns already.

    Args:
        expect_new: store them without asking first which are there; they are asked for when one was.
    """
    # Loads take turns from here to their commit, so that versions rise in commit order; readers never wait.
    session.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
    slots = read_slots(session)
    is_whole = take_slots(session, slots, *carried(chunk))
    _note_properties(session, collection, chunk)
    if expect_new:
        try:
            with session.begin_nested():
                return _add(session, collection, chunk, [], slots, is_whole)
        except psycopg.errors.UniqueViolation:
            pass  # One of them is there; which, is asked now.
    fresh, replaced = _differing(session, collection, chunk)
    _remove(session, replaced)
    loaded = _add(session, collection, fresh, replaced, slots, is_whole)
    return Loaded(loaded.new, loaded.replaced, len(chunk) - len(fresh))


def _add(
    session: Session,
    collection: int,
    chunk: Chunk,
    replaced: Sequence[int],
    slots: Mapping[str, str],
    is_whole: bool,
) -> Loaded:
    """Store items of which none is there, and note the change."""
    first = _take_ids(session, len(chunk))
    _copy(session, COPY_ITEMS, [write_block(_columns(session, chunk, collection, first, slots))])
    _copy(session, COPY_DOCUMENTS, [HEADER, chunk.rows.numbered(first, collection), TRAILER])
    if is_whole or len(chunk):
        _note_change(session, first, len(chunk), replaced, is_whole)
    return Loaded(len(chunk) - len(replaced), len(replaced), 0)


def remove_items(session: Session, collection: int) -> int:
    """Remove all items of a collection and all that tells of them; returns how many there were."""
    session.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
    session.execute(delete(ItemDocument).where(ItemDocument.collection == collection))
    removed = _affected(session.execute(delete(Item).where(Item.collection == collection)))
    for table in (ItemProperties, ItemLoad):
        session.execute(delete(table).where(table.collection == collection))
    # So many may be gone that to name them would cost more than to read again what is left.
    _note_change(session, 0, 0, [], is_whole=True)
    return removed


def named(session: Session, collection: int, names: Sequence[str]) -> set[str]:
    """Those of some names that items of a collection have."""
    asked = select(ItemDocument.name).where(
        ItemDocument.collection == collection, ItemDocument.name == any_(literal(list(names), ARRAY(Text)))
    )
    return set(session.scalars(asked))


def hold_named(session: Session, collection: int, name: str) -> ItemDocument | None:
    """The item of this name as it stands; until the end of the transaction nobody else changes it."""
    session.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
    asked = select(ItemDocument).where(ItemDocument.collection == collection, ItemDocument.name == name)
    return session.scalar(asked.execution_options(populate_existing=True))


def remove_named(session: Session, collection: int, names: Sequence[str]) -> int:
    """Remove the items of these names; returns how many there were."""
    session.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
    asked = select(ItemDocument.id).where(
        ItemDocument.collection == collection, ItemDocument.name == any_(literal(list(names), ARRAY(Text)))
    )
    numbers = list(session.scalars(asked))
    if numbers:
        _remove(session, numbers)
        _note_change(session, 0, 0, numbers, is_whole=False)
    return len(numbers)


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


def _affected(result: Result[Any]) -> int:
    """How many rows a change touched."""
    return cast(CursorResult[Any], result).rowcount


def _note_properties(session: Session, collection: int, chunk: Chunk) -> None:
    rows = [
        {"collection": collection, "name": name, "kind": kind}
        for name, kind in sorted(chunk.properties.kinds)
    ]
    if rows:
        session.execute(insert(ItemProperties).on_conflict_do_nothing(), rows)


def _differing(session: Session, collection: int, chunk: Chunk) -> tuple[Chunk, list[int]]:
    """The items that are new or differ from what is there, and the numbers of those they replace."""
    names = chunk.rows.names
    held = session.execute(
        select(ItemDocument.name, ItemDocument.id, ItemDocument.digest).where(
            ItemDocument.collection == collection,
            ItemDocument.name == any_(literal(names, ARRAY(Text))),
        )
    )
    known = {name: (number, digest) for name, number, digest in held}
    differing = [
        at
        for at, (name, digest) in enumerate(zip(names, chunk.rows.digests, strict=True))
        if name not in known or bytes(known[name][1]) != digest
    ]
    replaced = [known[name][0] for name in (names[at] for at in differing) if name in known]
    return chunk.only(differing), replaced


def _remove(session: Session, numbers: Sequence[int]) -> None:
    if numbers:
        these = any_(literal(list(numbers), ARRAY(BigInteger)))
        session.execute(delete(Item).where(Item.id == these))
        session.execute(delete(ItemDocument).where(ItemDocument.id == these))


def _take_ids(session: Session, count: int) -> int:
    """The first of some numbers in a row that nobody else gets."""
    return int(session.scalar(TAKE_IDS, {"count": count}) or 0) if count else 0


def _columns(
    session: Session, chunk: Chunk, collection: int, first: int, slots: Mapping[str, str]
) -> dict[str, Any]:
    """The narrow rows of a chunk, column by column."""
    count = len(chunk)
    columns: dict[str, Any] = {
        "id": np.arange(first, first + count),
        "collection": np.full(count, collection),
        "start": chunk.start,
        "until": chunk.until,
        "form": chunk.form,
        **dict(zip(("west", "south", "east", "north"), chunk.boxes.T, strict=True)),
        **dict.fromkeys(NUMBER_SLOTS, np.full(count, np.nan)),
        **dict.fromkeys(TEXT_SLOTS, np.zeros(count, dtype=np.int32)),
    }
    slotted = {name: one for name, one in chunk.properties.texts.items() if slots.get(name) in TEXT_SLOTS}
    numbers = number_words(session, (word for one in slotted.values() for word in one.words))
    for name, one in slotted.items():
        table = np.asarray([0, *(numbers[word] for word in one.words)], dtype=np.int32)
        columns[slots[name]] = table[one.codes]
    for name, values in chunk.properties.numbers.items():
        if slots.get(name) in NUMBER_SLOTS:
            columns[slots[name]] = values
    return columns


def _copy(session: Session, statement: str, blocks: Iterable[bytes | bytearray]) -> None:
    """Send rows through the connection of the session's own transaction."""
    connection: psycopg.Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for block in blocks:
            # The driver gathers what it is given at once before the server sees the first of it.
            for begin in range(0, len(block), BYTES_AT_ONCE):
                copy.write(memoryview(block)[begin : begin + BYTES_AT_ONCE])


def _note_change(session: Session, first: int, count: int, removed: Sequence[int], is_whole: bool) -> None:
    session.execute(
        insert(ItemChange).values(
            first_id=first, last_id=first + count - 1, removed=list(removed), is_whole=is_whole
        )
    )
