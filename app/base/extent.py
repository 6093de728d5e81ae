"""Where and when: boxes, outlines a visitor types, and STAC intervals, checked and made plain.

Positions are longitude latitude in degrees, WGS 84. A box whose west lies east of its east crosses the
antimeridian and becomes two boxes, so that every geometry handed on is valid in the plane.
"""

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import antimeridian
import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid, TooLarge
from app.base.language import _

LARGEST_OUTLINE_CHARACTERS = 1_000_000
MOST_OUTLINE_POSITIONS = 20_000
DEEPEST_GEOJSON = 12


@dataclass(frozen=True)
class BBox:
    """West, south, east, north in degrees; west > east crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def geometry(self) -> BaseGeometry:
        """A polygon, two where the box crosses the antimeridian, or the line or point that a flat box is."""
        if self.west <= self.east:
            return _box(self.west, self.south, self.east, self.north)
        halves = [
            _box(self.west, self.south, 180, self.north),
            _box(-180, self.south, self.east, self.north),
        ]
        polygons = [half for half in halves if isinstance(half, Polygon)]
        return MultiPolygon(polygons) if len(polygons) == 2 else GeometryCollection(halves)

    def text(self) -> str:
        """The four numbers as the parameter `bbox` has them."""
        return ",".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in self.values())

    def values(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return (self.west, self.south, self.east, self.north)


@dataclass(frozen=True)
class Interval:
    """First and last day, both included; None is open."""

    start: date | None
    end: date | None


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box; without width or height it is a line or a point, since a polygon without area is not valid."""
    if west < east and south < north:
        return shapely.box(west, south, east, north)
    if west == east and south == north:
        return Point(west, south)
    return LineString([(west, south), (east, north)])


_PLAIN = re.compile(r"[0-9a-zA-Z.,+\-\s]*", re.ASCII)


def parse_bbox(text: str) -> BBox:
    """Read `west,south,east,north`, or six numbers with heights, which are ignored.

    Raises:
        Invalid: not four or six finite numbers, a latitude beyond 90, a longitude beyond 180, south above
        north.
    """
    west, south, east, north = _four_numbers(text)
    if max(abs(west), abs(east)) > 180:
        raise Invalid(
            _(
                "Longitudes lie between -180 and 180; bbox has west %(west)s and east %(east)s.",
                west=f"{west:g}",
                east=f"{east:g}",
            )
        )
    _check_latitudes(south, north)
    return BBox(west, south, east, north)


def _four_numbers(text: str) -> tuple[float, ...]:
    """West, south, east and north as they are written, any heights left out."""
    given = repr(text[:80])
    try:
        # `float` would also read underscores and the digits of other scripts.
        numbers = tuple(float(part) for part in text.split(",")) if _PLAIN.fullmatch(text) else ()
    except ValueError:
        raise Invalid(
            _("bbox is west,south,east,north in degrees; %(given)s is not four numbers.", given=given)
        ) from None
    if len(numbers) == 6:
        numbers = (*numbers[0:2], *numbers[3:5])
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise Invalid(_("bbox takes four finite numbers, west,south,east,north; got %(given)s.", given=given))
    return numbers


def _check_latitudes(south: float, north: float) -> None:
    sides = {"south": f"{south:g}", "north": f"{north:g}"}
    if max(abs(south), abs(north)) > 90:
        raise Invalid(
            _("Latitudes lie between -90 and 90; bbox has south %(south)s and north %(north)s.", **sides)
        )
    if south > north:
        raise Invalid(
            _("The south of bbox (%(south)s) lies above its north (%(north)s); swap them.", **sides)
        )


def parse_outline(text: str) -> BaseGeometry:
    """Read GeoJSON (geometry, Feature or FeatureCollection) or WKT as one valid geometry.

    Raises:
        TooLarge: more than 1,000,000 characters or 20,000 positions.
        Invalid: neither format, empty, out of range, or crossing itself.
    """
    if len(text) > LARGEST_OUTLINE_CHARACTERS:
        raise TooLarge(
            _(
                "intersects has %(n)s characters; at most %(most)s are read. "
                "Simplify the outline or send its box.",
                n=f"{len(text):,}",
                most=f"{LARGEST_OUTLINE_CHARACTERS:,}",
            )
        )
    text = text.strip()
    # What is no number, or lies beyond all bounds, is told by `_checked` in better words than a warning.
    with np.errstate(all="ignore"):
        geometry = _from_geojson(text) if text.startswith("{") else _from_wkt(text)
    return _checked(geometry)


def _from_wkt(text: str) -> BaseGeometry:
    try:
        return shapely.from_wkt(re.sub(r"^SRID=4326;", "", text, flags=re.IGNORECASE))
    except (ShapelyError, ValueError, TypeError):
        raise Invalid(
            _("intersects is neither GeoJSON nor WKT; for example POLYGON((5 47, 15 47, 15 55, 5 55, 5 47)).")
        ) from None


