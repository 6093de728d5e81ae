"""A worker has its child do runs; whatever becomes of the child, the run ends and the worker goes on."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app import worker
from app.runs import changes
from app.runs.supervising import Supervisor, held


@pytest.fixture(scope="module")
def place(lasting_place):
    return lasting_place


@pytest.fixture(scope="module")
def supervisor(place):
    made = Supervisor(worker.RUNNER, place.environment, seconds=60)
    yield made
    made.end()


def _work(place, supervisor, number) -> None:
    with place.sessions.begin() as session:
        supervisor.work(session, run=str(number))


def _begun(place, supervisor, number):
    """Work on another thread, until the child is at it; the thread's future."""
    done = ThreadPoolExecutor(1).submit(_work, place, supervisor, number)
    place.until(number, lambda run: run.state == "running" and run.stage.startswith("running"))
    return done


def test_one_child_does_one_run_after_the_other(place, supervisor):
    first, second = place.request("toy"), place.request("other")

    _work(place, supervisor, first)
    child = supervisor.child.process_id
    _work(place, supervisor, second)

    assert place.run(first).state == place.run(second).state == "succeeded"
    assert supervisor.child.process_id == child


def test_too_much_memory_fails_the_run_and_says_so_and_the_next_one_runs(place, supervisor):
    hog, good = place.request("hog"), place.request("toy")

    _work(place, supervisor, hog)
    _work(place, supervisor, good)

    assert place.run(hog).state == "failed"
    assert "memory" in place.run(hog).error
    assert place.run(good).state == "succeeded"


def test_a_run_that_takes_too_long_is_ended_and_says_so(place):
    hasty = Supervisor(worker.RUNNER, place.environment, seconds=6)
    number = place.request("endless")

    _work(place, hasty, number)
    hasty.end()

    assert place.run(number).state == "failed"
    assert place.run(number).error == "too-long: 6"
    assert place.run(number).attempts == 1


def test_a_run_whose_child_is_killed_starts_again_once_and_then_fails_with_the_reason(place, supervisor):
    number = place.request("endless")
    done = _begun(place, supervisor, number)

    os.kill(supervisor.child.process_id, signal.SIGKILL)
    place.until(number, lambda run: run.attempts == 2 and run.stage.startswith("running"))
    os.kill(supervisor.child.process_id, signal.SIGKILL)
    done.result(timeout=30)

    run = place.run(number)
    assert run.state == "failed"
    assert run.error == "lost"
    assert "started-again" in [line["text"] for line in run.log]


def test_a_cancelled_run_is_ended_in_the_middle_of_its_network(place, supervisor):
    number = place.request("endless")
    done = _begun(place, supervisor, number)

    with place.sessions.begin() as session:
        changes.cancel(session, session.get_one(changes.Run, number))
    done.result(timeout=15)

    assert place.run(number).state == "cancelled"
    assert supervisor.child.process_id is None


def test_a_worker_that_ends_gives_its_run_back_and_the_attempt_does_not_count(place):
    ending = Supervisor(worker.RUNNER, place.environment, seconds=60)
    number = place.request("endless")
    done = _begun(place, ending, number)

    ending.end()
    done.result(timeout=15)

    run = place.run(number)
    assert (run.state, run.attempts) == ("queued", 0)
    with place.engine.connect() as connection:
        asked = text(
            "select count(*) from procrastinate_jobs where queueing_lock = :mark and status = 'todo'"
        )
        assert connection.scalar(asked, {"mark": f"run {number}"}) == 1


def test_a_run_that_somebody_is_at_is_left_alone(place, supervisor):
    number = place.request("toy")

    with held(place.engine, number) as is_mine:
        _work(place, supervisor, number)

        assert is_mine
        assert place.run(number).state == "queued"


def test_a_child_whose_worker_is_gone_ends_at_once(place):
    alone = Supervisor(worker.RUNNER, place.environment, seconds=60)
    number = place.request("endless")
    threading.Thread(target=_work, args=(place, alone, number), daemon=True).start()
    place.until(number, lambda run: run.stage.startswith("running"))
    process = alone.child._process

    process.stdin.close()

    assert process.wait(timeout=10) == 0
    alone.end()


def test_a_program_that_cannot_start_fails_its_run(place):
    broken = Supervisor((sys.executable, "-c", "raise SystemExit(3)"), {}, seconds=60)
    number = place.request("toy")

    _work(place, broken, number)

    assert place.run(number).state == "failed"
