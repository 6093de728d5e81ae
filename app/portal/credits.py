"""The page of sources: every list and paper the facts come from, and how many records draw on each."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from app.catalogue import vocabulary
from app.catalogue.sources import SOURCES, Credit
from app.catalogue.tables import Dataset
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
        "total": session.scalar(select(func.count()).select_from(Dataset)),
        "vocabularies": [
            (FACET_TITLES[name], list(vocabulary.terms(name).values()))
            for name in vocabulary.VOCABULARIES
            if name not in ("country", "sensor")
        ],
    }


def count_sources(session: Session) -> Counter[str]:
    """How many records name each source key."""
    keys = func.jsonb_path_query_array(Dataset.record, cast("$.sources[*].key", JSONPATH))
    named = select(Dataset.id, func.jsonb_array_elements_text(keys).label("key")).distinct().subquery()
    rows = session.execute(select(named.c.key, func.count()).group_by(named.c.key))
    return Counter({key: count for key, count in rows})
