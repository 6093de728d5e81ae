"""What ran out is removed every night; what happened to accounts is kept for a year."""

from datetime import timedelta

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from app.accounts.sessions import IDLE
from app.accounts.tables import Attempts, Event, MailedLink, UserSession

EVENTS_KEPT = timedelta(days=365)


def clean(session: Session) -> None:
    """Remove sessions, links and counts that ran out, and what happened more than a year ago."""
    is_over = (UserSession.expires < func.now()) | (UserSession.used < func.now() - IDLE)
    session.execute(delete(UserSession).where(is_over))
    session.execute(delete(MailedLink).where(MailedLink.expires < func.now()))
    session.execute(delete(Attempts).where(Attempts.until < func.now()))
    session.execute(delete(Event).where(Event.moment < func.now() - EVENTS_KEPT))
