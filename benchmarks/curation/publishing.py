"""Publishing one reviewed record into a large catalogue, held against its bound and against bare SQL."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.accounts.rights import Role
from app.base.db import connect
from app.catalogue.changes import publish_many
from app.catalogue.index import current_index
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset
from app.curation import changes
from app.curation.actors import Actor
from benchmarks.clock import MILLI, percentile
from benchmarks.databases import Loaded
from benchmarks.report import Line

RECORDS = 12
"""Records that are published in a round, spread over the catalogue."""
MOST_MS = 100.0
WRITER = Actor(role=Role.ADMIN, user_id=None, name="Writer", secret="of the benchmark", is_one_curator=True)
UPSERT = """
INSERT INTO dataset SELECT (jsonb_populate_record(d, jsonb_build_object('record', %s::jsonb))).*
FROM dataset d WHERE slug = %s
ON CONFLICT (slug) DO UPDATE SET record = excluded.record, updated = now()
"""
CLEAN = (
    "DELETE FROM curation.import",
    "DELETE FROM curation.comment",
    "DELETE FROM curation.audit",
    "DELETE FROM curation.revision",
    "DELETE FROM dataset_quality",
    "UPDATE dataset SET revision = 0 WHERE revision > 0",
)
"""What leaves the database as it was found, but for the versions that were drawn."""


@dataclass
class Took:
    """Milliseconds of each step."""

    checking: list[float] = field(default_factory=list)
    publishing: list[float] = field(default_factory=list)
    showing: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


def publishing(large: Loaded, rounds: int) -> tuple[list[Line], dict[str, Any]]:
    """Time one publication among many records: its checks, the publication itself, and the next search."""
    engine = connect(large.address)
    sessions = sessionmaker(engine, expire_on_commit=False)
    took = Took()
    try:
        with _as_found(sessions) as originals:
            for turn in range(rounds + 1):
                measured = Took() if turn == 0 else took
                for slug in originals:
                    _one(sessions, large.address, slug, f"{turn} {slug}", measured)
    finally:
        engine.dispose()
    return _lines(took, large), {name: [round(one, 2) for one in all_] for name, all_ in vars(took).items()}


@contextmanager
def _as_found(sessions: sessionmaker[Session]) -> Iterator[dict[str, dict[str, Any]]]:
    """A few records of the catalogue by slug; what was done to them is undone afterwards."""
    with sessions() as session:
        slugs = session.scalars(select(Dataset.slug).order_by(Dataset.id)).all()
        chosen = slugs[:: max(1, len(slugs) // RECORDS)][:RECORDS]
        rows = session.execute(select(Dataset.slug, Dataset.record).where(Dataset.slug.in_(chosen)))
        originals = {slug: record for slug, record in rows}
    try:
        yield originals
    finally:
        cleaned(sessions)
        with sessions.begin() as session:
            former = [DatasetRecord.model_validate(record) for record in originals.values()]
            publish_many(session, former)


def cleaned(sessions: sessionmaker[Session], statements: Sequence[str] = CLEAN) -> None:
    """Take away every revision and import, however they came there."""
    with sessions.begin() as session:
        for statement in statements:
            session.execute(text(statement))


def _one(sessions: sessionmaker[Session], address: str, slug: str, title: str, took: Took) -> None:
    """Accept, publish and show a change of one title; then write the same row with bare SQL."""
    with sessions.begin() as session:
        begun = changes.begin(session, WRITER, slug=slug, secret=title)
        writer = Actor(**{**vars(WRITER), "secret": title})
        record = {**begun.revision.record, "title": title}
        revision = changes.save(session, begun.revision.id, writer, record, lock=begun.revision.lock)
        revision.state = "submitted"
        session.flush()
        number = revision.id
    with _timed(took.checking), sessions.begin() as session:
        lock = changes.accept(session, number, writer, lock=revision.lock).lock
    with _timed(took.publishing):
        _publish(sessions, number, writer, lock)
    with _timed(took.showing), sessions() as session:
        current_index(session)
    with psycopg.connect(address) as connection:
        connection.execute("SELECT 1")
        connection.commit()
        with _timed(took.bare):
            connection.execute(UPSERT, [Jsonb(record), slug])
            connection.commit()


def _publish(sessions: sessionmaker[Session], number: UUID, writer: Actor, lock: int) -> None:
    with sessions.begin() as session:
        changes.publish(session, number, writer, lock=lock)


@contextmanager
def _timed(into: list[float]) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    into.append((time.perf_counter() - begun) * MILLI)


def _lines(took: Took, large: Loaded) -> list[Line]:
    many = f"{large.records:,} records"
    middle = statistics.median(took.publishing)
    ratio = middle / statistics.median(took.bare)
    return [
        Line(f"Publishing one of {many}, 95th percentile", percentile(took.publishing, 0.95), "ms",
             at_most=MOST_MS, note=f"median {middle:.1f} ms, with audit, mark and words"),
        Line("– against an upsert of the row in bare SQL", ratio, "times",
             note=f"which takes {statistics.median(took.bare):.1f} ms"),
        Line("– all checks and the acceptance before, median", statistics.median(took.checking), "ms"),
        Line("– until the next search sees it, median", statistics.median(took.showing), "ms",
             note="the columns in memory follow"),
    ]  # fmt: skip
