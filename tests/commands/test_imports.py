"""The command that turns files into drafts."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker
from typer.testing import CliRunner

from app.__main__ import commands
from app.accounts import changes as accounts
from app.accounts.rights import Role
from app.base import migrations
from app.base.db import connect
from app.base.errors import NotFound
from app.curation.tables import Revision

RECORD = {"name": "Alpha", "kind": "ml-dataset", "tasks": ["semantic-segmentation"], "year": 2020}


@pytest.fixture
def database(new_database, monkeypatch, tmp_path):
    """A database of its own with one reviewer, and the settings that point there."""
    address = new_database
    engine = connect(address)
    migrations.migrate(engine)
    sessions = sessionmaker(engine)
    with sessions.begin() as session:
        accounts.create_user(
            session,
            email="ada@example.org",
            role=Role.REVIEWER,
            name="Ada",
            password="a plain sentence of words",
        )
    monkeypatch.setenv("EO_DATABASE_URL", address)
    monkeypatch.setenv("EO_STATE_DIR", str(tmp_path / "state"))
    yield sessions
    engine.dispose()


def _run(*words):
    return CliRunner().invoke(commands, ["import", *map(str, words)], catch_exceptions=False)


def test_a_folder_becomes_drafts_and_the_second_time_nothing(database, tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps(RECORD))
    (folder / "two.jsonl").write_text(json.dumps({**RECORD, "name": "Beta"}) + "\n{broken\n")

    first = _run(folder, "--as", "ada@example.org")
    second = _run(folder, "--as", "ada@example.org")

    with database() as session:
        assert sorted(session.scalars(select(Revision.name))) == ["Alpha", "Beta"]
    assert "one.json: 1 new." in first.output and "two.jsonl: 1 new, 1 invalid." in first.output
    assert "two.jsonl:2" in first.output
    assert "1 same" in second.output


def test_an_unknown_account_is_told(database, tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(RECORD))

    with pytest.raises(NotFound, match="no open account"):
        _run(tmp_path / "one.json", "--as", "nobody@example.org")
