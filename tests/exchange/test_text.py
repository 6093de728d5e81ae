"""Markdown becomes words."""

import pytest

from app.exchange.formats.text import plain_text


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**Tiles** of [Paris](https://example.org)", "Tiles of Paris"),
        ("# Head\n\nText over\ntwo lines", "Head\nText over two lines"),
        ("- one\n- `two`", "one\ntwo"),
        ("5_000_000 px at < 10 m & more", "5_000_000 px at < 10 m & more"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_marks_go_and_words_stay(markdown, words):
    assert plain_text(markdown) == words
