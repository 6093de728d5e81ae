"""The index of all items that a process holds for each database, made and renewed by whoever first needs it.

Whoever asks names the version that the database has; what changed since is read then.
"""

import threading
import time
from typing import cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.items.following import built, followed, read_version, version_now
from app.items.index import ItemIndex, Version

QUICK = 100_000
"""Items up to which an index is renewed for every change."""

PAUSE_PER_WORK = 4.0
LONGEST_PAUSE_SECONDS = 2.0
"""While items pour into a large index, at most a fifth of the time goes into following them; readers then see
the items of a moment ago."""


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
                self._held = built(session) if self._held is None else followed(session, self._held)
                self._pause(time.monotonic() - begun)
            return self._held

    def _holds(self, session: Session, version: Version) -> bool:
        """Whether what is held is of this version or a newer one; else what must be followed is held, or
        nothing."""
        held = cast(ItemIndex, self._held).version
        if held.items <= version.items and held.catalogue <= version.catalogue:
            return held == version
        # Another thread has seen more than this one, or the database was put back to an earlier state.
        if held.items <= (now := version_now(session)).items and held.catalogue <= now.catalogue:
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


def indexes_of(session: Session) -> Indexes:
    """The indexes kept for the database of this session."""
    return indexes_at(session.get_bind().engine)


def indexes_at(engine: Engine) -> Indexes:
    """The indexes kept for a database."""
    with _INDEXES_LOCK:
        return _INDEXES.setdefault(engine, Indexes())


def current(session: Session) -> ItemIndex:
    """The index of what the session sees."""
    return indexes_of(session).at(session, read_version(session))
