"""Which items lie in an area: a grid over the boxes finds candidates, exact tests decide.

Items are sorted into squares of a loose quadtree: an item lies in the square that holds the middle of its
box, at the level whose squares are just as large as the box or larger. It then reaches at most half a square
beyond its own, so that few runs of squares hold all that may touch an area, however unlike in size items are.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from app.base.errors import Unavailable
from app.items.bounds import NO_BOUND, MustWait
from app.items.index import ItemIndex, Rows, Span
from app.items.tables import OTHER_SHAPE, OWN_BOX

WORLD = 360.0
FINEST = 14
"""Level of the smallest squares, 0.02 degrees wide."""

SLANT = 1e-9
"""Degrees: closer to a slanting edge than this, the geometry library decides."""

MOST_EDGES = 64
AT_ONCE = 4_096
FEWEST_SQUARES, MOST_SQUARES = 64, 2_048
"""Squares of one level between which it pays to ask which of them lie inside an area."""

LEVEL_BITS, LINE_BITS = 40, 20
"""Keys of squares hold their level, their line and their column in it, each below those before."""

MOST_LINES = 4_096
"""Lines of squares from which on all squares of a level are taken."""

MOST_PARTS = 8
MOST_WORK_SECONDS = 2.0
"""Processor time of one search before the geometry library, as long as the database may take as well."""

Mask = NDArray[np.bool_]
Degrees = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

NONE: Rows = np.empty(0, dtype=np.int32)


class Runs(NamedTuple):
    """Runs of squares, from and up to without: those whose items surely lie in an area, and those whose items
    may reach into it."""

    sure: list[int]
    unsure: list[int]


@dataclass(frozen=True)
class Level:
    """Squares of one size, and how many items lie in them."""

    number: int
    size: float
    count: int

    @property
    def base(self) -> int:
        """The key of the south-western square."""
        return self.number << LEVEL_BITS

    def keys(self, lon: Degrees, lat: Degrees) -> NDArray[np.int64]:
        """The keys of the squares that hold some places."""
        columns = ((lon + 180) // self.size).astype(np.int64)
        lines = ((lat + 90) // self.size).astype(np.int64)
        return self.base + (lines << LINE_BITS) + columns

    def near(self, area: "Area", bounds: Bounds) -> Runs:
        """The squares whose items may reach into a part of an area: two keys for each run."""
        west, south, east, north = bounds
        reach, base = self.size / 2, self.base
        first, last = (self._place(x + 180) for x in (west - reach, east + reach))
        low, high = (self._place(y + 90) for y in (south - reach, north + reach))
        squares = (last + 1 - first) * (high + 1 - low)
        if high - low > min(MOST_LINES, self.count):
            return Runs([], [base, base + (1 << LEVEL_BITS)])
        if not FEWEST_SQUARES <= squares <= MOST_SQUARES:
            starts = range(base + (low << LINE_BITS), base + (high + 1 << LINE_BITS), 1 << LINE_BITS)
            return Runs([], [key for start in starts for key in (start + first, start + last + 1)])
        lines = np.arange(low, high + 1, dtype=np.int64)
        begins, ends = self._inner(area, lines, first, last)
        at = base + (lines << LINE_BITS)
        sure = np.stack([at + begins, at + ends], axis=1)
        unsure = np.stack([at + first, at + begins, at + ends, at + last + 1], axis=1)
        return Runs(sure.ravel().tolist(), unsure.ravel().tolist())

    def _place(self, degrees: float) -> int:
        return min(max(0, int(degrees // self.size)), (1 << LINE_BITS) - 2)

    def _inner(
        self, area: "Area", lines: NDArray[np.int64], first: int, last: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each line the squares, from and up to without, whose items lie inside the area whole."""
        columns = np.arange(first, last + 1, dtype=np.int64)
        inside = area.holds(self._reached(columns, lines)).reshape(len(lines), len(columns))
        begins = inside.argmax(axis=1)
        # The first run of squares of a line; there may be more where the area is bent.
        after = np.where(inside, len(columns), np.arange(len(columns)))
        after = np.where(np.arange(len(columns)) < begins[:, None], len(columns), after).min(axis=1)
        found = inside.any(axis=1)
        return (
            np.where(found, first + begins, last + 1),
            np.where(found, first + after, last + 1),
        )

    def _reached(self, columns: NDArray[np.int64], lines: NDArray[np.int64]) -> "Boxes":
        """How far the items of squares can reach, line by line."""
        reach = self.size / 2 + SLANT
        x: Degrees = np.tile(columns, len(lines)) * np.float64(self.size) - 180
        y: Degrees = np.repeat(lines, len(columns)) * np.float64(self.size) - 90
        return Boxes(x - reach, y - reach, x + self.size + reach, y + self.size + reach)


