"""kill -9 of web process, worker and database: what was acknowledged is there, and nothing half."""

import gc
import os
import random
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.accounts import changes as accounts
from app.accounts import tokens
from app.accounts.rights import Role
from app.accounts.tables import Mail, User
from app.base.db import connect
from app.base.embedded import cluster as private_cluster
from app.base.migrations import migrate
from app.catalogue.tables import Dataset, DatasetQuality
from app.curation import audit, changes, timed
from app.curation.actors import Actor
from app.curation.tables import Revision
from app.settings import ROOT
from tests.base.test_embedded import kill_server
from tests.curation.conftest import draft

WEB = Path(__file__).with_name("web_process.py")
WORKER = (
    "import sys; from pathlib import Path; from app import worker; from app.settings import Settings;"
    "worker.run(Settings(state_dir=Path(sys.argv[2]), secret='x' * 40), sys.argv[1], once=True)"
)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PEOPLE = 4


def open_address(database):
    engine = connect(database, pool_size=12)
    return engine, sessionmaker(engine, expire_on_commit=False)


def add_people(sessions):
    """A contributor and a reviewer, with tokens."""
    found = {}
    with sessions.begin() as session:
        for role in (Role.CONTRIBUTOR, Role.REVIEWER):
            user = accounts.create_user(session, email=f"{role}@example.org", role=role, name=role)
            session.flush()
            token = tokens.create_token(session, user, name="t", scopes=tokens.scopes_for(role), days=7)
            found[role] = {"Authorization": f"Bearer {token}"}
    return found


def actors_of(sessions):
    with sessions() as session:
        return {
            Role(user.role): Actor(role=Role(user.role), user_id=user.id, name=user.name, email=user.email)
            for user in session.scalars(select(User))
        }


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def start_web(database, port, folder):
    process = subprocess.Popen([sys.executable, str(WEB), database, str(port), str(folder)], env=ENVIRONMENT)
    for _attempt in range(200):
        with suppress(httpx2.TransportError):
            httpx2.get(f"http://127.0.0.1:{port}/robots.txt")
            return process
        time.sleep(0.1)
    raise AssertionError("The web process did not start.")


class Client(threading.Thread):
    """Somebody who takes records all the way by the interface and remembers what was acknowledged."""

    def __init__(self, address, people, number):
        super().__init__()
        self.address, self.people, self.number = address, people, number
        self.told, self.ends = [], threading.Event()

    def run(self):
        with httpx2.Client(base_url=self.address, timeout=10) as client:
            count = 0
            while not self.ends.is_set():
                count += 1
                try:
                    self.take_one(client, f"Fields {self.number} {count}")
                except httpx2.TransportError:
                    time.sleep(0.05)

    def take_one(self, client, name):
        key = {"Idempotency-Key": name}
        body = {"record": draft(name)}
        mine, theirs = self.people[Role.CONTRIBUTOR], self.people[Role.REVIEWER]
        answer = client.post("/api/suggestions", json=body, headers={**mine, **key})
        place = answer.headers.get("location")
        for step in ("submitted", "accept", "publish"):
            if answer.is_error:
                return
            self.told.append((place.rpartition("/")[2], step))
            if step != "publish":
                following = "accept" if step == "submitted" else "publish"
                tag = {"If-Match": answer.headers["etag"]}
                answer = client.post(f"{place}/{following}", json={}, headers={**theirs, **tag})


REACHED = {
    "submitted": {"submitted", "accepted", "published"},
    "accept": {"accepted", "published"},
    "publish": {"published"},
}


def nothing_is_half(session):
    """What belongs together is there together, whatever was under way."""
    rows = session.scalars(select(Revision)).all()
    shown = dict(session.execute(select(Dataset.uuid, Dataset.record)).all())
    published = {row.dataset_uuid: row for row in rows if row.state == "published"}
    assert {uuid: row.record for uuid, row in published.items()} == shown
    marks = session.scalars(select(DatasetQuality.reviewed_number)).all()
    assert marks == [1] * len(shown)
    assert all(audit.verify(session, row.id) for row in rows)
    for row in rows:
        assert audit.read(session, row.id)[-1].to_state == row.state
    texts = session.scalar(text("SELECT count(*) FROM dataset_text"))
    assert texts == len(shown)


