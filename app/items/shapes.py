"""Where an item lies: its box, and its shape where the box does not say all. Pure: no database."""

import math
from typing import Any, NamedTuple

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid
from app.items.forms import NO_PLACE, OTHER_SHAPE, OWN_BOX

NUMBERS = frozenset((int, float))

Box = tuple[float, float, float, float]


class Place(NamedTuple):
    """`box` is west, south, east, north in degrees, `shape` EWKB; None where `form` says that there is none,
    or that the box is all of it."""

    form: int
    box: Box
    shape: bytes | None


NOWHERE = Place(NO_PLACE, (math.nan, math.nan, math.nan, math.nan), None)


def read_place(geometry: Any) -> Place:
    """The place of a GeoJSON geometry; None has none.

    Raises:
        Invalid: not a valid geometry within the bounds of longitude and latitude.
    """
    if geometry is None:
        return NOWHERE
    # Most items are upright rectangles, which need no geometry library, only a look.
    return _rectangle(geometry) or _any_shape(geometry)


def _rectangle(geometry: Any) -> Place | None:
    """The place of an upright rectangle, whichever way it turns; None for all else."""
    if type(geometry) is not dict or geometry.get("type") != "Polygon" or len(geometry) != 2:
        return None
    try:
        ((first, (x1, y1), (x2, y2), (x3, y3), last),) = geometry["coordinates"]
        x0, y0 = first
        starts_level = x1 == x2 and y1 == y0 and x3 == x0 and y3 == y2
        starts_upright = x1 == x0 and y1 == y2 and x3 == x2 and y3 == y0
        west, east = (x0, x2) if x0 < x2 else (x2, x0)
        south, north = (y0, y2) if y0 < y2 else (y2, y0)
        inside = -180 <= west < east <= 180 and -90 <= south < north <= 90
    except (TypeError, ValueError, KeyError):
        return None
    if first != last or not (starts_level or starts_upright) or not inside:
        return None
    if not NUMBERS.issuperset(map(type, (x0, y0, x1, y1, x2, y2, x3, y3))):
        return None
    return Place(OWN_BOX, (float(west), float(south), float(east), float(north)), None)


def _any_shape(given: Any) -> Place:
    try:
        geometry = shape(given)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.GEOSException):
        raise Invalid("geometry is not GeoJSON.") from None
    bounds = geometry.bounds
    if geometry.is_empty or not all(math.isfinite(value) for value in bounds):
        raise Invalid("geometry holds no position.")
    if bounds[0] < -180 or bounds[1] < -90 or bounds[2] > 180 or bounds[3] > 90:
        raise Invalid("geometry must lie within longitude -180 to 180 and latitude -90 to 90.")
    if geometry.geom_type == "GeometryCollection":
        raise Invalid("geometry mixes kinds of shapes; give a MultiPolygon, MultiLineString or MultiPoint.")
    if not geometry.is_valid:
        raise Invalid(f"geometry is not valid: {shapely.is_valid_reason(geometry)}.")
    form = OWN_BOX if geometry.geom_type == "Point" else OTHER_SHAPE
    return Place(form, bounds, _as_ewkb(geometry))


def _as_ewkb(geometry: BaseGeometry) -> bytes:
    flat = shapely.set_srid(shapely.force_2d(geometry), 4326)
    return bytes(shapely.to_wkb(flat, include_srid=True))
