"""Levels of published records, every night, because links and reviews grow old."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app import jobs
from app.catalogue.changes import draw_version
from app.catalogue.quality import put_level
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, DatasetQuality
from app.curation import checks, levels
from app.curation.levels import Level

KIND = "rate_datasets"
CHUNK = 250
"""Datasets rated in one transaction: few enough that no publication waits for it."""


def rate_all(session: Session, *, after: int = 0) -> None:
    """Rate the next published records by database number, and leave the rest to a job of its own."""
    rows = session.execute(
        select(Dataset.id, Dataset.record, Dataset.revision, DatasetQuality)
        .outerjoin(DatasetQuality, DatasetQuality.dataset_id == Dataset.id)
        .where(Dataset.id > after)
        .order_by(Dataset.id)
        .limit(CHUNK)
    ).all()
    changed = {row[0]: level for row in rows if (level := _another_level(session, row)) is not None}
    if changed:
        # Pages show levels, and are kept by their readers until the version changes. The version is drawn
        # first, as publications do it, so that both wait for each other in the same order.
        draw_version(session)
    for number, level in changed.items():
        put_level(session, number, level.code, level.as_json())
    if len(rows) == CHUNK:
        jobs.enqueue(session, KIND, after=rows[-1][0])


def _another_level(session: Session, row: Row[Any]) -> Level | None:
    """The level of one published record, where it is not the one that is shown."""
    _number, document, shown, quality = tuple(row)
    record = DatasetRecord.model_validate(document)
    is_reviewed = quality is not None and quality.reviewed and quality.reviewed_number == shown
    reviewed = quality.reviewed.date() if is_reviewed else None
    findings, today = checks.examine_record(record), datetime.now(UTC).date()
    level = levels.of_record(session, record, findings, reviewed=reviewed, today=today)
    is_shown = quality is not None and (quality.level, quality.reasons) == (level.code, level.as_json())
    return None if is_shown else level
