"""Polygons cut at the antimeridian, however they were written across it.

Programs write a polygon across 180 degrees in three ways: longitudes that run on (179, 181), longitudes that
jump (179, -179), and two polygons. The first two become the third here.
"""

import math

import antimeridian
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon

HALF = shapely.box(-180, -90, 180, 90)
CORNERS_OF_BOX = 5


def jumps(polygon: Polygon) -> bool:
    """Whether an edge spans more than half the globe, which no one draws on purpose.

    A box parallel to the axes is taken at its word, since the box round global data is written like that;
    so is an edge that lies on 180 degrees at both ends.
    """
    if len(polygon.exterior.coords) == CORNERS_OF_BOX and polygon.equals(polygon.envelope):
        return False
    longitudes = _longitudes(polygon)
    steps = np.abs(np.diff(longitudes))
    at_180 = (np.abs(longitudes[:-1]) == 180) & (np.abs(longitudes[1:]) == 180)
    return bool(((steps > 180) & ~at_180).any())


def cut(polygon: Polygon) -> list[Polygon]:
    """The parts of a polygon, each within -180 to 180 degrees; a polygon round a pole reaches it."""
    if not jumps(polygon):
        return _wrapped(polygon)
    if _goes_round(polygon):
        return _round_a_pole(polygon)
    return _wrapped(Polygon(_unwound(polygon.exterior), [_unwound(ring) for ring in polygon.interiors]))


def _longitudes(polygon: Polygon) -> NDArray[np.float64]:
    return shapely.get_coordinates(polygon.exterior)[:, 0]


def _goes_round(polygon: Polygon) -> bool:
    """Whether following the outer ring leads once round the globe: it then encloses a pole."""
    unwound = np.unwrap(_longitudes(polygon), period=360)
    return bool(abs(unwound[-1] - unwound[0]) > 180)


def _unwound(ring: shapely.LinearRing) -> NDArray[np.float64]:
    positions = shapely.get_coordinates(ring)
    positions[:, 0] = np.unwrap(positions[:, 0], period=360)
    return positions


def _wrapped(polygon: Polygon) -> list[Polygon]:
    """Each turn of the globe that the polygon touches, moved back to the first."""
    west, _, east, _ = polygon.bounds
    if west >= -180 and east <= 180:
        return [polygon]
    valid = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    turns = range(math.floor((west + 180) / 360), math.floor((east + 180) / 360) + 1)
    moved = (affinity.translate(valid, -360 * turn) for turn in turns)
    return [part for one in moved for part in polygons_of(one.intersection(HALF))]


def _round_a_pole(polygon: Polygon) -> list[Polygon]:
    """Reaching the pole that lies nearer, whichever way the ring is wound."""
    is_north = polygon.centroid.y > 0
    fixed = antimeridian.fix_polygon(
        polygon,
        force_north_pole=is_north,
        force_south_pole=not is_north,
        fix_winding=False,
        great_circle=False,
    )
    return polygons_of(shapely.make_valid(fixed, method="structure", keep_collapsed=False))


def polygons_of(geometry: shapely.Geometry) -> list[Polygon]:
    """The polygons of a geometry that have an area; lines and points are left out."""
    parts = shapely.get_parts(geometry, return_index=False)
    found = []
    for part in parts:
        if isinstance(part, Polygon):
            found.append(part)
        elif isinstance(part, MultiPolygon | shapely.GeometryCollection):
            found.extend(polygons_of(part))
    return [part for part in found if part.area > 0]
