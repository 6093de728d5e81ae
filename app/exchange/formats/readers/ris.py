"""RIS read back: one reference from TY to ER, as any reference manager writes it."""

import re
from collections.abc import Iterator

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, recognising
from app.exchange.formats.readers.reading import Gathering, Reading
from app.exchange.formats.readers.references import Reference, put_references

MOST_REFERENCES = 200
DATA = frozenset({"DATA", "DBASE"})
_LINE = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*))?")


def read(content: bytes) -> Reading:
    """The dataset and its paper from the references of a file.

    Raises:
        Invalid: there is no reference in it.
    """
    gathering = Gathering("ris")
    found = [
        _reference(number, tags)
        for number, tags in enumerate(_references(bounded.text(content, "RIS file")), start=1)
    ]
    if not found:
        raise Invalid(
            "There is no RIS reference in this text; one starts with “TY  - ” and ends with “ER  - ”."
        )
    put_references(gathering, found[:MOST_REFERENCES])
    return gathering.reading()


def _references(text: str) -> Iterator[dict[str, list[str]]]:
    """The values of each reference by tag."""
    tags: dict[str, list[str]] = {}
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is None:
            continue
        if found[1] == "TY":
            tags = {}
        if found[1] == "ER":
            if tags:
                yield tags
            tags = {}
        else:
            tags.setdefault(found[1], []).append((found[2] or "").strip())


def _reference(number: int, tags: dict[str, list[str]]) -> Reference:
    def first(*names: str) -> str | None:
        return next((value for name in names for value in tags.get(name, ()) if value), None)

    sort = first("TY") or ""
    numbered = [recognising.arxiv(one) for one in tags.get("M1", []) if one.lower().startswith("arxiv:")]
    return Reference(
        where=f"reference {number} ({sort})",
        is_dataset=sort in DATA,
        title=first("TI", "T1"),
        authors=tuple(tags.get("AU", tags.get("A1", []))),
        year=first("PY", "Y1", "DA"),
        venue=first("T2", "JO", "JF", "BT"),
        publisher=first("PB"),
        doi=first("DO"),
        arxiv=next(iter(numbered), None),
        url=first("UR"),
        note=" ".join(tags.get("N1", [])),
    )
