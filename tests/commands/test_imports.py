"""The command that turns files into drafts, as operators call it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from app.accounts import changes as accounts
from app.accounts.rights import Role
from app.base import migrations
from app.base.db import connect
from app.curation.tables import Revision

ROOT = Path(__file__).parents[2]
RECORD = {"name": "Alpha", "kind": "ml-dataset", "tasks": ["semantic-segmentation"], "year": 2020}
PASSWORD = "a plain sentence of words"


@pytest.fixture
def sessions(new_database):
    """A database of its own with one reviewer."""
    engine = connect(new_database)
    migrations.migrate(engine)
    made = sessionmaker(engine)
    with made.begin() as session:
        accounts.create_user(
            session, email="ada@example.org", role=Role.REVIEWER, name="Ada", password=PASSWORD
        )
    yield made
    engine.dispose()


@pytest.fixture
def run(new_database, tmp_path):
    """Runs the command against the database of the test."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EO_")}
    settings = {"COLUMNS": "200", "EO_STATE_DIR": str(tmp_path / "state"), "EO_DATABASE_URL": new_database}

    def command(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app", "import", *map(str, words)],
            cwd=ROOT, env={**inherited, **settings}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return command


def test_a_folder_becomes_drafts_and_the_second_time_nothing(sessions, run, tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps(RECORD))
    (folder / "two.jsonl").write_text(json.dumps({**RECORD, "name": "Beta"}) + "\n{broken\n")

    first = run(folder, "--as", "ada@example.org")
    second = run(folder, "--as", "ada@example.org")

    with sessions() as session:
        assert sorted(session.scalars(select(Revision.name))) == ["Alpha", "Beta"]
    assert "one.json: 1 new." in first.stderr and "two.jsonl: 1 new, 1 invalid." in first.stderr
    assert "two.jsonl:2" in first.stderr
    assert "1 same" in second.stderr


def test_an_unknown_account_is_told_in_one_line(sessions, run, tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(RECORD))

    answer = run(tmp_path / "one.json", "--as", "nobody@example.org")

    assert answer.returncode == 1
    assert "no open account" in answer.stderr and "Traceback" not in answer.stderr
