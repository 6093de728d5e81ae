"""Which items lie in an area: a grid over the boxes finds candidates, exact tests decide.

Items are sorted into squares of a loose quadtree: an item lies in the square that holds the middle of its
box, at the level whose squares are just as large as the box or larger. It then reaches at most half a square
beyond its own, so that few runs of squares hold all that may touch an area, however unlike in size items are.
"""

import math
import time
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from app.base.errors import Unavailable
from app.items.index import ItemIndex, Rows
from app.items.tables import OTHER_SHAPE, OWN_BOX

WORLD = 360.0
FINEST = 14
"""Level of the smallest squares, 0.02 degrees wide."""

SLANT = 1e-9
"""Degrees: closer to a slanting edge than this, the geometry library decides."""

MOST_EDGES = 64
AT_ONCE = 4_096
MOST_WORK_SECONDS = 2.0
"""Processor time of one search before the geometry library, as long as the database may take as well."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Level:
    """Squares of one size. `keys` are those of the items, rising, `rows` the items in that order."""

    size: float
    keys: NDArray[np.int64]
    rows: Rows

    def near(self, west: float, south: float, east: float, north: float) -> Rows:
        """The rows in all squares that may reach into a box."""
        reach = self.size / 2
        first, last = (int((x + 180) // self.size) for x in (west - reach, east + reach))
        low, high = (int((y + 90) // self.size) for y in (south - reach, north + reach))
        if (high - low) > len(self.keys):
            return self.rows
        lines = np.arange(low, high + 1, dtype=np.int64) << 32
        starts = np.searchsorted(self.keys, lines + max(first, 0))
        ends = np.searchsorted(self.keys, lines + max(last, 0), side="right")
        runs = [self.rows[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True) if a < b]
        return np.concatenate(runs) if runs else np.empty(0, dtype=np.int32)


class Squares:
    """The loose quadtree over the items of one index."""

    def __init__(self, index: ItemIndex) -> None:
        placed = np.flatnonzero(~np.isnan(index.west)).astype(np.int32)
        west, south = index.west[placed], index.south[placed]
        width, height = index.east[placed] - west, index.north[placed] - south
        across = np.maximum(np.maximum(width, height), WORLD / 2**FINEST)
        level = np.floor(np.log2(WORLD / across)).astype(np.int64)
        self.levels = [
            self._level(int(one), placed, west + width / 2, south + height / 2, level == one)
            for one in np.unique(level)
        ]

    @staticmethod
    def _level(
        number: int, placed: Rows, lon: NDArray[np.float64], lat: NDArray[np.float64], here: Mask
    ) -> Level:
        size = WORLD / 2**number
        columns = ((lon[here] + 180) // size).astype(np.int64)
        lines = ((lat[here] + 90) // size).astype(np.int64)
        keys = (lines << 32) + columns
        order = np.argsort(keys, kind="stable")
        return Level(size, keys[order], placed[here][order])

    def near(self, bounds: tuple[float, float, float, float]) -> Rows:
        """The rows whose boxes may touch a box."""
        return np.concatenate([level.near(*bounds) for level in self.levels] or [np.empty(0, np.int32)])


def squares_of(index: ItemIndex) -> Squares:
    """The squares of an index, made once."""
    return index.kept("squares", lambda: Squares(index))


def candidates(index: ItemIndex, area: BaseGeometry) -> Rows:
    """The rows whose boxes touch the box of a part of the area, rising, each once."""
    parts = list(area.geoms) if hasattr(area, "geoms") and len(area.geoms) <= 8 else [area]
    found = [_in_box(index, part.bounds) for part in parts]
    return np.sort(found[0]) if len(found) == 1 else np.unique(np.concatenate(found))


def _in_box(index: ItemIndex, bounds: tuple[float, float, float, float]) -> Rows:
    rows = squares_of(index).near(bounds)
    west, south, east, north = bounds
    touching = (
        (index.west[rows] <= east)
        & (index.east[rows] >= west)
        & (index.south[rows] <= north)
        & (index.north[rows] >= south)
    )
    return rows[touching]


@dataclass(frozen=True, eq=False)
class Decided:
    """Rows that touch an area, and rows whose shape only the database knows and must decide."""

    rows: Rows
    open: Rows


def decide(index: ItemIndex, rows: Rows, area: BaseGeometry) -> Decided:
    """Which candidates touch the area; candidates touch the box of one of its parts."""
    boxes = Boxes(index.west[rows], index.south[rows], index.east[rows], index.north[rows])
    if is_upright(area):
        touching, inside = np.ones(len(rows), dtype=bool), boxes.within(*area.bounds)
    else:
        touching, inside = _by_edges(boxes, area)
    own = index.form[rows] == OWN_BOX
    # A shape whose box lies inside the area does so too; the others of its kind are left open.
    is_open = touching & ~inside & (index.form[rows] == OTHER_SHAPE)
    return Decided(rows[touching & (own | inside)], rows[is_open])


def is_upright(area: BaseGeometry) -> bool:
    """Whether the area is its own box."""
    return isinstance(area, Polygon) and shapely.box(*area.bounds).normalize() == area.normalize()


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes of items as arrays of degrees."""

    west: NDArray[np.float64]
    south: NDArray[np.float64]
    east: NDArray[np.float64]
    north: NDArray[np.float64]

    def within(self, west: float, south: float, east: float, north: float) -> Mask:
        """Which boxes lie within another, edges included."""
        return (self.west >= west) & (self.east <= east) & (self.south >= south) & (self.north <= north)

    def shapes(self, some: Mask | Rows) -> NDArray[np.object_]:
        """Some of the boxes as geometries; a box without a size is a point."""
        west, south, east, north = (side[some] for side in (self.west, self.south, self.east, self.north))
        made = shapely.box(west, south, east, north)
        flat = (west == east) & (south == north)
        made[flat] = shapely.points(west[flat], south[flat])
        return np.asarray(made, dtype=object)

    @cached_property
    def middle(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Middles, and with `half` all there is to know of boxes."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    @cached_property
    def half(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Half widths and half heights."""
        return (self.east - self.west) / 2, (self.north - self.south) / 2


def _by_edges(boxes: Boxes, area: BaseGeometry) -> tuple[Mask, Mask]:
    """Which boxes touch an area, and which of them lie inside it for certain.

    Edges of the convex hull decide for all boxes that are not close to the boundary; what they leave open is
    put before the geometry library. It also decides alone where the hull has so many edges that each of them
    before all boxes would cost more.
    """
    hull = area.convex_hull
    if shapely.get_num_coordinates(hull) > MOST_EDGES:
        outside = inside = np.zeros(len(boxes.west), dtype=bool)
    else:
        outside, inside = _beside_hull(boxes, hull)
    if not (isinstance(area, Polygon) and not area.interiors and area.equals(hull)):
        inside = np.zeros_like(inside)
    touching = ~outside
    unsure = np.flatnonzero(touching & ~inside).astype(np.int32)
    touching[unsure] = _touching(boxes, unsure, area)
    return touching, inside


def _touching(boxes: Boxes, some: Rows, area: BaseGeometry) -> Mask:
    """Which of some boxes touch an area, a part after the other, so that other searches get their turn.

    Raises:
        Unavailable: this takes more work than one search is given.
    """
    shapely.prepare(area)
    touching = np.zeros(len(some), dtype=bool)
    end = time.thread_time() + MOST_WORK_SECONDS
    for first in range(0, len(some), AT_ONCE):
        if time.thread_time() > end:
            raise Unavailable("This search takes too long. Narrow the search: a simpler or smaller outline.")
        part = slice(first, first + AT_ONCE)
        touching[part] = shapely.intersects(area, boxes.shapes(some[part]))
    return touching


def _beside_hull(boxes: Boxes, hull: BaseGeometry) -> tuple[Mask, Mask]:
    """Which boxes lie beyond an edge of a convex polygon, and which behind all of them, by a margin."""
    count = len(boxes.west)
    outside, inside = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
    if not isinstance(hull, Polygon):
        return outside, ~inside
    (x, y), (half_x, half_y) = boxes.middle, boxes.half
    ring = shapely.get_coordinates(orient(hull, -1.0).exterior).tolist()
    for (x0, y0), (x1, y1) in pairwise(ring):
        # The ring runs clockwise, so that what is left of an edge lies beyond it.
        length = math.hypot(x1 - x0, y1 - y0)
        normal_x, normal_y = (y0 - y1) / length, (x1 - x0) / length
        distance = (x - x0) * normal_x + (y - y0) * normal_y
        reach = half_x * abs(normal_x) + half_y * abs(normal_y)
        outside |= distance - reach > SLANT
        inside &= distance + reach < -SLANT
    return outside, inside & ~outside
