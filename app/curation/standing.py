"""What is published of a dataset now: the record that drafts start from and differences are applied to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.base.language import _
from app.catalogue.tables import Dataset, SlugRedirect, Tombstone

DATASET_LOCK = 5_320_118
"""Class of the advisory locks by which publications of one dataset take turns."""


@dataclass(frozen=True)
class Standing:
    """The published state of a dataset; `number` is 0 for one that came bundled."""

    id: int
    uuid: UUID
    slug: str
    name: str
    record: dict[str, Any]
    number: int


def of_dataset(session: Session, uuid: UUID) -> Standing | None:
    """What is published under this identifier; None for a new or a withdrawn dataset."""
    return _found(session, Dataset.uuid == uuid)


def of_slug(session: Session, slug: str) -> Standing:
    """What is published under this slug, or was before it was renamed.

    Raises:
        NotFound: there is no such dataset.
    """
    found = _found(session, Dataset.slug == slug)
    if found is None:
        renamed = select(SlugRedirect.dataset_uuid).where(SlugRedirect.slug == slug).scalar_subquery()
        found = _found(session, Dataset.uuid == renamed)
    if found is None:
        raise NotFound(_("There is no dataset “%(slug)s” to change.", slug=slug[:120]))
    return found


def take_turn(session: Session, uuid: UUID) -> None:
    """Wait until nobody else publishes or withdraws this dataset; held to the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(DATASET_LOCK, func.hashtext(str(uuid)))))


def is_taken(session: Session, slug: str, uuid: UUID) -> bool:
    """Whether a slug belongs, or belonged, to another dataset."""
    owners = (
        select(Dataset.uuid).where(Dataset.slug == slug),
        select(SlugRedirect.dataset_uuid).where(SlugRedirect.slug == slug),
        select(Tombstone.dataset_uuid).where(Tombstone.slug == slug),
    )
    return any(owner != uuid for owner in session.scalars(owners[0].union(*owners[1:])))


def _found(session: Session, condition: Any) -> Standing | None:
    asked = select(
        Dataset.id, Dataset.uuid, Dataset.slug, Dataset.name, Dataset.record, Dataset.revision
    ).where(condition)
    row = session.execute(asked).one_or_none()
    return None if row is None else Standing(*row)
