"""The worker's side of a run: holds it, has a child do it, and replaces a child that dies or takes too long.

A run that nobody holds is sent again by `changes.sweep`. The hold is a lock of the database, which the server
lets go of by itself when the worker dies.
"""

import json
import os
import select as readiness
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import IO
from uuid import UUID

import structlog
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from app.runs import changes

LOOK_SECONDS = 0.2
ASK_SECONDS = 1.0
"""How often the database is asked whether somebody still wants the run."""
ENDING_SECONDS = 5
_log = structlog.get_logger()


class End(Enum):
    """How an attempt ended."""

    DONE = "done"
    DIED = "died"
    LATE = "late"
    UNWANTED = "unwanted"
    ENDING = "ending"


class Child:
    """A process that takes orders; started when it is first needed."""

    def __init__(self, command: Sequence[str], surroundings: Mapping[str, str]) -> None:
        self._command = command
        self._surroundings = surroundings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        """Its number, while it lives."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def send(self, order: str) -> IO[bytes]:
        """Hand it an order, and return where it answers."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = self._start()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("The child has no pipes.")
        process.stdin.write(f"{order}\n".encode())
        process.stdin.flush()
        return process.stdout

    def _start(self) -> subprocess.Popen[bytes]:
        self.end()
        return subprocess.Popen(
            self._command,
            env={**os.environ, **self._surroundings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A Ctrl-C is for the worker, which ends its child itself.
            start_new_session=True,
        )

    def end(self) -> None:
        """Kill it, whatever it does."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


class Supervisor:
    """Does the jobs of runs, one at a time, with one child.

    Args:
        command: starts a child; `surroundings` are added to the environment.
        seconds: a run may take.
    """

    def __init__(self, command: Sequence[str], surroundings: Mapping[str, str], seconds: float) -> None:
        self.child = Child(command, surroundings)
        self._seconds = seconds
        self._turn = threading.Lock()
        self._ending = threading.Event()

    def end(self) -> None:
        """Give back what is at work, and take up nothing more."""
        self._ending.set()
        if self._turn.acquire(timeout=ENDING_SECONDS):
            self.child.end()
            self._turn.release()

    def work(self, session: Session, *, run: str) -> None:
        """The job: do a run, unless somebody is at it already."""
        bound = session.get_bind()
        base = bound if isinstance(bound, Engine) else bound.engine
        number = UUID(run)
        with self._turn, held(base, number) as is_mine:
            if is_mine:
                self._do(base, number)

    def _do(self, base: Engine, number: UUID) -> None:
        # The job's own transaction is left as it is: it would stay open for as long as a run takes.
        sessions = sessionmaker(base.execution_options(isolation_level="READ COMMITTED"))
        alone = changes.alone(base)
        end = End.DIED
        while end is End.DIED and not self._ending.is_set():
            with alone.begin() as session:
                attempt = changes.claim(session, number)
            if attempt is None:
                return
            end = self._attempt(alone, number, attempt)
            self._settle(sessions, number, attempt, end)

    def _attempt(self, alone: sessionmaker[Session], number: UUID, attempt: int) -> End:
        def is_wanted() -> bool:
            with alone.begin() as session:
                return changes.is_current(session, number, attempt)

        try:
            answers = self.child.send(json.dumps({"run": str(number), "attempt": attempt}))
        except BrokenPipeError:
            return End.DIED
        return self._wait(answers, is_wanted)

    def _wait(self, answers: IO[bytes], is_wanted: Callable[[], bool]) -> End:
        began = asked = time.monotonic()
        while not readiness.select([answers], [], [], LOOK_SECONDS)[0]:
            now = time.monotonic()
            if self._ending.is_set():
                return End.ENDING
            if now - began > self._seconds:
                return End.LATE
            if now - asked > ASK_SECONDS:
                asked = now
                if not is_wanted():
                    return End.UNWANTED
        return End.DONE if os.read(answers.fileno(), 100) else End.DIED

    def _settle(self, sessions: sessionmaker[Session], number: UUID, attempt: int, end: End) -> None:
        if end is End.DONE:
            return
        _log.warning("run ended early", run=str(number), attempt=attempt, how=end.value)
        self.child.end()
        with sessions.begin() as session:
            if end is End.LATE:
                changes.fail(session, number, attempt, too_long(self._seconds))
            elif end is End.ENDING:
                changes.give_back(session, number, attempt)


def too_long(seconds: float) -> str:
    """Said of a run that was ended because of its time, as `saying` keeps it."""
    return f"too-long: {seconds:g}"


@contextmanager
def held(base: Engine, number: UUID) -> Iterator[bool]:
    """Whether this worker alone is at work on a run, for the time of the block."""
    lock = changes.lock_number(number)
    with base.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_mine = bool(connection.scalar(select(func.pg_try_advisory_lock(lock))))
        try:
            yield is_mine
        finally:
            if is_mine:
                connection.scalar(select(func.pg_advisory_unlock(lock)))
