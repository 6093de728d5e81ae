"""The load of a file of items: chunk by chunk, each a transaction of its own, so that it can be resumed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.base.errors import Invalid
from app.items import changes
from app.items.changes import Loaded
from app.items.checking import Checked, Job, check_file
from app.items.reading import fingerprint

CHUNK = 5_000
"""Items of a transaction: few enough that a batch stays near the processor while it is checked."""
MOST_FAULTS_KEPT = 1_000

EACH_ITS_OWN = 0
"""Stands for the collection of a file whose items name their own."""


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
    slug: str | None,
    path: Path,
    *,
    strict: bool = False,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> LoadReport:
    """Load a file or folder of items, or go on where a load stopped.

    Args:
        slug: the dataset whose collection all items go into; None puts each into the one that it names.
        strict: stop at the first invalid item; what was committed before it stays.
        chunk: items per transaction.
        progress: called with the number of lines dealt with after each chunk.
    Raises:
        NotFound: there is no such dataset.
        Invalid: the file is of no known kind, or an item is invalid and `strict` is set.
    """
    report = LoadReport()
    source = fingerprint(path)
    with sessions.begin() as session:
        target = changes.collection_number(session, slug) if slug else EACH_ITS_OWN
        report.skipped_lines = changes.lines_done(session, target, source)
    expect_new = True
    for checked in check_file(Job(path, slug, report.skipped_lines, chunk)):
        for number, reason in checked.faults:
            report.refuse(number, reason)
            if strict:
                raise Invalid(f"Line {number}: {reason}")
        loaded = _stored(sessions, checked, target, source, expect_new)
        report.loaded.add(loaded)
        expect_new = expect_new and not (loaded.same or loaded.replaced)
        if progress:
            progress(checked.lines)
    return report


def _stored(
    sessions: sessionmaker[Session], checked: Checked, target: int, source: str, expect_new: bool
) -> Loaded:
    """Store a batch and how far the load is, both or neither."""
    loaded = Loaded()
    with sessions.begin() as session:
        # How far the load is goes with its items: if the last moments are lost, it goes on before them.
        session.execute(text("set local synchronous_commit = off"))
        for name, columns in checked.chunks.items():
            collection = changes.collection_number(session, name)
            loaded.add(changes.store_chunk(session, collection, columns, expect_new=expect_new))
        changes.note_lines(session, target, source, checked.last_line)
    return loaded
