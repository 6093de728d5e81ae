"""Times and geometries that stand in a CQL2 filter, checked and made plain."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

import shapely
from shapely.affinity import translate
from shapely.geometry import LineString, Point, shape
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid
from app.base.extent import BBox, parse_bbox
from app.items.cql2_nodes import Moment, Shape
from app.items.moments import moment

# How many lists lie around a position.
NESTING = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def read_moment(text: object) -> Moment:
    """A date, which means the whole day in UTC, or an RFC 3339 moment.

    Raises:
        Invalid: neither.
    """
    if not isinstance(text, str):
        raise Invalid("A date in the filter is a text in single quotes such as '2020-05-01'.")
    if not _DATE.match(text):
        instant = moment(text)
        return Moment(instant.isoformat().replace("+00:00", "Z"), instant, instant)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is not a date that exists.") from None
    return Moment(text, *(datetime.combine(day, at, UTC) for at in (time.min, time.max)))


def read_box(numbers: object) -> Shape:
    """A box of four numbers, or six with heights, which are ignored; it may cross the antimeridian.

    Raises:
        Invalid: not such numbers.
    """
    if not isinstance(numbers, list) or len(numbers) not in (4, 6) or not all(map(_is_finite, numbers)):
        raise Invalid("BBOX in the filter takes four numbers: west, south, east, north.")
    box = parse_bbox(",".join(repr(float(number)) for number in numbers))
    return Shape(_box(box), {"bbox": numbers})


def _box(box: BBox) -> BaseGeometry:
    """The box as an area, or as the line or point that it shrinks to."""
    if box.west <= box.east:
        return _rectangle(box.west, box.south, box.east, box.north)
    parts = [
        _rectangle(box.west, box.south, 180, box.north),
        _rectangle(-180, box.south, box.east, box.north),
    ]
    return _joined(parts)


def _rectangle(west: float, south: float, east: float, north: float) -> BaseGeometry:
    if west < east and south < north:
        return shapely.box(west, south, east, north)
    if west == east and south == north:
        return Point(west, south)
    return LineString([(west, south), (east, north)])


def read_geometry(document: Mapping[str, Any], most: int) -> Shape:
    """A GeoJSON geometry of at most so many positions.

    Raises:
        Invalid: not GeoJSON, too long, empty, out of range, with an open ring, or crossing itself.
    """
    if document.get("type") == "GeometryCollection":
        return _collection(document, most)
    return Shape(_within_one_turn(_single(document, most)), _written(document))


def _collection(document: Mapping[str, Any], most: int) -> Shape:
    """The geometries of a collection, which holds no collections, as one."""
    parts = document.get("geometries")
    if not isinstance(parts, list | tuple) or not parts or not all(isinstance(part, dict) for part in parts):
        raise Invalid("A GeometryCollection in the filter has no list of geometries.")
    geometries = []
    for part in parts:
        geometry = _single(part, most)
        most -= int(shapely.get_num_coordinates(geometry))
        geometries.append(_within_one_turn(geometry))
    written = {"type": "GeometryCollection", "geometries": [_written(part) for part in parts]}
    return Shape(shapely.union_all(geometries), written)


def _single(document: Mapping[str, Any], most: int) -> BaseGeometry:
    """A geometry that is no collection."""
    kind, coordinates = document.get("type"), document.get("coordinates")
    if not isinstance(kind, str) or kind not in NESTING:
        raise Invalid(f"{str(kind)[:60]!r} in the filter is no geometry; known are {', '.join(NESTING)}.")
    positions = list(islice(_positions(coordinates, NESTING[kind], kind), most + 1))
    if len(positions) > most:
        raise Invalid("The geometries in the filter have too many positions; simplify them.")
    if not all(map(_is_position, positions)):
        raise Invalid(f"A position of a {kind} in the filter is not [longitude, latitude] in finite degrees.")
    if max(abs(position[1]) for position in positions) > 90:
        raise Invalid(f"A {kind} in the filter has a latitude beyond 90; positions are longitude latitude.")
    if max(abs(position[0]) for position in positions) > 540:
        raise Invalid(f"A {kind} in the filter has a longitude beyond 180.")
    if kind in ("Polygon", "MultiPolygon"):
        _check_rings(coordinates if kind == "MultiPolygon" else [coordinates])
    return _valid(kind, coordinates)


def _valid(kind: str, coordinates: Any) -> BaseGeometry:
    try:
        geometry = shapely.force_2d(shape({"type": kind, "coordinates": coordinates}))
    except (ValueError, TypeError, IndexError, shapely.GEOSException):
        raise Invalid(f"A {kind} in the filter has too few positions or mixes their lengths.") from None
    if geometry.is_empty or not geometry.is_valid:
        reason = shapely.is_valid_reason(geometry)
        raise Invalid(f"A {kind} in the filter is not valid: {reason}.")
    return geometry


def _positions(coordinates: Any, nesting: int, kind: str) -> Iterator[Any]:
    """What stands where positions belong."""
    if nesting == 0:
        yield coordinates
        return
    if not isinstance(coordinates, list | tuple) or not coordinates:
        raise Invalid(f"A {kind} in the filter lacks coordinates.")
    for part in coordinates:
        yield from _positions(part, nesting - 1, kind)


def _is_position(value: Any) -> bool:
    return isinstance(value, list | tuple) and 2 <= len(value) <= 4 and all(map(_is_finite, value))


def _is_finite(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300


def _check_rings(polygons: Any) -> None:
    for polygon in polygons:
        for ring in polygon:
            if len(ring) < 4 or list(ring[0]) != list(ring[-1]):
                raise Invalid("A ring of a polygon in the filter does not end where it starts.")


def _within_one_turn(geometry: BaseGeometry) -> BaseGeometry:
    """Move what lies beyond 180 degrees to the other side."""
    west, _, east, _ = geometry.bounds
    if west >= -180 and east <= 180:
        return geometry
    turns = (-360, 0, 360)
    parts = (geometry.intersection(shapely.box(turn - 180, -90, turn + 180, 90)) for turn in turns)
    return _joined([translate(part, -turn) for part, turn in zip(parts, turns, strict=True)])


def _joined(parts: list[BaseGeometry]) -> BaseGeometry:
    """One geometry of the parts that matter: an area, not the lines along which it was cut."""
    pieces = [piece for part in parts for piece in shapely.get_parts(part) if not piece.is_empty]
    highest = max(shapely.get_dimensions(piece) for piece in pieces)
    return shapely.union_all([piece for piece in pieces if shapely.get_dimensions(piece) == highest])


def _written(part: Mapping[str, Any]) -> dict[str, Any]:
    """A checked geometry in lists of its own: what is kept must not change with what was given."""
    return {"type": part["type"], "coordinates": _lists(part["coordinates"])}


def _lists(coordinates: Any) -> Any:
    return [_lists(part) for part in coordinates] if isinstance(coordinates, list | tuple) else coordinates
