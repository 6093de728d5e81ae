"""The page of sources: every list and paper the facts come from, and how many records draw on each."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.base.language import _
from app.catalogue import naming, vocabulary
from app.catalogue.search import count_sources, number_of_datasets
from app.catalogue.sources import SOURCES, Credit
from app.portal.facts import letters
from app.portal.rail import FACET_TITLES


@dataclass(frozen=True)
class CreditLine:
    """One source with the number of records that draw on it."""

    credit: Credit
    records: int


def context(session: Session) -> dict[str, Any]:
    """What the page of sources shows."""
    counts = count_sources(session)
    lines = [CreditLine(credit, counts[key]) for key, credit in SOURCES.items()]
    return {
        "credits": sorted(lines, key=lambda line: -line.records),
        "letters": letters(),
        "total": number_of_datasets(session),
        "vocabularies": [
            (_(FACET_TITLES[name]), [_shown(name, code) for code in vocabulary.terms(name)])
            for name in vocabulary.VOCABULARIES
            if name not in ("country", "sensor")
        ],
    }


def _shown(name: str, code: str) -> vocabulary.Term:
    """A term as the reader's language has it; its synonyms stay, because the search finds them."""
    term = vocabulary.terms(name)[code]
    return replace(term, label=naming.term(name, code), definition=naming.definition(term.definition))
