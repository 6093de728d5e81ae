"""What requests for items share: a session that connects only if it must, and the index of this moment.

A look at the version of the database holds for some milliseconds, so that many requests share one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.base.db import SessionFactory, translated
from app.items.bounds import MustWait
from app.items.following import VERSION_AS_TEXT
from app.items.index import ItemIndex, Version
from app.items.indexes import indexes_at
from app.stac.answers import last_look

LOOK = "items and datasets"
"""Under this name stands which version somebody saw last, and when they asked."""


def must_wait(request: Request) -> None:
    """Give up where others would wait for this answer.

    Raises:
        MustWait: the request is answered without a thread.
    """
    if not request.state.may_wait:
        raise MustWait


def engine_of(request: Request) -> Engine:
    """The database that is read."""
    sessions: SessionFactory = request.app.state.read_sessions
    bind: Engine | Connection = sessions.kw["bind"]
    return bind.engine


@contextmanager
def reading(request: Request) -> Iterator[Session]:
    """A session that connects only if it is asked for something."""
    with translated(only_reads=True), request.app.state.read_sessions() as session:
        yield session


def newest_index(request: Request) -> ItemIndex | None:
    """The index that is held, whatever its version."""
    return indexes_at(engine_of(request)).newest()


def index_at_hand(request: Request) -> ItemIndex:
    """The index that is held, if it is known to be of this moment.

    Raises:
        MustWait: nobody looked a moment ago, or there is something new.
    """
    index = newest_index(request)
    if index is None or index.version != last_look(request.app.state, LOOK):
        raise MustWait
    return index


def present_index(request: Request, session: Session) -> ItemIndex:
    """The index of this moment, or one that may stand for it while items pour in."""
    state = request.app.state
    seen: Version | None = last_look(state, LOOK)
    if seen is None:
        begun = time.monotonic()
        seen = Version(*state.reader.fetch(VERSION_AS_TEXT)[0])
        state.looks[LOOK] = (begun, seen)
    return indexes_at(engine_of(request)).at(session, seen)
