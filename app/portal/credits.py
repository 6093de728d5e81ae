"""The page of sources: every list and paper the facts come from, and how many records draw on each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue import vocabulary
from app.catalogue.search import count_sources, number_of_datasets
from app.catalogue.sources import SOURCES, Credit
from app.portal.facts import LETTERS
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
        "letters": LETTERS,
        "total": number_of_datasets(session),
        "vocabularies": [
            (FACET_TITLES[name], list(vocabulary.terms(name).values()))
            for name in vocabulary.VOCABULARIES
            if name not in ("country", "sensor")
        ],
    }
