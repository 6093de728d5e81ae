"""What waits for curators, of every published record, held in memory beside the portal's index.

It is kept apart from that index, because it has more entries than all facets together, and only curators ask
for it: no search after a publication should wait for it. It follows the catalogue as the index does, by what
changed since the version that is held.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Text, func, select
from sqlalchemy.orm import Session

from app.catalogue.index import Index, Mask
from app.catalogue.tables import Change, Dataset

BUILD_TIMEOUT_MS = "60000"


@dataclass(frozen=True)
class _Held:
    """Pairs of database id and code number, at one version of the catalogue."""

    version: int
    names: tuple[str, ...]
    ids: NDArray[np.int64]
    codes: NDArray[np.int32]


@dataclass(frozen=True)
class Waits:
    """The codes of all records as pairs of row in the index and code number."""

    names: tuple[str, ...]
    rows: NDArray[np.int64]
    codes: NDArray[np.int32]
    size: int

    def count(self, mask: Mask) -> dict[str, int]:
        """How many of the records of a mask carry each code, without those that none carries."""
        counted = np.bincount(self.codes[mask[self.rows]], minlength=len(self.names))
        return {self.names[number]: int(counted[number]) for number in np.flatnonzero(counted)}

    def holding(self, names: Iterable[str]) -> Mask:
        """The records that carry any of the codes."""
        wanted = set(names)
        chosen = np.asarray([name in wanted for name in self.names], dtype=bool)
        mask = np.zeros(self.size, dtype=bool)
        if len(self.names):
            mask[self.rows[chosen[self.codes]]] = True
        return mask


_HELD: WeakKeyDictionary[Engine, _Held] = WeakKeyDictionary()
_LOCK = threading.Lock()


def waits(session: Session, index: Index) -> Waits:
    """What waits at the version of an index that the session's transaction sees."""
    engine = session.get_bind().engine
    held = _HELD.get(engine)
    if held is None or held.version != index.version:
        with _LOCK:
            held = _made(session, index.version, _HELD.get(engine))
            _HELD[engine] = held
    # Records that were withdrawn since are in no row.
    is_known = held.ids < len(index.rows)
    rows = np.full(len(held.ids), -1, dtype=np.int64)
    rows[is_known] = index.rows[held.ids[is_known]]
    return Waits(held.names, rows[rows >= 0], held.codes[rows >= 0], index.size)


def _made(session: Session, version: int, older: _Held | None) -> _Held:
    if older is not None and older.version == version:
        return older
    # This reads far more than a page does, and must not be cut short as one.
    session.execute(select(func.set_config("statement_timeout", BUILD_TIMEOUT_MS, True)))
    # One text is read faster than a list of them; no code has a blank.
    asked = select(Dataset.id, func.array_to_string(Dataset.work, " ", type_=Text))
    if older is None or not _is_committed(session, older.version, version):
        return _held(version, (), session.execute(asked).all())
    changed = session.execute(asked.where(Dataset.version > older.version)).all()
    fresh = _held(version, older.names, changed)
    kept = ~np.isin(older.ids, np.asarray([row[0] for row in changed], dtype=np.int64))
    return _Held(
        version,
        fresh.names,
        np.concatenate([older.ids[kept], fresh.ids]),
        np.concatenate([older.codes[kept], fresh.codes]),
    )


def _is_committed(session: Session, held: int, version: int) -> bool:
    """Whether the version that is held came before the one asked for; a rolled-back one never did."""
    if not 0 < held < version:
        return False
    return session.scalar(select(Change.version).where(Change.version == held)) is not None


def _held(version: int, names: tuple[str, ...], found: Iterable[Any]) -> _Held:
    numbers = {name: number for number, name in enumerate(names)}
    ids: list[int] = []
    codes: list[int] = []
    for number, text in found:
        for name in text.split():
            ids.append(number)
            codes.append(numbers.setdefault(name, len(numbers)))
    return _Held(version, tuple(numbers), np.asarray(ids, dtype=np.int64), np.asarray(codes, dtype=np.int32))
