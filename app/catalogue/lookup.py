"""The questions that only the database answers: which datasets hold these words, what touches an area."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from geoalchemy2.shape import from_shape
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    LargeBinary,
    Row,
    Select,
    any_,
    distinct,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.orm import Session

from app.catalogue import text
from app.catalogue.index import CURRENT_VERSION, as_ids
from app.catalogue.query import SearchQuery
from app.catalogue.tables import DatasetArea, DatasetText, OutlinePart
from app.catalogue.words import Term, terms_of

Ids = NDArray[np.int64]

SPELLED = "No dataset matches “{typed}” as written; these names look like it."
SOME_WORDS = "No dataset matches all of these words; these match some of them."


@dataclass(frozen=True)
class Hits:
    """What the database found; `text_ids` is None when no words were asked for.

    `ranked_by` and `terms` say how the words were read, for ranking; `note` tells the reader when the words
    had to be read otherwise than typed.
    """

    version: int
    text_ids: Ids | None
    outlines: tuple[str, ...]
    terms: tuple[Term, ...] = ()
    ranked_by: ColumnElement[Any] | None = None
    note: str | None = None


def look_up(session: Session, query: SearchQuery, area: BaseGeometry | None) -> Hits:
    """Version, words and outlines in one round trip; two more only where no word matched as typed."""
    terms = terms_of(query.q)
    wanted = text.all_of(terms) if terms else None
    version, packed, outlines = tuple(_ask(session, wanted, area))
    if not query.q:
        return Hits(int(version), None, tuple(outlines or ()), terms)
    found, note = as_ids(packed), None
    if not len(found) and any(not term.excluded for term in terms):
        found, wanted, note = _second_reading(session, terms)
    return Hits(int(version), found, tuple(outlines or ()), terms, wanted, note)


def named_by(session: Session, terms: tuple[Term, ...]) -> Ids:
    """The datasets that have one of the words in a name."""
    if not text.typed(terms):
        return as_ids(None)
    return _ids(session, select(_packed(DatasetText.name_words.op("@@")(text.any_name(terms)))))


def datasets_touching(session: Session, area: BaseGeometry, candidates: Ids) -> Ids:
    """The datasets of those among some areas, given by id, that share a point with a geometry."""
    statement = select(distinct(DatasetArea.dataset_id)).where(
        DatasetArea.id == any_(literal(candidates.tolist(), ARRAY(Integer))),
        func.st_intersects(DatasetArea.geometry, from_shape(area, srid=4326)),
    )
    return np.asarray(session.scalars(statement).all(), dtype=np.int64)


def rank(session: Session, hits: Hits, ids: Ids) -> tuple[Ids, NDArray[np.float64]]:
    """Relevance of some of the hits, in millionths."""
    if hits.ranked_by is None or not len(ids):
        return np.empty(0, dtype=np.int64), np.empty(0)
    statement = select(DatasetText.dataset_id, text.score(hits.ranked_by, hits.terms)).where(
        DatasetText.dataset_id == any_(literal(ids.tolist(), ARRAY(Integer)))
    )
    rows = session.execute(statement).all()
    return np.asarray([row[0] for row in rows]), np.asarray([float(row[1]) for row in rows])


def _ask(session: Session, wanted: ColumnElement[Any] | None, area: BaseGeometry | None) -> Row[Any]:
    columns = [
        CURRENT_VERSION,
        null() if wanted is None else _packed(DatasetText.words.op("@@")(wanted)),
        null() if area is None else _outline_codes(area),
    ]
    return session.execute(select(*columns)).one()


def _packed(condition: ColumnElement[bool]) -> Any:
    """Ids of datasets as the bytes of one array, which `as_ids` reads at once."""
    packed = func.array_send(func.array_agg(DatasetText.dataset_id), type_=LargeBinary)
    return select(packed).where(condition).scalar_subquery()


def _outline_codes(area: BaseGeometry) -> Any:
    touching = func.st_intersects(OutlinePart.geometry, from_shape(area, srid=4326))
    return select(func.array_agg(distinct(OutlinePart.code))).where(touching).scalar_subquery()


def _second_reading(
    session: Session, terms: tuple[Term, ...]
) -> tuple[Ids, ColumnElement[Any] | None, str | None]:
    """Names spelled like what was typed; failing that, datasets with some of the words."""
    typed = text.typed(terms)
    alike = _ids(session, select(_packed(DatasetText.names.op("%>")(typed))))
    if len(alike):
        return alike, text.any_of(terms), SPELLED.format(typed=typed)
    some = text.any_of(terms)
    found = _ids(session, select(_packed(DatasetText.words.op("@@")(some))))
    return found, some, SOME_WORDS if len(found) else None


def _ids(session: Session, statement: Select[Any]) -> Ids:
    return as_ids(session.scalar(statement))
