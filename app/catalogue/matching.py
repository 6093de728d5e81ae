"""Which datasets a query finds: one mask per filter over the rows of the index.

Words and areas are looked up in the database; codes and ranges are compared in the arrays of `index`, which
hold the very version that the transaction sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from app.base.extent import Interval
from app.catalogue.index import Index, Mask, indexes_of
from app.catalogue.lookup import Hits, datasets_touching, look_up, outlines_touching
from app.catalogue.query import FACET_NAMES, RANGE_NAMES, Between, SearchQuery


@dataclass(frozen=True)
class Matched:
    """The datasets a query finds, and the filters that found them, one mask each."""

    index: Index
    filters: Mapping[str, Mask]
    hits: Hits

    def mask(self, *without: str) -> Mask:
        """The datasets that pass every filter, or every filter but some."""
        mask = np.ones(self.index.size, dtype=bool)
        for name, one in self.filters.items():
            if name not in without:
                mask &= one
        return mask

    @property
    def ids(self) -> list[int]:
        """The database ids of what was found."""
        return [int(one) for one in self.index.ids[self.mask()]]


def match(session: Session, query: SearchQuery) -> Matched:
    """Which datasets a query finds, without order, page or counts."""
    areas = query.areas
    hits = look_up(session, query, areas[0] if areas else None)
    index = indexes_of(session).at(session, hits.version)
    filters: dict[str, Mask] = {}
    if hits.text_ids is not None:
        filters["q"] = index.mask_of(hits.text_ids)
    if areas:
        filters["area"] = _in_areas(session, index, hits, areas, query.include_global)
    for name in FACET_NAMES:
        if query.choices(name):
            filters[name] = index.codes[name].holding(query.choices(name), index.size)
    for name in RANGE_NAMES:
        if query.between(name):
            filters[name] = _in_range(index, name, query.between(name))
    if query.interval:
        filters["datetime"] = _in_interval(index, query.interval)
    return Matched(index, filters, hits)


def _in_areas(
    session: Session, index: Index, hits: Hits, areas: tuple[BaseGeometry, ...], include_global: bool
) -> Mask:
    """Datasets that reach into every area; the outlines in the first of them are known already."""
    first, *others = areas
    mask = _in_area(session, index, hits.outlines, first, include_global)
    for area in others:
        mask &= _in_area(session, index, outlines_touching(session, area), area, include_global)
    return mask


def _in_area(
    session: Session, index: Index, outlines: tuple[str, ...], area: BaseGeometry, include_global: bool
) -> Mask:
    """Datasets with a footprint or place in the area, or only a country known that reaches into it."""
    mask = index.codes["outline"].holding(outlines, index.size)
    if not area.is_empty:
        found, unsure = index.areas.touching(area)
        mask |= index.mask_of(found)
        if len(unsure):
            mask |= index.mask_of(datasets_touching(session, area, unsure))
    if include_global:
        mask |= index.codes["geo_status"].holding(("global",), index.size)
    return mask


def bounds(index: Index, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest value of each dataset."""
    if name == "gsd":
        return index.numbers["gsd_min"], index.numbers["gsd_max"]
    return index.numbers[name], index.numbers[name]


def _in_range(index: Index, name: str, wanted: Between) -> Mask:
    """Overlap, ends included; NaN compares false, so what lacks the value never matches."""
    lowest, highest = bounds(index, name)
    mask = ~np.isnan(lowest)
    if wanted.min is not None:
        mask &= highest >= wanted.min
    if wanted.max is not None:
        mask &= lowest <= wanted.max
    return mask


def _in_interval(index: Index, interval: Interval) -> Mask:
    """Overlap in days; a dataset without a last day goes on."""
    first, last = index.numbers["first_day"], index.numbers["last_day"]
    mask = ~np.isnan(first)
    if interval.start:
        mask &= np.isnan(last) | (last >= interval.start.toordinal())
    if interval.end:
        mask &= first <= interval.end.toordinal()
    return mask
