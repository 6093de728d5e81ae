"""The audit of a revision: rows that are only added, each holding the digest of the one before it.

The last digest stands in the revision as well, so that a row taken from the end is missed, too.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curation.actors import Actor
from app.curation.merging import canonical
from app.curation.tables import AuditEntry, Revision


def append(
    session: Session, revision: Revision, actor: Actor, action: str, *, before: str | None, reason: str = ""
) -> AuditEntry:
    """Write down a step of a revision, whose row the caller has locked."""
    written = entry(revision, actor, action, before=before, reason=reason)
    session.add(written)
    session.flush()
    return written


def entry(
    revision: Revision, actor: Actor, action: str, *, before: str | None, reason: str = ""
) -> AuditEntry:
    """The row that tells of a step; the revision holds its digest as the last one from now on.

    Rows are in the order of the locks, each of which is reached once; edits of drafts leave gaps.
    """
    made = AuditEntry(
        revision_id=revision.id,
        position=revision.lock,
        moment=datetime.now(UTC),
        actor_id=actor.user_id,
        actor_name=actor.name,
        actor_role=str(actor.role),
        action=action,
        from_state=before,
        to_state=str(revision.state),
        lock=revision.lock,
        reason=reason,
        checks=revision.checks or {},
        record_digest=record_digest(revision.record),
        previous=revision.audit_head,
    )
    made.digest = digest_of(made)
    revision.audit_head = made.digest
    return made


def verify(session: Session, revision_id: UUID) -> bool:
    """Whether the audit of a revision is whole: no row changed, none taken out, none added."""
    entries = read(session, revision_id)
    revision = session.get(Revision, revision_id, populate_existing=True)
    if revision is None or not entries or revision.audit_head != entries[-1].digest:
        return False
    heads = [None, *(entry.digest for entry in entries)]
    return all(
        entry.previous == head and entry.digest == digest_of(entry)
        for entry, head in zip(entries, heads, strict=False)
    )


def read(session: Session, revision_id: UUID) -> list[AuditEntry]:
    """The steps of a revision, the first one first."""
    asked = select(AuditEntry).where(AuditEntry.revision_id == revision_id).order_by(AuditEntry.position)
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def record_digest(record: Any) -> bytes:
    """A digest of a record, by which a row tells which state it speaks of."""
    return hashlib.sha256(canonical(record).encode()).digest()


def digest_of(entry: AuditEntry) -> bytes:
    """What the row should hold as its digest."""
    content = {
        "revision": str(entry.revision_id),
        "position": entry.position,
        "moment": entry.moment.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [entry.actor_id, entry.actor_name, entry.actor_role],
        "step": [entry.action, entry.from_state, entry.to_state, entry.lock],
        "reason": entry.reason,
        "checks": entry.checks,
        "record": entry.record_digest.hex(),
    }
    return hashlib.sha256((entry.previous or b"") + canonical(content).encode()).digest()
