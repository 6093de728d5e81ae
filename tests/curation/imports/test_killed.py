"""kill -9 in the middle of an import: each line is dealt with once, whatever died and when."""

import json
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import distinct, func, select, text

from app import jobs
from app.accounts.rights import Role
from app.curation import audit
from app.curation.imports import changes, queries
from app.curation.imports.tables import Import, ImportLine
from app.curation.tables import Revision
from tests.base.test_embedded import kill_server
from tests.curation.conftest import draft
from tests.curation.test_kills import (
    ENVIRONMENT,
    WORKER,
    actors_of,
    add_people,
    free_port,
    open_address,
    own_cluster,
    start_web,
)

__all__ = ["own_cluster"]

LINES = 750
BROKEN = 40
"""Every so manieth line is none."""


def file_of(lines: int) -> bytes:
    """So many lines of JSON, some of which are broken."""
    made = [
        {**draft(f"Fields {number}"), "year": "soon" if number % BROKEN == 0 else 2024}
        for number in range(lines)
    ]
    return "\n".join(json.dumps(one) for one in made).encode()


def begin(sessions, lines=LINES) -> UUID:
    with sessions.begin() as session:
        return changes.begin(session, actors_of(sessions)[Role.REVIEWER], "fields.jsonl", file_of(lines)).id


def reached(sessions, number) -> tuple[str, int]:
    with sessions() as session:
        one = queries.get(session, number)
        return one.state, one.done


def start_worker(sessions, address, folder) -> subprocess.Popen:
    """A worker that finds the ones before it dead for long, which a minute without a heartbeat would say."""
    with sessions.begin() as session:
        session.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"))
        jobs.enqueue(session, "recover", once="recover", timestamp=0)
    return subprocess.Popen([sys.executable, "-c", WORKER, address, str(folder)], env=ENVIRONMENT)


def kill_in_the_middle(sessions, address, folder, number) -> None:
    """Let a worker begin, and kill it soon after the first step that can be seen."""
    before = reached(sessions, number)
    worker = start_worker(sessions, address, folder)
    while reached(sessions, number) == before and worker.poll() is None:
        time.sleep(0.01)
    time.sleep(random.random() / 5)
    worker.kill()
    worker.wait()


def bring_to_the_end(sessions, address, folder, number) -> None:
    for _start in range(30):
        if reached(sessions, number)[0] == "done":
            return
        start_worker(sessions, address, folder).wait()
    raise AssertionError(f"The import stays at {reached(sessions, number)}.")


def report_is_complete(session, number, lines=LINES) -> None:
    """Every line has its outcome, and its draft where it can have one, once."""
    one, broken = session.get_one(Import, number), len(range(0, lines, BROKEN))
    assert (one.total, one.done, one.failure, one.content) == (lines, lines, "", None)
    assert queries.counts(session, number) == {
        "new": lines - broken, "changed": 0, "same": 0, "invalid": broken, "waiting": 0
    }  # fmt: skip
    drafts = session.scalars(select(Revision).where(Revision.change_set == number)).all()
    assert len({revision.name for revision in drafts}) == len(drafts) == lines - broken
    linked = select(func.count(distinct(ImportLine.revision_id))).where(ImportLine.import_id == number)
    assert session.scalar(linked) == lines - broken
    assert all(audit.verify(session, revision.id) for revision in drafts[::50])


def test_a_killed_worker_drafts_and_hands_in_each_line_once(new_database, tmp_path):
    engine, sessions = open_address(new_database)
    add_people(sessions)
    number = begin(sessions)

    for _kill in range(2):
        kill_in_the_middle(sessions, new_database, tmp_path, number)
    state, done = reached(sessions, number)
    assert (state, done < LINES) == ("running", True)
    bring_to_the_end(sessions, new_database, tmp_path, number)
    with sessions.begin() as session:
        report_is_complete(session, number)
        changes.ask_to_hand_in(session, number)
    kill_in_the_middle(sessions, new_database, tmp_path, number)
    bring_to_the_end(sessions, new_database, tmp_path, number)

    with sessions() as session:
        drafts = session.scalars(select(Revision).where(Revision.change_set == number)).all()
        assert {revision.state for revision in drafts} == {"submitted"}
        steps = select(audit.AuditEntry.action, func.count()).group_by(audit.AuditEntry.action)
        assert dict(session.execute(steps).all()) == {"begin": len(drafts), "submit": len(drafts)}
    engine.dispose()


# Nobody is left to close a connection that is being made while the server dies.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_killed_database_loses_no_line_and_doubles_none(own_cluster):
    server, address = own_cluster
    engine, sessions = open_address(address)
    add_people(sessions)
    number = begin(sessions)
    ended = threading.Event()

    def step_by_step():
        while not ended.is_set():
            with suppress(Exception), sessions.begin() as session:
                for step in (changes.cut, changes.draft):
                    step(session, number=str(number), queued=False)
                if queries.get(session, number).state == "done":
                    ended.set()

    thread = threading.Thread(target=step_by_step)
    thread.start()
    for _kill in range(2):
        before = reached(sessions, number)
        while reached(sessions, number) == before and not ended.is_set():
            time.sleep(0.01)
        time.sleep(random.random() / 10)
        kill_server(server)
        server.start()
    ended.wait(60)
    thread.join()
    engine.dispose()

    engine, sessions = open_address(address)
    with sessions() as session:
        report_is_complete(session, number)
    engine.dispose()


def test_a_killed_web_process_has_every_file_that_it_acknowledged(new_database, tmp_path):
    engine, sessions = open_address(new_database)
    people, port = add_people(sessions), free_port()
    told: list[tuple[str, str]] = []
    ends = threading.Event()

    def send(part):
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            count = 0
            while not ends.is_set():
                count += 1
                name = f"{part}-{count}"
                with suppress(httpx2.TransportError):
                    answer = client.post(
                        f"/api/imports?name={name}", content=file_of(5), headers=people[Role.REVIEWER]
                    )
                    if answer.status_code == 202:
                        told.append((answer.headers["location"].rpartition("/")[2], name))
                    time.sleep(0.01)

    web = start_web(new_database, port, tmp_path)
    threads = [threading.Thread(target=send, args=(part,)) for part in range(3)]
    for thread in threads:
        thread.start()
    while len(told) < 9:
        time.sleep(random.random() / 5)
    web.kill()
    web.wait()
    web = start_web(new_database, port, tmp_path)
    while len(told) < 18:
        time.sleep(random.random() / 5)
    web.kill()
    web.wait()
    ends.set()
    for thread in threads:
        thread.join()

    with sessions() as session:
        there = {str(one.id): one.name for one in session.scalars(select(Import))}
        assert {number: there.get(number) for number, _name in told} == dict(told)
        asked = text("SELECT args ->> 'number' FROM procrastinate_jobs WHERE task_name = :kind")
        waiting = list(session.scalars(asked, {"kind": changes.CUT}))
        assert sorted(waiting) == sorted(there)
    engine.dispose()
