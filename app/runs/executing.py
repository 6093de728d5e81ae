"""The process that does the work of runs: a child of a worker, within bounds of memory, and easily replaced.

It takes orders as lines of JSON and answers each with a line when it is done; what came of it stands in the
database by then. It lives on from run to run, because starting costs more than most runs. When its worker
ends, so does it.
"""

import json
import os
import queue
import resource
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from app.base.errors import AppError, Invalid
from app.base.storage import Storage
from app.runs import changes, engine, files, queries
from app.runs.engine import Done, Order, Stopped
from app.zoo.cards import ModelCard
from app.zoo.fitting import known_cards
from app.zoo.networks import open_anywhere
from app.zoo.remote import Server
from app.zoo.tiles import Network

NOTE_SECONDS = 0.4
"""Between two notes of progress."""
KEPT_NETWORKS = 6
MEGABYTE = 1_000_000
_log = structlog.get_logger()


class Networks:
    """Opened networks; those used last stay open.

    Args:
        server: where networks run instead of here.
    """

    def __init__(self, folder: Path, threads: int, server: Server | None = None) -> None:
        self._folder = folder
        self._threads = threads
        self._server = server
        self._open: OrderedDict[tuple[str, str], Network] = OrderedDict()

    def of(self, card: ModelCard) -> Network:
        """The network of a card.

        Raises:
            Invalid: its file is not what the card says.
        """
        key = card.id, card.file.sha256
        network = self._open.pop(key, None) or self._opened(card)
        self._open[key] = network
        while len(self._open) > KEPT_NETWORKS:
            self._open.popitem(last=False)
        return network

    def _opened(self, card: ModelCard) -> Network:
        return open_anywhere(card, self._folder, threads=self._threads, server=self._server)


@dataclass(frozen=True)
class Workplace:
    """What the process works with; `memory` is what a run may take, in megabytes.

    `sessions` may be those of `changes.alone`: nothing here takes more than one statement.
    """

    sessions: sessionmaker[Session]
    storage: Storage
    models: Path
    network_for: engine.NetworkFor
    threads: int = 1
    memory: int = 0


def bound_memory(megabytes: int) -> None:
    """Let this process take so much address space beyond what it has now; more is refused, not killed."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def serve(workplace: Workplace, orders: TextIO, answers: TextIO) -> None:
    """Do one run after the other until the worker hangs up."""
    if workplace.memory:
        bound_memory(workplace.memory)
    for line in _lines(orders):
        order = json.loads(line)
        execute(workplace, UUID(order["run"]), order["attempt"])
        answers.write("done\n")
        answers.flush()


def _lines(orders: TextIO) -> Iterator[str]:
    """The lines of orders; this process ends at once when there is no one left to send any."""
    waiting: queue.Queue[str] = queue.Queue()

    def read() -> None:
        # Unbuffered: a buffered reader that waits in a thread cannot be torn down at the end.
        rest = b""
        while content := os.read(orders.fileno(), 4096):
            *lines, rest = (rest + content).split(b"\n")
            for line in lines:
                waiting.put(line.decode())
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield waiting.get()


def execute(workplace: Workplace, number: UUID, attempt: int) -> None:
    """Do one run and write down what came of it; whatever goes wrong inside fails that run alone."""
    try:
        order = _order(workplace, number)
        with files.opening(), _Teller(workplace, number, attempt) as tell:
            done = engine.perform(order, workplace.storage, workplace.network_for, tell)
    except Stopped:
        return
    except AppError as error:
        _fail(workplace, number, attempt, error.message)
    except MemoryError:
        _fail(workplace, number, attempt, too_much_memory(workplace.memory))
    except Exception as error:
        _log.exception("run failed", run=str(number))
        _fail(workplace, number, attempt, f"fault: {type(error).__name__}")
    else:
        _succeed(workplace, number, attempt, done)


def too_much_memory(megabytes: int) -> str:
    """Said of a run that was refused memory, as `saying` keeps it."""
    return f"too-much-memory: {megabytes:,}"


def _order(workplace: Workplace, number: UUID) -> Order:
    with workplace.sessions.begin() as session:
        tile, wanted, options = queries.asked_for(session, number)
    cards = chosen(workplace.models, wanted)
    return Order(str(number), tile, cards, bool(options.get("occlusion")), workplace.threads)


def chosen(folder: Path, wanted: list[str]) -> list[ModelCard]:
    """The cards of these models.

    Raises:
        Invalid: one is not there any more.
    """
    known = known_cards(folder)
    missing = [name for name in wanted if name not in known]
    if missing:
        raise Invalid(f"There is no model {', '.join(missing)} here any more.")
    return [known[name] for name in wanted]


class _Teller:
    """Notes how far a run is twice a second, and notices when it is no longer wanted.

    The notes are written beside the work: a run that is over sooner writes none and waits for none.
    """

    def __init__(self, workplace: Workplace, number: UUID, attempt: int) -> None:
        self._workplace, self._number, self._attempt = workplace, number, attempt
        self._now = self._noted = (0, "")
        self._is_over, self._is_unwanted = threading.Event(), threading.Event()

    def __call__(self, progress: int, stage: str) -> None:
        self._now = progress, stage
        if self._is_unwanted.is_set():
            raise Stopped

    def __enter__(self) -> "_Teller":
        threading.Thread(target=self._note, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()

    def _note(self) -> None:
        while not self._is_over.wait(NOTE_SECONDS):
            if self._now != self._noted:
                self._noted = self._now
                with self._workplace.sessions.begin() as session:
                    if not changes.tell(session, self._number, self._attempt, *self._noted):
                        self._is_unwanted.set()


def _succeed(workplace: Workplace, number: UUID, attempt: int, done: Done) -> None:
    with workplace.sessions.begin() as session:
        changes.succeed(session, number, attempt, done.outcome, done.receipt)


def _fail(workplace: Workplace, number: UUID, attempt: int, reason: str) -> None:
    with workplace.sessions.begin() as session:
        changes.fail(session, number, attempt, reason)


def streams() -> tuple[TextIO, TextIO]:
    """Where orders come from, and where answers go; whatever else prints, prints to the log."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin, answers
