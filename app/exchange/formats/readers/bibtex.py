"""BibTeX read back: entries, braces, strings joined by `#`, and commands of LaTeX that stand for letters."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, recognising
from app.exchange.formats.readers.reading import Gathering, Reading
from app.exchange.formats.readers.references import Reference, put_references

MOST_ENTRIES = 200
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
VENUES = ("journal", "journaltitle", "booktitle", "school", "institution")

_ENTRY = re.compile(r"@\s*(\w+)\s*([{(])")
_KEY = re.compile(r"\s*[^\s,=]+\s*,")
_NAME = re.compile(r"[\s,]*([A-Za-z][\w:-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,{}\"#]+")
_IS_DATA = re.compile(r"\bdata ?sets?\b", re.IGNORECASE)
_ACCENT = re.compile(r"""\\(["'`^~=.]|[cuvHkrdb](?![A-Za-z]))\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))""")
_SIGNS = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
    "textasciicircum": "^", "ss": "ß", "ae": "æ", "AE": "Æ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "aa": "å", "AA": "Å", "i": "i", "textendash": "–", "textemdash": "—",
}  # fmt: skip
_COMMAND = re.compile(rf"\\({'|'.join(sorted(_SIGNS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}})?\s?")
_COMBINING = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "u": "\u0306", "v": "\u030c", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_URL = re.compile(r"\\url\s*\{([^{}]*)\}")


def read(content: bytes) -> Reading:
    """The dataset and its paper from the entries of a file.

    Raises:
        Invalid: no entry that can be read, or a brace that is never closed.
    """
    gathering = Gathering("bibtex")
    found = [
        reference(number, sort, fields)
        for number, (sort, fields) in enumerate(entries(bounded.text(content, "BibTeX file")), start=1)
    ]
    if not found:
        raise Invalid("There is no BibTeX entry in this text; one looks like @article{key, title = {…}}.")
    put_references(gathering, found)
    return gathering.reading()


def entries(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Type and fields of each entry, both in lower case; values as they stand between their marks."""
    strings = {month: month for month in MONTHS}
    position, seen = 0, 0
    while (start := _ENTRY.search(text, position)) and seen < MOST_ENTRIES:
        sort, close = start[1].lower(), "}" if start[2] == "{" else ")"
        position = start.end()
        if sort in ("comment", "preamble"):
            continue
        if sort == "string":
            fields, position = _fields(text, position, close, strings)
            strings |= fields
            continue
        key = _KEY.match(text, position)
        if key is None:
            continue
        fields, position = _fields(text, key.end(), close, strings)
        seen += 1
        yield sort, fields


def _fields(text: str, position: int, close: str, strings: dict[str, str]) -> tuple[dict[str, str], int]:
    """The fields up to the closing sign, and where the text goes on."""
    fields: dict[str, str] = {}
    while name := _NAME.match(text, position):
        value, position = _value(text, name.end(), strings)
        fields.setdefault(name[1].lower(), value)
    end = re.compile(rf"[\s,]*\{close}").match(text, position)
    return fields, end.end() if end else position


def _value(text: str, position: int, strings: dict[str, str]) -> tuple[str, int]:
    """One value: parts in braces or quotes, numbers or names of strings, joined by `#`."""
    parts: list[str] = []
    while True:
        mark = text[position : position + 1]
        if mark in ("{", '"'):
            end = _closing(text, position)
            parts.append(text[position + 1 : end])
            position = end + 1
        elif bare := _BARE.match(text, position):
            parts.append(strings.get(bare[0].lower(), bare[0]))
            position = bare.end()
        joined = re.compile(r"\s*#\s*").match(text, position)
        if joined is None:
            return "".join(parts), position
        position = joined.end()


def _closing(text: str, opening: int) -> int:
    """Where the brace or quote at `opening` is closed; a quote inside braces closes nothing.

    Raises:
        Invalid: nowhere.
    """
    is_quote, depth = text[opening] == '"', 0
    for position in range(opening + (1 if is_quote else 0), len(text)):
        sign = text[position]
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0 and sign == ('"' if is_quote else "}"):
            return position
    raise Invalid(f"The {'quote' if is_quote else 'brace'} at character {opening + 1} is never closed.")


def plain(value: str) -> str:
    """What LaTeX prints for a value: accents and signs as letters, and no braces."""
    value = _ACCENT.sub(_accented, value)
    # A sign may be a brace itself, so it becomes a letter for private use until the other braces are gone.
    kept: list[str] = []

    def keep(sign: str) -> str:
        kept.append(sign)
        return chr(0xE000 + len(kept) - 1) if len(kept) <= 6400 else ""

    value = _COMMAND.sub(lambda found: keep(_SIGNS[found[1]]), value)
    value = re.sub(r"\\([&%$#_{} ])", lambda found: keep(found[1]), value)
    value = (
        re.sub(r"\\([A-Za-z]+\s*|[,;:!/@-])", "", value).replace("~", " ").replace("{", "").replace("}", "")
    )
    value = "".join(
        kept[ord(sign) - 0xE000] if 0xE000 <= ord(sign) < 0xE000 + len(kept) else sign for sign in value
    )
    return " ".join(value.split())


def _accented(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", (found[2] or found[3]) + _COMBINING[found[1]])


def reference(number: int, sort: str, fields: dict[str, str]) -> Reference:
    """One entry as all formats of references have it."""
    published = fields.get("howpublished", "")
    address = fields.get("url") or next(iter(_URL.findall(published)), None)
    arxiv = _arxiv(fields)
    return Reference(
        where=f"entry {number} (@{sort})",
        is_dataset=sort in ("dataset", "data") or (sort == "misc" and _is_data(published, fields)),
        title=plain(fields.get("title", "")),
        authors=tuple(_names(fields.get("author", ""))),
        year=fields.get("year") or fields.get("date"),
        venue=_venue(fields),
        publisher=plain(fields.get("publisher", "")),
        doi=unquote(plain(fields["doi"])) if "doi" in fields else None,
        arxiv=arxiv,
        url=address.strip() if address else None,
        note=plain(fields.get("note", "")),
    )


def _is_data(published: str, fields: dict[str, str]) -> bool:
    return any(_IS_DATA.search(text) for text in (published, fields.get("type", ""), fields.get("note", "")))


def _venue(fields: dict[str, str]) -> str | None:
    return next((plain(fields[name]) for name in VENUES if name in fields), None)


def _arxiv(fields: dict[str, str]) -> str | None:
    """The number of a preprint: of its own field, or as journals of reference managers have it."""
    if "eprint" in fields:
        return recognising.arxiv(plain(fields["eprint"]))
    found = re.search(r"arxiv:(\S+)", fields.get("journal", ""), re.IGNORECASE)
    return recognising.arxiv(found[1]) if found else None


def _names(authors: str) -> Iterator[str]:
    """The authors, family names before a comma; “and” inside braces separates nobody."""
    depth, name = 0, ""
    for word in re.split(r"(\s+)", authors):
        if depth == 0 and word == "and":
            yield _name(name)
            name = ""
            continue
        depth += word.count("{") - word.count("}")
        name += word
    if name.strip():
        yield _name(name)


def _name(written: str) -> str:
    """One author with the family name first; a name in braces is one word that nothing divides."""
    written = written.strip()
    if "," in written or (written.startswith("{") and written.endswith("}")):
        return (
            plain(written.replace(",", "\ue7ff")).replace("\ue7ff", ",") if "," in written else plain(written)
        )
    words = plain(written).split()
    return f"{words[-1]}, {' '.join(words[:-1])}" if len(words) > 1 else plain(written)
