"""A job runs if its transaction commits, never if it rolls back, and again when its worker died."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from app import jobs, worker
from app.base.db import Sessions, connect, open_sessions


@pytest.fixture
def own(new_database: str):
    engine = connect(new_database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE done (word text)"))
    yield engine
    engine.dispose()


def write(session, word: str) -> None:
    session.execute(text("INSERT INTO done VALUES (:word)"), {"word": word})


def words(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT word FROM done ORDER BY word")))


def run_all(address: str, sessions: Sessions, kinds: dict[str, jobs.Work]) -> None:
    """Do what waits, on a thread of its own: browser tests leave a running event loop on this one."""
    queue = jobs.build(address, sessions.write, kinds, nightly={})
    with ThreadPoolExecutor(1) as thread:
        thread.submit(queue.run_worker, wait=False, listen_notify=False).result()


def test_a_job_runs_after_the_commit_and_commits_itself(own, new_database):
    sessions = open_sessions(own)
    with sessions.write.begin() as session:
        jobs.enqueue(session, "write", word="here")

    run_all(new_database, sessions, {"write": write})

    assert words(own) == ["here"]


def test_a_job_of_a_transaction_that_rolls_back_never_existed(own, new_database):
    sessions = open_sessions(own)
    with sessions.write() as session:
        jobs.enqueue(session, "write", word="never")
        session.rollback()

    run_all(new_database, sessions, {"write": write})

    assert words(own) == []


def test_a_job_marked_once_is_not_added_twice_and_spares_the_transaction(own, new_database):
    sessions = open_sessions(own)
    with sessions.write.begin() as session:
        first = jobs.enqueue(session, "write", once="mark", word="first")
        second = jobs.enqueue(session, "write", once="mark", word="second")
        write(session, "by hand")

    run_all(new_database, sessions, {"write": write})

    assert first is not None
    assert second is None
    assert words(own) == ["by hand", "first"]


def test_a_job_that_fails_leaves_nothing_and_is_tried_again_later(own, new_database):
    def write_and_fail(session, word: str) -> None:
        write(session, word)
        raise RuntimeError("not yet")

    sessions = open_sessions(own)
    with sessions.write.begin() as session:
        number = jobs.enqueue(session, "write", word="half")

    run_all(new_database, sessions, {"write": write_and_fail})

    assert words(own) == []
    with own.connect() as connection:
        row = connection.execute(
            text(
                "SELECT status::text, attempts, scheduled_at > now() FROM procrastinate_jobs WHERE id = :id"
            ),
            {"id": number},
        ).one()
    assert tuple(row) == ("todo", 1, True)


def test_a_job_whose_worker_died_runs_again(own, new_database):
    sessions = open_sessions(own)
    with sessions.write.begin() as session:
        jobs.enqueue(session, "write", word="rescued")
        session.execute(
            text(
                "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - interval '1 hour') RETURNING id) "
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
            )
        )
        jobs.enqueue(session, "recover", timestamp=0)

    run_all(new_database, sessions, {"write": write})
    run_all(new_database, sessions, {"write": write})

    assert words(own) == ["rescued"]


def test_the_age_of_the_youngest_worker_is_told(own):
    with open_sessions(own).write.begin() as session:
        assert jobs.worker_age(session) is None
        session.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '9 seconds')")
        )

        assert 8 < jobs.worker_age(session) < 60


def test_a_database_without_the_queue_has_no_worker(own):
    with own.begin() as connection:
        connection.execute(text("DROP TABLE procrastinate_workers CASCADE"))

    with open_sessions(own).read() as session:
        assert jobs.worker_age(session) is None


def test_nightly_jobs_are_kinds_that_exist(settings):
    assert set(worker.NIGHTLY) <= set(worker.kinds(settings))
