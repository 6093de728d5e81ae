"""Restoring: an earlier state becomes a new draft, which goes the same way as any other."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.accounts.rights import Action, State
from app.curation import audit, standing
from app.curation.actors import Actor
from app.curation.holding import hold
from app.curation.tables import Revision

RESTORED = "restore"


def restore(session: Session, number: UUID, actor: Actor) -> Revision:
    """A new draft that holds the record of a published, superseded, rejected or withdrawn revision.

    One that was published is compared with what is published now; one that was not, with what it began from,
    so that it proposes the same as before.
    """
    old = hold(session, number, actor, Action.RESTORE, lock=None)
    now = standing.of_dataset(session, old.dataset_uuid)
    is_state = old.number is not None
    moment = datetime.now(UTC)
    base = (now.record if now else None) if is_state else old.base
    revision = Revision(
        id=uuid4(),
        dataset_uuid=old.dataset_uuid,
        slug=old.slug,
        name=old.name,
        kind=RESTORED,
        state=str(State.DRAFT),
        base=base,
        base_number=(now.number if now else 0) if is_state else old.base_number,
        record=old.record,
        lock=1,
        submitter_id=actor.user_id,
        submitter_name=actor.name,
        submitter_email=actor.email,
        writers=[],
        created=moment,
        changed=moment,
        checks={},
        reason="",
        reviewer_name="",
    )
    session.add(revision)
    session.flush()
    said = f"number {old.number}" if is_state else f"revision {old.id}"
    audit.append(session, revision, actor, "begin", before=None, reason=f"Restores {said}.")
    return revision
