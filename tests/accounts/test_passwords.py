"""Passwords: hashed with a salt, compared whole, limited in how many at once."""

import pytest

from app.accounts import passwords
from app.base.errors import Unavailable


def test_same_password_is_hashed_differently_each_time():
    assert passwords.hash_password("a plain sentence of words") != passwords.hash_password(
        "a plain sentence of words"
    )


def test_characters_that_look_the_same_are_the_same():
    assert passwords.is_right(passwords.hash_password("caf\u00e9 caf\u00e9 12"), "cafe\u0301 cafe\u0301 12")


@pytest.mark.parametrize("stored", [None, "", "no hash at all", "$argon2id$v=19$broken"])
def test_nothing_fits_where_there_is_no_hash(stored):
    assert not passwords.is_right(stored, "a plain sentence of words")


def test_a_rush_is_sent_away_instead_of_taking_all_threads(monkeypatch):
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    taken = [passwords.AT_ONCE.acquire() for _ in range(4)]

    with pytest.raises(Unavailable):
        passwords.hash_password("a plain sentence of words")

    for _ in taken:
        passwords.AT_ONCE.release()
