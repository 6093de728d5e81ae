"""The boxes of all known areas, held beside the other columns, so that a box on the map asks no database.

Nearly every area known is a box or a point, and for those a comparison of four numbers is exact. What is
drawn with more corners is compared by its box first; the few that remain are put to the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, func, select

from app.catalogue.tables import DatasetArea

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Areas:
    """One entry per part of an area: its database id, its dataset, its box, and whether the box is all of it.

    `boxes` is [(west, south, east, north), part] in degrees.
    """

    ids: Rows
    datasets: Rows
    boxes: NDArray[np.float64]
    plain: NDArray[np.bool_]

    def touching(self, area: BaseGeometry) -> tuple[Rows, Rows]:
        """(datasets that share a point with the area, areas by id of which only the database can tell)."""
        parts = list(getattr(area, "geoms", [area]))
        near = np.zeros(len(self.ids), dtype=bool)
        for part in parts:
            near |= self._overlapping(part.bounds)
        found = near & self.plain
        if not all(_is_box(part) for part in parts):
            candidates = np.flatnonzero(found)
            shapely.prepare(area)
            drawn = shapely.box(*self.boxes[:, candidates])
            found[candidates] = shapely.intersects(area, drawn)
        return self.datasets[found], self.ids[near & ~self.plain]

    def without(self, datasets: Rows) -> "Areas":
        """The areas of all other datasets."""
        kept = ~np.isin(self.datasets, datasets)
        return Areas(self.ids[kept], self.datasets[kept], self.boxes[:, kept], self.plain[kept])

    def and_(self, other: "Areas") -> "Areas":
        """These areas and others."""
        return Areas(
            np.concatenate([self.ids, other.ids]),
            np.concatenate([self.datasets, other.datasets]),
            np.concatenate([self.boxes, other.boxes], axis=1),
            np.concatenate([self.plain, other.plain]),
        )

    def _overlapping(self, bounds: tuple[float, ...]) -> NDArray[np.bool_]:
        west, south, east, north = bounds
        overlapping: NDArray[np.bool_] = (
            (self.boxes[0] <= east)
            & (self.boxes[2] >= west)
            & (self.boxes[1] <= north)
            & (self.boxes[3] >= south)
        )
        return overlapping


def _is_box(geometry: BaseGeometry) -> bool:
    return bool(geometry.equals(geometry.envelope))


def select_areas(datasets: Sequence[int] | None = None) -> Select[Any]:
    """Area, dataset and geometry (WKB) of all or of some datasets.

    The bounds are taken from the geometry itself: those that PostGIS keeps beside it are rounded outwards.
    """
    statement = select(DatasetArea.id, DatasetArea.dataset_id, func.st_asbinary(DatasetArea.geometry))
    return statement if datasets is None else statement.where(DatasetArea.dataset_id.in_(datasets))


def as_areas(rows: Any) -> Areas:
    """Areas from the rows of `select_areas`, one entry for each of their parts."""
    ids, datasets, written = zip(*rows, strict=True) if rows else ((), (), ())
    parts, of_row = shapely.get_parts(shapely.from_wkb([bytes(one) for one in written]), return_index=True)
    boxes = shapely.bounds(parts).reshape(-1, 4)
    plain = shapely.equals(parts, shapely.envelope(parts))
    return Areas(
        np.asarray(ids, dtype=np.int64)[of_row],
        np.asarray(datasets, dtype=np.int64)[of_row],
        np.ascontiguousarray(boxes.T),
        plain,
    )


NO_AREAS = as_areas([])
