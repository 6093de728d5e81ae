"""A worker beside a server, and the private database: watched, started again, and ended together."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.base.embedded import Cluster

WATCH_SECONDS = 5.0
PARENT_MARK = "EO_WORKER_OF_SERVE"


@contextmanager
def watched(address: str, private: Cluster | None) -> Iterator[Callable[[], None]]:
    """A worker beside the server; both it and the private database are started again should they end.

    Gives the function that begins all this: the worker's start would slow the server's own.
    """
    stopping = threading.Event()
    thread = threading.Thread(target=watch, args=(address, private, stopping))
    try:
        yield thread.start
    finally:
        stopping.set()
        if thread.ident is not None:
            thread.join()


def watch(address: str, private: Cluster | None, stopping: threading.Event) -> None:
    """Keep one worker and the database alive until told to stop."""
    process = start_worker(address)
    while not stopping.wait(WATCH_SECONDS):
        if private is not None and not private.is_running():
            private.start()
        if process.poll() is not None:
            process = start_worker(address)
    process.terminate()
    process.wait()


def start_worker(address: str) -> subprocess.Popen[bytes]:
    """A worker that ends when this process does, even by kill -9: its end of the pipe closes then."""
    environment = {**os.environ, "EO_DATABASE_URL": address, PARENT_MARK: "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "work"], env=environment, stdin=subprocess.PIPE, start_new_session=True
    )


def end_with_parent() -> None:
    """Wait for the parent's end, then ask ourselves to stop."""
    # Unbuffered: a buffered reader that waits in a thread cannot be torn down at the end.
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)
