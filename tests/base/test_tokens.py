"""Page tokens that nobody can make up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from app.base.errors import Invalid
from app.base.tokens import read_token, write_token

SECRET = "a secret of the tests, long enough"


def test_position_reads_back():
    assert read_token(SECRET, write_token(SECRET, ["newest", 2020.0, None, 7])) == ["newest", 2020.0, None, 7]


def test_long_position_reads_back_and_its_token_is_short():
    position = ["title", "ä sentence of many words " * 100, 7]

    token = write_token(SECRET, position)

    assert read_token(SECRET, token) == position
    assert len(token) < 200


def test_token_that_was_made_short_before_is_still_read():
    token = URLSafeSerializer(SECRET, salt="page").dumps(["next", ["-datetime", "+collection"], [1, 2]])

    assert read_token(SECRET, token) == ["next", ["-datetime", "+collection"], [1, 2]]


def test_changed_token_is_refused():
    token = write_token(SECRET, ["newest", 2020.0, 5.0, 7])
    changed = ("A" if token[0] != "A" else "B") + token[1:]

    with pytest.raises(Invalid, match="changed"):
        read_token(SECRET, changed)


def test_token_of_another_service_is_refused():
    with pytest.raises(Invalid, match="not made by this service"):
        read_token(SECRET, write_token("another secret of another service!", ["newest", 1, 2, 3]))


@given(st.text())
def test_made_up_token_is_refused(text):
    with pytest.raises(Invalid):
        read_token(SECRET, text)
