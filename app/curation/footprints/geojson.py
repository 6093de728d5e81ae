"""GeoJSON as people paste it, read position by position, so that a fault is named where it stands."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid, TooLarge
from app.base.language import _
from app.curation.footprints.shapes import MOST_SHAPES, Shape

DEEPEST = 12
NAMES = ("name", "Name", "NAME", "title", "label")

Rings = NDArray[np.float64]


def read(text: str) -> list[Shape]:
    """The geometries of a geometry, Feature or FeatureCollection, in the coordinates they are written in.

    Raises:
        Invalid: no JSON, no GeoJSON, or a geometry without an area that is no point; the message says where.
        TooLarge: more geometries than are read.
    """
    document = parsed(text)
    shapes = []
    for shape in _shapes(document, "", None, 0):
        shapes.append(shape)
        if len(shapes) > MOST_SHAPES:
            raise TooLarge(
                _(
                    "The file holds more than %(most)s geometries. Dissolve them first.",
                    most=f"{MOST_SHAPES:,}",
                )
            )
    return shapes


def parsed(text: str) -> dict[str, Any]:
    """The JSON object of a text.

    Raises:
        Invalid: it is none; the message names the line and column.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as fault:
        raise Invalid(
            _(
                "The GeoJSON breaks off or goes wrong in line %(line)s, column %(column)s: %(fault)s.",
                line=fault.lineno,
                column=fault.colno,
                fault=fault.msg.lower(),
            )
        ) from None
    except (RecursionError, ValueError):
        raise Invalid(_("The GeoJSON is nested too deeply, or holds a number too long to be read.")) from None
    if not isinstance(document, dict):
        raise Invalid(_("GeoJSON starts with { and names its type; this text is a list or a single value."))
    return document


def crs_name(document: Mapping[str, Any]) -> str | None:
    """The coordinate system that old GeoJSON names: `EPSG:25832`; None where it is longitude latitude."""
    named = document.get("crs")
    properties = named.get("properties") if isinstance(named, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


def _shapes(value: Any, path: str, name: str | None, depth: int) -> Iterator[Shape]:
    if depth > DEEPEST:
        raise Invalid(_("The GeoJSON is nested too deeply."))
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise Invalid(_("%(where)s is no GeoJSON object with a type.", where=_where(path)))
    kind = value["type"]
    if kind == "FeatureCollection":
        yield from _members(value, "features", path, name, depth)
    elif kind == "GeometryCollection":
        yield from _members(value, "geometries", path, name, depth)
    elif kind == "Feature":
        if value.get("geometry") is not None:
            yield from _shapes(value["geometry"], f"{path}.geometry", _name(value), depth + 1)
    elif kind in _READERS:
        yield from (
            Shape(one, name) for one in _READERS[kind](value.get("coordinates"), f"{path}.coordinates")
        )
    else:
        raise _without_area(kind, path)


def _members(value: dict[str, Any], key: str, path: str, name: str | None, depth: int) -> Iterator[Shape]:
    members = value.get(key)
    if not isinstance(members, list):
        raise Invalid(_("%(where)s has no list of %(key)s.", where=_where(path), key=key))
    for number, member in enumerate(members):
        yield from _shapes(member, f"{path}.{key}[{number}]", name, depth + 1)


def _name(feature: dict[str, Any]) -> str | None:
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return None
    return next((str(properties[key]) for key in NAMES if properties.get(key)), None)


def _without_area(kind: str, path: str) -> Invalid:
    if kind in ("LineString", "MultiLineString"):
        return Invalid(
            _(
                "%(where)s is a line, which has no area. Draw round it, or buffer it first.",
                where=_where(path),
            )
        )
    return Invalid(
        _(
            "%(where)s has the type %(kind)s, which is not one of GeoJSON.",
            where=_where(path),
            kind=repr(kind[:40]),
        )
    )


def _polygon(rings: Any, path: str) -> list[BaseGeometry]:
    if not isinstance(rings, list) or not rings:
        raise Invalid(_("%(where)s is not a list of rings.", where=_where(path)))
    outer, *holes = [_ring(ring, f"{path}[{number}]") for number, ring in enumerate(rings)]
    return [Polygon(outer, holes)]


def _polygons(parts: Any, path: str) -> list[BaseGeometry]:
    if not isinstance(parts, list) or not parts:
        raise Invalid(_("%(where)s is not a list of polygons.", where=_where(path)))
    return [one for number, part in enumerate(parts) for one in _polygon(part, f"{path}[{number}]")]


def _ring(ring: Any, path: str) -> Rings:
    positions = _positions(ring, path)
    if len(positions) < 4:
        raise Invalid(
            _(
                "%(where)s has %(number)s positions; a ring needs four or more, the last equal to the first.",
                where=_where(path),
                number=len(positions),
            )
        )
    if not np.array_equal(positions[0], positions[-1]):
        raise Invalid(_("%(where)s is not closed: repeat its first position at its end.", where=_where(path)))
    return positions


def _positions(listed: Any, path: str) -> Rings:
    """Positions [position, (x, y)]; heights are left out."""
    if not isinstance(listed, list):
        raise Invalid(_("%(where)s is not a list of positions.", where=_where(path)))
    for number, position in enumerate(listed):
        if not _is_position(position):
            raise Invalid(_("%(where)s is not a position of two numbers.", where=_where(f"{path}[{number}]")))
    return np.array([position[:2] for position in listed], dtype=np.float64).reshape(-1, 2)


def _is_position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= 2
        and all(type(number) in (int, float) and abs(number) < 1e300 for number in value[:2])
    )


def _point(position: Any, path: str) -> list[BaseGeometry]:
    return _points([position], path)


def _points(listed: Any, path: str) -> list[BaseGeometry]:
    return [Point(x, y) for x, y in _positions(listed, path)]


_READERS = {"Polygon": _polygon, "MultiPolygon": _polygons, "Point": _point, "MultiPoint": _points}


def _where(path: str) -> str:
    return path.lstrip(".") or _("The text")


def written(geometry: BaseGeometry) -> str:
    """A geometry as GeoJSON text, for the field in which it is edited."""
    return str(shapely.to_geojson(geometry))
