"""The command line: it teaches, starts and stops everything, and says in one line what a person can mend."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from app import seeding
from app.base.db import connect
from app.base.embedded import cluster

ROOT = Path(__file__).parents[1]


def environment(**settings: object) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EO_")}
    return {**inherited, "COLUMNS": "100", **{name: str(value) for name, value in settings.items()}}


def run(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT, env=environment(**settings), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@contextmanager
def served(log: Path, **settings: object) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A service started as people start it; gives the process and the address it printed."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve"],
            cwd=ROOT, env=environment(PORT=0, **settings), stdout=output, stderr=output,
        )  # fmt: skip
    try:
        yield process, printed_address(process, log)
    finally:
        process.kill()
        process.wait()


def printed_address(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(1200):
        found = re.search(r"The catalogue is at (http://\S+)", log.read_text())
        if found:
            return found[1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def health(address: str) -> dict:
    with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
        return json.load(answer)


def test_help_teaches_every_command():
    shown = run("--help").stdout

    for command in ("serve", "work", "migrate", "seed", "check"):
        assert command in shown
    assert "docs/configuration.md" in shown


def test_serve_starts_everything_and_stops_everything(tmp_path):
    log = tmp_path / "log"
    with served(log, EO_STATE_DIR=tmp_path / "state") as (process, address):
        assert health(address)["ready"]
        for _ in range(200):
            if health(address)["worker_seconds"] is not None:
                break
            time.sleep(0.1)
        assert health(address)["worker_seconds"] is not None
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=20) == 0
    assert not cluster(tmp_path / "state").is_running()
    assert "Traceback" not in log.read_text()

    # The second start finds everything in place. How fast it is, the benchmarks tell.
    with served(log, EO_STATE_DIR=tmp_path / "state") as (process, address):
        assert health(address)["ready"]
        assert "Datasets:" not in log.read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def test_a_taken_port_is_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", PORT=port, EO_STATE_DIR=tmp_path)

    assert done.returncode == 1
    assert f"Try PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_cannot_be_is_told_without_a_traceback(tmp_path):
    done = run("migrate", EO_STATE_DIR=tmp_path, EO_POOL_SIZE="many")

    assert done.returncode == 1
    assert "pool_size" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_told_without_a_traceback(tmp_path):
    done = run("migrate", EO_STATE_DIR=tmp_path, EO_DATABASE_URL=f"postgresql://nobody@/none?host={tmp_path}")

    assert done.returncode == 1
    assert "database" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three records of the catalogue in a folder of their own."""
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    for path in seeding.files()[:3]:
        (chosen / path.name).write_bytes(path.read_bytes())
    return chosen


def test_seed_publishes_a_folder_and_leaves_the_same_alone(folder, tmp_path, new_database):
    settings = {"EO_STATE_DIR": tmp_path / "state", "EO_DATABASE_URL": new_database}

    assert "3 new" in run("seed", "--folder", str(folder), **settings).stderr
    assert "3 unchanged" in run("seed", "--folder", str(folder), **settings).stderr


def test_work_once_does_what_waits_and_ends(folder, tmp_path, new_database):
    settings = {"EO_STATE_DIR": tmp_path / "state", "EO_DATABASE_URL": new_database}
    run("seed", "--folder", str(folder), **settings)
    engine = connect(new_database)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
                "VALUES ('default', 'write_dumps', '{}')"
            )
        )
    engine.dispose()

    done = run("work", "--once", **settings)

    assert done.returncode == 0, done.stderr
    written = {path.name for path in (tmp_path / "state" / "dumps").rglob("datasets.*")}
    assert {"datasets.jsonl", "datasets.csv", "datasets.parquet"} <= written


def test_check_accepts_the_catalogue_and_names_a_file_that_is_no_record(folder, tmp_path):
    good = run("check", "--folder", str(folder), EO_STATE_DIR=tmp_path)
    (folder / "broken.yaml").write_text("slug: broken\nkind: cake\n")
    bad = run("check", "--folder", str(folder), EO_STATE_DIR=tmp_path)

    assert good.returncode == 0, good.stderr
    assert bad.returncode == 1
    assert "broken.yaml" in bad.stderr


def test_items_are_loaded_from_a_file_and_written_out_again(folder, tmp_path, new_database):
    settings = {"EO_STATE_DIR": tmp_path / "state", "EO_DATABASE_URL": new_database}
    run("seed", "--folder", str(folder), **settings)
    slug = seeding.files(folder)[0].stem
    item = {
        "type": "Feature",
        "id": "one",
        "geometry": {"type": "Point", "coordinates": [10, 50]},
        "properties": {"datetime": "2020-06-01T10:00:00Z"},
        "assets": {},
    }
    path = tmp_path / "items.ndjson"
    path.write_text(json.dumps(item) + "\n{broken\n")

    loaded = run("items", "load", slug, str(path), **settings)
    written = run("items", "export", slug, **settings)

    assert "1 new" in loaded.stderr and "line 2" in loaded.stderr
    assert json.loads(written.stdout.splitlines()[-1])["id"] == "one"


@pytest.mark.parametrize("name", ["serve", "items", "users"])
def test_help_of_a_command_tells_of_that_command_alone(name):
    told = run(name, "--help").stdout

    assert f"python -m app {name}" in told
    assert "completion" not in told
