"""The short way to read: one statement, one round trip.

A `ReadSession` begins and ends a transaction around its statements, which a list needs and a single lookup
does not. A reader's statements stand alone, each in a moment of its own, and are prepared once a connection.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, Any

import orjson
import psycopg
from fastapi import Depends, Request
from psycopg.types.json import set_json_loads
from sqlalchemy import make_url

from app.base.db import READ_ONLY, SessionFactory, connect_arguments, has_ended, translated

Row = tuple[Any, ...]
Borrow = Callable[[], AbstractContextManager[psycopg.Connection[Row]]]


class DirectReader:
    """Runs statements on connections that `borrow` lends."""

    def __init__(self, borrow: Borrow) -> None:
        self._borrow = borrow

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows of one statement.

        Args:
            sql: constant text with `%s` for each parameter; never put what a visitor typed into it.
        Raises:
            Unavailable: the statement took too long, or the database is away.
        """
        with translated(only_reads=True), self._borrow() as connection:
            return connection.execute(sql.encode(), parameters, prepare=True).fetchall()


class Connections:
    """Connections that read only, each statement for itself; as many as are used at once, then kept.

    There is no upper limit here: who asks runs on a thread of the service, and those are counted.
    """

    def __init__(self, address: str, *, statement_timeout_ms: int) -> None:
        url = make_url(address).set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._arguments = connect_arguments(statement_timeout_ms, READ_ONLY)
        self._idle: deque[psycopg.Connection[Row]] = deque()

    @contextmanager
    def borrow(self) -> Iterator[psycopg.Connection[Row]]:
        """A connection for the time of the block; one that broke in it is not kept."""
        connection = self._take()
        try:
            yield connection
        finally:
            if not connection.closed:
                self._idle.append(connection)

    def close(self) -> None:
        """Close what is kept."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> psycopg.Connection[Row]:
        """The connection used last, which is the likeliest to live, or a new one."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._open()
            if not has_ended(connection):
                return connection
            connection.close()

    def _open(self) -> psycopg.Connection[Row]:
        connection = psycopg.connect(self._address, autocommit=True, **self._arguments)
        set_json_loads(orjson.loads, connection)
        return connection


def joined(sessions: SessionFactory) -> Borrow:
    """Lends the connections of sessions, so that statements see what their transaction has not committed."""

    @contextmanager
    def borrow() -> Iterator[psycopg.Connection[Row]]:
        with sessions() as session:
            connection: Any = session.connection().connection.driver_connection
            yield connection

    return borrow


# In this colour it needs no thread of its own; it only hands over what is there.
async def _reader(request: Request) -> DirectReader:
    found: DirectReader = request.app.state.reader
    return found


Reader = Annotated[DirectReader, Depends(_reader)]
