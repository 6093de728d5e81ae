"""Files are cut into their records, whatever way they hold many."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import AppError, Invalid, TooLarge
from app.curation.imports import splitting
from app.curation.imports.splitting import pieces


def _labels(name: str, content: bytes) -> list[str]:
    return [piece.label for piece in pieces(name, content)]


def _zip(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_one_document_is_one_piece():
    assert _labels("a.json", b'{"name": "A"}') == ["a.json"]
    assert _labels("a.xml", b"<resource/>") == ["a.xml"]


def test_lines_are_pieces_and_a_broken_line_breaks_only_itself():
    content = b'{"name": "A"}\n\nrubbish\n{"name": "B"}\n'

    found = list(pieces("a.jsonl", content))

    assert [piece.label for piece in found] == ["a.jsonl:1", "a.jsonl:3", "a.jsonl:4"]
    assert found[1].content == b"rubbish"


@pytest.mark.parametrize(
    "wrapped", [lambda x: x, lambda x: {"datasets": x}, lambda x: {"collections": x, "links": []}]
)
def test_lists_are_taken_apart(wrapped):
    content = json.dumps(wrapped([{"name": "A"}, {"name": "B"}])).encode()

    found = list(pieces("a.json", content))

    assert [json.loads(piece.content)["name"] for piece in found] == ["A", "B"]
    assert [piece.label for piece in found] == ["a.json[1]", "a.json[2]"]


def test_entries_of_bibliographies_are_pieces():
    bibtex = b"@comment{x}\n@misc{a, title={A}}\n@dataset{b,\n title={B}}\n"
    ris = b"TY  - DATA\nTI  - A\nER  - \nTY  - DATA\nTI  - B\nER  - \n"

    assert _labels("a.bib", bibtex) == ["a.bib#1", "a.bib#2"]
    assert _labels("a.ris", ris) == ["a.ris#1", "a.ris#2"]
    assert [piece.content.count(b"ER") for piece in pieces("a.ris", ris)] == [1, 1]


def test_an_archive_gives_the_pieces_of_its_files():
    content = _zip({"one.json": b'{"name": "A"}', "more/two.jsonl": b'{"name": "B"}\n{"name": "C"}\n'})

    assert _labels("a.zip", content) == ["one.json", "more/two.jsonl:1", "more/two.jsonl:2"]


def test_an_archive_that_unpacks_too_far_is_refused(monkeypatch):
    monkeypatch.setattr(splitting, "LARGEST_UNPACKED", 100_000)

    with pytest.raises(TooLarge, match="100,000"):
        list(pieces("bomb.zip", _zip({"zeros": bytes(10_000_000)})))


def test_too_many_records_are_refused(monkeypatch):
    monkeypatch.setattr(splitting, "MOST_PIECES", 3)

    with pytest.raises(TooLarge, match="3 records"):
        list(pieces("a.jsonl", b'{"a": 1}\n' * 4))


def test_nothing_is_refused_in_words():
    with pytest.raises(Invalid, match="empty"):
        list(pieces("a", b"  \n"))


def test_a_broken_archive_is_refused_in_words():
    content = bytearray(_zip({"a.json": b'{"name": "A"}' * 100}))
    content[40:60] = bytes(20)

    with pytest.raises(Invalid, match="archive"):
        list(pieces("a.zip", bytes(content)))


@given(st.binary(max_size=300))
def test_any_bytes_are_cut_or_refused(content):
    try:
        found = list(pieces("any", content))
    except AppError:
        return

    assert all(piece.content for piece in found)
