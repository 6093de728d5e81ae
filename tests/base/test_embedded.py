"""The private cluster: shared while used, stopped by the last one, and back after the worst."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from app.base.embedded import DATABASE, Cluster, cluster
from app.base.errors import Unavailable


@pytest.fixture
def private(tmp_path: Path):
    found = cluster(tmp_path / "state", durable=False)
    yield found
    if found.folder.exists():
        found.stop()


def ask(address: str, question: str):
    with psycopg.connect(address) as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


def postmaster(private: Cluster) -> int:
    return int((private.folder / "postmaster.pid").read_text().splitlines()[0])


def kill_server(private: Cluster) -> None:
    # The file may hold the number inside a namespace of its own; the listing of processes holds ours.
    listing = subprocess.run(
        ["pgrep", "-f", f"postgres -D {private.folder}"], capture_output=True, text=True, check=True
    )
    os.kill(int(listing.stdout.split()[0]), signal.SIGKILL)


def test_data_outlive_a_stop(private):
    with private.used() as address, psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    assert not private.is_running()

    with private.used() as address:
        assert ask(address, "SELECT value FROM kept") == 7


def test_committed_data_outlive_kill_9_of_the_server(tmp_path):
    private = cluster(tmp_path, durable=True)
    with private.used() as address:
        with psycopg.connect(address) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
        kill_server(private)

        private.start()

        assert ask(address, "SELECT value FROM kept") == 7
        assert ask(address, "SHOW fsync") == "on"


def test_a_second_user_keeps_the_server_running(private):
    with private.used() as address:
        with Cluster(private.folder, private.extra).used() as same:
            assert same == address
        assert ask(address, "SELECT 1") == 1


def test_a_server_whose_user_was_killed_is_found_and_used(private):
    script = (
        "import os, signal; from pathlib import Path; from app.base.embedded import Cluster\n"
        f"with Cluster(Path({str(private.folder)!r})).used():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert private.is_running()
    before = postmaster(private)

    with private.used():
        assert postmaster(private) == before
    assert not private.is_running()


def test_two_first_starts_at_once_share_one_cluster(private):
    script = (
        "from pathlib import Path; from app.base.embedded import Cluster; import time, psycopg\n"
        f"with Cluster(Path({str(private.folder)!r})).used() as address:\n"
        "    psycopg.connect(address).close(); time.sleep(1)"
    )
    both = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]

    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert not private.is_running()


def test_half_a_creation_is_thrown_away(private):
    draft = private.folder.with_name("postgres.new")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("15\n")

    with private.used() as address:
        assert ask(address, "SELECT current_database()") == DATABASE
    assert not draft.exists()


def test_nobody_else_may_enter_the_folders_and_no_port_is_open(private):
    with private.used() as address:
        assert private.sockets.stat().st_mode & 0o077 == 0
        assert private.folder.stat().st_mode & 0o077 == 0
        assert ask(address, "SHOW listen_addresses") == ""


def test_a_long_temporary_folder_does_not_reach_the_socket(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", "/tmp/" + "long" * 30)

    assert len(str(Cluster(tmp_path / "postgres").sockets)) < 90


def test_a_cluster_of_a_missing_version_says_what_to_do(tmp_path):
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("9\n")

    with pytest.raises(Unavailable, match="PostgreSQL 9, which is not installed"), Cluster(folder).used():
        pass


def test_a_second_start_takes_less_than_two_seconds(private):
    with private.used():
        pass
    began = time.monotonic()

    with private.used():
        assert time.monotonic() - began < 2
