"""Bytes that were made once and are asked for again: documents by the version of their record, pages by the
version of the catalogue.

A shelf belongs to one database and forgets what was not asked for the longest, so its size is bounded.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

MOST_BYTES = 96_000_000
OVERHEAD = 200


class Shelf:
    """Values by key, with the bytes each of them takes."""

    def __init__(self, most_bytes: int = MOST_BYTES, largest: int | None = None) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._most = most_bytes
        self._largest = most_bytes // 4 if largest is None else largest
        self._bytes = 0

    def get(self, key: Hashable) -> Any:
        """What was put under the key, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of about `size` bytes; what is larger than `largest`, a quarter of the shelf unless
        told otherwise, is not kept."""
        if size > self._largest:
            return
        with self._lock:
            _, before = self._held.pop(key, (None, 0))
            self._held[key] = (value, size + OVERHEAD)
            self._bytes += size + OVERHEAD - before
            while self._bytes > self._most:
                _, (_, freed) = self._held.popitem(last=False)
                self._bytes -= freed


_SHELVES: WeakKeyDictionary[Engine, Shelf] = WeakKeyDictionary()
_SHELVES_LOCK = threading.Lock()


def shelf_of(session: Session) -> Shelf:
    """The shelf of the session's database."""
    return shelf_at(session.get_bind())


def shelf_at(bind: Engine | Connection) -> Shelf:
    """The shelf of a database."""
    engine = bind.engine
    with _SHELVES_LOCK:
        return _SHELVES.setdefault(engine, Shelf())
