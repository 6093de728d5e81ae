"""Checked items as columns, ready to be stored: all that can be done in a process of its own.

What belongs to the documents is one block of bytes, and the properties are looked through name by name: for
each item on its own, either would cost as much as to read its JSON.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.items.document import DIGEST_BYTES, CheckedItem

DOCUMENT_COLUMNS = ("id", "collection", "name", "digest", "geometry", "document")
TIMES = ("datetime", "start_datetime", "end_datetime")
LONGEST_WORD = 200
BETWEEN_NAMES = "\0"
"""No name holds it."""

_HEAD = struct.Struct(">hiqiii")
"""The number of columns, then each with its length before it: id, collection, and of the name the length."""

_TAIL = struct.Struct(f">i{DIGEST_BYTES}sii")
"""The digest with its length, the length of the geometry or -1, and the length of the document."""

_LENGTH = struct.Struct(">i")
_ID, _COLLECTION = slice(6, 14), slice(18, 22)
"""Where these lie in a row."""

NONE = -1


class _Absent:
    """Stands for a property that an item does not have; null is one that it has."""


ABSENT = _Absent()
SCALARS = frozenset((float, int, str, bool, _Absent))


@dataclass(frozen=True)
class Texts:
    """A property of texts: its words, and of each item the place of its word in them, counted from 1; 0 is
    none."""

    words: tuple[str, ...]
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Properties:
    """Scalar properties as columns, and all properties met with their kinds: "number", "text", "boolean" or
    "other". `numbers` hold NaN where an item has none."""

    numbers: dict[str, NDArray[np.float64]]
    texts: dict[str, Texts]
    kinds: frozenset[tuple[str, str]]

    def only(self, at: NDArray[np.intp]) -> "Properties":
        """Those of some items."""
        return Properties(
            {name: values[at] for name, values in self.numbers.items()},
            {name: Texts(one.words, one.codes[at]) for name, one in self.texts.items()},
            self.kinds,
        )


@dataclass(frozen=True)
class Rows:
    """What is stored beside the narrow rows, as one block: names, digests, and the rows of
    `DOCUMENT_COLUMNS` in the binary form of COPY, still without ids and collection. `edges` say where each
    row begins, and the last one ends."""

    joined_names: str
    joined_digests: bytes
    content: bytes
    edges: NDArray[np.int64]

    @property
    def names(self) -> list[str]:
        """The id of each item within its collection."""
        return self.joined_names.split(BETWEEN_NAMES) if self.joined_names else []

    @property
    def digests(self) -> list[bytes]:
        """The digest of each item."""
        held = self.joined_digests
        return [held[at : at + DIGEST_BYTES] for at in range(0, len(held), DIGEST_BYTES)]

    def only(self, kept: Sequence[int]) -> "Rows":
        """Those of some items."""
        names, digests, edges = self.names, self.digests, self.edges.tolist()
        content = b"".join([self.content[edges[one] : edges[one + 1]] for one in kept])
        lengths = [edges[one + 1] - edges[one] for one in kept]
        return Rows(
            BETWEEN_NAMES.join([names[one] for one in kept]),
            b"".join([digests[one] for one in kept]),
            content,
            _edges(lengths),
        )

    def numbered(self, first_id: int, collection: int) -> bytearray:
        """The rows with ids counted from `first_id`, and their collection."""
        written = bytearray(self.content)
        places = np.frombuffer(written, dtype=np.uint8)
        begins = self.edges[:-1, None]
        ids = np.arange(first_id, first_id + len(begins)).astype(">i8").view(np.uint8)
        places[begins + np.arange(_ID.start, _ID.stop)] = ids.reshape(-1, 8)
        number = np.frombuffer(_LENGTH.pack(collection), dtype=np.uint8)
        places[begins + np.arange(_COLLECTION.start, _COLLECTION.stop)] = number
        return written


@dataclass(frozen=True)
class Chunk:
    """Some items of one collection, each id once. All columns have one entry an item.

    `start` and `until` are microseconds since 1970, `boxes` west, south, east and north in degrees.
    """

    rows: Rows
    start: NDArray[np.int64]
    until: NDArray[np.int64]
    form: NDArray[np.int16]
    boxes: NDArray[np.float64]
    properties: Properties

    def __len__(self) -> int:
        return len(self.start)

    def only(self, kept: Sequence[int]) -> "Chunk":
        """Some of its items, by their places."""
        if len(kept) == len(self):
            return self
        at = np.asarray(kept, dtype=np.intp)
        return replace(
            self,
            rows=self.rows.only(kept),
            start=self.start[at],
            until=self.until[at],
            form=self.form[at],
            boxes=self.boxes[at],
            properties=self.properties.only(at),
        )


def as_chunk(items: Iterable[CheckedItem]) -> Chunk:
    """Items as columns; of items with the same id the last counts."""
    unique = list({item.name: item for item in items}.values())
    places = [item.place for item in unique]
    boxes = [side for place in places for side in place.box]
    return Chunk(
        _rows(unique),
        np.asarray([item.start for item in unique], dtype=np.int64),
        np.asarray([item.until for item in unique], dtype=np.int64),
        np.asarray([place.form for place in places], dtype=np.int16),
        np.asarray(boxes, dtype=np.float64).reshape(-1, 4),
        properties_of([item.properties for item in unique]),
    )


def carried(chunk: Chunk) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    """How many items carry each number, and each text with how many different words."""
    held = chunk.properties
    numbers = {name: int(np.count_nonzero(~np.isnan(values))) for name, values in held.numbers.items()}
    texts = {name: (int(np.count_nonzero(one.codes)), len(one.words)) for name, one in held.texts.items()}
    return numbers, texts


def _rows(items: Sequence[CheckedItem]) -> Rows:
    parts: list[bytes] = []
    head, tail = _HEAD.pack, _TAIL.pack
    lengths = []
    for item in items:
        name, shape, document = item.name.encode(), item.place.shape, item.document
        ends = tail(DIGEST_BYTES, item.digest, NONE if shape is None else len(shape), len(document))
        if shape is not None:
            # The geometry stands between its length and that of the document.
            ends = ends[: -_LENGTH.size] + shape + ends[-_LENGTH.size :]
        parts += (head(len(DOCUMENT_COLUMNS), 8, 0, 4, 0, len(name)), name, ends, document)
        lengths.append(_HEAD.size + len(name) + len(ends) + len(document))
    return Rows(
        BETWEEN_NAMES.join([item.name for item in items]),
        b"".join([item.digest for item in items]),
        b"".join(parts),
        _edges(lengths),
    )


def _edges(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.asarray([0, *accumulate(lengths)], dtype=np.int64)


def properties_of(items: Sequence[Mapping[str, Any]]) -> Properties:
    """The properties of items as columns; moments, which all have, are left out."""
    numbers: dict[str, NDArray[np.float64]] = {}
    texts: dict[str, Texts] = {}
    kinds: set[tuple[str, str]] = set()
    for name in sorted(set[str]().union(*items).difference(TIMES)):
        values = [item.get(name, ABSENT) for item in items]
        # What JSON is read into is of these very classes; to ask so is the quickest way.
        met = set(map(type, values))
        if float in met or int in met:
            numbers[name] = _as_numbers(values)
        if str in met and (words := _as_texts(values)).words:
            texts[name] = words
        kinds |= {(name, kind) for kind in _other_kinds(met, values)}
    kinds |= {(name, "number") for name in numbers} | {(name, "text") for name in texts}
    return Properties(numbers, texts, frozenset(kinds))


def _as_numbers(values: Sequence[Any]) -> NDArray[np.float64]:
    nan = float("nan")
    return np.asarray([one if type(one) in (float, int) else nan for one in values], dtype=np.float64)


def _as_texts(values: Sequence[Any]) -> Texts:
    short = [one if type(one) is str and len(one) <= LONGEST_WORD else None for one in values]
    words = dict.fromkeys(short)
    words.pop(None, None)
    codes: dict[str | None, int] = {None: 0, **{word: code for code, word in enumerate(words, 1)}}
    return Texts(tuple(words), np.asarray([codes[one] for one in short], dtype=np.int32))  # type: ignore[arg-type]


def _other_kinds(met: set[type], values: Sequence[Any]) -> Iterator[str]:
    """The kinds of values that have no column; a text that is too long for a word is one of them."""
    if bool in met:
        yield "boolean"
    if met - SCALARS or (str in met and any(type(one) is str and len(one) > LONGEST_WORD for one in values)):
        yield "other"
