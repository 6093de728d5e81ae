"""How each kind of field is read from what a browser sends, and written into its inputs.

A text that cannot be read stays in the draft as it was typed, in place of the value it was meant to be.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.base.language import _
from app.curation.form import lists, reading, tables, writing
from app.curation.form.fields import Field, Values
from app.curation.form.reading import Unreadable
from app.curation.form.sheets import DETAILS, SHEETS
from app.exchange.formats.readers.recognising import arxiv, doi

LONGEST_LINE = 2_000
MOST_NAMES = 2_000

Known = Mapping[str, Any]
"""Values of a record by path."""


@dataclass(frozen=True)
class Widget:
    """One kind of field.

    `inputs` are the names of its inputs after its path; `read` gives the values by path, None for unknown,
    and `write` the texts by input. `keep` says what stands in the draft where the texts cannot be read.
    """

    read: Callable[[Field, Values], dict[str, Any]]
    write: Callable[[Field, Known], dict[str, tuple[str, ...]]]
    inputs: tuple[str, ...] = ("",)
    keep: Callable[[Field, Values], Any] | None = None

    def names(self, field: Field) -> tuple[str, ...]:
        """The names of the inputs of a field."""
        return tuple(field.path + name for name in self.inputs)

    def kept(self, field: Field, values: Values) -> Any:
        """What was typed, to stand in the draft."""
        return self.keep(field, values) if self.keep else text_of(values, field.path)


def text_of(values: Values, name: str) -> str:
    """The text of an input; the last one where a name was sent more than once."""
    return values[name][-1] if values.get(name) else ""


def _single(read: Callable[[str], Any], write: Callable[[Any], str] = str) -> Widget:
    def read_it(field: Field, values: Values) -> dict[str, Any]:
        text = text_of(values, field.path)
        if len(text) > LONGEST_LINE:
            raise Unreadable(_("This is longer than %(most)s characters.", most=LONGEST_LINE))
        return {field.path: read(text) if text.strip() else None}

    def write_it(field: Field, known: Known) -> dict[str, tuple[str, ...]]:
        return {field.path: (_written(known.get(field.path), write),)}

    return Widget(read_it, write_it)


def _written(value: Any, write: Callable[[Any], str]) -> str:
    """A value as text; what was typed and could not be read as it was typed."""
    if value is None or (isinstance(value, str) and write is not writing.duration):
        return value or ""
    try:
        return write(value)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return str(value)


def _read_prose(field: Field, values: Values) -> dict[str, Any]:
    return {field.path: text_of(values, field.path).strip() or None}


def _read_doi(text: str) -> str:
    found = doi(text)
    if found is None:
        raise Unreadable(
            _("“%(text)s” is not a DOI. Write 10.5281/zenodo.1234, or its address.", text=text[:40])
        )
    return found


def _read_arxiv(text: str) -> str:
    found = arxiv(text)
    if found is None:
        raise Unreadable(
            _("“%(text)s” is not an arXiv number. Write 2311.12056, or its address.", text=text[:40])
        )
    return found


def _read_choice(field: Field, values: Values) -> dict[str, Any]:
    code = text_of(values, field.path).strip()
    if not code:
        return {field.path: None}
    found = lists.code_of(field.terms, code)
    if found is None and not field.is_open:
        raise Unreadable(_no_such(field, code))
    return {field.path: found or code}


def _write_choice(field: Field, known: Known) -> dict[str, tuple[str, ...]]:
    value = known.get(field.path)
    return {field.path: (value if isinstance(value, str) else "",)}


def _read_picks(field: Field, values: Values) -> dict[str, Any]:
    words = [word.strip() for word in values.get(field.path, ()) if word.strip()]
    return {field.path: _codes(field, words) or None}


def _keep_picks(field: Field, values: Values) -> list[str]:
    return [word for word in values.get(field.path, ()) if word.strip()]


def _write_picks(field: Field, known: Known) -> dict[str, tuple[str, ...]]:
    value = known.get(field.path)
    return {field.path: tuple(str(code) for code in value) if isinstance(value, list | tuple) else ()}


def _read_names(field: Field, values: Values) -> dict[str, Any]:
    text = text_of(values, field.path)
    words = [word.strip() for line in text.splitlines() for word in line.split(";") if word.strip()]
    if len(words) > MOST_NAMES:
        raise Unreadable(_("More than %(most)s entries.", most=MOST_NAMES))
    return {field.path: _codes(field, words) or None}


def _write_names(field: Field, known: Known) -> dict[str, tuple[str, ...]]:
    value = known.get(field.path)
    if isinstance(value, list | tuple):
        shown = [lists.label(field.terms, str(code)) if field.terms else str(code) for code in value]
        return {field.path: ("\n".join(shown),)}
    return {field.path: (value if isinstance(value, str) else "",)}


def _codes(field: Field, words: list[str]) -> list[str]:
    """The codes of words, each once; words of a list without commas may stand on one line with commas."""
    if not field.terms:
        return list(dict.fromkeys(words))
    found: list[str] = []
    for word in words:
        code = lists.code_of(field.terms, word)
        parts = (
            [word] if code or "," not in word else [part.strip() for part in word.split(",") if part.strip()]
        )
        found += [_code(field, part) for part in parts]
    return list(dict.fromkeys(found))


def _code(field: Field, word: str) -> str:
    code = lists.code_of(field.terms, word)
    if code is None and not field.is_open:
        raise Unreadable(_no_such(field, word))
    return code or word


def _no_such(field: Field, word: str) -> str:
    near = [lists.label(field.terms, term.code) for term in lists.find(field.terms, word, 3)]
    if near:
        return _(
            "“%(word)s” is not in the list. Did you mean %(near)s?", word=word[:60], near=_(" or ").join(near)
        )
    return _("“%(word)s” is not in the list. Choose a word of the list, or leave it out.", word=word[:60])


def _read_flag(field: Field, values: Values) -> dict[str, Any]:
    return {field.path: True if "yes" in values.get(field.path, ()) else None}


def _write_flag(field: Field, known: Known) -> dict[str, tuple[str, ...]]:
    return {field.path: ("yes",) if known.get(field.path) is True else ()}


def _read_interval(field: Field, values: Values) -> dict[str, Any]:
    texts = {side: text_of(values, f"{field.path}.{side}").strip() for side in ("start", "end")}
    known = {side: reading.partial_date(text) for side, text in texts.items() if text}
    if len(known) == 2 and known["start"][: len(known["end"])] > known["end"]:
        raise Unreadable(_("The dates end before they start. Swap them."))
    return {field.path: known or None}


def _parts_typed(*keys: str) -> Callable[[Field, Values], dict[str, str]]:
    return lambda field, values: {
        key: text for key in keys if (text := text_of(values, f"{field.path}.{key}").strip())
    }


def _write_parts(*keys: str) -> Callable[[Field, Known], dict[str, tuple[str, ...]]]:
    def write(field: Field, known: Known) -> dict[str, tuple[str, ...]]:
        value = known.get(field.path)
        parts = value if isinstance(value, Mapping) else {}
        return {f"{field.path}.{key}": (str(parts.get(key) or ""),) for key in keys}

    return write


def _read_picture(field: Field, values: Values) -> dict[str, Any]:
    parts = _parts_typed("url", "alt", "licence")(field, values)
    if not parts:
        return {field.path: None}
    if "url" not in parts or "alt" not in parts:
        raise Unreadable(_("A picture needs its address, and words for those who do not see it."))
    return {field.path: {**parts, "url": reading.address(parts["url"])}}


def _read_table(field: Field, values: Values) -> dict[str, Any]:
    rows = tables.read(SHEETS[field.path], text_of(values, field.path))
    if field.path not in DETAILS:
        return {field.path: rows or None}
    details, key = DETAILS[field.path]
    names = [row[key] for row in rows]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise Unreadable(_("“%(name)s” stands there twice.", name=twice[0][:60]))
    detailed = [row for row in rows if len(row) > 1]
    return {field.path: names or None, details: detailed or None}


def _write_table(field: Field, known: Known) -> dict[str, tuple[str, ...]]:
    value = known.get(field.path)
    if not isinstance(value, list | tuple):
        return {field.path: (value if isinstance(value, str) else "",)}
    rows: list[Mapping[str, Any]] = [row for row in value if isinstance(row, Mapping)]
    if field.path in DETAILS:
        details, key = DETAILS[field.path]
        listed = known.get(details)
        about = (
            {str(row.get(key)): row for row in listed if isinstance(row, Mapping)}
            if isinstance(listed, list | tuple)
            else {}
        )
        rows = [about.get(str(name), {key: str(name)}) for name in value]
    return {field.path: (tables.write(SHEETS[field.path], rows),)}


WIDGETS: Mapping[str, Widget] = {
    "line": _single(str.strip),
    "word": _single(str.strip),
    "prose": Widget(_read_prose, lambda field, known: {field.path: (_written(known.get(field.path), str),)}),
    "whole": _single(reading.whole, writing.number),
    "year": _single(reading.whole, writing.exact),
    "metres": _single(reading.metres, writing.metres),
    "range": _single(reading.length_range, writing.length_range),
    "size": _single(reading.image_size, writing.image_size),
    "volume": _single(reading.gigabytes, writing.gigabytes),
    "date": _single(reading.partial_date),
    "duration": _single(reading.duration, writing.duration),
    "address": _single(reading.address),
    "doi": _single(_read_doi),
    "arxiv": _single(_read_arxiv),
    "choice": Widget(_read_choice, _write_choice),
    "named": Widget(_read_choice, _write_choice),
    "picks": Widget(_read_picks, _write_picks, keep=_keep_picks),
    "names": Widget(_read_names, _write_names),
    "flag": Widget(_read_flag, _write_flag),
    "interval": Widget(
        _read_interval, _write_parts("start", "end"), (".start", ".end"), _parts_typed("start", "end")
    ),
    "picture": Widget(
        _read_picture, _write_parts("url", "alt", "licence"), (".url", ".alt", ".licence"),
        _parts_typed("url", "alt", "licence"),
    ),
    "table": Widget(_read_table, _write_table),
}  # fmt: skip
"""The kinds of fields, by the name that `Field.widget` gives; a word is a line for which half the width
will do."""
