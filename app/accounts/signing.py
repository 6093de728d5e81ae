"""Signing in: count the attempt, do the same work whoever it is, write down what happened."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts import attempts, changes, factor, passwords, sessions
from app.accounts.attempts import Counter, Limit
from app.accounts.callers import Caller
from app.accounts.tables import User

Transaction = Callable[[], AbstractContextManager[Session]]

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
BY_ACCOUNT_AND_PLACE = Limit("password, account and place", 10, QUARTER)
BY_PLACE = Limit("password, place", 30, QUARTER)
BY_ACCOUNT = Limit("password, account", 100, HOUR)
"""Wide enough that nobody locks an account from one place, where the two limits above come first."""
BY_CODE = Limit("code", 6, QUARTER)
MAILS_TO_ADDRESS = Limit("mail, address", 3, HOUR)
MAILS_BY_PLACE = Limit("mail, place", 10, HOUR)


def check_password(
    transaction: Transaction, key: str, email: str, password: str, caller: Caller
) -> int | None:
    """The number of the user whose password this is; None for a wrong one, a closed and a missing account.

    The attempt is counted and committed before the costly part, and no transaction is open during that.

    Raises:
        TooSoon: tried too often, from this place or with this account.
    """
    account = changes.email_key(email)
    pair = Counter(BY_ACCOUNT_AND_PLACE, key, (account, caller.place))
    wide = (Counter(BY_PLACE, key, (caller.place,)), Counter(BY_ACCOUNT, key, (account,)))
    with transaction() as session:
        attempts.count(session, pair, *wide)
        user = changes.find_by_email(session, email)
        number = user.id if user else None
        stored = user.password if user and user.is_active else None
    is_right = passwords.is_right(stored, password)
    outdated = is_right and stored is not None and passwords.is_outdated(stored)
    renewed = passwords.hash_password(password) if outdated else None
    with transaction() as session:
        if not is_right or number is None:
            changes.note(session, number, "refused", caller)
            return None
        attempts.forget(session, pair)
        attempts.give_back(session, *wide)
        if renewed:
            changes.get_user(session, number).password = renewed
    return number


def check_code(transaction: Transaction, key: str, user_id: int, code: str, caller: Caller) -> bool:
    """Whether a code of the second factor, or a recovery code, is right; either is used up.

    Raises:
        TooSoon: tried too often.
    """
    counter = Counter(BY_CODE, key, (str(user_id),))
    with transaction() as session:
        attempts.count(session, counter)
    with transaction() as session:
        user = changes.get_user(session, user_id)
        if factor.use_code(session, user, code):
            kind = "code"
        elif factor.use_recovery_code(session, user, code):
            kind = "recovery"
        else:
            changes.note(session, user_id, "code-refused", caller)
            return False
        attempts.forget(session, counter)
        changes.note(session, user_id, kind, caller)
    return True


def begin(session: Session, user: User, caller: Caller, old_secret: str) -> str:
    """A session for someone whose password, or provider, is right; the one of the browser so far ends."""
    sessions.end_secret(session, old_secret)
    stage = sessions.stage_after_password(user)
    changes.note(session, user.id, "signed-in" if stage == "complete" else "password", caller)
    return sessions.begin(session, user, stage, caller)


def complete(session: Session, user: User, caller: Caller, old_secret: str) -> str:
    """A complete session in place of one that waited for the second factor."""
    sessions.end_secret(session, old_secret)
    changes.note(session, user.id, "signed-in", caller)
    return sessions.begin(session, user, "complete", caller)
