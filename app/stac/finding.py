"""Find the datasets that a client asks for, and render each of them once per version of its record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.base.extent import BBox
from app.base.kept import Shelf, shelf_of
from app.catalogue.index import Mask
from app.catalogue.lookup import rank
from app.catalogue.matching import Matched, match
from app.catalogue.ordering import MOST_RANKED
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, Outline
from app.exchange.formats import geojson
from app.stac import paging
from app.stac.asked import Asked
from app.stac.documents import Context

Write = Callable[[DatasetRecord, Context], dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """One page: database ids in order, the exact total, and the tokens of the neighbouring pages."""

    ids: tuple[int, ...]
    number_matched: int
    following: str | None
    preceding: str | None
    matched: Matched


def find(session: Session, asked: Asked, secret: str) -> Found:
    """The page that a client asks for.

    Raises:
        Invalid: the token is not ours, or belongs to another sort.
    """
    matched, scores = _match(session, asked)
    mask = matched.mask()
    page = paging.cut(
        matched.index,
        mask,
        asked.sorts,
        scores,
        limit=asked.limit,
        token=asked.token,
        offset=asked.offset,
        secret=secret,
    )
    ids = tuple(int(matched.index.ids[row]) for row in page.rows)
    return Found(ids, int(mask.sum()), page.following, page.preceding, matched)


def _match(session: Session, asked: Asked) -> tuple[Matched, NDArray[np.float64] | None]:
    """The filters, and the relevance of each row where words are asked for and no sort."""
    parts = [match(session, replace(asked.query, q=_phrase(term))) for term in asked.terms]
    matched = parts[0] if parts else match(session, asked.query)
    filters: dict[str, Mask] = dict(matched.filters)
    if parts:
        filters["q"] = np.logical_or.reduce([_worded(part) for part in parts])
    if "area" in filters and asked.include_unlocated:
        statuses = matched.index.codes["geo_status"]
        filters["area"] = filters["area"] | statuses.holding(("none", "unknown"), matched.index.size)
    filters |= _named(session, matched, asked)
    found = replace(matched, filters=filters)
    return found, _scores(session, parts, found.mask()) if parts and not asked.sorts else None


def _phrase(term: str) -> str:
    """A term in quotes: its words must stand together, and no sign in it has a meaning."""
    return '"' + term.replace('"', " ") + '"'


def _worded(part: Matched) -> Mask:
    """The datasets that hold the words as written; guesses at other spellings are no match."""
    return part.filters["q"] if part.hits.note is None else np.zeros(part.index.size, dtype=bool)


def _scores(session: Session, parts: list[Matched], mask: Mask) -> NDArray[np.float64]:
    """The best relevance over the terms, for the most prominent hits."""
    index = parts[0].index
    scores = np.zeros(index.size)
    for part in parts:
        rows = np.flatnonzero(mask & _worded(part))
        rows = rows[np.argsort(-index.prior[rows], kind="stable")][:MOST_RANKED]
        ids, found = rank(session, part.hits, index.ids[rows])
        places = np.searchsorted(index.ids, ids)
        scores[places] = np.maximum(scores[places], found)
    return scores


def _named(session: Session, matched: Matched, asked: Asked) -> dict[str, Mask]:
    """The filters that OGC records add: type, identifiers, identifiers given by others."""
    index, filters = matched.index, {}
    if asked.types:
        filters["type"] = np.full(index.size, "dataset" in asked.types)
    if asked.ids is not None:
        wanted = set(asked.ids)
        filters["ids"] = np.asarray([slug in wanted for slug in index.slugs], dtype=bool)
    if asked.external_ids is not None:
        found = session.scalars(select(Dataset.id).where(_known_as(asked.external_ids))).all()
        filters["external_ids"] = index.mask_of(np.asarray(found, dtype=np.int64))
    return filters


# Scheme → how an identifier is compared with the record; `records.external_ids` writes the same schemes.
_LIBRARIES = Dataset.record["libraries"]
SCHEMES: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "doi": lambda value: func.lower(Dataset.record["data_doi"].astext) == value.lower(),
    "uuid": lambda value: Dataset.uuid == UUID(value) if _is_uuid(value) else Dataset.id < 0,
    "huggingface": lambda value: _LIBRARIES["huggingface"].contains([value]),
    "torchgeo": lambda value: _LIBRARIES["torchgeo"].contains([value]),
    "tfds": lambda value: _LIBRARIES["tfds"].astext == value,
    "aws-open-data": lambda value: _LIBRARIES["aws_open_data"].astext == value,
}


def _known_as(wanted: Iterable[str]) -> ColumnElement[bool]:
    """Datasets with one of the identifiers, each written as `scheme:value` or as the value alone."""
    conditions: list[ColumnElement[bool]] = []
    for one in wanted:
        scheme, _colon, value = one.partition(":")
        if scheme in SCHEMES and value:
            conditions.append(SCHEMES[scheme](value))
        else:
            conditions += [compare(one) for compare in SCHEMES.values()]
    return or_(*conditions)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def documents(session: Session, ids: Iterable[int], base: str, write: Write) -> list[bytes]:
    """The datasets with these ids as JSON, in this order.

    What was rendered before is taken from the shelf as long as the record has not changed.
    """
    wanted, shelf = list(ids), shelf_of(session)
    rows = session.execute(select(Dataset.id, Dataset.version).where(Dataset.id.in_(wanted)))
    keys = {id_: (write.__name__, base, id_, version) for id_, version in rows}
    held: dict[int, bytes | None] = {id_: shelf.get(key) for id_, key in keys.items()}
    missing = [id_ for id_, document in held.items() if document is None]
    for id_, document in _rendered(session, missing, base, write).items():
        held[id_] = document
        shelf.put(keys[id_], document, len(document))
    return [found for id_ in wanted if (found := held.get(id_)) is not None]


def _rendered(session: Session, ids: list[int], base: str, write: Write) -> dict[int, bytes]:
    if not ids:
        return {}
    boxes = outline_boxes(session, shelf_of(session))
    rows = session.execute(select(Dataset.id, Dataset.record, Dataset.updated).where(Dataset.id.in_(ids)))
    return {
        id_: orjson.dumps(write(DatasetRecord.model_validate(record), Context(base, updated, boxes)))
        for id_, record, updated in rows
    }


def outline_boxes(session: Session, shelf: Shelf) -> dict[str, BBox]:
    """The box of every country and continent; they change with a release of the base map only."""
    held: dict[str, BBox] | None = shelf.get("outlines")
    if held is not None:
        return held
    part = select(Outline.code, func.st_dump(Outline.geometry).geom.label("part")).subquery()
    edges = (func.st_xmin, func.st_ymin, func.st_xmax, func.st_ymax)
    parts: dict[str, list[BBox]] = {}
    for code, *corners in session.execute(select(part.c.code, *(edge(part.c.part) for edge in edges))):
        parts.setdefault(code, []).append(BBox(*corners))
    found = {code: _around(boxes) for code, boxes in parts.items()}
    if found:
        shelf.put("outlines", found, 200 * len(found))
    return found


def _around(boxes: list[BBox]) -> BBox:
    corners = geojson.bbox([box.geometry() for box in boxes])
    return BBox(*corners) if corners else boxes[0]
