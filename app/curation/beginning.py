"""How revisions begin: one by one from forms and programs, many at once from imports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.accounts.opaque import digest
from app.accounts.rights import State
from app.base.language import language
from app.curation import audit, drafts
from app.curation.actors import Actor
from app.curation.standing import Standing
from app.curation.tables import Revision

BEGIN = "begin"


@dataclass(frozen=True)
class Start:
    """What a revision starts from: a draft, on top of what is published, or None for a new dataset."""

    draft: Mapping[str, Any]
    base: Standing | None = None


def begin_all(
    session: Session,
    actor: Actor,
    starts: Iterable[Start],
    *,
    kind: str,
    change_set: UUID | None = None,
    secret: str = "",
) -> list[Revision]:
    """Begin drafts, with two statements however many they are.

    Raises:
        Invalid: a draft holds what no record can hold; then none begins.
    """
    revisions = [_made(actor, start, kind, change_set, secret) for start in starts]
    entries = [audit.entry(one, actor, BEGIN, before=None) for one in revisions]
    session.add_all(revisions)
    session.flush()
    session.add_all(entries)
    session.flush()
    return revisions


def _made(actor: Actor, start: Start, kind: str, change_set: UUID | None, secret: str) -> Revision:
    base, now = start.base, datetime.now(UTC)
    uuid = base.uuid if base else uuid4()
    revision = Revision(
        id=uuid4(),
        dataset_uuid=uuid,
        kind=kind,
        state=str(State.DRAFT),
        base_number=base.number if base else 0,
        base=base.record if base else None,
        lock=1,
        submitter_id=actor.user_id,
        submitter_name=actor.name,
        submitter_email=actor.email,
        submitter_language=language(),
        writers=[],
        secret_digest=digest(secret) if secret else None,
        created=now,
        changed=now,
        change_set=change_set,
        checks={},
        reason="",
        reviewer_name="",
    )
    put(revision, drafts.checked(start.draft, uuid))
    return revision


def put(revision: Revision, record: dict[str, Any]) -> None:
    """Let a revision hold another state of its record."""
    revision.record = record
    revision.name = drafts.name_of(record)
    revision.slug = drafts.stated_slug(record)
