"""Real workers on a real database: a run asked for over HTTP is done, whoever of them is killed."""

import subprocess
import time

import httpx2
import psutil
import pytest
from sqlalchemy import text

from app.runs import changes
from app.web import create_app
from tests.conftest import serving
from tests.runs.conftest import Place


@pytest.fixture
def workers(place: Place):
    """Starts workers, and ends those that are left."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(place.start_worker())
        return started[-1]

    yield start
    for one in started:
        one.terminate()
        one.wait(timeout=20)


def _child(worker: subprocess.Popen[bytes]) -> psutil.Process:
    """The process in which a worker does runs."""
    children = psutil.Process(worker.pid).children()
    return next(one for one in children if "execute" in one.cmdline())


def test_from_the_request_to_the_outcome_its_events_and_its_receipt(place, workers, settings, tmp_path):
    workers()
    own = settings.model_copy(update={"models": place.models, "state_dir": tmp_path})
    wanted = {"tile": place.tile.id, "models": ["toy", "nan"]}

    with serving(create_app(own, place.address)) as address, httpx2.Client(base_url=address) as client:
        bad = client.post("/api/runs", json=wanted).headers["location"]
        good = client.post("/api/runs", json={**wanted, "models": ["toy"]}).headers["location"]
        ended = _watched(client, good)

        assert client.get(bad).json()["state"] == "failed"
        assert ended["state"] == "succeeded"
        told = client.get(good).json()
        assert client.get(told["outcome"]["models"]["toy"]["files"]["error_picture"]).status_code == 200
        assert client.get(told["links"]["receipt"]).json()["tile"]["id"] == place.tile.id


def _watched(client, path: str) -> str:
    """What the events of a run tell last."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with client.stream("GET", f"{path}/events", timeout=40) as answer:
            for event in answer.iter_text():
                if "event: end" in event:
                    return client.get(path).json()
    raise AssertionError("The events never told the end.")


def test_a_killed_worker_leaves_its_run_to_another_and_one_that_is_asked_to_stop_gives_it_back(
    place, workers
):
    first = workers()
    number = place.request("endless")
    place.until(number, lambda run: run.stage.startswith("running"))
    child = _child(first)

    first.kill()
    child.wait(timeout=10)
    with place.sessions.begin() as session:
        # The sweep comes every minute, and a worker is taken for dead after one; no test waits for that.
        session.execute(text("update procrastinate_jobs set status = 'failed' where status = 'doing'"))
        changes.sweep(session)
    second = workers()
    again = place.until(number, lambda run: run.attempts == 2 and run.stage.startswith("running"))
    second.terminate()

    assert "started-again" in [line["text"] for line in again.log]
    assert second.wait(timeout=15) is not None
    run = place.run(number)
    assert (run.state, run.attempts) == ("queued", 1)


def test_two_workers_share_the_runs_and_do_each_once(place, workers):
    numbers = [place.request("toy", asker=f"user {one}") for one in range(12)]

    workers(), workers()

    runs = [place.ended(number) for number in numbers]
    assert {(run.state, run.attempts) for run in runs} == {("succeeded", 1)}
