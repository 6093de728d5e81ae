"""DOI, arXiv and ORCID: written as their registries write them, with a checksum that fits."""

import re
from collections.abc import Iterator

from app.base.sentences import Sentence
from app.base.sentences import sentence as _
from app.curation.checks.addresses import addresses
from app.curation.checks.check import Check, Said, Subject

DOI = re.compile(r"^10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+$")
DOI_INSIDE = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+")
ARXIV = re.compile(
    r"^\d{2}(0[1-9]|1[0-2])\.\d{4,5}(v\d+)?$|^[a-z-]+(\.[A-Z]{2})?/\d{2}(0[1-9]|1[0-2])\d{3}(v\d+)?$"
)
ARXIV_INSIDE = re.compile(r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}")
ORCID_ADDRESS = re.compile(r"orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)


def is_orcid(text: str) -> bool:
    """Whether the last digit of an ORCID is its checksum (ISO 7064, MOD 11-2)."""
    digits = text.replace("-", "").upper()
    if not re.fullmatch(r"\d{15}[\dX]", digits):
        return False
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return digits[15] == ("X" if check == 10 else str(check))


def _doi(subject: Subject) -> Iterator[Said]:
    record = subject.record
    for path, doi in (("data_doi", record.data_doi), ("publication.doi", record.publication.doi)):
        if doi and not DOI.match(doi):
            yield path, _doi_message(doi)


def _doi_message(given: str) -> Sentence:
    inside = DOI_INSIDE.search(given)
    if inside:
        return _("Write the DOI alone: %(doi)s.", doi=inside[0].rstrip(".,;"))
    return _("“%(given)s” is no DOI. A DOI starts with 10., like 10.5281/zenodo.7711810.", given=given[:80])


def _arxiv(subject: Subject) -> Iterator[Said]:
    given = subject.record.publication.arxiv
    if given and not ARXIV.match(given):
        inside = ARXIV_INSIDE.search(given)
        yield (
            "publication.arxiv",
            _("Write the number alone: %(number)s.", number=inside[0])
            if inside
            else _("“%(given)s” is no arXiv number. Numbers look like 2105.07921.", given=given[:80]),
        )


def _orcid(subject: Subject) -> Iterator[Said]:
    record = subject.record
    given = [("creators", creator.orcid) for creator in record.creators if creator.orcid]
    given += [
        (path, found) for path, address in addresses(record) for found in ORCID_ADDRESS.findall(address)
    ]
    for path, orcid in given:
        if not is_orcid(orcid):
            yield path, _("%(orcid)s is no ORCID: its last digit does not fit. Copy it again.", orcid=orcid)


def _same_doi(subject: Subject) -> Iterator[Said]:
    record = subject.record
    doi, paper = record.data_doi, record.publication.doi
    if doi and paper and doi.casefold() == paper.casefold():
        yield (
            "data_doi",
            _("The data and the paper have the same DOI. Keep it where it belongs, and remove it elsewhere."),
        )


def _doi_in_address(subject: Subject) -> Iterator[Said]:
    record = subject.record
    publication = record.publication
    if publication.doi is None and publication.url and "doi.org/" in publication.url:
        inside = DOI_INSIDE.search(publication.url)
        if inside:
            yield (
                "publication.doi",
                _("The address of the paper holds its DOI: %(doi)s. Enter it here.", doi=inside[0]),
            )


CHECKS = (
    Check("doi-malformed", "error", "Are DOIs written alone and rightly?", _doi),
    Check("arxiv-malformed", "error", "Are arXiv numbers written alone and rightly?", _arxiv),
    Check("orcid-malformed", "error", "Do the checksums of ORCIDs fit?", _orcid),
    Check("doi-shared", "warning", "Have data and paper DOIs of their own?", _same_doi),
    Check("doi-in-address", "note", "Is a DOI that stands in an address entered as such?", _doi_in_address),
)
