"""Entries of reference managers as facts of a record: the dataset's own entry, and that of its paper.

BibTeX, RIS and CSL-JSON say the same in three spellings; their readers make a `Reference` of each entry.
"""

from dataclasses import dataclass

from app.exchange.formats.citations import DATASET_AUTHOR_NOTE, doi_address
from app.exchange.formats.readers import recognising
from app.exchange.formats.readers.reading import Gathering

OTHERS = frozenset({"others", "et al.", "et al"})
PREPRINT_HOSTS = ("arxiv", "corr")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Reference:
    """One entry. `authors` are in the order of the entry, family names first where a comma says so."""

    where: str
    is_dataset: bool
    title: str | None = None
    authors: tuple[str, ...] = ()
    year: str | None = None
    venue: str | None = None
    publisher: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    url: str | None = None
    note: str = ""


def put_references(gathering: Gathering, references: list[Reference]) -> None:
    """Take the first entry of a dataset and the first of a publication; any further one is named."""
    datasets = [one for one in references if one.is_dataset]
    papers = [one for one in references if not one.is_dataset]
    for further in [*datasets[1:], *papers[1:]]:
        gathering.leave(
            further.where, "A record holds one dataset and one publication; this entry is a further one."
        )
    if datasets:
        _put_dataset(gathering, datasets[0], has_paper=bool(papers))
    if papers:
        _put_paper(gathering, papers[0], is_alone=not datasets)


def _put_dataset(gathering: Gathering, entry: Reference, *, has_paper: bool) -> None:
    _put_titles(gathering, entry)
    gathering.put("year", recognising.year(entry.year), entry.where)
    gathering.put("publisher", entry.publisher, entry.where)
    gathering.put("data_doi", recognising.doi(entry.doi), entry.where)
    if entry.url and recognising.doi(entry.url) is None:
        gathering.put("urls.home", entry.url, entry.where)
    if DATASET_AUTHOR_NOTE in entry.note and not has_paper:
        _put_first_author(gathering, entry)
    elif entry.authors and DATASET_AUTHOR_NOTE not in entry.note:
        gathering.leave(entry.where, "A record has no field for the makers of the data.")


def _put_titles(gathering: Gathering, entry: Reference) -> None:
    """A short name before a colon is the name; the whole is the title."""
    if not entry.title:
        return
    name, colon, _ = entry.title.partition(":")
    if colon and len(name) <= LONGEST_NAME:
        gathering.put("name", name, entry.where)
        gathering.put("title", entry.title, entry.where)
    else:
        gathering.put("name", entry.title, entry.where)


def _put_paper(gathering: Gathering, entry: Reference, *, is_alone: bool) -> None:
    doi, arxiv = recognising.doi(entry.doi), recognising.arxiv(entry.arxiv)
    gathering.put("publication.title", entry.title, entry.where)
    if not (entry.venue or "").casefold().startswith(PREPRINT_HOSTS):
        gathering.put("publication.venue", entry.venue, entry.where)
    gathering.put("publication.doi", doi, entry.where)
    gathering.put("publication.arxiv", arxiv, entry.where)
    _put_first_author(gathering, entry)
    if is_alone:
        gathering.put("year", recognising.year(entry.year), entry.where)
    derived = {doi_address(doi or ""), f"https://arxiv.org/abs/{arxiv}"}
    if entry.url and entry.url not in derived:
        gathering.put("publication.url", entry.url, entry.where)


def _put_first_author(gathering: Gathering, entry: Reference) -> None:
    named = [author for author in entry.authors if author.casefold() not in OTHERS]
    if not named:
        return
    gathering.put("publication.first_author", named[0].partition(",")[0].strip(), entry.where)
    if len(named) > 1:
        gathering.leave(
            entry.where, f"A record holds the first author; {len(named) - 1} more are named here."
        )
