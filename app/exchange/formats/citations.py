"""How to cite a dataset: one neutral model that BibTeX, RIS, CSL and plain text are written from.

The dataset and the paper that presents it are cited apart. Sources give the family name of the first author
only, so a citation says "and others" instead of looking complete; nothing that is unknown is made up.
"""

import re
from dataclasses import dataclass
from typing import Literal

from app.base.language import N_
from app.catalogue.record import DatasetRecord, Publication

Sort = Literal["dataset", "article", "conference", "preprint", "thesis", "report", "other"]

AUTHORS_NOTE = N_("Only the first author is recorded; complete the list of authors before you cite.")
DATASET_AUTHOR_NOTE = N_("The author is the first author of the paper that presents the dataset.")
TITLE_NOTE = N_("The title of this publication is not recorded.")

_THESIS = re.compile(r"\bthesis\b", re.IGNORECASE)
_REPORT = re.compile(r"\btech(nical|\.)? rep", re.IGNORECASE)
_PREPRINT = re.compile(r"^arxiv\b", re.IGNORECASE)
_ACRONYMS = re.compile(
    r"^(AAAI|ACCV|ACM (MM|SIGSPATIAL)|BIGSARDATA|BMVC|CVPRW?|DICTA|ECCV|ICASSP|ICCVW?|ICIAP|ICIP|ICLR|ICML"
    r"|ICPR|ICPRAM|IGARSS|ISCRAM|JURSE|KDD|MICCAI|NeurIPS|NIPS|SPIE|WACV)\b"
)
_MEETING = re.compile(
    r"\b(workshops?|conference|congress|symposium|proc\. spie|proceedings of the international)\b", re.I
)


@dataclass(frozen=True)
class Citation:
    """One thing to cite. `authors` are names as the source has them, often the family name alone; `others`
    says that more authors exist or may exist. `full_names` are whole, given names behind a comma."""

    sort: Sort
    key: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    others: bool = False
    year: int | None = None
    venue: str | None = None
    publisher: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    url: str | None = None
    version: str | None = None
    full_names: bool = False
    notes: tuple[str, ...] = ()


def citations(record: DatasetRecord) -> tuple[Citation, ...]:
    """The dataset first, then its paper where one is known."""
    paper = paper_of(record)
    return (dataset_of(record),) if paper is None else (dataset_of(record), paper)


def dataset_of(record: DatasetRecord) -> Citation:
    """The data themselves; where no makers are named the paper's first author stands for them, and a note
    says so."""
    author = record.publication.first_author
    named = tuple(one.name for one in record.creators)
    return Citation(
        sort="dataset",
        key=record.slug,
        title=dataset_title(record),
        authors=named or ((author,) if author else ()),
        others=author is not None and not named,
        year=record.year or (int(record.published_on[:4]) if record.published_on else None),
        version=record.version,
        full_names=bool(named),
        publisher=record.publisher,
        doi=record.data_doi,
        url=_dataset_address(record),
        notes=(DATASET_AUTHOR_NOTE, AUTHORS_NOTE) if author and not named else (),
    )


def paper_of(record: DatasetRecord) -> Citation | None:
    """The paper that presents the dataset; None where nothing would lead a reader to it."""
    paper = record.publication
    if not (paper.title or paper.doi or paper.arxiv or paper.url):
        return None
    sort = _sort(paper)
    # A thesis has one author, so the first one is the whole list.
    others = paper.first_author is not None and sort != "thesis"
    notes = [] if paper.title else [TITLE_NOTE]
    return Citation(
        sort=sort,
        key=f"{record.slug}-paper",
        title=paper.title,
        authors=(paper.first_author,) if paper.first_author else (),
        others=others,
        year=record.year,
        venue="arXiv" if sort == "preprint" else paper.venue,
        doi=paper.doi,
        arxiv=paper.arxiv,
        url=_paper_address(paper),
        notes=(*notes, AUTHORS_NOTE) if others else tuple(notes),
    )


def dataset_title(record: DatasetRecord) -> str:
    """The name, with the full title behind it unless that is the paper's title or says nothing new."""
    title = record.title
    if title is None or title.casefold() in {
        (record.publication.title or "").casefold(),
        record.name.casefold(),
    }:
        return record.name
    return title if title.casefold().startswith(record.name.casefold()) else f"{record.name}: {title}"


def doi_address(doi: str) -> str:
    """The resolver's address of a bare DOI."""
    return f"https://doi.org/{doi}"


def cite_text(record: DatasetRecord) -> tuple[str, str | None]:
    """Plain text citations of the dataset and of its paper (None where no paper is known).

    What the makers ask to be cited as goes before what is put together here.
    """
    paper = paper_of(record)
    return record.cite_as or plain(dataset_of(record)), None if paper is None else plain(paper)


def plain(citation: Citation) -> str:
    """One line: authors (year). title. where. address."""
    head = f"{', '.join(citation.authors)}{' et al.' if citation.others else ''}".strip()
    year = f"({citation.year or 'year not recorded'})"
    title = citation.title or "Title not recorded"
    if citation.sort == "dataset":
        title = f"{title}{f' (version {citation.version})' if citation.version else ''} [Data set]"
    where = citation.publisher if citation.sort == "dataset" else citation.venue
    address = doi_address(citation.doi) if citation.doi else citation.url
    if not head:
        head, title = title, ""
    parts = [f"{head} {year}", title, where, address]
    return ". ".join(_line(part).rstrip(".") for part in parts if part) + ("" if address else ".")


def _line(text: str) -> str:
    return " ".join(text.split())


def _sort(paper: Publication) -> Sort:
    venue = paper.venue or ""
    if _THESIS.search(venue):
        return "thesis"
    if _REPORT.search(venue):
        return "report"
    if _PREPRINT.search(venue) or (not venue and paper.arxiv):
        return "preprint"
    if _ACRONYMS.search(venue) or _MEETING.search(venue):
        return "conference"
    return "article" if venue else "other"


def _dataset_address(record: DatasetRecord) -> str | None:
    if record.data_doi:
        return doi_address(record.data_doi)
    return record.urls.home or next(iter(record.urls.download), None)


def _paper_address(paper: Publication) -> str | None:
    if paper.doi:
        return doi_address(paper.doi)
    return f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else paper.url
