"""The load of a file of items: chunk by chunk, each a transaction of its own, so that it can be resumed."""

import gc
import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from app.base.errors import Invalid
from app.items import changes
from app.items.changes import Loaded
from app.items.chunks import Chunk, as_chunk
from app.items.document import CheckedItem, check_item, read_item
from app.items.reading import Line, read_lines

CHUNK = 10_000
MOST_FAULTS_KEPT = 1_000
PROCESSES = max(1, min(4, (os.cpu_count() or 2) - 1))
"""Beside the process that feeds the database."""


@dataclass
class LoadReport:
    """What a load did; `faults` are (line number, reason) of items that were left out, the first thousand."""

    loaded: Loaded = field(default_factory=Loaded)
    skipped_lines: int = 0
    invalid: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, number: int, reason: str) -> None:
        """Note an item that cannot be stored."""
        self.invalid += 1
        if len(self.faults) < MOST_FAULTS_KEPT:
            self.faults.append((number, reason))


@dataclass(frozen=True)
class Checked:
    """A batch of lines, checked: the items as columns, and (line number, reason) of what was left out."""

    chunk: Chunk
    faults: list[tuple[int, str]]
    last_line: int
    lines: int


def load_file(
    sessions: sessionmaker[Session],
    slug: str,
    path: Path,
    *,
    strict: bool = False,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> LoadReport:
    """Load a file or folder of items into the collection of a dataset, or go on where a load stopped.

    Args:
        strict: stop at the first invalid item; what was committed before it stays.
        chunk: items per transaction.
        progress: called with the number of lines dealt with after each chunk.
    Raises:
        NotFound: no dataset has this slug.
        Invalid: the file is of no known kind, or an item is invalid and `strict` is set.
    """
    report = LoadReport()
    source = _fingerprint(path)
    with sessions.begin() as session:
        collection = changes.collection_number(session, slug)
        report.skipped_lines = changes.lines_done(session, collection, source)
    lines = (line for line in read_lines(path) if line[0] > report.skipped_lines)
    for checked in _prepared(_batches(lines, chunk), slug):
        for number, reason in checked.faults:
            report.refuse(number, reason)
            if strict:
                raise Invalid(f"Line {number}: {reason}")
        with sessions.begin() as session:
            report.loaded.add(changes.store_chunk(session, collection, checked.chunk))
            changes.note_lines(session, collection, source, checked.last_line)
        if progress:
            progress(checked.lines)
    return report


def _batches(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    while batch := list(islice(lines, size)):
        yield batch


def _prepared(batches: Iterator[list[Line]], slug: str) -> Iterator[Checked]:
    """Batches checked and cut into columns, in their order.

    From the second batch on this happens in processes of their own, while the database takes what is ready.
    """
    first, second = next(batches, None), next(batches, None)
    if first is not None and second is None:
        yield check_batch(first, slug)
    if first is None or second is None:
        return
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=gc.disable) as pool:
        waiting: deque[Future[Checked]] = deque()
        for batch in chain((first, second), batches):
            waiting.append(pool.submit(check_batch, batch, slug))
            if len(waiting) > PROCESSES + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def check_batch(batch: Sequence[Line], slug: str) -> Checked:
    """Check some lines; what is invalid is left out and told."""
    items: list[CheckedItem] = []
    faults: list[tuple[int, str]] = []
    for number, line in batch:
        try:
            items.append(check_item(read_item(line), slug))
        except Invalid as error:
            faults.append((number, error.message))
    return Checked(as_chunk(items), faults, batch[-1][0], len(batch))


def _fingerprint(path: Path) -> str:
    """What tells a file from another without reading all of it: name, size, time of change."""
    state = path.stat()
    told = f"{path.resolve()}\0{state.st_size}\0{state.st_mtime_ns}"
    return hashlib.sha256(told.encode()).hexdigest()
