"""Engines, the session of a request, and where its transaction ends.

A route takes `ReadSession` to look and `DbSession` to change something. Both hold one transaction, which ends
before the answer leaves. Reads have an engine of their own, so that they can run with a role that may not
write, or on a replica. Trouble with the database becomes an error that a visitor can read.
"""

import select as sockets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn

import orjson
import psycopg
from fastapi import Depends, Request
from sqlalchemy import Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool

from app.base.errors import Conflict, Unavailable
from app.base.language import N_, _

EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist")
READER = "catalogue_reader"
"""The role that may only read. A private cluster has it; elsewhere whoever runs the server may create it."""
WAIT_SECONDS = 5
WRITE_TIMEOUT_MS = 30_000
READ_ONLY = "-c default_transaction_read_only=on"
SNAPSHOT = rf"{READ_ONLY} -c default_transaction_isolation=repeatable\ read"
AWAY = N_("The database is down. The service waits for it; please try again.")
BUSY = N_("The catalogue is busy. Please try again in a moment.")

SessionFactory = sessionmaker[Session]
IsolationLevel = Literal["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


@dataclass(frozen=True)
class Sessions:
    """The two ways into the database: `write` commits, `read` sees one moment and changes nothing."""

    write: SessionFactory
    read: SessionFactory


def connect(
    address: str, *, pool_size: int = 5, statement_timeout_ms: int = 0, only_reads: bool = False
) -> Engine:
    """An engine whose pool never makes anyone wait longer than `WAIT_SECONDS`.

    Every connection is looked at when it leaves the pool, so the service recovers by itself when the database
    was away. `statement_timeout_ms` 0 means none. With `only_reads`, every transaction sees one moment and
    changes nothing; said once a connection, that need not be said to every transaction.
    """
    engine = create_engine(
        make_url(address).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        json_deserializer=orjson.loads,
        # Parameters may be what visitors typed, and stay out of the log of a fault.
        hide_parameters=True,
        connect_args=connect_arguments(statement_timeout_ms, SNAPSHOT if only_reads else ""),
    )
    event.listen(engine, "checkout", _refuse_ended)
    return engine


def connect_arguments(statement_timeout_ms: int, options: str = "") -> dict[str, Any]:
    """What every connection of ours is opened with; `options` is added to the server's own."""
    return {
        "connect_timeout": WAIT_SECONDS,
        "application_name": "eo-dataset-catalogue",
        "options": f"-c timezone=UTC -c statement_timeout={statement_timeout_ms} {options}",
    }


def has_ended(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has closed an idle connection.

    A server that ends a connection says so on the socket, and says nothing else to an idle one. Looking costs
    a millionth of a second, where a question and its answer would cost as much as a small search.
    """
    if connection.closed:
        return True
    watched = sockets.poll()
    watched.register(connection.fileno(), sockets.POLLIN)
    return bool(watched.poll(0))


def _refuse_ended(connection: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
    if has_ended(connection):
        raise InvalidatePoolError(_("The server has ended this connection."))


def open_sessions(
    engine: Engine, reading: Engine | None = None, *, isolation_level: IsolationLevel = "READ COMMITTED"
) -> Sessions:
    """Sessions on an engine; a read keeps to one snapshot, so that list, counts and total agree.

    `reading` is where the reads go, when that is another role or a replica: an engine that only reads.
    """
    writing = engine.execution_options(isolation_level=isolation_level)
    if reading is None:
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Sessions(
        write=sessionmaker(writing, expire_on_commit=False),
        read=sessionmaker(reading, expire_on_commit=False),
    )


def request_session(request: Request) -> Iterator[Session]:
    """Commit when the route returns, roll back when it raises."""
    with translated():
        sessions: SessionFactory = request.app.state.sessions
        with sessions.begin() as session:
            # A visitor's reads are cut short; a change may take the time it needs.
            session.execute(select(func.set_config("statement_timeout", str(WRITE_TIMEOUT_MS), True)))
            yield session


async def reading_session(request: Request) -> AsyncIterator[Session]:
    """One snapshot of the catalogue for the time of a request.

    In this colour because a session begins without asking the database, and one that was never asked ends so:
    then no thread is needed here, and that is most of what a small answer costs.
    """
    with translated(only_reads=True):
        session: Session = request.app.state.read_sessions()
        try:
            yield session
        finally:
            if session.in_transaction():
                await run_in_threadpool(session.close)


# "function" ends the transaction before the answer leaves; the default would end it after.
DbSession = Annotated[Session, Depends(request_session, scope="function")]
ReadSession = Annotated[Session, Depends(reading_session, scope="function")]


@contextmanager
def translated(*, only_reads: bool = False) -> Iterator[None]:
    """Turn trouble with the database into the error tree; faults of our own SQL stay what they are.

    What only reads meets no other change, but a replica ends statements that stand in the way of the changes
    it follows: with `only_reads` that is told as something that passes, not as a conflict of the visitor's.
    """
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable(_(BUSY)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(_(AWAY)) from error
        explain(error.orig, error, only_reads)
    except psycopg.Error as error:
        explain(error, error, only_reads)


def explain(cause: BaseException | None, error: Exception, only_reads: bool = False) -> NoReturn:
    """Raise what a visitor should read instead of a driver's error."""
    if isinstance(cause, psycopg.errors.QueryCanceled):
        raise Unavailable(
            _(
                "This search takes too long. Narrow the search: "
                "fewer words, a smaller box, or one more filter."
            )
        ) from error
    if isinstance(cause, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected):
        if only_reads:
            raise Unavailable(_(BUSY)) from error
        raise Conflict(_("Someone else changed the same data at this moment. Please try again.")) from error
    if _is_away(cause):
        raise Unavailable(_(AWAY)) from error
    raise error


def _is_away(cause: BaseException | None) -> bool:
    """Whether the server could not be reached, or ended the connection (classes 08, 53, 57)."""
    if not isinstance(cause, psycopg.OperationalError):
        return False
    return cause.sqlstate is None or cause.sqlstate[:2] in ("08", "53", "57")
