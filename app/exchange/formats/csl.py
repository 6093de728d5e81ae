"""CSL-JSON, which citation processors such as citeproc and Zotero read: the dataset, then its paper."""

from typing import Any

import orjson

from app.catalogue.record import DatasetRecord
from app.exchange.formats.citations import Citation, Sort, citations
from app.exchange.formats.context import Context
from app.exchange.formats.makers import name_parts

TYPES: dict[Sort, str] = {
    "dataset": "dataset",
    "article": "article-journal",
    "conference": "paper-conference",
    "preprint": "article",
    "thesis": "thesis",
    "report": "report",
    "other": "document",
}


def write(record: DatasetRecord, context: Context) -> bytes:
    """The record's citations as a CSL-JSON list."""
    return orjson.dumps(items(record), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def items(record: DatasetRecord) -> list[dict[str, Any]]:
    """One CSL item for the dataset and one for its paper, unknown variables left out."""
    return [_item(citation) for citation in citations(record)]


def _item(citation: Citation) -> dict[str, Any]:
    values = {
        "id": citation.key,
        "type": TYPES[citation.sort],
        "title": citation.title,
        "author": _authors(citation),
        "issued": {"date-parts": [[citation.year]]} if citation.year else None,
        # The university of a thesis and the issuer of a report are publishers in CSL.
        "container-title": citation.venue if citation.sort in {"article", "conference"} else None,
        "publisher": citation.publisher if citation.sort == "dataset" else _issuer(citation),
        "DOI": citation.doi,
        "number": f"arXiv:{citation.arxiv}" if citation.arxiv else None,
        "URL": citation.url,
        "version": citation.version,
        "note": " ".join(citation.notes),
    }
    return {name: value for name, value in values.items() if value}


def _authors(citation: Citation) -> list[dict[str, str]]:
    names = [_name(name) if citation.full_names else {"family": name} for name in citation.authors]
    # A closing literal "others" is how unnamed authors are written in CSL-JSON.
    return [*names, {"literal": "others"}] if citation.others else names


def _issuer(citation: Citation) -> str | None:
    return citation.venue if citation.sort in {"preprint", "thesis", "report", "other"} else None


def _name(name: str) -> dict[str, str]:
    """Family and given name where a comma tells them apart; any other name is taken as it is."""
    parts = name_parts(name)
    if parts:
        return {"family": parts[0], "given": parts[1]}
    return {"literal": name}
