"""The load of a file of items: chunk by chunk, each a transaction of its own, so that it can be resumed."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from app.base.errors import Invalid
from app.items import changes
from app.items.changes import Loaded
from app.items.document import CheckedItem, check_item, read_item
from app.items.reading import Line, read_lines

CHUNK = 10_000
MOST_FAULTS_KEPT = 1_000


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
    while batch := list(islice(lines, chunk)):
        items = list(_checked(batch, slug, report, strict))
        with sessions.begin() as session:
            report.loaded.add(changes.load_chunk(session, collection, items))
            changes.note_lines(session, collection, source, batch[-1][0])
        if progress:
            progress(len(batch))
    return report


def _checked(batch: list[Line], slug: str, report: LoadReport, strict: bool) -> Iterator[CheckedItem]:
    for number, line in batch:
        try:
            yield check_item(read_item(line), slug)
        except Invalid as error:
            report.refuse(number, error.message)
            if strict:
                raise Invalid(f"Line {number}: {error.message}") from None


def _fingerprint(path: Path) -> str:
    """What tells a file from another without reading all of it: name, size, time of change."""
    state = path.stat()
    told = f"{path.resolve()}\0{state.st_size}\0{state.st_mtime_ns}"
    return hashlib.sha256(told.encode()).hexdigest()
