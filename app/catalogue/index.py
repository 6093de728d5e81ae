"""The searched columns of the whole catalogue, held in memory as arrays.

Counting facets in SQL costs a pass over the hits per facet; over arrays it costs microseconds, so that
thirteen facets are counted exactly under every filter. The arrays follow the database: each search compares
the version its transaction sees with the version held here, and fetches what changed since. An index is
never altered once made, so that readers on other threads keep the one they started with.
"""

import threading
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.catalogue.areas import NO_AREAS, Areas, as_areas, select_areas
from app.catalogue.codes import Codes, codes_of, joined
from app.catalogue.tables import Change, Dataset
from app.catalogue.terms import follow

Mask = NDArray[np.bool_]

# Facet or list of codes → the column that holds it.
CODED = {
    "task": Dataset.tasks,
    "modality": Dataset.modalities,
    "sensor": Dataset.sensors,
    "platform": Dataset.platforms,
    "theme": Dataset.themes,
    "label_type": Dataset.label_types,
    "licence_class": Dataset.licence_classes,
    "kind": Dataset.kinds,
    "extent": Dataset.extents,
    "country": Dataset.countries,
    "continent": Dataset.continents,
    "geo_status": Dataset.geo_statuses,
    "library": Dataset.libraries,
    "outline": Dataset.outlines,
}
NUMBERS = {
    "gsd_min": Dataset.gsd_min,
    "gsd_max": Dataset.gsd_max,
    "year": Dataset.year,
    "samples": Dataset.samples,
    "classes": Dataset.classes,
    "volume": Dataset.volume,
    "images": Dataset.images,
    "size_measure": Dataset.size_measure,
    "first_day": Dataset.first_day,
    "last_day": Dataset.last_day,
    "completeness": Dataset.completeness,
    "prominence": Dataset.prominence,
    "updated": func.extract("epoch", Dataset.updated),
}
COLUMNS = (Dataset.id, Dataset.slug, Dataset.name, *CODED.values(), *NUMBERS.values())
INDEXES_KEPT = 3
BUILD_TIMEOUT_MS = "60000"


