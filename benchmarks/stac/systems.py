"""Services in processes of their own, each with its own PostgreSQL, so that what they take is told apart."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from app.base.embedded import Cluster
from app.settings import ROOT
from benchmarks.service import free_port
from benchmarks.stac.processes import cpu_seconds, plain_environment, resident_mb

FOLDER = ROOT / "var" / "bench" / "stac"
START_SECONDS = 120
PAUSE_SECONDS = 0.1
PORT = "{port}"
"""Stands in a command where the port goes."""

# The same for all: enough memory that a million items stay in it, no compiler, durable as in service.
SERVER = {
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "100",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",
}

SETTLING_SECONDS = 60
IDLE_SECONDS = 0.02
"""Processor time of a second in which nothing is done; the kernel counts hundredths."""


@dataclass(frozen=True)
class System:
    """A service that answers: where its API begins, its process, and that of its PostgreSQL."""

    name: str
    address: str
    service: int
    database: int
    counting: Mapping[str, Any] = field(default_factory=dict)
    """What a search must hold so that the number matched comes with it."""

    @property
    def origin(self) -> str:
        """The address of the server, for what lies beside its API."""
        return self.address.removesuffix(urlsplit(self.address).path)

    def cpu_seconds(self) -> float:
        """Processor time of service and database so far."""
        return cpu_seconds(self.service, self.database)

    def settle(self) -> None:
        """Wait until service and database have nothing left to do of their own, or for a minute."""
        for _ in range(SETTLING_SECONDS):
            before = self.cpu_seconds()
            time.sleep(1)
            if self.cpu_seconds() - before <= IDLE_SECONDS:
                return

    def memory_mb(self) -> float:
        """Memory of the service alone."""
        return resident_mb(self.service)


def cluster(name: str) -> Cluster:
    """The PostgreSQL of one side."""
    return Cluster(FOLDER / name / "postgres", extra=SERVER)


def postmaster(used: Cluster) -> int:
    """The process that all processes of a running PostgreSQL come from."""
    return int((used.folder / "postmaster.pid").read_text().split()[0])


@contextmanager
def started(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    used: Cluster,
    ready: str,
    root: str = "",
    counting: Mapping[str, Any] | None = None,
) -> Iterator[System]:
    """A command that serves, from the moment that the path `ready` answers 200.

    Args:
        command: `{port}` in it stands for the port to listen on; PORT holds it as well.
        root: the path below which its API lies.
    """
    port, log = free_port(), FOLDER / f"{name.replace(' ', '-')}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [part.replace(PORT, str(port)) for part in command],
            cwd=ROOT,
            env={**plain_environment(), **environment, "HOST": "127.0.0.1", "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            if not _is_ready(port, ready, process):
                raise RuntimeError(f"{name} does not get ready: {log.read_text()[-2000:]}")
            yield System(
                name, f"http://127.0.0.1:{port}{root}", process.pid, postmaster(used), counting or {}
            )
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def _is_ready(port: int, path: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return True
        except OSError:
            # Until the server listens, the connection is refused.
            pass
        time.sleep(PAUSE_SECONDS)
    return False
