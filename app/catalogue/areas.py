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
    """One row per part: area, dataset, box, and whether the box is all of it; of all or of some datasets."""
    dumped = select(
        DatasetArea.id, DatasetArea.dataset_id, func.st_dump(DatasetArea.geometry).geom.label("part")
    )
    if datasets is not None:
        dumped = dumped.where(DatasetArea.dataset_id.in_(datasets))
    parts = dumped.subquery()
    part = parts.c.part
    return select(
        parts.c.id,
        parts.c.dataset_id,
        func.st_xmin(part),
        func.st_ymin(part),
        func.st_xmax(part),
        func.st_ymax(part),
        func.st_area(part) == func.st_area(func.st_envelope(part)),
    )


def as_areas(rows: Any) -> Areas:
    """Areas from the rows of `select_areas`."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    return Areas(
        np.asarray(columns[0], dtype=np.int64),
        np.asarray(columns[1], dtype=np.int64),
        np.asarray(columns[2:6], dtype=np.float64).reshape(4, -1),
        np.asarray(columns[6], dtype=bool),
    )
