"""The commands for people, as operators call them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PASSWORD = "a plain sentence of words"


@pytest.fixture
def run(new_database, tmp_path):
    """Runs a command of users against a database of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EO_")}
    settings = {"COLUMNS": "200", "EO_STATE_DIR": str(tmp_path / "state"), "EO_DATABASE_URL": new_database}

    def command(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app", "users", *arguments], input=typed,
            cwd=ROOT, env={**inherited, **settings}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return command


def test_first_administrator_is_made_listed_and_given_another_role(run):
    made = run("create-admin", "ada@example.org", "--password-stdin", typed=f"{PASSWORD}\n")
    run("set-role", "ADA@example.org", "editor")
    listed = run("list")

    assert made.returncode == 0
    assert PASSWORD not in made.stdout + made.stderr
    assert "editor" in listed.stderr
    assert "ada@example.org" in listed.stderr


@pytest.mark.parametrize(
    ("arguments", "typed", "told"),
    [
        (("create-admin", "ada@example.org", "--password-stdin"), "short\n", "12 to 200 characters"),
        (("create-admin", "ada", "--password-stdin"), f"{PASSWORD}\n", "not an e-mail address"),
        (("create-admin", "ada@example.org"), "", "--password-stdin"),
        (("set-role", "eva@example.org", "editor"), "", "no account for eva@example.org"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(run, arguments, typed, told):
    answer = run(*arguments, typed=typed)

    assert answer.returncode == 1
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr
