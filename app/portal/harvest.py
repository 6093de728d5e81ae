"""What a harvester may ask of the catalogue: which records changed in a time, and which were taken out.

A record is known to harvesters by the number of its row, because the log of changes knows removed ones by
nothing else. The number stays the same as long as the dataset is in the catalogue, whatever it is called.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Subquery, and_, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Change, Dataset

Moment = InstrumentedAttribute[datetime]
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """First and last moment, both included; None is open."""

    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class Position:
    """The last record that was handed out: when it changed, and its number."""

    moment: datetime
    number: int


@dataclass(frozen=True)
class Header:
    """One record as the log of changes knows it."""

    number: int
    moment: datetime
    is_deleted: bool


@dataclass(frozen=True)
class Harvested:
    """A published record, with its number and the moment of its last change."""

    number: int
    record: DatasetRecord
    updated: datetime


def headers(session: Session, window: Window, after: Position | None, most: int) -> list[Header]:
    """Records that changed in a window, what changed first before, behind a position.

    A record that changes while somebody reads moves behind, so that no change is passed over.
    """
    rows = _log(window)
    behind = (
        or_(rows.c.moment > after.moment, and_(rows.c.moment == after.moment, rows.c.number > after.number))
        if after
        else true()
    )
    statement = select(rows).where(behind).order_by(rows.c.moment, rows.c.number).limit(most)
    return [Header(row.number, row.moment, row.is_deleted) for row in session.execute(statement)]


def count(session: Session, window: Window) -> int:
    """How many records changed in a window."""
    return session.scalar(select(func.count()).select_from(_log(window))) or 0


def published(session: Session, numbers: Iterable[int]) -> dict[int, Harvested]:
    """The records with these numbers, as far as they are published."""
    statement = select(Dataset.id, Dataset.record, Dataset.updated).where(Dataset.id.in_(list(numbers)))
    return {
        row.id: Harvested(row.id, DatasetRecord.model_validate(row.record), row.updated)
        for row in session.execute(statement)
    }


def header(session: Session, number: int) -> Header | None:
    """One record by its number, published or taken out; None where there never was one."""
    rows = _log(Window())
    row = session.execute(
        select(rows).where(rows.c.number == number).order_by(rows.c.is_deleted).limit(1)
    ).one_or_none()
    return None if row is None else Header(row.number, row.moment, row.is_deleted)


def earliest(session: Session) -> datetime:
    """The moment before which nothing changed."""
    return session.scalar(select(func.min(Dataset.updated))) or EARLIEST


def _log(window: Window) -> Subquery:
    """Published records and removed ones, each with the moment of its last change."""
    removed = select(func.unnest(Change.removed).label("number"), Change.at.label("moment")).where(
        func.cardinality(Change.removed) > 0, *_within(Change.at, window)
    )
    gone = removed.subquery()
    parts = union_all(
        select(
            Dataset.id.label("number"), Dataset.updated.label("moment"), false().label("is_deleted")
        ).where(*_within(Dataset.updated, window)),
        select(gone.c.number, gone.c.moment, literal(True).label("is_deleted")),
    )
    return parts.subquery("log")


def _within(column: Moment, window: Window) -> list[ColumnElement[bool]]:
    return [
        *([column >= window.first] if window.first else []),
        *([column <= window.last] if window.last else []),
    ]
