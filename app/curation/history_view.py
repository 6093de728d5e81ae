"""The published versions of a dataset as its history shows them, each with what it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rights import Action, Role, State, may
from app.base.errors import NotFound
from app.base.language import _
from app.catalogue.quality import Withdrawn, explain_missing
from app.catalogue.tables import Dataset
from app.curation import diff, queries, review_view
from app.curation.merging import differences
from app.curation.publishing import BUNDLED
from app.curation.tables import Revision

FIRST_CONTENT = 1
"""The number of what came with the catalogue."""


@dataclass(frozen=True)
class Version:
    """One state that was published. `revision_id` is missing where nobody has curated the dataset yet."""

    number: int
    day: datetime
    said: str
    reason: str
    level: str
    reviewer: str
    state: State
    revision_id: UUID | None
    record: Mapping[str, Any]

    @property
    def is_current(self) -> bool:
        """Whether this is what readers see now."""
        return self.state is State.PUBLISHED


@dataclass(frozen=True)
class Told:
    """A version beside the one before it; `changes` is None for the first."""

    version: Version
    before: int
    changes: tuple[diff.Line, ...] | None


@dataclass(frozen=True)
class History:
    """All versions of a dataset, the newest first."""

    slug: str
    name: str
    is_published: bool
    versions: tuple[Version, ...]

    def at(self, number: int) -> Version:
        """One version.

        Raises:
            NotFound: there is none of this number.
        """
        found = next((one for one in self.versions if one.number == number), None)
        if found is None:
            raise NotFound(_("%(name)s has no version %(number)s.", name=self.name, number=number))
        return found


def read(session: Session, slug: str) -> History:
    """The history of a dataset that is, or was, published.

    Raises:
        Moved: the dataset has another slug by now.
        Withdrawn: it was taken back, and no version was kept.
        NotFound: there never was such a dataset.
    """
    asked = select(Dataset.name, Dataset.record, Dataset.updated).where(Dataset.slug == slug)
    dataset = session.execute(asked).one_or_none()
    if dataset is None:
        return _withdrawn(session, slug)
    kept = tuple(_version(one) for one in queries.versions(session, slug))
    return History(slug, dataset.name, True, kept or (_bundled(dataset.record, dataset.updated),))


def _withdrawn(session: Session, slug: str) -> History:
    """The history of a dataset of which a tombstone is left."""
    error = explain_missing(session, slug)
    if not isinstance(error, Withdrawn):
        raise error
    kept = tuple(_version(one) for one in queries.versions(session, slug))
    if not kept:
        raise error
    return History(slug, error.name, False, kept)


def _version(revision: Revision) -> Version:
    moment = revision.published or revision.changed
    return Version(
        number=revision.number or FIRST_CONTENT,
        day=moment.astimezone(UTC),
        said=_said(revision),
        reason=revision.reason,
        level=revision.level or "",
        reviewer=revision.reviewer_name,
        state=State(revision.state),
        revision_id=revision.id,
        record=revision.record,
    )


def _said(revision: Revision) -> str:
    """How a version came about."""
    if revision.kind == BUNDLED:
        return _("with the catalogue's first content")
    if revision.reviewer_name:
        return _("reviewed by %(name)s", name=revision.reviewer_name)
    return ""


def _bundled(record: Mapping[str, Any], updated: datetime) -> Version:
    """What nobody has curated is its own first version."""
    return Version(
        number=FIRST_CONTENT,
        day=updated.astimezone(UTC),
        said=_("with the catalogue's first content"),
        reason="",
        level="",
        reviewer="",
        state=State.PUBLISHED,
        revision_id=None,
        record=record,
    )


def restorable(history: History, role: Role) -> set[int]:
    """The numbers of the versions that somebody with a role may begin anew from."""
    return {
        one.number
        for one in history.versions
        if one.revision_id and not one.is_current and may(role, one.state, Action.RESTORE, is_own=False)
    }


def told(versions: Sequence[Version]) -> list[Told]:
    """Each version with what it changed in the one before."""
    earlier = (*versions[1:], None)
    return [
        Told(one, before.number if before else 0, compared(before, one) if before else None)
        for one, before in zip(versions, earlier, strict=True)
    ]


def compared(before: Version, after: Version) -> tuple[diff.Line, ...]:
    """What differs between two versions."""
    changes = differences(before.record, after.record)
    return tuple(review_view.changed_lines(changes, after.record, before.record))


def document(history: History, version: Version) -> dict[str, Any]:
    """A version as programs read it."""
    return {
        "slug": history.slug,
        "number": version.number,
        "published": version.day.isoformat(),
        "is_current": version.is_current,
        "level": version.level or None,
        "reviewer": version.reviewer or None,
        "reason": version.reason or None,
        "record": version.record,
    }


def documents(history: History) -> dict[str, Any]:
    """All versions as programs read them, without the records."""
    listed = [document(history, one) for one in history.versions]
    kept = [{key: value for key, value in one.items() if key not in ("slug", "record")} for one in listed]
    return {
        "slug": history.slug,
        "name": history.name,
        "is_published": history.is_published,
        "versions": [
            {**one, "href": f"/datasets/{history.slug}/history/{one['number']}?f=json"} for one in kept
        ],
    }
