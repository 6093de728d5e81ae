"""Sessions: opaque secrets in a cookie, rows in the database, which can be listed and ended one by one.

A session has a stage. `code` and `enrol` stand between the password and the rest: the second factor is asked
for, or must be set up first. Only a `complete` session opens anything else.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.callers import Caller
from app.accounts.opaque import digest, new_secret
from app.accounts.rights import Role
from app.accounts.tables import User, UserSession

Stage = Literal["complete", "code", "enrol"]
LONGEST = timedelta(days=30)
IDLE = timedelta(days=14)
HALFWAY = timedelta(minutes=15)
"""How long the second step of a sign-in may take."""
TOUCHED_EVERY = timedelta(minutes=1)


def stage_after_password(user: User) -> Stage:
    """What is still asked of someone who knows the password, or comes from a provider of identities."""
    if user.totp is not None:
        return "code"
    return "enrol" if needs_second_factor(Role(user.role)) else "complete"


def needs_second_factor(role: Role) -> bool:
    """Whether a role is worth more than a password."""
    return role.is_at_least(Role.EDITOR)


def begin(session: Session, user: User, stage: Stage, caller: Caller) -> str:
    """Start a session and return its secret, which is stored nowhere."""
    secret = new_secret()
    lasts = LONGEST if stage == "complete" else HALFWAY
    session.add(
        UserSession(
            digest=digest(secret),
            user_id=user.id,
            stage=stage,
            agent=caller.agent,
            network=caller.network,
            expires=datetime.now(UTC) + lasts,
        )
    )
    session.flush()
    return secret


def find(session: Session, secret: str) -> tuple[UserSession, User] | None:
    """The session of a secret with its user, unless it has run out or the account is closed."""
    asked = (
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.digest == digest(secret),
            UserSession.expires > func.now(),
            UserSession.used > func.now() - IDLE,
            User.is_active,
        )
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    row, user = found
    now = datetime.now(UTC)
    if now - row.used > TOUCHED_EVERY:
        row.used = now
    return row, user


def end(session: Session, user_id: int, number: int) -> None:
    """End one session of a user; somebody else's number ends nothing."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.id == number))


def end_secret(session: Session, secret: str) -> None:
    """End the session of a secret, whatever its stage."""
    session.execute(delete(UserSession).where(UserSession.digest == digest(secret)))


def end_all(session: Session, user_id: int, but: int | None = None) -> None:
    """End every session of a user, or all `but` one."""
    unwanted = delete(UserSession).where(UserSession.user_id == user_id)
    session.execute(unwanted if but is None else unwanted.where(UserSession.id != but))


def list_sessions(session: Session, user_id: int) -> list[UserSession]:
    """The sessions of a user that are open, the latest used first."""
    asked = (
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.stage == "complete",
            UserSession.expires > func.now(),
            UserSession.used > func.now() - IDLE,
        )
        .order_by(UserSession.used.desc(), UserSession.id.desc())
    )
    return list(session.scalars(asked))
