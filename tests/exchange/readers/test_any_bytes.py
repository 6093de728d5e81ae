"""Readers take any bytes: documents of our own with parts cut out, doubled or replaced, and pure noise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.errors import AppError
from app.catalogue.content import read_file
from app.exchange.formats import FORMATS
from tests.exchange.conftest import CATALOGUE, SITE

TWO_WAYS = [suffix for suffix, known in FORMATS.items() if known.read]
RECORD = read_file(CATALOGUE / "sen1floods11.yaml")
WRITTEN = {suffix: FORMATS[suffix].write(RECORD, SITE) for suffix in TWO_WAYS}
SNIPPETS = (
    b"",
    b"null",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"<",
    b">",
    b"\\",
    b"\x00",
    b"-1",
    b"1e400",
    b"@",
    b",",
    b"\xff",
)


@pytest.mark.parametrize("suffix", TWO_WAYS)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from(SNIPPETS)),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=100, deadline=None)
def test_a_damaged_document_is_read_in_part_or_refused(suffix, cuts):
    content = WRITTEN[suffix]
    for start, length, instead in cuts:
        start %= len(content) + 1
        content = content[:start] + instead + content[start + length :]

    try:
        reading = FORMATS[suffix].read(content)
    except AppError as error:
        assert error.message
    else:
        assert reading.facts.keys() == reading.places.keys()


@pytest.mark.parametrize("suffix", TWO_WAYS)
@given(content=st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_noise_is_refused(suffix, content):
    with pytest.raises(AppError):
        FORMATS[suffix].read(content)
