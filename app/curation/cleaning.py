"""What is forgotten every night: answers that no client repeats, and drafts that visitors left lying."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rights import Action, State
from app.curation.holding import take_step
from app.curation.idempotency import forget_old
from app.curation.publishing import CATALOGUE
from app.curation.tables import Revision

KIND = "clean_curation"
LEFT_LYING = timedelta(days=90)
MOST = 1000
"""Drafts put away in one night; more wait for the next."""


def clean(session: Session) -> None:
    """Forget old answers, and put away drafts that a visitor never handed in, with who that was."""
    forget_old(session)
    asked = select(Revision).where(
        Revision.state == str(State.DRAFT),
        Revision.submitter_id.is_(None),
        Revision.changed < datetime.now(UTC) - LEFT_LYING,
    )
    for revision in session.scalars(asked.limit(MOST).with_for_update(skip_locked=True)):
        revision.submitter_name = revision.submitter_email = ""
        revision.secret_digest = revision.mailed_digest = revision.confirm_digest = None
        take_step(session, revision, CATALOGUE, Action.WITHDRAW, reason="Left lying.")
