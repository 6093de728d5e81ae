"""Counts are shared by all processes, exact under a rush, and end in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import func, select, update

from app.accounts.attempts import Counter, Limit, TooSoon, count, forget, give_back
from app.accounts.tables import Attempts
from app.base.db import READER, connect, open_sessions

KEY = "a secret of the tests, long enough"
FIVE = Counter(Limit("try", 5, timedelta(minutes=10)), KEY, ("ada@example.org",))
OTHER = Counter(Limit("other", 50, timedelta(minutes=10)), KEY, ("10.0.0.1",))


def test_exactly_the_limit_gets_through_however_many_try_at_once(new_database):
    engines = [connect(new_database, pool_size=4) for _ in range(2)]
    ways = [open_sessions(engine).write for engine in engines]

    def attempt(number: int) -> bool:
        try:
            with ways[number % 2].begin() as session:
                count(session, *((FIVE, OTHER) if number % 3 else (OTHER, FIVE)))
        except TooSoon:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        through = sum(pool.map(attempt, range(200)))

    assert through == 5
    for engine in engines:
        engine.dispose()


def test_window_ends_however_much_is_tried(session):
    for _ in range(5):
        count(session, FIVE)
    session.execute(update(Attempts).values(until=func.now() - timedelta(seconds=1)))

    count(session, FIVE)

    assert session.scalar(select(Attempts.count)) == 1


def test_attempts_are_given_back_and_forgotten(session):
    for _ in range(5):
        count(session, FIVE)
    give_back(session, FIVE)
    count(session, FIVE)
    forget(session, FIVE)
    count(session, FIVE)

    assert session.scalar(select(Attempts.count)) == 1


def test_rows_tell_nobody_who_tried(session):
    count(session, FIVE, OTHER)

    assert not any("ada" in key or "10.0" in key for key in session.scalars(select(Attempts.key)))


def test_reading_role_sees_nothing_of_accounts(cluster, database_address):
    name = urlsplit(database_address).path.strip("/")
    with (
        psycopg.connect(cluster.address_of(name, READER)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute('SELECT * FROM accounts."user"')