def _from_geojson(text: str) -> BaseGeometry:
    try:
        document = json.loads(text)
        return shapely.union_all(_geometries(document))
    except RecursionError:
        raise Invalid(_("intersects is nested too deeply to be GeoJSON.")) from None
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, ShapelyError):
        raise Invalid(
            _("intersects is not valid GeoJSON: send a geometry, a Feature or a FeatureCollection.")
        ) from None


def _geometries(document: dict[str, object], depth: int = 0) -> list[BaseGeometry]:
    """The geometries of a GeoJSON object, each made valid at the antimeridian."""
    if depth > DEEPEST_GEOJSON:
        raise Invalid(_("intersects is nested too deeply to be GeoJSON."))
    if document["type"] == "FeatureCollection":
        return [part for feature in _features(document) for part in _geometries(feature, depth + 1)]
    if document["type"] == "Feature":
        geometry = document["geometry"]
        if not isinstance(geometry, dict):
            raise Invalid(_("A Feature in intersects has no geometry."))
        return _geometries(geometry, depth + 1)
    if document["type"] in ("Polygon", "MultiPolygon"):
        _check_rings(document["coordinates"])
    return [_checked(shape(document))]


def _check_rings(coordinates: Any) -> None:
    """Every ring ends where it starts; shapely would close it, and guess what was meant."""
    if isinstance(coordinates[0][0], list | tuple):
        for part in coordinates:
            _check_rings(part)
    elif coordinates[0] != coordinates[-1]:
        raise Invalid(_("A ring in intersects is not closed: repeat its first position at its end."))


def _features(collection: dict[str, object]) -> list[dict[str, object]]:
    features = collection["features"]
    if not isinstance(features, list):
        raise Invalid(_("The FeatureCollection in intersects has no list of features."))
    return features


def _checked(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.is_empty:
        raise Invalid(_("intersects holds no position; draw an area or leave the parameter out."))
    if shapely.get_num_coordinates(geometry) > MOST_OUTLINE_POSITIONS:
        raise TooLarge(
            _(
                "intersects has %(n)s positions; at most %(most)s are read. Simplify the outline.",
                n=f"{shapely.get_num_coordinates(geometry):,}",
                most=f"{MOST_OUTLINE_POSITIONS:,}",
            )
        )
    bounds = geometry.bounds
    if not all(math.isfinite(value) for value in bounds):
        raise Invalid(_("intersects has a position that is not a number."))
    if bounds[1] < -90 or bounds[3] > 90 or bounds[0] < -540 or bounds[2] > 540:
        raise Invalid(_("intersects is longitude latitude in degrees; a position lies beyond 90 or 180."))
    if not geometry.is_valid:
        reason = shapely.is_valid_reason(geometry)
        raise Invalid(_("The outline of intersects is not valid: %(reason)s.", reason=reason))
    return _within_one_turn(geometry)


def _within_one_turn(geometry: BaseGeometry) -> BaseGeometry:
    """Split polygons drawn across the antimeridian; other shapes must lie within 180 degrees."""
    if geometry.bounds[0] >= -180 and geometry.bounds[2] <= 180:
        return geometry
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise Invalid(_("intersects has a longitude beyond 180; write it between -180 and 180."))
    fixed = antimeridian.fix_shape(geometry, fix_winding=True, great_circle=False)
    return shape(fixed)


_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")


def first_day(text: str) -> date:
    """First day of a date, month or year.

    Raises:
        ValueError: not such a date.
    """
    match = _PARTIAL.match(text)
    if match is None:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))


def last_day(text: str) -> date:
    """Last day of a date, month or year.

    Raises:
        ValueError: not such a date.
    """
    match = _PARTIAL.match(text)
    if match is None or match[3]:
        return first_day(text)
    year, month = int(match[1]), int(match[2] or 12)
    following = date(year + (month == 12), month % 12 + 1, 1) if year < 9999 else date(9999, 12, 31)
    return following - timedelta(days=1)


def parse_interval(text: str) -> Interval:
    """Read a STAC `datetime`: one instant, or `start/end` with `..` or nothing for an open side.

    Years and months are accepted too and mean all their days.

    Raises:
        Invalid: not a date, both sides open, or the end before the start.
    """
    start, end = _first_and_last(text)
    if start is None and end is None:
        raise Invalid(_("datetime is open on both sides; give a start or an end, or leave it out."))
    if start and end and start > end:
        raise Invalid(
            _("datetime ends (%(end)s) before it starts (%(start)s); swap them.", end=end, start=start)
        )
    return Interval(start, end)


def _first_and_last(text: str) -> tuple[date | None, date | None]:
    given = repr(text[:80])
    parts = text.strip().split("/")
    if len(parts) > 2:
        raise Invalid(
            _("datetime is one date or start/end; %(given)s has %(n)s parts.", given=given, n=len(parts))
        )
    try:
        start = None if parts[0] in ("", "..") else first_day(parts[0])
        end = None if parts[-1] in ("", "..") else last_day(parts[-1])
    except (ValueError, OverflowError):
        raise Invalid(
            _(
                "datetime is an RFC 3339 date or interval, for example 2019-01-01/2020-12-31; got %(given)s.",
                given=given,
            )
        ) from None
    return start, end
