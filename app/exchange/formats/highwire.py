"""Highwire Press tags: `<meta name="citation_…">`, which scholarly indexes and Zotero read in a page."""

from collections.abc import Iterator

from app.catalogue.record import DatasetRecord
from app.exchange.formats.citations import Citation, dataset_of, paper_of


def tags(record: DatasetRecord, base_url: str) -> list[tuple[str, str]]:
    """Names and contents of the tags of a dataset's page, in reading order; only what is known.

    `citation_doi` is the DOI of the data. The paper's DOI would make the page claim to be the paper, so the
    paper is named in `citation_reference`.
    """
    dataset = dataset_of(record)
    found: list[tuple[str, str | None]] = [
        ("citation_title", dataset.title),
        *(("citation_author", author) for author in dataset.authors),
        ("citation_publication_date", str(dataset.year) if dataset.year else None),
        ("citation_doi", dataset.doi),
        ("citation_publisher", dataset.publisher),
        ("citation_abstract_html_url", f"{base_url}/datasets/{record.slug}"),
        ("citation_language", "en"),
    ]
    paper = paper_of(record)
    if paper is not None:
        found.append(("citation_reference", "; ".join(_reference(paper))))
    return [(name, content) for name, content in found if content]


def _reference(paper: Citation) -> Iterator[str]:
    venue = "citation_conference_title" if paper.sort == "conference" else "citation_journal_title"
    values = {
        "citation_title": paper.title,
        "citation_author": paper.authors[0] if paper.authors else None,
        "citation_publication_date": str(paper.year) if paper.year else None,
        venue: paper.venue,
        "citation_doi": paper.doi,
        "citation_arxiv_id": paper.arxiv,
        "citation_fulltext_html_url": None if paper.doi else paper.url,
    }
    for name, value in values.items():
        if value:
            # A semicolon separates the parts, so one inside a title becomes a comma.
            yield f"{name}={value.replace(';', ',')}"
