"""Sessions end in one place, reads see one moment, and trouble with the database reads as English."""

from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import InternalError, ProgrammingError
from starlette.testclient import TestClient

from app.base.db import DbSession, ReadSession, connect, open_sessions, translated
from app.base.errors import Conflict, Invalid, Unavailable


@pytest.fixture
def own_engine(new_database: str) -> Iterator[Engine]:
    engine = connect(new_database, pool_size=2, statement_timeout_ms=300)
    yield engine
    engine.dispose()


@pytest.fixture
def routes(own_engine: Engine) -> Iterator[TestClient]:
    with own_engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (word text)"))
    app = FastAPI()
    opened = open_sessions(own_engine)
    app.state.sessions, app.state.read_sessions = opened.write, opened.read

    @app.post("/note")
    def write(session: DbSession, fail: bool = False) -> None:
        session.execute(text("INSERT INTO note VALUES ('here')"))
        if fail:
            raise Invalid("Not like this.")

    @app.post("/note-by-reader")
    def write_as_reader(session: ReadSession) -> None:
        session.execute(text("INSERT INTO note VALUES ('sneaked in')"))

    @app.get("/note")
    def read(session: ReadSession) -> list[str]:
        return list(session.scalars(text("SELECT word FROM note")))

    with TestClient(app) as client:
        yield client


def test_a_route_that_returns_commits(routes):
    routes.post("/note")

    assert routes.get("/note").json() == ["here"]


def test_a_route_that_raises_leaves_nothing(routes):
    with pytest.raises(Invalid):
        routes.post("/note?fail=true")

    assert routes.get("/note").json() == []


def test_a_reader_cannot_write(routes):
    with pytest.raises(InternalError, match="read-only transaction"):
        routes.post("/note-by-reader")


def test_a_reader_sees_one_moment(own_engine):
    with own_engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (word text)"))
    with open_sessions(own_engine).read() as reading:
        assert reading.scalar(text("SELECT count(*) FROM note")) == 0
        with open_sessions(own_engine).write.begin() as writing:
            writing.execute(text("INSERT INTO note VALUES ('later')"))

        assert reading.scalar(text("SELECT count(*) FROM note")) == 0


def test_an_engine_that_only_reads_sees_one_moment_and_refuses_to_write(own_engine, new_database):
    with own_engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (word text)"))
    reading = connect(new_database, only_reads=True)
    with open_sessions(own_engine, reading).read() as session:
        assert session.scalar(text("SELECT count(*) FROM note")) == 0
        with own_engine.begin() as connection:
            connection.execute(text("INSERT INTO note VALUES ('later')"))

        assert session.scalar(text("SELECT count(*) FROM note")) == 0
        with pytest.raises(InternalError, match="read-only transaction"):
            session.execute(text("INSERT INTO note VALUES ('sneaked in')"))
    reading.dispose()


def test_a_reader_that_asks_nothing_takes_no_connection(own_engine):
    app = FastAPI()
    app.state.read_sessions = open_sessions(own_engine).read

    @app.get("/busy")
    def busy(session: ReadSession) -> int:
        return own_engine.pool.checkedout()

    assert TestClient(app).get("/busy").json() == 0


def test_a_reader_gives_its_connection_back(routes, own_engine):
    for _ in range(5):
        assert routes.get("/note").json() == []

    assert own_engine.pool.checkedout() == 0


def test_a_slow_search_is_cut_short_and_says_what_to_do(own_engine):
    with (
        pytest.raises(Unavailable, match="Narrow the search"),
        translated(),
        open_sessions(own_engine).read() as session,
    ):
        session.execute(text("SELECT pg_sleep(5)"))


def test_a_connection_that_the_server_ended_reads_as_down(own_engine):
    sessions = open_sessions(own_engine)
    with pytest.raises(Unavailable, match="down"), translated(), sessions.read() as session:
        own = session.scalar(text("SELECT pg_backend_pid()"))
        with sessions.write.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
        session.execute(select(1))


def test_the_pool_heals_after_all_its_connections_were_ended(own_engine, new_database):
    with own_engine.connect() as first, own_engine.connect() as second:
        pooled = [one.scalar(text("SELECT pg_backend_pid()")) for one in (first, second)]
    with psycopg.connect(new_database) as other:
        other.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) AS pid", [pooled])

    with translated(), open_sessions(own_engine).read() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) not in pooled


def test_a_lost_race_reads_as_a_conflict(own_engine):
    with own_engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (word text)"))
        connection.execute(text("INSERT INTO note VALUES ('first')"))
    sessions = open_sessions(own_engine, isolation_level="REPEATABLE READ")

    with pytest.raises(Conflict), translated(), sessions.write() as slow:
        slow.execute(text("SELECT * FROM note"))
        with sessions.write.begin() as quick:
            quick.execute(text("UPDATE note SET word = 'quick'"))
        slow.execute(text("UPDATE note SET word = 'slow'"))


def test_a_fault_of_our_own_sql_stays_a_fault(own_engine):
    with (
        pytest.raises(ProgrammingError),
        translated(),
        open_sessions(own_engine).read() as session,
    ):
        session.execute(text("SELECT nonsense"))


def test_an_address_where_nobody_listens_reads_as_down(tmp_path):
    engine = connect(f"postgresql://nobody@/nothing?host={tmp_path}")

    with pytest.raises(Unavailable, match="down"), translated(), open_sessions(engine).read() as session:
        session.execute(select(1))