def _joined(runs: list[Rows]) -> Rows:
    return np.concatenate(runs) if runs else NONE


@dataclass(frozen=True, eq=False)
class Near:
    """Rows that lie in an area whatever their shape, and rows that may touch it."""

    sure: Rows
    unsure: Rows


class Squares:
    """The loose quadtree over the items of an index: keys of squares, rising, and the items in that order."""

    def __init__(self, index: ItemIndex) -> None:
        placed = np.flatnonzero(~np.isnan(index.west)).astype(np.int32)
        west, south = index.west[placed], index.south[placed]
        width, height = index.east[placed] - west, index.north[placed] - south
        across = np.maximum(np.maximum(width, height), WORLD / 2**FINEST)
        level = np.floor(np.log2(WORLD / across)).astype(np.int64)
        lon, lat = west + width / 2, south + height / 2
        keys = np.empty(len(placed), dtype=np.int64)
        numbers, counts = np.unique(level, return_counts=True)
        self.levels = [
            Level(int(one), WORLD / 2.0**one, int(n)) for one, n in zip(numbers, counts, strict=True)
        ]
        for one in self.levels:
            here = level == one.number
            keys[here] = one.keys(lon[here], lat[here])
        order = np.argsort(keys, kind="stable")
        self.keys, self.rows = keys[order], placed[order]

    def near(self, area: "Area", bounds: Bounds, most: int) -> Near:
        """The rows that may touch a part of an area.

        Raises:
            MustWait: there are more than `most` of them.
        """
        runs = [level.near(area, bounds) for level in self.levels]
        sure, unsure = ([key for one in runs for key in one[kind]] for kind in (0, 1))
        cuts = np.searchsorted(self.keys, np.asarray(sure + unsure, dtype=np.int64)).tolist()
        pairs = list(zip(cuts[::2], cuts[1::2], strict=True))
        if sum(end - begin for begin, end in pairs) > most:
            raise MustWait
        parts = [self.rows[begin:end] for begin, end in pairs]
        apart = len(sure) // 2
        return Near(_joined(parts[:apart]), _joined(parts[apart:]))


def squares_of(index: ItemIndex) -> Squares:
    """The squares of an index, made once."""
    return index.kept("squares", lambda: Squares(index))


def within(rows: Rows, spans: Sequence[Span]) -> Rows:
    """Those of some rows that lie in one of some spans."""
    inside = np.zeros(len(rows), dtype=bool)
    for one in spans:
        inside |= (rows >= one.first) & (rows < one.last)
    return rows[inside]


@dataclass(frozen=True, eq=False)
class Decided:
    """Rows that touch an area, and rows whose shape only the database knows and must decide; each once."""

    rows: Rows
    open: Rows


def touching(
    index: ItemIndex, outline: BaseGeometry, spans: Sequence[Span] | None = None, most: int = NO_BOUND
) -> Decided:
    """The rows that touch an area, or those of them that lie in one of some spans.

    Raises:
        MustWait: there are more than `most` rows to look at.
        Unavailable: the outline takes more work than one search is given.
    """
    area = Area(outline)
    parts = (
        list(outline.geoms) if hasattr(outline, "geoms") and len(outline.geoms) <= MOST_PARTS else [outline]
    )
    near = [_in_box(index, area, part.bounds, spans, most) for part in parts]
    sure, unsure = _joined([one.sure for one in near]), _joined([one.unsure for one in near])
    if len(parts) > 1:
        sure = np.unique(sure)
        unsure = np.setdiff1d(unsure, sure)
    decided = _decide(index, unsure, area)
    return Decided(np.concatenate([sure, decided.rows]), decided.open)


