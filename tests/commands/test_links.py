"""The commands for links, as operators call them; nothing here asks anybody."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base.db import connect
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.links import changes
from app.links.probe import Outcome
from app.links.states import State
from app.links.tables import Link
from tests.links.conftest import MONDAY

ROOT = Path(__file__).parents[2]
FILE = "https://data.example.org/file.zip"


@pytest.fixture
def engine_here(new_database):
    """A database with one watched link."""
    engine = connect(new_database)
    with Session(engine) as session, session.begin():
        uuid = "00000000-0000-0000-0000-000000000001"
        publish(
            session,
            DatasetRecord(uuid=uuid, slug="one", name="one", kind="ml-dataset", urls={"download": (FILE,)}),
        )
        changes.collect(session)
    yield engine
    engine.dispose()


@pytest.fixture
def run(engine_here, new_database, tmp_path):
    """Runs a command of links where other servers may not be asked."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EO_")}
    settings = {"EO_STATE_DIR": str(tmp_path / "state"), "EO_DATABASE_URL": new_database, "EO_OUTSIDE": "off"}

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app", "links", *arguments], cwd=ROOT, capture_output=True, text=True,
            env={**inherited, **settings, "COLUMNS": "200"}, timeout=120, check=False,
        )  # fmt: skip

    return command


def look(engine, *outcomes: Outcome) -> None:
    with Session(engine) as session, session.begin():
        link = session.scalars(select(Link).where(Link.address == FILE)).one()
        for day, outcome in enumerate(outcomes):
            changes.note(session, link, outcome, MONDAY + timedelta(days=day))


def test_dead_links_are_listed_with_their_last_success(run, engine_here):
    look(engine_here, Outcome(State.OK), Outcome(State.GONE), Outcome(State.GONE))

    listed = run("dead")

    assert listed.returncode == 0
    assert all(part in listed.stderr for part in ("one", "removed", "2026-03-02", FILE))


def test_mirror_is_noted_and_watched(run, engine_here):
    noted = run("mirror", FILE, "https://mirror.example.com/file.zip")

    assert noted.returncode == 0
    with Session(engine_here) as session:
        assert len(session.scalars(select(Link)).all()) == 2


def test_changed_file_is_accepted_and_another_is_not(run, engine_here):
    look(engine_here, Outcome(State.OK, size=1), Outcome(State.SIZE, size=2))

    first, second = run("accept", FILE), run("accept", FILE)

    assert (first.returncode, second.returncode) == (0, 1)
    assert "Traceback" not in second.stderr
    with Session(engine_here) as session:
        assert session.scalars(select(Link.size)).all() == [2]


@pytest.mark.parametrize("slugs", [(), ("one",)])
def test_look_says_that_asking_others_is_switched_off(run, slugs):
    refused = run("check", *slugs)

    assert refused.returncode == 1
    assert "EO_OUTSIDE" in refused.stderr
