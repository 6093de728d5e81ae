"""The questions that only the database answers: which datasets hold these words, which lie in this area."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from geoalchemy2.shape import from_shape
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, LargeBinary, Row, Select, distinct, func, null, select
from sqlalchemy.orm import Session

from app.catalogue import text
from app.catalogue.index import CURRENT_VERSION, as_ids
from app.catalogue.query import SearchQuery
from app.catalogue.tables import Dataset, DatasetArea, DatasetText, Outline
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
    name_ids: Ids
    area_ids: Ids
    outlines: tuple[str, ...]
    terms: tuple[Term, ...] = ()
    ranked_by: ColumnElement[Any] | None = None
    note: str | None = None


def look_up(session: Session, query: SearchQuery) -> Hits:
    """Version, words and area in one round trip; a second and third only where no word matched as typed."""
    terms = terms_of(query.q)
    wanted = text.all_of(terms) if terms else None
    version, packed, named, areas, outlines = tuple(_ask(session, wanted, terms, query))
    if not query.q:
        return _hits(version, None, named, areas, outlines, terms, None, None)
    found, note = as_ids(packed), None
    if not len(found) and any(not term.excluded for term in terms):
        found, wanted, note = _second_reading(session, terms)
    return _hits(version, found, named, areas, outlines, terms, wanted, note)


def rank(session: Session, hits: Hits, ids: Ids) -> tuple[Ids, NDArray[np.float64]]:
    """Relevance of some of the hits, in millionths, at least one."""
    if hits.ranked_by is None or not len(ids):
        return np.empty(0, dtype=np.int64), np.empty(0)
    statement = (
        select(DatasetText.dataset_id, text.score(hits.ranked_by, hits.terms))
        .join(Dataset, Dataset.id == DatasetText.dataset_id)
        .where(DatasetText.dataset_id.in_([int(one) for one in ids]))
    )
    rows = session.execute(statement).all()
    return np.asarray([row[0] for row in rows]), np.asarray([max(1.0, float(row[1])) for row in rows])


def _ask(
    session: Session, wanted: ColumnElement[Any] | None, terms: tuple[Term, ...], query: SearchQuery
) -> Row[Any]:
    area = _area(query)
    named = any(not term.excluded for term in terms)
    columns = [
        CURRENT_VERSION,
        null() if wanted is None else _packed(DatasetText.dataset_id, DatasetText.words.op("@@")(wanted)),
        _packed(DatasetText.dataset_id, DatasetText.name_words.op("@@")(text.any_name(terms)))
        if named
        else null(),
        null()
        if area is None
        else _packed(distinct(DatasetArea.dataset_id), _touches(DatasetArea.geometry, area)),
        null() if area is None else _outline_codes(area),
    ]
    return session.execute(select(*columns)).one()


def _packed(column: Any, condition: ColumnElement[bool]) -> Any:
    """Ids as the bytes of one array, which `as_ids` reads at once."""
    return (
        select(func.array_send(func.array_agg(column), type_=LargeBinary)).where(condition).scalar_subquery()
    )


def _touches(column: Any, area: Any) -> ColumnElement[bool]:
    touching: ColumnElement[bool] = func.st_intersects(column, area)
    return touching


def _outline_codes(area: Any) -> Any:
    return select(func.array_agg(Outline.code)).where(_touches(Outline.geometry, area)).scalar_subquery()


def _area(query: SearchQuery) -> Any:
    """The area asked for: the box, the outline, or what both share."""
    shapes: list[BaseGeometry] = []
    if query.bbox:
        shapes.append(query.bbox.geometry())
    if query.outline is not None:
        shapes.append(query.outline)
    if not shapes:
        return None
    shared = shapes[0] if len(shapes) == 1 else shapes[0].intersection(shapes[1])
    return from_shape(shared, srid=4326)


def _second_reading(
    session: Session, terms: tuple[Term, ...]
) -> tuple[Ids, ColumnElement[Any] | None, str | None]:
    """Names spelled like what was typed; failing that, datasets with some of the words."""
    typed = text.typed(terms)
    alike = _ids(session, select(_packed(DatasetText.dataset_id, DatasetText.names.op("%>")(typed))))
    if len(alike):
        return alike, text.any_of(terms), SPELLED.format(typed=typed)
    some = text.any_of(terms)
    found = _ids(session, select(_packed(DatasetText.dataset_id, DatasetText.words.op("@@")(some))))
    return found, some, SOME_WORDS if len(found) else None


def _ids(session: Session, statement: Select[Any]) -> Ids:
    return as_ids(session.scalar(statement))


def _hits(
    version: int,
    found: Ids | None,
    named: bytes | None,
    areas: bytes | None,
    outlines: list[str] | None,
    terms: tuple[Term, ...],
    wanted: ColumnElement[Any] | None,
    note: str | None,
) -> Hits:
    return Hits(int(version), found, as_ids(named), as_ids(areas), tuple(outlines or ()), terms, wanted, note)
