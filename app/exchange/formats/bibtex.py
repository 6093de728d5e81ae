"""BibTeX: one entry for the dataset, one for its paper; UTF-8, as biber and bibtex8 read it.

The dataset is `@misc`, which every style knows; `@dataset` is known to biblatex alone.
"""

from urllib.parse import quote

from app.catalogue.record import DatasetRecord
from app.exchange.formats.citations import Citation, Sort, citations
from app.exchange.formats.context import Context
from app.exchange.formats.makers import name_parts

ENTRY_TYPES: dict[Sort, str] = {
    "dataset": "misc",
    "article": "article",
    "conference": "inproceedings",
    "preprint": "misc",
    "thesis": "phdthesis",
    "report": "techreport",
    "other": "misc",
}
VENUE_FIELDS: dict[Sort, str] = {
    "article": "journal",
    "conference": "booktitle",
    "thesis": "school",
    "report": "institution",
}
# A brace counts for BibTeX even behind a backslash, so braces become commands that hold none of their own.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
    }
)
_SAFE_IN_ADDRESS = "/:?#[]@!$&'()*+,;=%-._~"


def write(record: DatasetRecord, context: Context) -> bytes:
    """The record's citations as a BibTeX file."""
    return ("\n".join(entry(citation) for citation in citations(record))).encode()


def entry(citation: Citation) -> str:
    """One BibTeX entry; unknown fields are left out."""
    lines = [f"  {name} = {{{value}}}," for name, value in _fields(citation).items() if value]
    return "\n".join([f"@{ENTRY_TYPES[citation.sort]}{{{citation.key},", *lines, "}", ""])


def escape(text: str) -> str:
    """Text that LaTeX prints as it is written here, on one line."""
    return " ".join(text.split()).translate(_ESCAPES)


def _fields(citation: Citation) -> dict[str, str | None]:
    venue = escape(citation.venue) if citation.venue else None
    return {
        "author": _authors(citation),
        # The second pair of braces keeps capitals, which carry meaning in names such as xBD.
        "title": f"{{{escape(citation.title)}}}" if citation.title else None,
        "year": str(citation.year) if citation.year else None,
        VENUE_FIELDS.get(citation.sort, "howpublished"): _howpublished(citation) or venue,
        "publisher": escape(citation.publisher) if citation.publisher else None,
        "version": escape(citation.version) if citation.version else None,
        "doi": _address(citation.doi),
        "eprint": escape(citation.arxiv) if citation.arxiv else None,
        "archiveprefix": "arXiv" if citation.arxiv else None,
        "url": _address(citation.url),
        "note": escape(" ".join(citation.notes)),
    }


def _authors(citation: Citation) -> str | None:
    if not citation.authors:
        return None
    # Braces keep a family name of several words together, and "and" inside a name from splitting it.
    names = [
        ", ".join(f"{{{escape(part)}}}" for part in (citation.full_names and name_parts(name)) or (name,))
        for name in citation.authors
    ]
    return " and ".join([*names, "others"] if citation.others else names)


def _howpublished(citation: Citation) -> str | None:
    if citation.sort != "dataset":
        return None
    return rf"Data set. \url{{{_address(citation.url)}}}" if citation.url else "Data set"


def _address(address: str | None) -> str | None:
    """An address without the characters that would end the field."""
    return quote(address, safe=_SAFE_IN_ADDRESS) if address else None