@dataclass(frozen=True)
class Index:
    """The catalogue at one version: one row per dataset, by rising database id."""

    version: int
    ids: NDArray[np.int64]
    slugs: tuple[str, ...]
    names: tuple[str, ...]
    codes: Mapping[str, Codes]
    numbers: Mapping[str, NDArray[np.float64]]
    areas: Areas = NO_AREAS

    @property
    def size(self) -> int:
        """How many datasets there are."""
        return len(self.ids)

    @cached_property
    def alphabet(self) -> list[str]:
        """Every name once, folded, in order."""
        return sorted({name.casefold() for name in self.names})

    @cached_property
    def name_ranks(self) -> NDArray[np.float64]:
        """The place of each dataset in the alphabet; equal names share one."""
        place = {name: rank for rank, name in enumerate(self.alphabet)}
        return np.asarray([place[name.casefold()] for name in self.names], dtype=np.float64)

    def name_rank(self, folded: str) -> float:
        """The place a name has, or would have, half way between its neighbours."""
        place = bisect_left(self.alphabet, folded)
        present = place < len(self.alphabet) and self.alphabet[place] == folded
        return float(place) if present else place - 0.5

    @cached_property
    def orders(self) -> dict[str, NDArray[np.intp]]:
        """All rows in the order of each sort that was asked for so far."""
        return {}

    @cached_property
    def keys(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """The arrays that each sort compares, of those asked for so far."""
        return {}

    @property
    def prior(self) -> NDArray[np.float64]:
        """What is shown first among equals."""
        return self.numbers["prominence"]

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row of each database id, -1 where this version has none."""
        table = np.full(int(self.ids.max(initial=0)) + 1, -1, dtype=np.int64)
        table[self.ids] = np.arange(self.size)
        return table

    def mask_of(self, ids: NDArray[np.int64]) -> Mask:
        """The rows of some database ids; ids that are not in this version are left out."""
        mask = np.zeros(self.size, dtype=bool)
        rows = self.rows[ids[ids < len(self.rows)]]
        mask[rows[rows >= 0]] = True
        return mask


class Indexes:
    """The last few versions of one database's index, made on demand by whoever first needs them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[int, Index] = {}

    def at(self, session: Session, version: int) -> Index:
        """The index of the version that the session's transaction sees."""
        index = self._kept.get(version)
        if index is not None:
            return index
        with self._lock:
            index = self._kept.get(version)
            if index is None:
                index = self._made(session, version)
                self._kept = dict(list(self._kept.items())[1 - INDEXES_KEPT :])
                self._kept[version] = index
        return index

    def _made(self, session: Session, version: int) -> Index:
        """Follow the newest older index if its version was committed here, else read everything.

        A new version may have come with new words for what is counted.
        """
        follow(session)
        older = [held for held in self._kept if 0 < held < version]
        start = session.scalar(select(func.max(Change.version)).where(Change.version.in_(older)))
        # This reads far more than a search does, and must not be cut short as one.
        session.execute(select(func.set_config("statement_timeout", BUILD_TIMEOUT_MS, True)))
        if start is None:
            rows = session.execute(select(*COLUMNS).order_by(Dataset.id)).all()
            return _build(version, rows, as_areas(session.execute(select_areas()).all()))
        changed = _build(version, *_changed(session, start))
        removed = session.scalars(select(func.unnest(Change.removed)).where(Change.version > start)).all()
        return _merged(self._kept[start], changed, np.asarray(removed, dtype=np.int64))


_INDEXES: WeakKeyDictionary[Engine, Indexes] = WeakKeyDictionary()
_INDEXES_LOCK = threading.Lock()

CURRENT_VERSION = select(func.coalesce(func.max(Change.version), 0)).scalar_subquery()


def indexes_of(session: Session) -> Indexes:
    """The indexes kept for the database of this session."""
    engine = session.get_bind().engine
    with _INDEXES_LOCK:
        return _INDEXES.setdefault(engine, Indexes())


def current_index(session: Session) -> Index:
    """The index of the version that the session sees."""
    version = session.scalar(select(CURRENT_VERSION))
    return indexes_of(session).at(session, int(version or 0))


def _changed(session: Session, start: int) -> tuple[Any, Areas]:
    """The rows and areas of the datasets that changed since a version."""
    changed = select(*COLUMNS).where(Dataset.version > start).order_by(Dataset.id)
    rows: Any = session.execute(changed).all()
    areas = session.execute(select_areas([row[0] for row in rows])).all()
    return rows, as_areas(areas)


def _build(version: int, rows: Any, areas: Areas) -> Index:
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    ids, slugs, names, *rest = columns
    coded, numbers = rest[: len(CODED)], rest[len(CODED) :]
    return Index(
        version,
        np.asarray(ids, dtype=np.int64),
        tuple(slugs),
        tuple(names),
        {name: codes_of(column) for name, column in zip(CODED, coded, strict=True)},
        {name: _numbers(column) for name, column in zip(NUMBERS, numbers, strict=True)},
        areas,
    )


def _numbers(column: Any) -> NDArray[np.float64]:
    """Numbers as they are, days as ordinals, unknown as NaN."""
    plain = [value.toordinal() if isinstance(value, date) else value for value in column]
    return np.asarray([np.nan if value is None else value for value in plain], dtype=np.float64)


def _merged(old: Index, fresh: Index, removed: NDArray[np.int64]) -> Index:
    """The old index without what was removed or changed, and with what is fresh, in the order of ids."""
    gone = np.concatenate([fresh.ids, removed])
    if not len(gone):
        return replace(old, version=fresh.version)
    keep = ~np.isin(old.ids, gone)
    kept_rows = np.flatnonzero(keep)
    ids = np.concatenate([old.ids[keep], fresh.ids])
    order = np.argsort(ids, kind="stable")
    place = np.empty(len(ids), dtype=np.int32)
    place[order] = np.arange(len(ids), dtype=np.int32)
    old_place = np.full(old.size, -1, dtype=np.int32)
    old_place[kept_rows] = place[: len(kept_rows)]
    new_place = place[len(kept_rows) :]
    slugs = [old.slugs[row] for row in kept_rows] + list(fresh.slugs)
    names = [old.names[row] for row in kept_rows] + list(fresh.names)
    return Index(
        fresh.version,
        ids[order],
        tuple(slugs[row] for row in order),
        tuple(names[row] for row in order),
        {name: joined(old.codes[name], fresh.codes[name], old_place, new_place) for name in CODED},
        {name: np.concatenate([old.numbers[name][keep], fresh.numbers[name]])[order] for name in NUMBERS},
        old.areas.without(gone).and_(fresh.areas),
    )


def as_ids(packed: bytes | None) -> NDArray[np.int64]:
    """Database ids from `array_send(array_agg(id))`, which is read in one piece instead of number by
    number."""
    if not packed:
        return np.empty(0, dtype=np.int64)
    header = 20  # dimensions, flags, element type, length, lower bound: five integers of four bytes
    pairs = np.frombuffer(packed, dtype=">i4", offset=header).reshape(-1, 2)
    return pairs[:, 1].astype(np.int64)
