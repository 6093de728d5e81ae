"""Users: made, found, given a role, a name or a password, closed and opened again."""

import re
import unicodedata

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import passwords, sessions
from app.accounts.callers import Caller
from app.accounts.rights import Role
from app.accounts.tables import Event, RecoveryCode, User
from app.base.errors import Conflict, Invalid, NotFound
from app.base.language import _

LONGEST_EMAIL, LONGEST_NAME = 254, 100
_EMAIL = re.compile(r"[^@\s\x00-\x20<>(),;:\\\"\[\]]+@[^@\s<>(),;:\\\"\[\]]+")


def email_key(email: str) -> str:
    """The form in which addresses are compared."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def checked_email(email: str) -> str:
    """An address without the blanks around it.

    Raises:
        Invalid: no e-mail address.
    """
    found = email.strip()
    if len(found) > LONGEST_EMAIL or not found.isprintable() or not _EMAIL.fullmatch(found):
        raise Invalid(
            _("%(given)s is not an e-mail address, such as name@example.org.", given=repr(found[:60]))
        )
    return found


def checked_name(name: str) -> str:
    """A name in one line.

    Raises:
        Invalid: empty, or longer than `LONGEST_NAME`.
    """
    found = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    if not found or len(found) > LONGEST_NAME:
        raise Invalid(_("The name needs 1 to %(n)s characters.", n=LONGEST_NAME))
    return found


def create_user(
    session: Session, *, email: str, name: str, role: Role = Role.CONTRIBUTOR, password: str | None = None
) -> User:
    """Add a user; without a password they sign in through a provider of identities or by a mailed link.

    Raises:
        Conflict: there is an account with this address.
    """
    email = checked_email(email)
    if find_by_email(session, email) is not None:
        raise Conflict(_("There is an account for %(email)s.", email=email))
    user = User(email=email, email_key=email_key(email), name=checked_name(name), role=_checked_role(role))
    if password is not None:
        passwords.check_rules(password, email)
        user.password = passwords.hash_password(password)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        # Somebody else made it since we looked.
        raise Conflict(_("There is an account for %(email)s.", email=email)) from None
    return user


def _checked_role(role: Role) -> Role:
    if role is Role.VISITOR:
        raise Invalid(_("A visitor has no account; close the account instead."))
    return role


def find_by_email(session: Session, email: str) -> User | None:
    """The user of an address."""
    return session.scalar(select(User).where(User.email_key == email_key(email)))


def get_by_email(session: Session, email: str) -> User:
    """The user of an address.

    Raises:
        NotFound: nobody has it.
    """
    found = find_by_email(session, email)
    if found is None:
        raise NotFound(_("There is no account for %(email)s.", email=email.strip()[:100]))
    return found


def get_user(session: Session, number: int) -> User:
    """The user of a number.

    Raises:
        NotFound: there is none.
    """
    found = session.get(User, number)
    if found is None:
        raise NotFound(_("There is no such account."))
    return found


def list_users(session: Session) -> list[User]:
    """All users, in the order of their addresses."""
    return list(session.scalars(select(User).order_by(User.email_key)))


def set_role(session: Session, user: User, role: Role) -> None:
    """Give a role; whoever had another one signs in anew, and so proves what the new one asks for."""
    if user.role != _checked_role(role):
        user.role = role
        sessions.end_all(session, user.id)


def set_active(session: Session, user: User, is_active: bool) -> None:
    """Close an account, with all its sessions and tokens, or open it again."""
    user.is_active = is_active
    if not is_active:
        sessions.end_all(session, user.id)


def set_password(session: Session, user: User, password: str) -> None:
    """Give a new password; every session ends, so the caller begins a new one where somebody is signed in."""
    passwords.check_rules(password, user.email)
    user.password = passwords.hash_password(password)
    sessions.end_all(session, user.id)


def remove_second_factor(session: Session, user: User) -> None:
    """Forget the second factor and its recovery codes."""
    user.totp = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    sessions.end_all(session, user.id)


def note(session: Session, user_id: int | None, kind: str, caller: Caller) -> None:
    """Write down what happened to an account; `kind` is a word that the pages explain."""
    session.add(Event(user_id=user_id, kind=kind, agent=caller.agent, network=caller.network))


def latest_events(session: Session, user_id: int, limit: int = 12) -> list[Event]:
    """What happened to an account, newest first."""
    asked = select(Event).where(Event.user_id == user_id).order_by(Event.id.desc()).limit(limit)
    return list(session.scalars(asked))
