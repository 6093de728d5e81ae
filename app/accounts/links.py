"""Links that are mailed: to a new password, or to a new account. Each works once, and not for long."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.opaque import digest, new_secret
from app.accounts.tables import MailedLink

VALID = timedelta(hours=2)


def make(session: Session, email: str, user_id: int | None) -> str:
    """A new secret for a link; an older one to the same address no longer works."""
    session.execute(delete(MailedLink).where(func.lower(MailedLink.email) == email.lower()))
    secret = new_secret()
    expires = datetime.now(UTC) + VALID
    session.add(MailedLink(digest=digest(secret), email=email, user_id=user_id, expires=expires))
    session.flush()
    return secret


def find(session: Session, secret: str) -> MailedLink | None:
    """The link of a secret, unless it has run out or was used."""
    asked = select(MailedLink).where(MailedLink.digest == digest(secret), MailedLink.expires > func.now())
    return session.scalar(asked)


def take(session: Session, secret: str) -> tuple[str, int | None] | None:
    """Use a link up: its e-mail address and its user, where there is one already."""
    used = (
        delete(MailedLink)
        .where(MailedLink.digest == digest(secret), MailedLink.expires > func.now())
        .returning(MailedLink.email, MailedLink.user_id)
    )
    found = session.execute(used).one_or_none()
    return (found.email, found.user_id) if found else None
