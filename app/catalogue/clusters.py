"""Boxes round the parts of an outline: one round all, or few enough to be listed."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from app.base.extent import BBox

MOST_CLUSTERS = 32
MOST_SKETCHED = 200
# Of a degree: parts that lie closer are one cluster as soon as there are too many.
NARROWEST_GAP = 0.25

Bounds = NDArray[np.float64]


def clusters(drawn: Polygon | MultiPolygon, *, most: int = MOST_CLUSTERS) -> list[BBox]:
    """Boxes round the parts of an outline; those that touch, or lie close where there are many, are one.

    Parts are gathered over wider and wider gaps until no more boxes than `most` are left. A box whose west
    lies east of its east holds parts on both sides of the antimeridian.
    """
    bounds = _apart(shapely.bounds(shapely.get_parts(drawn)))
    gap = NARROWEST_GAP
    while len(bounds) > most:
        bounds = _apart(_gathered(bounds, gap))
        gap *= 2
    return _joined_at_180([BBox(*one) for one in bounds.tolist()])


def sketched(drawn: BaseGeometry, *, most: int = MOST_SKETCHED) -> list[BaseGeometry]:
    """The parts of a geometry; of one with more than `most` vertices, boxes round them, cut at 180 degrees.

    For documents that only say about where a dataset lies: a page need not carry a coast.
    """
    if not isinstance(drawn, Polygon | MultiPolygon) or shapely.get_num_coordinates(drawn) <= most:
        return list(getattr(drawn, "geoms", [drawn]))
    boxes = [box.geometry() for box in clusters(drawn)]
    return [part for box in boxes for part in getattr(box, "geoms", [box])]


def around(geometries: Iterable[BaseGeometry]) -> BBox | None:
    """The box round all; its west lies east of its east where something crosses the antimeridian."""
    parts = [part for geometry in geometries for part in getattr(geometry, "geoms", [geometry])]
    if not parts:
        return None
    west, south, east, north = shapely.total_bounds(parts).tolist()
    if west == -180 and east == 180:
        west, east = _longitudes([(part.bounds[0], part.bounds[2]) for part in parts])
    return BBox(west, south, east, north)


def _longitudes(spans: list[tuple[float, float]]) -> tuple[float, float]:
    """The shortest span of longitudes that holds all spans: what the widest gap between them leaves over."""
    west, east = -180.0, 180.0
    widest = 0.0
    reached = -180.0
    for start, end in sorted(spans):
        if start - reached > widest:
            widest, west, east = start - reached, start, reached
        reached = max(reached, end)
    return west, east


def _apart(bounds: Bounds) -> Bounds:
    """Bounds [box, (west, south, east, north)] of the groups that touch, until none do."""
    gathered = _gathered(bounds, 0)
    return bounds if len(gathered) == len(bounds) else _apart(gathered)


def _gathered(bounds: Bounds, gap: float) -> Bounds:
    """Bounds of the groups that touch when each box is widened by `gap` degrees."""
    widened: Any = shapely.box(*(bounds + np.array([-gap, -gap, gap, gap]) / 2).T)
    _, group = np.unique(_grouped(widened), return_inverse=True)
    joined = np.tile([np.inf, np.inf, -np.inf, -np.inf], (group.max() + 1, 1))
    np.minimum.at(joined[:, :2], group, bounds[:, :2])
    np.maximum.at(joined[:, 2:], group, bounds[:, 2:])
    return joined


def _grouped(boxes: NDArray[np.object_]) -> NDArray[np.int64]:
    """The group of each box: the lowest number among those it touches, and those they touch, and so on."""
    one, other = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    group = np.arange(len(boxes))
    while True:
        lowest = group.copy()
        np.minimum.at(lowest, one, group[other])
        if np.array_equal(lowest, group):
            return group
        group = lowest


def _joined_at_180(boxes: list[BBox]) -> list[BBox]:
    """Each box that ends at 180 degrees together with the one that goes on beyond."""
    kept = sorted(boxes, key=BBox.values)
    for box in [box for box in kept if box.east == 180 and box.west > -180]:
        beyond = next((other for other in kept if _goes_on(box, other)), None)
        if beyond is not None:
            kept = [other for other in kept if other not in (box, beyond)]
            south, north = min(box.south, beyond.south), max(box.north, beyond.north)
            kept.append(BBox(box.west, south, beyond.east, north))
    return kept


def _goes_on(box: BBox, other: BBox) -> bool:
    meets = other.west == -180 and other.east < box.west
    return meets and other.south <= box.north and box.south <= other.north
