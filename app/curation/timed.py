"""Publication at a set time: the worker looks every minute for what is due."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import jobs
from app.accounts.rights import Action, State
from app.accounts.tables import User
from app.base.errors import AppError
from app.base.language import SOURCE, _, speaking
from app.curation.actors import Actor
from app.curation.publishing import CATALOGUE, publish
from app.curation.tables import AuditEntry, Comment, Revision

DUE, ONE = "publish_due", "publish_revision"
"""Kinds of jobs: the look at the clock, and one publication, in a transaction of its own."""


def publish_due(session: Session) -> None:
    """Have each accepted revision published whose time has come."""
    is_due = (Revision.state == str(State.ACCEPTED), Revision.publish_at <= func.now())
    for number in session.scalars(select(Revision.id).where(*is_due)):
        jobs.enqueue(session, ONE, once=f"{ONE} {number}", number=str(number))


def publish_one(session: Session, number: str, *, address: str = "") -> None:
    """Publish a revision that is due; where that cannot be, its thread says why and a person has to look."""
    row = select(Revision).where(Revision.id == UUID(number)).with_for_update()
    revision = session.scalar(row)
    if revision is None or revision.state != State.ACCEPTED or not _is_due(revision):
        return
    actor = Actor(role=CATALOGUE.role, name=CATALOGUE.name, address=address)
    with speaking(_language(session, revision)):
        try:
            with session.begin_nested():
                publish(session, revision.id, actor, lock=None, reason="At the set time.")
        except AppError as error:
            session.refresh(revision)
            revision.publish_at = None
            session.add(_remark(revision, error.message))


def _language(session: Session, revision: Revision) -> str:
    """That of whoever set the time, who has to look when it does not work."""
    accepted = (AuditEntry.revision_id == revision.id, AuditEntry.action == str(Action.ACCEPT))
    asked = select(User.language).join(AuditEntry, AuditEntry.actor_id == User.id).where(*accepted)
    return session.scalar(asked.order_by(AuditEntry.id.desc()).limit(1)) or SOURCE


def _is_due(revision: Revision) -> bool:
    return revision.publish_at is not None and revision.publish_at <= datetime.now(UTC)


def _remark(revision: Revision, why: str) -> Comment:
    return Comment(
        revision_id=revision.id,
        author_id=None,
        author_name=CATALOGUE.name,
        author_role=str(CATALOGUE.role),
        path="",
        text=_("This could not be published at the set time. %(why)s", why=why),
    )
