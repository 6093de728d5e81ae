"""The checking of a file, batch by batch, here or in processes that do nothing else.

A process of its own reads the file by itself, so that only what is ready for the database travels. It
writes to its standard output, and ends when nobody reads there any more: a load that is killed leaves nothing
behind.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

from app.base.errors import Invalid
from app.items.chunks import Chunk, as_chunk
from app.items.document import CheckedItem, check_item, read_item
from app.items.lines import Line, Unreadable
from app.items.reading import read_lines

ROOT = Path(__file__).parents[2]
"""Where other processes find this code. They import no more than they need, and are quickly at work."""

LARGE = 20_000_000
"""Bytes from which on a file is worth the start of other processes."""

PROCESSES = max(1, min(4, (os.cpu_count() or 2) - 1))
"""Beside the process that feeds the database."""


@dataclass(frozen=True)
class Job:
    """What is to be checked: lines behind `skip` in batches of `size`, and of those every `step`-th from
    `first`. `slug` is the collection of all items; None leaves each where it says that it belongs."""

    path: Path
    slug: str | None
    skip: int
    size: int
    first: int = 0
    step: int = 1


@dataclass(frozen=True)
class Checked:
    """A batch of lines, checked: the items of each collection as columns, and (line number, reason) of what
    was left out."""

    chunks: dict[str, Chunk]
    faults: list[tuple[int, str]]
    last_line: int
    lines: int


def check_file(job: Job) -> Iterator[Checked]:
    """All batches of a file in their order; of a large one by several processes in turn."""
    is_large = job.path.is_file() and job.path.stat().st_size > LARGE
    return _one_ahead(_in_turn(job)) if is_large else check_batches(job)


def check_batches(job: Job) -> Iterator[Checked]:
    """The batches of a job, checked in this process."""
    lines = (line for line in read_lines(job.path) if line[0] > job.skip)
    for number, batch in enumerate(_batches(lines, job.size)):
        if number % job.step == job.first:
            yield check_batch(batch, job.slug)


def check_batch(batch: Sequence[Line], slug: str | None) -> Checked:
    """Check some lines; what is invalid is left out and told."""
    items: dict[str, list[CheckedItem]] = {}
    faults: list[tuple[int, str]] = []
    for number, line in batch:
        try:
            collection, item = _checked(line, slug)
        except Invalid as error:
            faults.append((number, error.message))
        else:
            items.setdefault(collection, []).append(item)
    chunks = {collection: as_chunk(those) for collection, those in items.items()}
    return Checked(chunks, faults, batch[-1][0], len(batch))


def _checked(line: bytes, slug: str | None) -> tuple[str, CheckedItem]:
    if isinstance(line, Unreadable):
        raise Invalid(line.decode())
    document = read_item(line)
    collection = slug or document.get("collection")
    if not isinstance(collection, str):
        raise Invalid("The item does not name its collection; name one for the whole file.")
    return collection, check_item(document, collection)


def _batches(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    lines = iter(lines)
    while batch := list(islice(lines, size)):
        yield batch


def _one_ahead(batches: Generator[Checked]) -> Iterator[Checked]:
    """The same batches, each received while the one before it is stored, so that nobody waits to send."""
    with closing(batches), ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch


def _in_turn(job: Job) -> Generator[Checked]:
    """Batches from processes that each check their share; whoever is done waits until it is asked."""
    with ExitStack() as running:
        streams = [running.enter_context(_started(job, number)) for number in range(PROCESSES)]
        while True:
            for stream in streams:
                batch = _received(stream)
                if batch is None:
                    return
                yield batch


def _received(stream: IO[bytes]) -> Checked | None:
    try:
        batch = pickle.load(stream)
    except EOFError:
        raise RuntimeError(
            "A process that checks items ended before its time; load the file again."
        ) from None
    if isinstance(batch, Invalid):
        raise batch
    return cast(Checked | None, batch)


class _started:
    """A process that checks a share of a job, as the stream of what it has checked."""

    def __init__(self, job: Job, number: int) -> None:
        share = Job(job.path.absolute(), job.slug, job.skip, job.size, number, PROCESSES)
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdin
        with self._process.stdin as stream:
            pickle.dump(share, stream)

    def __enter__(self) -> IO[bytes]:
        assert self._process.stdout
        return self._process.stdout

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        # `communicate` would flush its input, which is closed already.
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()


def main() -> None:
    """Check the job that comes in, and hand out what is checked."""
    # Nothing here is cyclic, and millions of small objects come and go.
    gc.disable()
    job: Job = pickle.load(sys.stdin.buffer)
    try:
        for batch in check_batches(job):
            _hand_out(batch)
        _hand_out(None)
    except Invalid as error:
        _hand_out(error)
    except BrokenPipeError:
        # Nobody reads any more. The stream is not flushed again at the end, which would fail once more.
        os._exit(0)


def _hand_out(what: object) -> None:
    pickle.dump(what, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()
