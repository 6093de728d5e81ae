"""The searched columns of all items, held in memory as arrays.

A search by area, time and properties costs microseconds over arrays where it costs milliseconds over rows,
and the exact number of hits comes with them. The arrays follow the database: whoever asks names the version
that the database has, and what changed since is read. An index is never altered once made, so that readers on
other threads keep the one they started with.

Rows are ordered by collection, and within each from the newest to the oldest.
"""

import copy
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from app.catalogue.tables import Change, Dataset
from app.items.blocks import read_blocks
from app.items.documents import Documents
from app.items.tables import NUMBER_SLOTS, ItemChange, ItemProperties, ItemProperty, ItemWord

Rows = NDArray[np.int32]
Made = TypeVar("Made")

ALWAYS = ("id", "collection", "start", "until", "form", "west", "south", "east", "north")
BUILD_TIMEOUT_MS = "600000"

QUICK = 100_000
"""Items up to which an index is renewed for every change."""

PAUSE_PER_WORK = 4.0
LONGEST_PAUSE_SECONDS = 2.0
"""While items pour into a large index, at most a fifth of the time goes into following them; readers then see
the items of a moment ago."""


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


class Indexes:
    """The newest index of one database, made and renewed by whoever first needs it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: ItemIndex | None = None
        self._not_before = 0.0

    def newest(self) -> ItemIndex | None:
        """The index that is at hand, whatever its version."""
        return self._held

    def at(self, session: Session, version: Version, *, is_urgent: bool = False) -> ItemIndex:
        """An index of this version or a newer one, or, while items pour in, of a moment ago.

        Args:
            is_urgent: do not make do with an older one.
        """
        held = self._held
        if held is not None and held.version == version:
            return held
        if held is not None and held.size > QUICK and not is_urgent and self._is_busy():
            return held
        with self._lock:
            if self._held is None or not self._holds(session, version):
                begun = time.monotonic()
                self._held = _built(session) if self._held is None else _followed(session, self._held)
                self._pause(time.monotonic() - begun)
            return self._held

    def _holds(self, session: Session, version: Version) -> bool:
        """Whether what is held is of this version or a newer one; else what must be followed is held, or
        nothing."""
        held = cast(ItemIndex, self._held).version
        if held.items <= version.items and held.catalogue <= version.catalogue:
            return held == version
        # Another thread has seen more than this one, or the database was put back to an earlier state.
        if held.items <= (now := _version_now(session)).items and held.catalogue <= now.catalogue:
            return True
        self._held = None
        return False

    def _is_busy(self) -> bool:
        """Whether someone renews the index now, or has done so a moment ago."""
        return time.monotonic() < self._not_before or self._lock.locked()

    def _pause(self, worked: float) -> None:
        self._not_before = time.monotonic() + min(LONGEST_PAUSE_SECONDS, PAUSE_PER_WORK * worked)


_INDEXES: WeakKeyDictionary[Engine, Indexes] = WeakKeyDictionary()
_INDEXES_LOCK = threading.Lock()

_VERSION = select(
    select(func.coalesce(func.max(ItemChange.version), 0)).scalar_subquery(),
    select(func.coalesce(func.max(Change.version), 0)).scalar_subquery(),
)

VERSION_AS_TEXT = str(_VERSION.compile(compile_kwargs={"literal_binds": True}))
"""The same written out, for the short way to read; it holds nothing but names and noughts."""


def indexes_of(session: Session) -> Indexes:
    """The indexes kept for the database of this session."""
    return indexes_at(session.get_bind().engine)


def indexes_at(engine: Engine) -> Indexes:
    """The indexes kept for a database."""
    with _INDEXES_LOCK:
        return _INDEXES.setdefault(engine, Indexes())


def read_version(session: Session) -> Version:
    """What the session sees."""
    return Version(*session.execute(_VERSION).one())


def current(session: Session) -> ItemIndex:
    """The index of what the session sees."""
    return indexes_of(session).at(session, read_version(session))


def _version_now(session: Session) -> Version:
    """What the database has at this moment, whatever moment the session's transaction keeps to."""
    bind = session.get_bind()
    if isinstance(bind, Connection):
        return Version(*bind.execute(_VERSION).one())
    with bind.connect() as connection:
        return Version(*connection.execute(_VERSION).one())


def _built(session: Session) -> ItemIndex:
    """Everything, read anew."""
    _take_time(session)
    version, slots = read_version(session), _read_slots(session)
    columns = _read(session, slots, "true")
    return _made(session, version, slots, columns, {})


