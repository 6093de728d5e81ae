"""Page tokens that nobody can make up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.base.tokens import read_token, write_token

SECRET = "a secret of the tests, long enough"


def test_position_reads_back():
    assert read_token(SECRET, write_token(SECRET, ["newest", 2020.0, None, 7])) == ["newest", 2020.0, None, 7]


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
