"""RIS, which reference managers import: one block for the dataset, one for its paper."""

from collections.abc import Iterator

from app.catalogue.record import DatasetRecord
from app.exchange.formats.citations import Citation, Sort, citations
from app.exchange.formats.context import Context

TYPES: dict[Sort, str] = {
    "dataset": "DATA",
    "article": "JOUR",
    "conference": "CONF",
    "preprint": "UNPB",
    "thesis": "THES",
    "report": "RPRT",
    "other": "GEN",
}


def write(record: DatasetRecord, context: Context) -> bytes:
    """The record's citations as a RIS file with the line ends that the format asks for."""
    return "\r\n".join(block(citation) for citation in citations(record)).encode()


def block(citation: Citation) -> str:
    """One reference, from TY to ER."""
    lines = [f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in _tags(citation)]
    return f"TY  - {TYPES[citation.sort]}\r\n{''.join(lines)}ER  - \r\n"


def _tags(citation: Citation) -> Iterator[tuple[str, str]]:
    yield "ID", citation.key
    for author in citation.authors:
        # A comma would end the family name, so that the rest is taken for a given name.
        yield "AU", author if citation.full_names else author.replace(",", " ")
    if citation.others:
        yield "AU", "others"
    values = {
        "TI": citation.title,
        "PY": str(citation.year) if citation.year else None,
        "T2": citation.venue,
        "PB": citation.publisher,
        "ET": citation.version,
        "DO": citation.doi,
        "M1": f"arXiv:{citation.arxiv}" if citation.arxiv else None,
        "UR": citation.url,
    }
    yield from ((tag, value) for tag, value in values.items() if value)
    yield from (("N1", note) for note in citation.notes)
