"""Find datasets: one page, the exact total, and the facets, on one state of the catalogue.

All of it comes from the same masks over the same version, so page, total, facets, map and feed cannot
disagree.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Integer, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from app.catalogue import counting, ordering
from app.catalogue.counting import Apart, Facet, Histogram
from app.catalogue.index import Index
from app.catalogue.matching import match
from app.catalogue.quality import explain_missing
from app.catalogue.query import RANGE_NAMES, SearchQuery
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset


@dataclass(frozen=True)
class Answer:
    """One page of results and all that stands around it; `passed` is the number of results before it."""

    cards: tuple[dict[str, Any], ...]
    number_matched: int
    total: int
    passed: int
    next_cursor: str | None
    previous_cursor: str | None
    facets: dict[str, Facet]
    histograms: dict[str, Histogram]
    left_out: dict[str, int]
    note: str | None
    apart: Apart
    version: int


@dataclass(frozen=True)
class Counted:
    """Total and facets alone."""

    number_matched: int
    facets: dict[str, Facet]
    version: int


@dataclass(frozen=True)
class Row:
    """One published dataset: its record, the card of lists, and when it last changed."""

    id: int
    record: DatasetRecord
    card: dict[str, Any]
    updated: datetime


def get_record(session: Session, slug: str) -> Row:
    """The published dataset with this slug.

    Raises:
        NotFound: there is none.
        Moved: it has another slug by now.
        Withdrawn: it was taken back.
    """
    row = session.scalar(select(Dataset).where(Dataset.slug == slug))
    if row is None:
        raise explain_missing(session, slug)
    return Row(row.id, DatasetRecord.model_validate(row.record), row.card, row.updated)


def number_of_datasets(session: Session) -> int:
    """How many datasets are published."""
    return session.scalar(select(func.count()).select_from(Dataset)) or 0


def count_sources(session: Session) -> Counter[str]:
    """How many records name each source, by its key."""
    keys = func.jsonb_path_query_array(Dataset.record, cast("$.sources[*].key", JSONPATH))
    named = select(Dataset.id, func.jsonb_array_elements_text(keys).label("key")).distinct().subquery()
    rows = session.execute(select(named.c.key, func.count()).group_by(named.c.key))
    return Counter({key: count for key, count in rows})


def addresses(session: Session, *, first: int, most: int) -> list[tuple[str, datetime]]:
    """Slugs and dates of change, in the order of slugs."""
    rows = select(Dataset.slug, Dataset.updated).order_by(Dataset.slug).offset(max(first, 0)).limit(most)
    return [(slug, updated) for slug, updated in session.execute(rows)]


def search(session: Session, query: SearchQuery, secret: str, *, surroundings: bool = False) -> Answer:
    """One page, the total, the facets and what was left out.

    Args:
        secret: signs the cursors of the neighbouring pages.
        surroundings: also count the bins of every range and name what no map can show, as a page does.
    Raises:
        Invalid: the cursor is not ours, or belongs to another sort.
    """
    matched = match(session, query)
    mask = matched.mask()
    page = ordering.page(session, query, matched, mask, secret)
    return Answer(
        cards=_cards(session, matched.index, page.rows),
        number_matched=int(mask.sum()),
        total=matched.index.size,
        passed=page.passed,
        next_cursor=page.following,
        previous_cursor=page.preceding,
        facets=counting.facets(matched, query),
        histograms={name: counting.histogram(matched, name) for name in RANGE_NAMES} if surroundings else {},
        left_out=counting.left_out(matched, query),
        note=matched.hits.note,
        apart=counting.apart(matched) if surroundings else counting.NONE_APART,
        version=matched.index.version,
    )


def count(session: Session, query: SearchQuery) -> Counted:
    """The total and the facets of a query, without any dataset."""
    matched = match(session, query)
    return Counted(int(matched.mask().sum()), counting.facets(matched, query), matched.index.version)


def _cards(session: Session, index: Index, rows: Iterable[Any]) -> tuple[dict[str, Any], ...]:
    ids = [int(index.ids[row]) for row in rows]
    found = session.execute(
        select(Dataset.id, Dataset.card, Dataset.updated).where(
            Dataset.id == any_(literal(ids, ARRAY(Integer)))
        )
    )
    by_id = {id_: {**card, "updated": updated.isoformat()} for id_, card, updated in found}
    return tuple(by_id[id_] for id_ in ids)