def _followed(session: Session, old: ItemIndex) -> ItemIndex:
    """The old index with what changed since."""
    _take_time(session)
    version, slots = read_version(session), _read_slots(session)
    changes = session.execute(
        select(ItemChange).where(ItemChange.version.between(old.version.items, version.items))
    ).scalars()
    followed = {change.version: change for change in changes}
    # The change that is held must be there: a database put back to an earlier state has another history.
    is_known = followed.pop(old.version.items, None) is not None or old.version.items == 0
    if not is_known or slots != old.slots or any(change.is_whole for change in followed.values()):
        return _built(session)
    if not followed:
        return _renamed(session, old, version)
    ranges = " or ".join(f"id between {one.first_id} and {one.last_id}" for one in followed.values())
    fresh = _read(session, slots, ranges)
    removed = [number for change in followed.values() for number in change.removed]
    columns = _merged(old, fresh, np.asarray(removed, dtype=np.int64))
    return replace(_made(session, version, slots, columns, old.words), documents=old.documents)


def _renamed(session: Session, old: ItemIndex, version: Version) -> ItemIndex:
    """The old index where no item changed; it keeps what it has worked out unless a dataset is lost."""
    index = copy.copy(old)
    object.__setattr__(index, "version", version)
    following = _without_lost(session, index)
    return index if following.slugs == old.slugs else following


def _take_time(session: Session) -> None:
    """This reads far more than a search does, and must not be cut short as one."""
    session.execute(select(func.set_config("statement_timeout", BUILD_TIMEOUT_MS, True)))


def _read_slots(session: Session) -> dict[str, str]:
    return {name: slot for name, slot in session.execute(select(ItemProperty.name, ItemProperty.slot))}


def _read(session: Session, slots: Mapping[str, str], where: str) -> dict[str, Any]:
    """Narrow rows, only of slots that are taken; `where` is made of numbers of our own."""
    names = (*ALWAYS, *slots.values())
    statement = f"copy (select {', '.join(names)} from item where {where}) to stdout (format binary)"
    connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    return read_blocks(connection, statement, names)


def _made(
    session: Session,
    version: Version,
    slots: Mapping[str, str],
    columns: Mapping[str, Any],
    words: Mapping[int, str],
) -> ItemIndex:
    order = np.lexsort((-columns["id"], -columns["start"], columns["collection"]))
    ordered = {name: values[order] for name, values in columns.items()}
    index = ItemIndex(
        version,
        ordered["id"],
        ordered["collection"],
        ordered["start"],
        ordered["until"],
        ordered["form"],
        ordered["west"],
        ordered["south"],
        ordered["east"],
        ordered["north"],
        numbers={name: ordered[slot] for name, slot in slots.items() if slot in NUMBER_SLOTS},
        texts={name: ordered[slot] for name, slot in slots.items() if slot not in NUMBER_SLOTS},
        words=_read_words(session, words),
        slugs={},
        kinds=_read_kinds(session),
        slots=dict(slots),
    )
    return _without_lost(session, index)


def _merged(old: ItemIndex, fresh: Mapping[str, Any], removed: NDArray[np.int64]) -> dict[str, Any]:
    """The columns of the old index without what was removed, and with what is fresh."""
    keep = ~np.isin(old.ids, removed) & ~np.isin(old.ids, fresh["id"]) if len(removed) else slice(None)
    held: dict[str, Any] = {"id": old.ids, "collection": old.collections}
    held |= {name: getattr(old, name) for name in ALWAYS[2:]}
    held |= {old.slots[name]: values for name, values in (old.numbers | old.texts).items()}  # type: ignore[operator]
    return {name: np.concatenate([held[name][keep], fresh[name]]) for name in fresh}


def _read_words(session: Session, known: Mapping[int, str]) -> dict[int, str]:
    """The dictionary; words are only ever added."""
    last = max(known, default=0)
    fresh = session.execute(select(ItemWord.id, ItemWord.word).where(ItemWord.id > last))
    return {**known, **{number: word for number, word in fresh}}


def _read_kinds(session: Session) -> dict[int, dict[str, frozenset[str]]]:
    kinds: dict[int, dict[str, frozenset[str]]] = {}
    rows = session.execute(select(ItemProperties.collection, ItemProperties.name, ItemProperties.kind))
    for collection, name, kind in rows:
        here = kinds.setdefault(collection, {})
        here[name] = here.get(name, frozenset()) | {kind}
    return kinds


def _without_lost(session: Session, index: ItemIndex) -> ItemIndex:
    """Without the items of datasets that are no longer published, and with the names of those that are."""
    named = select(Dataset.id, Dataset.slug).where(Dataset.id.in_(list(index.spans)))
    slugs = {number: slug for number, slug in session.execute(named)}
    lost = [number for number in index.spans if number not in slugs]
    if not lost:
        return replace(index, slugs=slugs)
    keep = ~np.isin(index.collections, lost)
    columns = {name: getattr(index, name)[keep] for name in ("ids", "collections", *ALWAYS[2:])}
    numbers = {name: values[keep] for name, values in index.numbers.items()}
    texts = {name: values[keep] for name, values in index.texts.items()}
    return replace(index, **columns, numbers=numbers, texts=texts, slugs=slugs)
