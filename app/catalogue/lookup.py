"""The questions that only the database answers: which datasets hold these words, what touches an area."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from geoalchemy2.shape import from_shape
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ARRAY, Integer, Select, any_, bindparam, distinct, func, literal, null, select
from sqlalchemy.orm import Session

from app.base.language import N_
from app.catalogue import text
from app.catalogue.index import CURRENT_VERSION, as_ids
from app.catalogue.query import SearchQuery
from app.catalogue.tables import DatasetArea, OutlinePart
from app.catalogue.words import Term, terms_of

Ids = NDArray[np.int64]

SPELLED = N_("No dataset matches “%(typed)s” as written; these names look like it.")
SOME_WORDS = N_("No dataset matches all of these words; these match some of them.")


@dataclass(frozen=True)
class Hits:
    """What the database found; `text_ids` is None when no words were asked for.

    `name_ids` have one of the words in a name; `asked` is how the words were read, for ranking; `note` tells
    the reader when they had to be read otherwise than typed.
    """

    version: int
    text_ids: Ids | None
    name_ids: Ids
    outlines: tuple[str, ...]
    asked: Mapping[str, Any] | None = None
    note: str | None = None


def look_up(session: Session, query: SearchQuery, area: BaseGeometry | None) -> Hits:
    """Version, words and outlines in one round trip; two more only where no word matched as typed."""
    terms = terms_of(query.q)
    asked = text.asked(terms, strict=True) if terms else None
    outline = {} if area is None else {"area": from_shape(area, srid=4326)}
    row = session.execute(_first_question(bool(terms), area is not None), {**(asked or {}), **outline}).one()
    version, packed, named, codes = tuple(row)
    if not query.q:
        return Hits(int(version), None, as_ids(None), tuple(codes or ()))
    found, note = as_ids(packed), None
    if asked and asked["wanted"] and not len(found):
        found, asked, note = _second_reading(session, terms)
    return Hits(int(version), found, as_ids(named), tuple(codes or ()), asked, note)


def datasets_touching(session: Session, area: BaseGeometry, candidates: Ids) -> Ids:
    """The datasets of those among some areas, given by id, that share a point with a geometry."""
    among = DatasetArea.id == any_(literal(candidates.tolist(), ARRAY(Integer)))
    touching = func.st_intersects(DatasetArea.geometry, from_shape(area, srid=4326))
    statement = select(DatasetArea.dataset_id).where(among, touching).distinct()
    return np.asarray(session.scalars(statement).all(), dtype=np.int64)


def outlines_touching(session: Session, area: BaseGeometry) -> tuple[str, ...]:
    """The countries and continents, by code, that share a point with a geometry."""
    touching = func.st_intersects(OutlinePart.geometry, from_shape(area, srid=4326))
    return tuple(session.scalars(select(OutlinePart.code).where(touching).distinct()))


def rank(session: Session, hits: Hits, ids: Ids) -> tuple[Ids, NDArray[np.float64]]:
    """Relevance of some of the hits, in millionths."""
    if hits.asked is None or not len(ids):
        return np.empty(0, dtype=np.int64), np.empty(0)
    rows = session.execute(text.RANKED, {**hits.asked, "ids": ids.tolist()}).all()
    return np.asarray([row[0] for row in rows]), np.asarray([float(row[1]) for row in rows])


@cache
def _first_question(with_words: bool, with_area: bool) -> Select[Any]:
    """The statement that answers all at once, built once for each kind of search."""
    touching = func.st_intersects(OutlinePart.geometry, bindparam("area", type_=OutlinePart.geometry.type))
    codes = select(func.array_agg(distinct(OutlinePart.code))).where(touching).scalar_subquery()
    return select(
        CURRENT_VERSION,
        text.HOLDING if with_words else null(),
        text.NAMED if with_words else null(),
        codes if with_area else null(),
    )


def _second_reading(session: Session, terms: tuple[Term, ...]) -> tuple[Ids, Mapping[str, Any], str | None]:
    """Names spelled like what was typed; failing that, datasets with some of the words."""
    asked = text.asked(terms, strict=False)
    alike = as_ids(session.scalar(select(text.ALIKE), asked))
    if len(alike):
        return alike, asked, SPELLED % {"typed": asked["typed"]}
    found = as_ids(session.scalar(select(text.HOLDING), asked))
    return found, asked, SOME_WORDS if len(found) else None