def _in_box(index: ItemIndex, area: "Area", bounds: Bounds, spans: Sequence[Span] | None, most: int) -> Near:
    near = squares_of(index).near(area, bounds, most)
    sure, rows = (
        (near.sure, near.unsure) if spans is None else (within(near.sure, spans), within(near.unsure, spans))
    )
    west, south, east, north = bounds
    touching_it = (
        (index.west[rows] <= east)
        & (index.east[rows] >= west)
        & (index.south[rows] <= north)
        & (index.north[rows] >= south)
    )
    return Near(sure, rows[touching_it])


def _decide(index: ItemIndex, rows: Rows, area: "Area") -> Decided:
    """Which rows touch the area; they touch the box of one of its parts."""
    own = index.form[rows] == OWN_BOX
    if area.is_upright and own.all():
        return Decided(rows, NONE)
    boxes = Boxes(index.west[rows], index.south[rows], index.east[rows], index.north[rows])
    if area.is_upright:
        touch, inside = np.ones(len(rows), dtype=bool), area.holds(boxes)
    else:
        touch, inside = _by_edges(boxes, area)
    # A shape whose box lies inside the area does so too; the others of its kind are left open.
    is_open = touch & ~inside & (index.form[rows] == OTHER_SHAPE)
    return Decided(rows[touch & (own | inside)], rows[is_open])


class Area:
    """An outline with what is asked of it again and again."""

    def __init__(self, outline: BaseGeometry) -> None:
        self.outline = outline

    @cached_property
    def is_upright(self) -> bool:
        """Whether the area is its own box."""
        outline = self.outline
        return (
            isinstance(outline, Polygon) and shapely.box(*outline.bounds).normalize() == outline.normalize()
        )

    @cached_property
    def hull(self) -> BaseGeometry:
        """The convex hull."""
        return self.outline.convex_hull

    @cached_property
    def has_few_edges(self) -> bool:
        """Whether edges of the hull, one after the other, decide faster than the geometry library."""
        return bool(shapely.get_num_coordinates(self.hull) <= MOST_EDGES)

    @cached_property
    def is_convex(self) -> bool:
        """Whether the area is its hull."""
        outline = self.outline
        return isinstance(outline, Polygon) and not outline.interiors and bool(outline.equals(self.hull))

    def holds(self, boxes: "Boxes") -> Mask:
        """Which boxes lie inside the area for certain."""
        if self.is_upright:
            return boxes.within(*self.outline.bounds)
        if self.has_few_edges and self.is_convex:
            return _beside_hull(boxes, self.hull)[1]
        if not isinstance(self.outline, Polygon | MultiPolygon) or len(boxes.west) > AT_ONCE:
            return np.zeros(len(boxes.west), dtype=bool)
        shapely.prepare(self.outline)
        held: Mask = shapely.contains(
            self.outline, shapely.box(boxes.west, boxes.south, boxes.east, boxes.north)
        )
        return held


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


def _by_edges(boxes: Boxes, area: Area) -> tuple[Mask, Mask]:
    """Which boxes touch an area, and which of them lie inside it for certain.

    Edges of the convex hull decide for all boxes that are not close to the boundary; what they leave open is
    put before the geometry library. It also decides alone where the hull has so many edges that each of them
    before all boxes would cost more.
    """
    outside = inside = np.zeros(len(boxes.west), dtype=bool)
    if area.has_few_edges:
        outside, inside = _beside_hull(boxes, area.hull)
    if not area.is_convex:
        inside = np.zeros_like(inside)
    touch = ~outside
    unsure = np.flatnonzero(touch & ~inside).astype(np.int32)
    touch[unsure] = _touching(boxes, unsure, area.outline)
    return touch, inside


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
