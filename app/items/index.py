"""The searched columns of all items, held in memory as arrays.

A search by area, time and properties costs microseconds over arrays where it costs milliseconds over rows,
and the exact number of hits comes with them. An index is never altered once made, so that readers on other
threads keep the one they started with; `indexes` holds the newest.

Rows are ordered by collection, and within each from the newest to the oldest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from app.items.documents import Documents

Rows = NDArray[np.int32]
Made = TypeVar("Made")

ALWAYS = ("id", "collection", "start", "until", "form", "west", "south", "east", "north")


@dataclass(frozen=True)
class Span:
    """The rows of one collection: from `first`, up to and without `last`."""

    first: int
    last: int


@dataclass(frozen=True)
class Version:
    """What the database has: the last change of items, and of the catalogue they belong to."""

    items: int
    catalogue: int


@dataclass(frozen=True, eq=False)
class ItemIndex:
    """All items at one version, one entry per row in every array.

    `ids` are database numbers of items, `collections` those of datasets, `slugs` their names. `start` and
    `until` are microseconds since 1970, equal for one moment. The box is in degrees, NaN where an item has no
    place; `form` is one of the forms of `tables`. `numbers` and `texts` are the properties that have a slot:
    NaN and 0 where an item lacks them; a text is the number of a word of `words`. `kinds` has the kinds of
    all properties that the items of each collection hold. `documents` are those read lately; an index that
    follows another one shares them.
    """

    version: Version
    ids: NDArray[np.int64]
    collections: NDArray[np.int32]
    start: NDArray[np.int64]
    until: NDArray[np.int64]
    form: NDArray[np.int16]
    west: NDArray[np.float64]
    south: NDArray[np.float64]
    east: NDArray[np.float64]
    north: NDArray[np.float64]
    numbers: Mapping[str, NDArray[np.float64]]
    texts: Mapping[str, NDArray[np.int32]]
    words: Mapping[int, str]
    slugs: Mapping[int, str]
    kinds: Mapping[int, Mapping[str, frozenset[str]]]
    slots: Mapping[str, str] = field(default_factory=dict)
    documents: Documents = field(default_factory=Documents)

    @property
    def size(self) -> int:
        """How many items there are."""
        return len(self.ids)

    @cached_property
    def spans(self) -> Mapping[int, Span]:
        """The rows of each collection that has items."""
        numbers, first = np.unique(self.collections, return_index=True)
        ends = [*first[1:], self.size][: len(first)]
        return {int(n): Span(int(a), int(b)) for n, a, b in zip(numbers, first, ends, strict=True)}

    @cached_property
    def by_slug(self) -> Mapping[str, int]:
        """The database number of each collection that has items."""
        return {slug: number for number, slug in self.slugs.items()}

    def numbers_of(self, slugs: Iterable[str]) -> list[int]:
        """The database numbers of collections, rising; those without items are left out."""
        return sorted({self.by_slug[slug] for slug in slugs if slug in self.by_slug})

    @cached_property
    def codes(self) -> Mapping[str, int]:
        """The number of each word."""
        return {word: number for number, word in self.words.items()}

    @cached_property
    def newest(self) -> Rows:
        """All rows from the newest to the oldest; of equal moments the number of the item decides."""
        return np.lexsort((-self.ids, -self.start)).astype(np.int32)

    @cached_property
    def rank(self) -> Rows:
        """The place of each row in `newest`."""
        rank = np.empty(self.size, dtype=np.int32)
        rank[self.newest] = np.arange(self.size, dtype=np.int32)
        return rank

    @cached_property
    def newest_start(self) -> NDArray[np.int64]:
        """The negative start of the rows in `newest`: a rising array, in which a moment is looked up."""
        return -self.start[self.newest]

    @cached_property
    def are_moments(self) -> bool:
        """Whether no item covers an interval."""
        return bool((self.start == self.until).all())

    @cached_property
    def _row_of_id(self) -> Rows:
        table = np.full(int(self.ids.max(initial=0)) + 1, -1, dtype=np.int32)
        table[self.ids] = np.arange(self.size, dtype=np.int32)
        return table

    def rows_of(self, ids: NDArray[np.int64] | Sequence[int]) -> Rows:
        """The rows of some database numbers, rising; those that are not in this version are left out."""
        asked = np.asarray(ids, dtype=np.int64)
        rows = self._row_of_id[asked[asked < len(self._row_of_id)]]
        return np.sort(rows[rows >= 0])

    def kept(self, name: str, make: Callable[[], Made]) -> Made:
        """What others work out from this index, made once and dropped with it."""
        if name not in self._kept:
            self._kept[name] = make()
        return cast(Made, self._kept[name])

    def is_kept(self, name: str) -> bool:
        """Whether something of this name was worked out already."""
        return name in self._kept

    @cached_property
    def _kept(self) -> dict[str, Any]:
        return {}

    def present(self, name: str) -> NDArray[np.int32]:
        """The numbers of the words that a text property holds."""
        return self.kept(f"present {name}", lambda: np.unique(self.texts[name]))

    def narrow(self, name: str) -> NDArray[np.integer[Any]]:
        """A text property in as few bytes as its words allow, so that more of it is near the processor."""
        return self.kept(f"narrow {name}", lambda: _narrowed(self.texts[name]))

    def rows_with(self, name: str, code: int) -> Rows:
        """The rows that hold a word, rising."""
        order, sorted_codes = self.kept(f"words {name}", lambda: self._by_word(name))
        # Bounds of the type of the array: of another, the whole array would be turned into theirs.
        first, last = np.searchsorted(sorted_codes, np.asarray([code, code + 1], dtype=sorted_codes.dtype))
        return order[first:last]

    def _by_word(self, name: str) -> tuple[Rows, NDArray[np.int32]]:
        order = np.argsort(self.texts[name], kind="stable").astype(np.int32)
        return order, self.texts[name][order]


def _narrowed(codes: NDArray[np.int32]) -> NDArray[np.integer[Any]]:
    highest = int(codes.max(initial=0))
    return codes.astype(np.uint8 if highest < 2**8 else np.uint16 if highest < 2**16 else np.int32)
