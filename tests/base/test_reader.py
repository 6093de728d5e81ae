"""The short way to read: it cannot write, costs one round trip, and heals by itself."""

from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql
from sqlalchemy import text
from starlette.testclient import TestClient

from app.base.db import READER
from app.base.embedded import Cluster
from app.base.errors import Unavailable
from app.base.reader import Connections, DirectReader, Reader


@pytest.fixture
def lent(new_database: str) -> Iterator[Connections]:
    found = Connections(new_database, statement_timeout_ms=300)
    yield found
    found.close()


@pytest.fixture
def reader(lent: Connections) -> DirectReader:
    return DirectReader(lent.borrow)


def test_rows_come_as_plain_tuples(reader):
    assert reader.fetch("SELECT n, n * %s FROM generate_series(1, 2) AS n", [10]) == [(1, 10), (2, 20)]


def test_json_comes_as_python_reads_it(reader):
    assert reader.fetch("SELECT %s::jsonb", ['{"a": [1, 2.5]}']) == [({"a": [1, 2.5]},)]


def test_statements_share_a_connection_and_are_prepared_once(reader):
    own = {reader.fetch("SELECT pg_backend_pid()")[0] for _ in range(3)}

    assert len(own) == 1
    assert reader.fetch(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%pid()%"]
    ) == [(1,)]


def test_no_transaction_stays_open_between_statements(reader):
    moments = [reader.fetch("SELECT now()") for _ in range(2)]

    assert moments[0] < moments[1]


def test_a_reader_cannot_write(reader):
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader.fetch("DELETE FROM dataset RETURNING 1")


def test_a_slow_statement_is_cut_short_and_says_what_to_do(reader):
    with pytest.raises(Unavailable, match="Narrow the search"):
        reader.fetch("SELECT pg_sleep(5)")

    assert reader.fetch("SELECT 1") == [(1,)]


def test_a_fault_of_our_own_sql_stays_a_fault(reader):
    with pytest.raises(psycopg.errors.UndefinedColumn):
        reader.fetch("SELECT nonsense")

    assert reader.fetch("SELECT 1") == [(1,)]


def test_a_connection_that_the_server_ended_is_replaced_unnoticed(reader, new_database):
    before = reader.fetch("SELECT pg_backend_pid()")[0][0]
    with psycopg.connect(new_database) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])

    assert reader.fetch("SELECT pg_backend_pid()")[0][0] != before


def test_an_address_where_nobody_listens_reads_as_down(tmp_path):
    reader = DirectReader(
        Connections(f"postgresql://nobody@/no?host={tmp_path}", statement_timeout_ms=0).borrow
    )

    with pytest.raises(Unavailable, match="down"):
        reader.fetch("SELECT 1")


def test_a_route_in_a_test_reads_what_the_test_has_not_committed(
    application: FastAPI, client: TestClient, session
):
    @application.get("/api/words")
    def words(reader: Reader) -> list[str]:
        return [word for (word,) in reader.fetch("SELECT code FROM outline")]

    session.execute(
        text(
            "INSERT INTO outline (code, kind, name, geometry, mercator, mercator_low) "
            "SELECT 'XX', 'country', 'X', ST_Point(1, 1, 4326), g, g FROM ST_Point(1, 1, 3857) AS g"
        )
    )

    assert client.get("/api/words").json() == ["XX"]


@pytest.fixture
def read_role(cluster: Cluster, new_database: str) -> Iterator[psycopg.Connection]:
    """A connection of the role that may only read, which tries its best to write."""
    address = cluster.address_of(new_database.partition("@/")[2].partition("?")[0], READER)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        yield connection


@pytest.mark.parametrize(
    "attempt",
    [
        "INSERT INTO dataset (slug) VALUES ('sneaked-in')",
        "UPDATE dataset SET name = 'changed'",
        "DELETE FROM dataset",
        "TRUNCATE dataset",
        "CREATE TABLE public.note (word text)",
        "CREATE SCHEMA mine",
        "SELECT nextval('catalogue_version')",
        "ALTER ROLE catalogue PASSWORD 'mine'",
        "SET ROLE catalogue",
        "COPY dataset TO PROGRAM 'cat'",
        "INSERT INTO procrastinate_jobs (task_name) VALUES ('mine')",
    ],
)
def test_the_role_of_the_reads_has_no_right_to_change_anything(read_role, attempt):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        read_role.execute(attempt)


def test_the_role_of_the_reads_may_not_make_temporary_tables_in_the_catalogue(cluster):
    with (
        psycopg.connect(cluster.read_address, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SET default_transaction_read_only = off")
        connection.execute("CREATE TEMPORARY TABLE note (word text)")


def test_the_role_of_the_reads_sees_every_table_and_those_of_later_migrations(read_role, new_database):
    with psycopg.connect(new_database, autocommit=True) as owner:
        owner.execute("CREATE TABLE later (id serial, word text)")
        names = owner.execute(
            "SELECT relname FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
        ).fetchall()

    assert ("later",) in names and ("later_id_seq",) in names
    for (name,) in names:
        read_role.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(name)))
