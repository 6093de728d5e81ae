"""Narrow rows as blocks of memory: the binary form of PostgreSQL's COPY, read and written as NumPy records.

All columns are of fixed width and none is null, so that every row of the stream has the same length: a block
of rows is one array, and no row is ever touched by Python.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import psycopg
from numpy.typing import NDArray

from app.items.tables import NUMBER_SLOTS, TEXT_SLOTS

FORMATS = {
    "id": ">i8",
    "collection": ">i4",
    "start": ">i8",
    "until": ">i8",
    "form": ">i2",
    "west": ">f8",
    "south": ">f8",
    "east": ">f8",
    "north": ">f8",
    **dict.fromkeys(NUMBER_SLOTS, ">f8"),
    **dict.fromkeys(TEXT_SLOTS, ">i4"),
}
MOMENTS = ("start", "until")
SINCE_2000 = 946_684_800_000_000
"""Microseconds from 1970, where we count from, to 2000, where PostgreSQL does."""

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
BLOCK_BYTES = 16_000_000

Columns = dict[str, NDArray[np.generic]]


def write_block(columns: Mapping[str, NDArray[np.generic]]) -> bytes:
    """Rows of all columns as COPY takes them; moments are microseconds since 1970."""
    record = _record(tuple(FORMATS))
    rows = np.zeros(len(columns["id"]), dtype=record)
    rows["fields"] = len(FORMATS)
    for name, form in FORMATS.items():
        rows[f"{name}_bytes"] = np.dtype(form).itemsize
        rows[name] = columns[name] - SINCE_2000 if name in MOMENTS else columns[name]
    return HEADER + rows.tobytes() + TRAILER


def read_blocks(connection: psycopg.Connection, statement: str, names: Sequence[str]) -> Columns:
    """The rows of `copy (select names…) to stdout (format binary)` as one array per column, native order."""
    record = _record(tuple(names))
    parts: dict[str, list[NDArray[np.generic]]] = {name: [] for name in names}
    for block in _blocks(connection, statement, record.itemsize):
        rows = np.frombuffer(block, dtype=record, count=len(block) // record.itemsize)
        for name in names:
            column = rows[name].astype(np.dtype(FORMATS[name]).newbyteorder("="))
            parts[name].append(column + SINCE_2000 if name in MOMENTS else column)
    empty = {name: np.empty(0, dtype=np.dtype(FORMATS[name]).newbyteorder("=")) for name in names}
    return {name: np.concatenate([empty[name], *parts[name]]) for name in names}


def _blocks(connection: psycopg.Connection, statement: str, row_bytes: int) -> Iterator[bytearray]:
    """Whole rows of a stream, some megabytes at a time; its header and trailer are left out."""
    held = bytearray()
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        stream = iter(copy)
        while len(held) < len(HEADER):
            held += next(stream)
        del held[: len(HEADER)]
        for data in stream:
            held += data
            if len(held) >= BLOCK_BYTES:
                whole = len(held) // row_bytes * row_bytes
                yield held[:whole]
                held = held[whole:]
    yield held[: len(held) // row_bytes * row_bytes]


def _record(names: tuple[str, ...]) -> np.dtype[np.void]:
    """How a row lies in the stream: the number of its fields, then each with its length before it."""
    fields = [("fields", ">i2")]
    for name in names:
        fields += [(f"{name}_bytes", ">i4"), (name, FORMATS[name])]
    return np.dtype(fields)
