"""The service in a process of its own, and a plain client of it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.settings import ROOT
from benchmarks.databases import FOLDER

LOG = FOLDER / "service.log"
FIRST_START_SECONDS = 600
START_SECONDS = 60
PAUSE_SECONDS = 0.02


class Client:
    """One connection that is kept open, without a library's own cost."""

    def __init__(self, address: str) -> None:
        """Connect on first use."""
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def get(self, path: str, encoding: str = "identity") -> bytes:
        """The body as it came over the wire.

        Raises:
            RuntimeError: the service answers anything but 200.
        """
        self._connection.request("GET", path, headers={"Accept-Encoding": encoding})
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"GET {path} answers {response.status}: {body[:300]!r}; see {LOG}.")
        return body

    def offers(self, path: str) -> bool:
        """Whether there is such a page."""
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        response.read()
        return response.status == 200


@dataclass(frozen=True)
class Running:
    """A service that answers."""

    address: str
    pid: int


@contextmanager
def serving(database: str) -> Iterator[Running]:
    """The service on a database that is filled already."""
    with tempfile.TemporaryDirectory() as state:
        environment = {"EO_DATABASE_URL": database, "EO_STATE_DIR": state}
        with started([sys.executable, "-m", "benchmarks.server"], environment, START_SECONDS) as running:
            yield running


@contextmanager
def started(
    command: list[str], environment: dict[str, str], patience: int = FIRST_START_SECONDS
) -> Iterator[Running]:
    """A command that serves on a free port, from the moment that /health says it is ready."""
    port = free_port()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**_plain_environment(), **environment, "HOST": "127.0.0.1", "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            if not _is_ready(port, process, patience):
                raise RuntimeError(f"{' '.join(command)} does not get ready: {LOG.read_text()[-3000:]}")
            yield Running(f"http://127.0.0.1:{port}", process.pid)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def _plain_environment() -> dict[str, str]:
    """The environment without what configures a service: the defaults are what is measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith("EO_")}


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _is_ready(port: int, process: subprocess.Popen[bytes], patience: int) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if Client(f"http://127.0.0.1:{port}").offers("/health"):
                return True
        except OSError:
            # The port is taken first thing; until the server accepts, the connection waits or is refused.
            pass
        time.sleep(PAUSE_SECONDS)
    return False