def test_a_killed_web_process_keeps_its_word(new_database, tmp_path):
    engine, sessions = open_address(new_database)
    people, port = add_people(sessions), free_port()
    web = start_web(new_database, port, tmp_path)
    clients = [Client(f"http://127.0.0.1:{port}", people, number) for number in range(PEOPLE)]

    for client in clients:
        client.start()
    for _kill in range(3):
        time.sleep(1.5 + random.random())
        web.kill()
        web.wait()
        web = start_web(new_database, port, tmp_path)
    for client in clients:
        client.ends.set()
    for client in clients:
        client.join()
    web.terminate()
    web.wait()

    told = [one for client in clients for one in client.told]
    with sessions() as session:
        rows = {str(row.id): row for row in session.scalars(select(Revision))}
        assert len(told) > 3
        for number, step in told:
            assert rows[number].state in REACHED[step]
        nothing_is_half(session)
    engine.dispose()


def test_a_killed_worker_publishes_each_revision_once(new_database, tmp_path):
    engine, sessions = open_address(new_database)
    add_people(sessions)
    actors = actors_of(sessions)
    with sessions.begin() as session:
        for number in range(10):
            begun = changes.begin(session, actors[Role.CONTRIBUTOR], draft=draft(f"Fields {number}")).revision
            begun = changes.submit(session, begun.id, actors[Role.CONTRIBUTOR], lock=begun.lock)
            past = datetime.now(UTC) - timedelta(minutes=1)
            changes.accept(session, begun.id, actors[Role.REVIEWER], lock=begun.lock, publish_at=past)

    def start():
        with sessions.begin() as session:
            timed.publish_due(session)
        return subprocess.Popen([sys.executable, "-c", WORKER, new_database, str(tmp_path)], env=ENVIRONMENT)

    def published():
        with sessions() as session:
            return session.scalar(select(func.count()).where(Revision.state == "published"))

    for _kill in range(3):
        worker, before = start(), published()
        while published() == before and worker.poll() is None:
            time.sleep(0.01)
        time.sleep(random.random() / 10)
        worker.kill()
        worker.wait()
    seen = published()
    assert seen > 0
    for _rest in range(3):
        start().wait()

    with sessions() as session:
        assert published() == 10
        nothing_is_half(session)
        published_steps = (
            select(func.count()).select_from(audit.AuditEntry).where(audit.AuditEntry.action == "publish")
        )
        assert session.scalar(published_steps) == 10
    engine.dispose()


@pytest.fixture
def own_cluster(tmp_path):
    """A database server of this test's own, which may be killed; it keeps what it has committed."""
    found = private_cluster(tmp_path / "state", durable=True)
    with found.used() as address:
        engine = connect(address)
        migrate(engine)
        engine.dispose()
        yield found, address


# Nobody is left to close a connection that is being made while the server dies.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_killed_database_has_all_that_it_acknowledged(own_cluster):
    server, address = own_cluster
    engine, sessions = open_address(address)
    add_people(sessions)
    actors = actors_of(sessions)
    told, ends = [], threading.Event()

    def work(part):
        count = 0
        while not ends.is_set():
            count += 1
            with suppress(Exception):
                take_one(sessions, actors, f"Fields {part} {count}", told)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for _kill in range(2):
        time.sleep(2 + random.random())
        kill_server(server)
        server.start()
    time.sleep(1)
    ends.set()
    for thread in threads:
        thread.join()
    engine.dispose()

    engine, sessions = open_address(address)
    with sessions() as session:
        rows = {row.id: row for row in session.scalars(select(Revision))}
        assert len(told) > 3
        for number, step in told:
            assert rows[number].state in REACHED[step]
        nothing_is_half(session)
        waiting = sum(row.waits_for_mail for row in rows.values())
        assert session.scalar(select(func.count()).where(Mail.subject.contains("Confirm"))) == waiting
    engine.dispose()
    gc.collect()


def take_one(sessions: sessionmaker[Session], actors, name, told):
    """Take one record all the way, each step in a transaction, and let a visitor begin another."""
    contributor, reviewer = actors[Role.CONTRIBUTOR], actors[Role.REVIEWER]
    with sessions.begin() as session:
        revision = changes.begin(session, contributor, draft=draft(name)).revision
        revision = changes.submit(session, revision.id, contributor, lock=revision.lock)
    told.append((revision.id, "submitted"))
    with sessions.begin() as session:
        revision = changes.accept(session, revision.id, reviewer, lock=revision.lock)
    told.append((revision.id, "accept"))
    with sessions.begin() as session:
        changes.publish(session, revision.id, reviewer, lock=revision.lock)
    told.append((revision.id, "publish"))
    with sessions.begin() as session:
        visitor = Actor(name="Vera", email="vera@example.org")
        begun = changes.begin(session, visitor, draft=draft(f"{name} of a visitor"))
        visitor = Actor(name="Vera", email="vera@example.org", secret=begun.secret)
        changes.submit(session, begun.revision.id, visitor, lock=begun.revision.lock)
