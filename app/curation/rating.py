"""Levels of published records, every night, because links and reviews grow old."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app import jobs
from app.base.language import SOURCE, speaking
from app.catalogue.changes import draw_version
from app.catalogue.quality import put_level
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, DatasetQuality
from app.curation import checks, levels

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
    changed = [number for number in (_rate_one(session, row) for row in rows) if number]
    if changed:
        # Pages show levels, and are kept by their readers until the version changes.
        draw_version(session)
    if len(rows) == CHUNK:
        jobs.enqueue(session, KIND, after=rows[-1][0])


def _rate_one(session: Session, row: Row[Any]) -> int | None:
    """Rate one published record; its number when that changed what is shown."""
    number, document, shown, quality = tuple(row)
    record = DatasetRecord.model_validate(document)
    is_reviewed = quality is not None and quality.reviewed and quality.reviewed_number == shown
    reviewed = quality.reviewed.date() if is_reviewed else None
    with speaking(SOURCE):
        findings, today = checks.examine_record(record), datetime.now(UTC).date()
        level = levels.of_record(session, record, findings, reviewed=reviewed, today=today)
    if quality is not None and (quality.level, quality.reasons) == (level.code, level.as_json()):
        return None
    put_level(session, number, level.code, level.as_json())
    return int(number)
