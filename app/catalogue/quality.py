"""What the published catalogue keeps of curation: the mark of a review, levels, and what became of slugs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.base.errors import AppError, Conflict, Gone, NotFound
from app.base.language import N_, _
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, DatasetQuality, SlugRedirect, Tombstone

TAKEN = N_("Another dataset has the slug %(slug)s. Choose another one.")
Reasons = Mapping[str, list[Any]]
"""What each level that is not reached lacks, in sentences as `app.base.sentences` stores them."""


@dataclass(frozen=True)
class Mark:
    """What a reviewed publication leaves: its number, who reviewed it, and the level with its reasons.

    `former_slug` is the one under which the dataset was published before, "" where it was not.
    """

    number: int
    former_slug: str = ""
    level: str = "Q0"
    reasons: Reasons = field(default_factory=dict)
    reviewer: str = ""
    reviewed: datetime | None = None


class Moved(AppError):
    """The dataset has another slug by now; `slug` is the new one, `old` the one that was asked for."""

    status = 308
    code = "moved"

    def __init__(self, old: str, slug: str) -> None:
        super().__init__(_("The dataset %(old)s is called %(slug)s now.", old=old, slug=slug))
        self.old, self.slug = old, slug


class Withdrawn(Gone):
    """The dataset was taken back; `tombstone` says when and why."""

    def __init__(self, name: str, day: date, reason: str, successor: str | None) -> None:
        told = _("%(name)s was withdrawn on %(day)s.", name=name, day=day.isoformat())
        instead = _("Use %(slug)s instead.", slug=successor) if successor else ""
        super().__init__(" ".join(part for part in (told, reason, instead) if part))
        self.name, self.day, self.reason, self.successor = name, day, reason, successor


def explain_missing(session: Session, slug: str) -> AppError:
    """Why there is no dataset with this slug: it was renamed, taken back, or never there."""
    target = select(Dataset.slug).join(SlugRedirect, SlugRedirect.dataset_uuid == Dataset.uuid)
    moved = session.scalar(target.where(SlugRedirect.slug == slug))
    if moved is not None:
        return Moved(slug, moved)
    renamed = select(SlugRedirect.dataset_uuid).where(SlugRedirect.slug == slug)
    asked = select(Tombstone).where((Tombstone.slug == slug) | Tombstone.dataset_uuid.in_(renamed))
    grave = session.scalar(asked.limit(1))
    if grave is not None:
        return Withdrawn(grave.name, grave.withdrawn.date(), grave.reason, grave.successor)
    return NotFound(
        _(
            "There is no dataset %(slug)s. Search for its name, or look at all datasets.",
            slug=repr(slug[:120]),
        )
    )


def quality_of(session: Session, dataset_id: int) -> DatasetQuality | None:
    """Level and mark of a published dataset; None while it was never examined."""
    return session.get(DatasetQuality, dataset_id)


def left_alone(session: Session) -> tuple[frozenset[str], frozenset[UUID]]:
    """Slugs and identifiers that bundled files must not touch: curated, renamed and withdrawn datasets."""
    parts = union_all(
        select(Dataset.slug, Dataset.uuid).where(Dataset.revision > 0),
        select(SlugRedirect.slug, SlugRedirect.dataset_uuid),
        select(Tombstone.slug, Tombstone.dataset_uuid),
    )
    rows = session.execute(parts).all()
    return frozenset(slug for slug, _ in rows), frozenset(uuid for _, uuid in rows)


def rename(session: Session, record: DatasetRecord, old: str) -> None:
    """Give a published dataset the slug of its new record; the old one leads there from now on.

    Raises:
        Conflict: another dataset has the slug.
    """
    if session.scalar(select(Dataset.id).where(Dataset.slug == record.slug)) is not None:
        raise Conflict(_(TAKEN, slug=record.slug))
    session.execute(update(Dataset).where(Dataset.uuid == record.uuid).values(slug=record.slug))
    former = insert(SlugRedirect).values(slug=old, dataset_uuid=record.uuid)
    session.execute(former.on_conflict_do_update(index_elements=["slug"], set_={"dataset_uuid": record.uuid}))


def put_mark(session: Session, record: DatasetRecord, mark: Mark) -> None:
    """Note the number and review of what was just published under a record's slug.

    Raises:
        Conflict: another dataset took the slug at the same moment.
    """
    mine = (Dataset.slug == record.slug, Dataset.uuid == record.uuid)
    marked = update(Dataset).where(*mine).values(revision=mark.number).returning(Dataset.id)
    number = session.scalar(marked)
    if number is None:
        raise Conflict(_(TAKEN, slug=record.slug))
    if mark.former_slug != record.slug:
        session.execute(delete(SlugRedirect).where(SlugRedirect.slug == record.slug))
        session.execute(delete(Tombstone).where(Tombstone.dataset_uuid == record.uuid))
    review = {"reviewed": mark.reviewed, "reviewed_number": mark.number, "reviewer": mark.reviewer}
    put_level(session, number, mark.level, mark.reasons, **(review if mark.reviewed else {}))


def put_level(session: Session, number: int, level: str, reasons: Reasons, **review: Any) -> None:
    """Store the level of a dataset, by its database number; a mark that is there stays."""
    values = {"level": level, "reasons": dict(reasons), "examined": datetime.now(UTC), **review}
    row = insert(DatasetQuality).values(dataset_id=number, **values)
    session.execute(row.on_conflict_do_update(index_elements=["dataset_id"], set_=values))


def bury(session: Session, dataset: tuple[UUID, str, str], reason: str, successor: str | None) -> None:
    """Leave a tombstone for a dataset (identifier, slug, name) that is taken back."""
    uuid, slug, name = dataset
    values = {"slug": slug, "name": name, "reason": reason, "successor": successor}
    row = insert(Tombstone).values(dataset_uuid=uuid, **values)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["dataset_uuid"], set_={**values, "withdrawn": datetime.now(UTC)}
        )
    )
