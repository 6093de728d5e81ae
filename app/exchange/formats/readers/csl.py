"""CSL-JSON read back, the list of items that citation processors and Zotero exchange."""

from typing import Any

from app.base.errors import Invalid
from app.exchange.formats.readers import bounded, recognising
from app.exchange.formats.readers.reading import Gathering, Reading
from app.exchange.formats.readers.references import Reference, put_references

MOST_ITEMS = 200


def read(content: bytes) -> Reading:
    """The dataset and its paper from a list of items, or from one item.

    Raises:
        Invalid: no CSL item.
    """
    gathering = Gathering("csl")
    document = bounded.json(content, "CSL-JSON file")
    items = [one for one in _listed(document) if isinstance(one, dict) and isinstance(one.get("type"), str)]
    if not items:
        raise Invalid("There is no CSL item in this document; each has a “type” such as “dataset”.")
    put_references(
        gathering, [_reference(number, item) for number, item in enumerate(items[:MOST_ITEMS], start=1)]
    )
    return gathering.reading()


def _listed(document: Any) -> list[Any]:
    return document if isinstance(document, list) else [document]


def _reference(number: int, item: dict[str, Any]) -> Reference:
    is_dataset = item["type"] == "dataset"
    return Reference(
        where=f"item {number} ({item['type']})",
        is_dataset=is_dataset,
        title=_text(item, "title"),
        authors=tuple(_authors(item.get("author"))),
        year=_year(item.get("issued")),
        venue=_text(item, "container-title") or (None if is_dataset else _text(item, "publisher")),
        publisher=_text(item, "publisher"),
        doi=_text(item, "DOI"),
        arxiv=recognising.arxiv(_text(item, "number")),
        url=_text(item, "URL"),
        note=_text(item, "note") or "",
    )


def _text(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else None


def _authors(named: Any) -> list[str]:
    people = [one for one in named if isinstance(one, dict)] if isinstance(named, list) else []
    return [name for one in people if (name := _name(one))]


def _name(person: dict[str, Any]) -> str | None:
    family, given = _text(person, "family"), _text(person, "given")
    particle = _text(person, "non-dropping-particle")
    if family is None:
        return _text(person, "literal")
    whole = f"{particle} {family}" if particle else family
    return f"{whole}, {given}" if given else whole


def _year(issued: Any) -> str | None:
    """The year of CSL's date parts, or of a date in words."""
    if not isinstance(issued, dict):
        return None
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return str(parts[0][0])
    return _text(issued, "raw") or _text(issued, "literal")
