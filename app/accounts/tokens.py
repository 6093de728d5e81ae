"""Tokens for programs: shown once, kept as digests, limited in what they open and for how long."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.opaque import digest, new_secret
from app.accounts.rights import Role
from app.accounts.tables import ApiToken, User
from app.base.errors import Invalid
from app.base.language import _

PREFIX = "eocat_"
"""By this a token that was published by mistake can be found and recognised."""
SHOWN = len(PREFIX) + 5
MOST = 50
LIVES = (7, 30, 90, 365)
"""For how many days a token may be valid."""
LONGEST_NAME = 100
TOUCHED_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token may be used for, as far as the role of its owner allows it."""

    READ = "read"
    SUGGEST = "suggest"
    REVIEW = "review"
    PUBLISH = "publish"
    ITEMS = "items"


LOWEST_ROLE = {
    Scope.READ: Role.CONTRIBUTOR,
    Scope.SUGGEST: Role.CONTRIBUTOR,
    Scope.REVIEW: Role.REVIEWER,
    Scope.PUBLISH: Role.REVIEWER,
    Scope.ITEMS: Role.EDITOR,
}
"""The role that a scope is of use to."""


def scopes_for(role: Role) -> tuple[Scope, ...]:
    """The scopes that a role can hand on."""
    return tuple(scope for scope in Scope if role.is_at_least(LOWEST_ROLE[scope]))


def create_token(session: Session, user: User, *, name: str, scopes: Iterable[str], days: int) -> str:
    """Add a token and return it; it is stored nowhere.

    Raises:
        Invalid: no name, no scope, a scope beyond the role, another life than `LIVES`, or too many tokens.
    """
    name, chosen = name.strip(), sorted(set(scopes))
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(_("The name of the token needs 1 to %(n)s characters.", n=LONGEST_NAME))
    if not chosen or not set(chosen) <= set(scopes_for(Role(user.role))):
        raise Invalid(_("Choose at least one thing that the token may do."))
    if days not in LIVES:
        raise Invalid(_("A token is valid for %(days)s days.", days=", ".join(map(str, LIVES))))
    if len(list_tokens(session, user.id)) >= MOST:
        raise Invalid(_("There are %(n)s tokens already. Revoke one first.", n=MOST))
    token = PREFIX + new_secret()
    session.add(
        ApiToken(
            digest=digest(token),
            user_id=user.id,
            name=name,
            start=token[:SHOWN],
            scopes=chosen,
            expires=datetime.now(UTC) + timedelta(days=days),
        )
    )
    session.flush()
    return token


def find(session: Session, token: str) -> tuple[ApiToken, User] | None:
    """A valid token with its owner; a closed account opens nothing."""
    asked = (
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.digest == digest(token), ApiToken.expires > func.now(), User.is_active)
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    row, user = found
    now = datetime.now(UTC)
    if row.used is None or now - row.used > TOUCHED_EVERY:
        row.used = now
    return row, user


def list_tokens(session: Session, user_id: int) -> list[ApiToken]:
    """The tokens of a user, newest first; those that ran out stay until their owner removes them."""
    return list(
        session.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc()))
    )


def revoke(session: Session, user_id: int, number: int) -> None:
    """Remove one token of a user; somebody else's number removes nothing."""
    session.execute(delete(ApiToken).where(ApiToken.user_id == user_id, ApiToken.id == number))
