"""Checked items as columns, ready to be stored: all that can be done in a process of its own."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.items.document import CheckedItem

DOCUMENT_COLUMNS = ("id", "collection", "name", "digest", "geometry", "document")

_HEAD = struct.Struct(">hiqii")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)


@dataclass(frozen=True)
class Texts:
    """A property of texts: its words, and of each item the place of its word in them, counted from 1; 0 is
    none."""

    words: tuple[str, ...]
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Chunk:
    """Some items of one collection, each id once. All columns have one entry an item.

    `start` and `until` are microseconds since 1970, `boxes` west, south, east and north in degrees, `numbers`
    NaN where an item has none. `rows` are the documents with what belongs to them in the binary form of COPY,
    from the name on. `kinds` are all properties met, with their kinds.
    """

    names: list[str]
    digests: list[bytes]
    rows: list[bytes]
    start: NDArray[np.int64]
    until: NDArray[np.int64]
    form: NDArray[np.int16]
    boxes: NDArray[np.float64]
    numbers: dict[str, NDArray[np.float64]]
    texts: dict[str, Texts]
    kinds: frozenset[tuple[str, str]]

    def __len__(self) -> int:
        return len(self.names)

    def only(self, kept: Sequence[int]) -> "Chunk":
        """Some of its items, by their places."""
        if len(kept) == len(self):
            return self
        at = np.asarray(kept, dtype=np.intp)
        return replace(
            self,
            names=[self.names[one] for one in kept],
            digests=[self.digests[one] for one in kept],
            rows=[self.rows[one] for one in kept],
            start=self.start[at],
            until=self.until[at],
            form=self.form[at],
            boxes=self.boxes[at],
            numbers={name: values[at] for name, values in self.numbers.items()},
            texts={name: Texts(one.words, one.codes[at]) for name, one in self.texts.items()},
        )


def as_chunk(items: Iterable[CheckedItem]) -> Chunk:
    """Items as columns; of items with the same id the last counts."""
    unique = list({item.name: item for item in items}.values())
    places = [item.place for item in unique]
    return Chunk(
        [item.name for item in unique],
        [item.digest for item in unique],
        [_row(item) for item in unique],
        np.asarray([item.start for item in unique], dtype=np.int64),
        np.asarray([item.until for item in unique], dtype=np.int64),
        np.asarray([place.form for place in places], dtype=np.int16),
        np.asarray([place.box for place in places], dtype=np.float64).reshape(-1, 4),
        _numbers(unique),
        _texts(unique),
        _kinds(unique),
    )


def carried(chunk: Chunk) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    """How many items carry each number, and each text with how many different words."""
    numbers = {name: int(np.count_nonzero(~np.isnan(values))) for name, values in chunk.numbers.items()}
    texts = {name: (int(np.count_nonzero(one.codes)), len(one.words)) for name, one in chunk.texts.items()}
    return numbers, texts


def document_rows(chunk: Chunk, first_id: int, collection: int) -> Iterable[bytes]:
    """The rows of `DOCUMENT_COLUMNS` in the binary form of COPY, ids counted from `first_id`."""
    for number, row in enumerate(chunk.rows, first_id):
        yield _HEAD.pack(len(DOCUMENT_COLUMNS), 8, number, 4, collection) + row


def _row(item: CheckedItem) -> bytes:
    shape = item.place.shape
    name = item.name.encode()
    return b"".join(
        (
            _LENGTH.pack(len(name)), name,
            _LENGTH.pack(len(item.digest)), item.digest,
            _NULL if shape is None else _LENGTH.pack(len(shape)) + shape,
            _LENGTH.pack(len(item.document)), item.document,
        )
    )  # fmt: skip


def _numbers(items: Sequence[CheckedItem]) -> dict[str, NDArray[np.float64]]:
    names = set[str]().union(*(item.numbers for item in items))
    nan = float("nan")
    return {name: np.asarray([item.numbers.get(name, nan) for item in items]) for name in names}


def _texts(items: Sequence[CheckedItem]) -> dict[str, Texts]:
    names = set[str]().union(*(item.texts for item in items))
    return {name: _coded([item.texts.get(name) for item in items]) for name in names}


def _coded(values: Sequence[str | None]) -> Texts:
    words = {word: number for number, word in enumerate(dict.fromkeys(v for v in values if v is not None), 1)}
    codes = [0 if value is None else words[value] for value in values]
    return Texts(tuple(words), np.asarray(codes, dtype=np.int32))


def _kinds(items: Sequence[CheckedItem]) -> frozenset[tuple[str, str]]:
    numbers = set[str]().union(*(item.numbers for item in items))
    texts = set[str]().union(*(item.texts for item in items))
    others = set[tuple[str, str]]().union(*(item.others.items() for item in items if item.others))
    return frozenset({*((name, "number") for name in numbers), *((name, "text") for name in texts), *others})
