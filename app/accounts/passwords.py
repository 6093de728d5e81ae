"""Passwords: what they must be, how they are kept, and how much work one process does for them at once."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.opaque import new_secret
from app.base.errors import Invalid, Unavailable
from app.base.language import _

SHORTEST, LONGEST = 12, 200
FEWEST_CHARACTERS = 5
"""How many different characters a password has at the least."""

HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
AT_ONCE = BoundedSemaphore(4)
"""Each hash takes 32 MiB and a core for some time: a rush of sign-ins must not take all threads."""
WAIT_SECONDS = 1.0


def check_rules(password: str, email: str) -> None:
    """Refuse a password that is easily guessed.

    Raises:
        Invalid: too short, too long, too uniform, or the address itself.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            _(
                "The password needs %(least)s to %(most)s characters; this one has %(n)s.",
                least=SHORTEST,
                most=LONGEST,
                n=len(password),
            )
        )
    if len(set(password)) < FEWEST_CHARACTERS:
        raise Invalid(_("The password needs at least %(n)s different characters.", n=FEWEST_CHARACTERS))
    if password.casefold() in email.casefold() or email.casefold() in password.casefold():
        raise Invalid(_("The password must not be the e-mail address."))


def hash_password(password: str) -> str:
    """The argon2 hash of a password, with its salt and the cost it was made at."""
    with _turn():
        return HASHER.hash(_normal(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether a password fits; without a stored hash the same work is done, and nothing fits."""
    nobody = _hash_of_nobody()
    with _turn():
        try:
            return HASHER.verify(stored or nobody, _normal(password[:LONGEST])) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return HASHER.check_needs_rehash(stored)


@cache
def _hash_of_nobody() -> str:
    """A hash that no password fits; made before either way, so that the first attempt takes no longer."""
    return HASHER.hash(new_secret())


def _normal(password: str) -> str:
    """One form for characters that keyboards compose in different ways."""
    return unicodedata.normalize("NFKC", password)


@contextmanager
def _turn() -> Iterator[None]:
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise Unavailable(_("Many people sign in at this moment. Please try again."))
    try:
        yield
    finally:
        AT_ONCE.release()
