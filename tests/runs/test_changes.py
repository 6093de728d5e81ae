"""A run is worked on by whoever claimed it last, is begun at most twice, and is removed when it is over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from app.base.storage import LocalStorage
from app.runs import changes, files
from app.runs.changes import Wanted
from app.runs.cleaning import clean
from app.runs.tables import Run

SOON = timedelta(days=1)


def _request(session, **changed) -> Run:
    fields = {
        "tile": "tile",
        "models": ["toy"],
        "options": {},
        "asker": "user 1",
        "is_private": False,
        "expires": datetime.now(UTC) + SOON,
    }
    return changes.request(session, Wanted(**{**fields, **changed}))


def _jobs(session) -> list[str]:
    return list(session.scalars(text("select args ->> 'run' from procrastinate_jobs order by id")))


def test_a_claim_begins_an_attempt_and_the_third_fails_with_the_reason(session):
    number = _request(session).id

    assert [changes.claim(session, number) for _ in "abc"] == [1, 2, None]
    run = session.get(Run, number)
    assert run.state == "failed"
    assert run.error == "lost"
    assert run.ended is not None


@pytest.mark.parametrize(
    ("write", "waits"), [("claim", "off"), ("tell", "off"), ("succeed", "on"), ("fail", "on")]
)
def test_every_end_waits_for_the_disk_and_what_may_be_lost_does_not(session, write, waits):
    number = _request(session).id
    attempt = changes.claim(session, number)
    writes = {
        "claim": lambda: changes.claim(session, number),
        "tell": lambda: changes.tell(session, number, attempt, 9, "on its way"),
        "succeed": lambda: changes.succeed(session, number, attempt, {"models": {}}, {}),
        "fail": lambda: changes.fail(session, number, attempt, "no reason"),
    }
    session.execute(text("set local synchronous_commit = on"))

    assert writes[write]()
    assert session.scalar(text("show synchronous_commit")) == waits


@pytest.mark.parametrize("write", ["tell", "succeed", "fail"])
def test_what_an_earlier_attempt_still_writes_changes_nothing(session, write):
    number = _request(session).id
    first = changes.claim(session, number)
    changes.claim(session, number)
    late = {
        "tell": lambda: changes.tell(session, number, first, 99, "late"),
        "succeed": lambda: changes.succeed(session, number, first, {"models": {}}, {}),
        "fail": lambda: changes.fail(session, number, first, "late"),
    }

    assert late[write]() is False
    run = session.get(Run, number)
    session.refresh(run)
    assert (run.state, run.progress, run.error, run.outcome) == ("running", 0, "", None)


def test_progress_is_noted_with_a_line_of_the_log(session):
    number = _request(session).id
    attempt = changes.claim(session, number)

    assert changes.tell(session, number, attempt, 40, "running: Toy")
    session.flush()
    run = session.get(Run, number)
    session.refresh(run)
    assert (run.progress, run.stage) == (40, "running: Toy")
    assert [line["text"] for line in run.log] == ["requested", "started", "running: Toy"]


def test_a_cancelled_run_stays_cancelled_whatever_its_worker_writes(session):
    run = _request(session)
    attempt = changes.claim(session, run.id)

    assert changes.cancel(session, run)
    assert not changes.succeed(session, run.id, attempt, {}, {})
    assert not changes.cancel(session, run)
    assert run.state == "cancelled"


def test_a_run_that_nobody_holds_is_sent_again_once(session):
    running = _request(session)
    session.execute(text("delete from procrastinate_jobs"))
    changes.claim(session, running.id)
    session.flush()

    changes.sweep(session)
    changes.sweep(session)

    assert _jobs(session) == [str(running.id)]


def test_a_run_that_somebody_holds_is_left_alone(session, engine):
    run = _request(session)
    session.execute(text("delete from procrastinate_jobs"))
    changes.claim(session, run.id)
    session.flush()

    with engine.connect() as other:
        other.scalar(select(func.pg_advisory_lock(changes.lock_number(run.id))))
        changes.sweep(session)
        other.scalar(select(func.pg_advisory_unlock(changes.lock_number(run.id))))

    assert _jobs(session) == []


def test_a_queued_run_whose_job_was_lost_is_sent_after_a_while(session):
    old, new = _request(session), _request(session)
    session.execute(text("delete from procrastinate_jobs"))
    old.created = datetime.now(UTC) - timedelta(minutes=5)
    session.flush()

    changes.sweep(session)

    assert _jobs(session) == [str(old.id)]
    assert new.state == "queued"


def test_what_ran_out_is_removed_with_its_files(session, tmp_path):
    storage = LocalStorage(tmp_path)
    over = _request(session, expires=datetime.now(UTC) - SOON)
    orphan = _request(session, is_private=True, tile="an upload that is gone")
    kept = _request(session)
    for run in (over, orphan, kept):
        storage.put(files.place(str(run.id), "toy/prediction.tif"), b"content")

    assert clean(session, storage=storage) == 2
    assert list(session.scalars(select(Run.id))) == [kept.id]
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [str(kept.id)]


def test_locks_of_runs_fit_the_database_and_differ():
    numbers = [UUID(int=one << 64) for one in (0, 1, 2**63, 2**64 - 1)]

    locks = {changes.lock_number(one) for one in numbers}

    assert len(locks) == 4
    assert all(-(2**63) <= one < 2**63 for one in locks)
