"""Outlines and boxes: what lies inside, what touches, and what only a geometry library can tell."""

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from app.base.errors import Unavailable
from app.base.extent import BBox
from app.items.index import Rows

SLANT = 1e-9
"""Degrees: closer to an edge than this, the geometry library decides."""

MOST_EDGES = 64
AT_ONCE = 4_096
MOST_WORK_SECONDS = 2.0
"""Processor time of one search before the geometry library, as long as the database may take as well."""

Mask = NDArray[np.bool_]
Degrees = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

MOST_PARTS = 8
"""Parts of an outline that are looked at one by one; more are taken as one."""


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

    def overlapping(self, west: float, south: float, east: float, north: float) -> Mask:
        """Which boxes share more than an edge with another."""
        beside = (self.west < east - SLANT) & (self.east > west + SLANT)
        return beside & (self.south < north - SLANT) & (self.north > south + SLANT)

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


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges of a convex polygon: right of them lie the places where x * `right` + y * `up` is beyond `reach`,
    by so many degrees."""

    right: Degrees
    up: Degrees
    reach: Degrees

    def beyond(self, boxes: Boxes) -> tuple[Degrees, Degrees]:
        """How far the nearest and the farthest part of each box lie beyond the edge that it is farthest
        beyond; negative is inside."""
        (x, y), (half_x, half_y) = boxes.middle, boxes.half
        nearest, farthest = np.full(len(x), -np.inf), np.full(len(x), -np.inf)
        for right, up, reach in zip(self.right.tolist(), self.up.tolist(), self.reach.tolist(), strict=True):
            middle = x * right
            middle += y * up
            middle -= reach
            half = half_x * abs(right)
            half += half_y * abs(up)
            np.maximum(nearest, middle - half, out=nearest)
            middle += half
            np.maximum(farthest, middle, out=farthest)
        return nearest, farthest


def edges_of(hull: BaseGeometry) -> Edges | None:
    """The edges of a convex hull; None where it has no width."""
    if not isinstance(hull, Polygon):
        return None
    # The ring runs clockwise, so that what is left of an edge lies beyond it.
    ring = shapely.get_coordinates(orient(hull, -1.0).exterior)
    steps = np.diff(ring, axis=0)
    right, up = np.stack([-steps[:, 1], steps[:, 0]]) / np.hypot(steps[:, 0], steps[:, 1])
    return Edges(right, up, ring[:-1, 0] * right + ring[:-1, 1] * up)


def has_area(box: BBox) -> bool:
    """Whether a box is one upright rectangle: not a line, not a point, and not two halves of a map."""
    return box.west < box.east and box.south < box.north


class Area:
    """An outline with what is asked of it again and again; most are boxes, which need no geometry for it."""

    def __init__(self, given: BaseGeometry | BBox) -> None:
        self._given = given

    @cached_property
    def outline(self) -> BaseGeometry:
        """The area as a geometry."""
        return self._given.geometry() if isinstance(self._given, BBox) else self._given

    @cached_property
    def is_upright(self) -> bool:
        """Whether the area is its own box."""
        if isinstance(self._given, BBox):
            return has_area(self._given)
        outline = self.outline
        return (
            isinstance(outline, Polygon) and shapely.box(*outline.bounds).normalize() == outline.normalize()
        )

    @cached_property
    def parts(self) -> list[Bounds]:
        """The boxes round its parts."""
        if isinstance(self._given, BBox) and has_area(self._given):
            return [self._given.values()]
        several = getattr(self.outline, "geoms", ())
        few = several if 0 < len(several) <= MOST_PARTS else [self.outline]
        return [part.bounds for part in few]

    @cached_property
    def hull(self) -> BaseGeometry:
        """The convex hull."""
        return self.outline.convex_hull

    @cached_property
    def edges(self) -> Edges | None:
        """Edges of the hull, if they decide faster, one after the other, than the geometry library."""
        return edges_of(self.hull) if shapely.get_num_coordinates(self.hull) <= MOST_EDGES else None

    @cached_property
    def is_convex(self) -> bool:
        """Whether the area is its hull."""
        outline = self.outline
        return isinstance(outline, Polygon) and not outline.interiors and bool(outline.equals(self.hull))

    @cached_property
    def sides(self) -> Edges | None:
        """The edges of the area, where it is convex and they are few."""
        return self.edges if self.is_convex else None

    def holds(self, boxes: Boxes) -> Mask:
        """Which boxes lie inside the area for certain."""
        if self.is_upright:
            return boxes.within(*self.parts[0])
        if self.sides is not None:
            within: Mask = self.sides.beyond(boxes)[1] < -SLANT
            return within
        if not isinstance(self.outline, Polygon | MultiPolygon) or len(boxes.west) > AT_ONCE:
            return np.zeros(len(boxes.west), dtype=bool)
        shapely.prepare(self.outline)
        held: Mask = shapely.contains(
            self.outline, shapely.box(boxes.west, boxes.south, boxes.east, boxes.north)
        )
        return held


def decided(boxes: Boxes, area: Area) -> tuple[Mask, Mask]:
    """Which boxes touch an area, and which of them lie inside it for certain; all touch the box round it.

    Edges of the convex hull decide for all boxes that are not close to the boundary, and for a convex area
    for those as well: where no edge of either divides the two, they touch. What this leaves open is put
    before the geometry library. It also decides alone where the hull has so many edges that each of them
    before all boxes would cost more.
    """
    count = len(boxes.west)
    if area.edges is None:
        outside = inside = surely = np.zeros(count, dtype=bool)
    else:
        nearest, farthest = area.edges.beyond(boxes)
        outside, inside = nearest > SLANT, farthest < -SLANT
        surely = (nearest < -SLANT) & boxes.overlapping(*area.outline.bounds)
    if not area.is_convex:
        inside = surely = np.zeros(count, dtype=bool)
    touch = ~outside
    unsure = np.flatnonzero(touch & ~inside & ~surely).astype(np.int32)
    if len(unsure):
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
