"""Accounts as administrators see them: found, named, and changed so that somebody can always get in.

What administrators do to an account is written down among its events; the kinds stand in `KINDS`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import changes
from app.accounts.rights import Role
from app.accounts.tables import Event, User
from app.base.errors import Forbidden
from app.base.language import N_, _

PAGE = 50
LONGEST_WORDS = 200
KINDS = {
    "role": N_("Role changed"),
    "closed": N_("Account closed"),
    "opened": N_("Account opened again"),
    "factor-taken": N_("Second factor removed by an administrator"),
}
"""What is written down, in words; who did it, and from what to what, stands where browsers stand else."""


@dataclass(frozen=True)
class PeopleQuery:
    """Whom an administrator looks for; `after` is the address of the last one seen."""

    text: str = ""
    role: Role | None = None
    is_active: bool | None = None
    after: str | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class People:
    """One page of users in the order of their addresses, how many fit in all, where the next page begins."""

    users: tuple[User, ...]
    total: int
    following: str | None


def find(session: Session, query: PeopleQuery) -> People:
    """Users by what their name or address holds, by role, open or closed."""
    conditions = _conditions(query)
    total = session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0
    asked = select(User).where(*conditions).order_by(User.email_key).limit(query.limit + 1)
    if query.after is not None:
        asked = asked.where(User.email_key > query.after)
    found = list(session.scalars(asked))
    page = tuple(found[: query.limit])
    return People(page, total, page[-1].email_key if len(found) > query.limit else None)


def _conditions(query: PeopleQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if words := query.text.strip()[:LONGEST_WORDS]:
        conditions.append(
            or_(User.email.icontains(words, autoescape=True), User.name.icontains(words, autoescape=True))
        )
    if query.role is not None:
        conditions.append(User.role == query.role)
    if query.is_active is not None:
        conditions.append(User.is_active == query.is_active)
    return conditions


def names(session: Session, numbers: Collection[int | None]) -> dict[int, str]:
    """The names of users by their numbers."""
    asked = select(User.id, User.name).where(User.id.in_({one for one in numbers if one is not None}))
    return dict(session.execute(asked).all())


def reviewers(session: Session) -> list[User]:
    """Everybody who can look after a revision, in the order of their names."""
    roles = [role for role in Role if role.is_at_least(Role.REVIEWER)]
    asked = select(User).where(User.role.in_(roles), User.is_active).order_by(User.name, User.id)
    return list(session.scalars(asked))


def count_deciders(session: Session) -> int:
    """How many people can accept what others submitted."""
    return len(reviewers(session))


def latest_changes(session: Session, limit: int = 20) -> list[tuple[Event, User]]:
    """What administrators did lately, newest first, with the account it was done to."""
    asked = (
        select(Event, User)
        .join(User, User.id == Event.user_id)
        .where(Event.kind.in_(KINDS))
        .order_by(Event.id.desc())
        .limit(limit)
    )
    return list(session.execute(asked).all())


def change_role(session: Session, by: int, number: int, role: Role) -> User:
    """Give somebody else another role.

    Raises:
        Forbidden: `by` is no administrator any more, or wants to change their own account.
    """
    user = _held(session, by, number)
    if user.role != role:
        words = f"{Role(user.role).value} → {role.value}"
        changes.set_role(session, user, role)
        _note(session, by, user, "role", words)
    return user


def set_active(session: Session, by: int, number: int, is_active: bool) -> User:
    """Close somebody else's account, or open it again; raises as `change_role` does."""
    user = _held(session, by, number)
    if user.is_active != is_active:
        changes.set_active(session, user, is_active)
        _note(session, by, user, "opened" if is_active else "closed")
    return user


def remove_second_factor(session: Session, by: int, number: int) -> User:
    """Help somebody who lost the device and the recovery codes; raises as `change_role` does."""
    user = _held(session, by, number)
    if user.totp is not None:
        changes.remove_second_factor(session, user)
        _note(session, by, user, "factor-taken")
    return user


def _held(session: Session, by: int, number: int) -> User:
    """The user, while nobody else changes who administers.

    Two who demote each other take turns, and whoever comes second is no administrator any more. As nobody
    changes their own account here, an administrator is always left.
    """
    asked = select(User.id).where(User.role == Role.ADMIN, User.is_active).order_by(User.id)
    admins = list(session.scalars(asked.with_for_update()))
    if by not in admins:
        raise Forbidden(_("Only an administrator can do this."))
    if by == number:
        raise Forbidden(_("Nobody changes their own role here. Ask another administrator."))
    session.expire_all()
    return changes.get_user(session, number)


def _note(session: Session, by: int, user: User, kind: str, words: str = "") -> None:
    name = changes.get_user(session, by).name
    said = f"{name}: {words}" if words else name
    session.add(Event(user_id=user.id, kind=kind, agent=said[:200], network=""))
    session.flush()
