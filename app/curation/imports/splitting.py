"""A file cut into its records. Pure: bytes in, pieces out; what a piece says is read later.

A file may hold one record in any format that is read, or many: JSON Lines, a JSON list, an object with a list
of `datasets`, `records` or `collections`, BibTeX or RIS entries, or a zip of such files.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from app.base.errors import Invalid, TooLarge
from app.base.language import _

MOST_PIECES = 20_000
LARGEST_PIECE = 2_000_000
MOST_FILES = 20_000
LARGEST_UNPACKED = 300_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LISTS = ("datasets", "records", "collections")
_BIBTEX = re.compile(rb"^[ \t]*@(?!comment|string|preamble)\w+[ \t]*[{(]", re.IGNORECASE | re.MULTILINE)
_RIS_END = re.compile(rb"^ER[ ]{2}-.*$", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """The bytes of one record, and where they stand for people: a file, a line, an entry."""

    label: str
    content: bytes


def pieces(name: str, content: bytes) -> Iterator[Piece]:
    """The records of a file, in its order.

    Raises:
        Invalid: the file is empty, or a zip that cannot be read.
        TooLarge: it holds more than is taken in at once.
    """
    content = content.removeprefix(BYTE_ORDER_MARK)
    if not content.strip():
        raise Invalid(_("The file is empty."))
    found = _zipped(content) if zipfile.is_zipfile(io.BytesIO(content)) else _of_file(name, content)
    for count, piece in enumerate(found, start=1):
        if count > MOST_PIECES:
            raise TooLarge(
                _("The file holds more than %(n)s records. Send it in parts.", n=f"{MOST_PIECES:,}")
            )
        if len(piece.content) > LARGEST_PIECE:
            raise TooLarge(
                _("%(label)s has more than %(n)s bytes.", label=piece.label, n=f"{LARGEST_PIECE:,}")
            )
        yield piece


def _zipped(content: bytes) -> Iterator[Piece]:
    """Each file of an archive; sizes are counted while unpacking, since its own word may be a lie."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > MOST_FILES:
                raise TooLarge(_("The archive holds more than %(n)s files.", n=f"{MOST_FILES:,}"))
            for member in members:
                with archive.open(member) as file:
                    part = file.read(LARGEST_UNPACKED - unpacked + 1)
                unpacked += len(part)
                if unpacked > LARGEST_UNPACKED:
                    raise TooLarge(
                        _("Unpacked, the archive has more than %(n)s bytes.", n=f"{LARGEST_UNPACKED:,}")
                    )
                yield from _of_file(member.filename, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise Invalid(_("The archive cannot be read: %(why)s.", why=str(error))) from None


def _of_file(name: str, content: bytes) -> Iterator[Piece]:
    content = content.removeprefix(BYTE_ORDER_MARK)
    start = content.lstrip()[:1]
    if start in (b"{", b"["):
        yield from _of_json(name, content)
    elif start == b"@" or _BIBTEX.search(content):
        yield from _of_entries(name, content, [found.start() for found in _BIBTEX.finditer(content)])
    elif content.lstrip().startswith(b"TY  -"):
        ends = [found.end() for found in _RIS_END.finditer(content)]
        yield from _of_entries(name, content, [0, *ends[:-1]])
    else:
        yield Piece(name, content)


def _of_json(name: str, content: bytes) -> Iterator[Piece]:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        yield from _of_lines(name, content)
        return
    entries = _entries(document)
    if entries is None:
        yield Piece(name, content)
        return
    for number, entry in enumerate(entries, start=1):
        yield Piece(f"{name}[{number}]", orjson.dumps(entry))


def _entries(document: Any) -> list[Any] | None:
    """The records of a JSON document that holds many; None where it is one."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for key in LISTS:
            if isinstance(document.get(key), list):
                return list(document[key])
    return None


def _of_lines(name: str, content: bytes) -> Iterator[Piece]:
    """JSON Lines; one broken line is one broken record, not a broken file."""
    lines = content.splitlines()
    if sum(1 for line in lines if line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}")) == 0:
        yield Piece(name, content)
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield Piece(f"{name}:{number}", line)


def _of_entries(name: str, content: bytes, starts: list[int]) -> Iterator[Piece]:
    if len(starts) <= 1:
        yield Piece(name, content)
        return
    # What stands before the first entry, such as abbreviations, goes with each.
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(content)], strict=True), start=1):
        yield Piece(f"{name}#{number}", content[start:end])
