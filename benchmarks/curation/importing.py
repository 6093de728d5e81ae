"""An import of many records into a large catalogue, by the worker that does it in service."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app import jobs
from app.base.db import connect
from app.catalogue.tables import Dataset
from app.curation.imports import changes, queries
from app.settings import ROOT
from benchmarks.curation.publishing import CLEAN, WRITER, cleaned
from benchmarks.databases import FOLDER, Loaded
from benchmarks.report import Line

FEWEST_A_SECOND = 300
LONGEST_WAIT_SECONDS = 900
MIX = ("new", "new", "new", "new", "new", "new", "changed", "changed", "same", "invalid")
"""What the lines of the file are, in turns: six in ten are new."""


def importing(large: Loaded, lines: int) -> tuple[list[Line], dict[str, Any]]:
    """Time an import of so many lines: the file in, drafts out.

    A worker of the service does it, with its queue, its transactions and its report of each line.
    """
    engine = connect(large.address)
    sessions = sessionmaker(engine, expire_on_commit=False)
    try:
        with _emptied(sessions), _worker(sessions, large.address):
            content = _file(sessions, lines)
            with sessions.begin() as session:
                number = changes.begin(session, WRITER, "records.jsonl", content).id
            found: dict[str, Any] = {"megabytes": len(content) / 1e6, "seconds": _worked(sessions, number)}
            with sessions() as session:
                found |= {"lines": lines, "counts": queries.counts(session, number)}
    finally:
        engine.dispose()
    return _lines(found, large), found


@contextmanager
def _emptied(sessions: sessionmaker[Session]) -> Iterator[None]:
    """Begin and end without revisions, imports and waiting jobs, so that each run finds the same."""
    for_each_run = (*CLEAN, "DELETE FROM procrastinate_jobs")
    cleaned(sessions, for_each_run)
    try:
        yield
    finally:
        cleaned(sessions, for_each_run)


@contextmanager
def _worker(sessions: sessionmaker[Session], address: str) -> Iterator[None]:
    """The worker of the service in a process of its own, as soon as it is there."""
    own = {"EO_DATABASE_URL": address, "EO_STATE_DIR": str(FOLDER / "state"), "EO_OUTSIDE": "off"}
    with (FOLDER / "worker.log").open("w") as log:
        begun = datetime.now(UTC)
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "work"], cwd=ROOT, env={**os.environ, **own}, stdout=log, stderr=log
        )
        try:
            _until(lambda: _is_heard(sessions, begun))
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def _is_heard(sessions: sessionmaker[Session], begun: datetime) -> bool:
    with sessions() as session:
        age = jobs.worker_age(session)
    return age is not None and age < (datetime.now(UTC) - begun).total_seconds()


def _worked(sessions: sessionmaker[Session], number: UUID) -> float:
    """Seconds until the worker has dealt with all lines of an import."""
    begun = time.perf_counter()
    _until(lambda: _state(sessions, number) in ("done", "failed"))
    return time.perf_counter() - begun


def _state(sessions: sessionmaker[Session], number: UUID) -> str:
    with sessions() as session:
        return queries.get(session, number).state


def _until(is_so: Callable[[], bool]) -> None:
    begun = time.perf_counter()
    while not is_so():
        if time.perf_counter() - begun > LONGEST_WAIT_SECONDS:
            raise TimeoutError("The worker did not get there; its log is in var/bench/worker.log.")
        time.sleep(0.1)


def _file(sessions: sessionmaker[Session], lines: int) -> bytes:
    """A file of JSON Lines in which new, changed, unchanged and broken records take turns."""
    with sessions() as session:
        asked = select(Dataset.record).order_by(Dataset.id).limit(lines)
        records = session.scalars(asked).all()
    made = [_line(records[place % len(records)], place) for place in range(lines)]
    return b"\n".join(made)


def _line(record: dict[str, Any], place: int) -> bytes:
    kind = MIX[place % len(MIX)]
    if kind == "new":
        name = f"{record['name']} anew {place}"
        uuid = str(uuid5(UUID(record["uuid"]), str(place)))
        # A DOI, too, would say that it is the dataset it was copied from.
        record = {**record, "name": name, "uuid": uuid, "slug": f"anew-{place}", "data_doi": None}
    elif kind == "changed":
        record = {**record, "title": f"{record['name']}, told anew"}
    elif kind == "invalid":
        record = {**record, "year": "of old"}
    return orjson.dumps(record)


def _lines(found: dict[str, Any], large: Loaded) -> list[Line]:
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in found["counts"].items() if count)
    rate = found["lines"] / found["seconds"]
    taken = f"{found['seconds']:.1f} s from a file of {found['megabytes']:.0f} MB to drafts and report"
    return [
        Line(f"Importing {found['lines']:,} records beside {large.records:,}", rate, "records/s",
             at_least=FEWEST_A_SECOND, note=f"{taken}: {counts}"),
    ]  # fmt: skip
