"""Where and when a dataset lies, as STAC and OGC say it: boxes, intervals and geometries.

The overall box comes first, then one box for each cluster of places, so that a reader who knows only the
first one is not wrong. A dataset that lies nowhere, or nobody knows where, gets the whole world, because STAC
demands a box; `eod:geo_status` tells it apart from a dataset that truly covers the world.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from shapely.geometry import GeometryCollection, MultiPoint, MultiPolygon, Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry

from app.base.extent import BBox, first_day, last_day
from app.catalogue import footprint
from app.catalogue.clusters import clusters as clusters_of
from app.catalogue.places import Area, covered, geo_status
from app.catalogue.record import DatasetRecord
from app.exchange.formats import geojson

WORLD = BBox(-180, -90, 180, 90)
NOWHERE = ("none", "unknown")

Boxes = Mapping[str, BBox]


def clusters(record: DatasetRecord, outlines: Boxes) -> list[BBox]:
    """The boxes of all areas of a record, those that touch put together, from west to east.

    `outlines` holds the box of each country and continent whose outline stands in for unknown places.
    """
    return _merged(box for area in covered(record) for box in _boxes(record, area, outlines))


def boxes(found: list[BBox]) -> list[tuple[float, float, float, float]]:
    """`extent.spatial.bbox`: the overall box, then the clusters where there are several."""
    if not found:
        return [WORLD.values()]
    overall = _around([box.geometry() for box in found])
    return [overall.values(), *(box.values() for box in found if len(found) > 1)]


def interval(record: DatasetRecord) -> tuple[str | None, str | None]:
    """First and last moment in UTC at the precision known; None is open or unknown."""
    known = record.temporal_extent
    start = f"{first_day(known.start)}T00:00:00Z" if known and known.start else None
    end = f"{last_day(known.end)}T23:59:59Z" if known and known.end else None
    return start, end


def geometry(record: DatasetRecord, found: list[BBox]) -> dict[str, Any] | None:
    """The real outline or the clusters; the world for a global dataset, None for one without a place."""
    if record.spatial.footprint is not None:
        return dict(mapping(_wound(footprint.geometry(record.spatial.footprint))))
    if not found:
        return None if geo_status(record) in NOWHERE else dict(mapping(_wound(WORLD.geometry())))
    points = [Point(box.west, box.south) for box in found if _is_point(box)]
    polygons = [
        part
        for box in found
        if not _is_point(box)
        for part in getattr(box.geometry(), "geoms", [box.geometry()])
    ]
    shapes = [*_of(points, MultiPoint), *_of(polygons, shapely.MultiPolygon)]
    return dict(mapping(_wound(shapes[0] if len(shapes) == 1 else GeometryCollection(shapes))))


def _boxes(record: DatasetRecord, area: Area, outlines: Boxes) -> list[BBox]:
    """The boxes of one area: of the parts of the real outline, else the one round it."""
    if area.geometry is None:
        standing_in = outlines.get(area.code or "")
        return [standing_in] if standing_in else []
    if record.spatial.footprint is not None and isinstance(area.geometry, Polygon | MultiPolygon):
        return clusters_of(area.geometry)
    return [_around([area.geometry])]


def _of(parts: list[Any], many: Any) -> list[BaseGeometry]:
    """No geometry, the only one, or all in one."""
    return parts if len(parts) < 2 else [many(parts)]


def _wound(shape: BaseGeometry) -> BaseGeometry:
    return shapely.orient_polygons(shape)


def _is_point(box: BBox) -> bool:
    return box.west == box.east and box.south == box.north


def _merged(found: Iterable[BBox]) -> list[BBox]:
    """Boxes that touch become one, until none touch."""
    apart: list[tuple[BBox, BaseGeometry]] = []
    pending = [(box, box.geometry()) for box in found]
    while pending:
        box, shape = pending.pop()
        touching = [other for other in apart if other[1].intersects(shape)]
        if not touching:
            apart.append((box, shape))
            continue
        apart = [other for other in apart if other not in touching]
        joined = _around([shape, *(other[1] for other in touching)])
        pending.append((joined, joined.geometry()))
    return sorted((box for box, _ in apart), key=lambda box: box.values())


def _around(shapes: list[BaseGeometry]) -> BBox:
    """The box round shapes; its west lies east of its east where it crosses the antimeridian."""
    corners = geojson.bbox(shapes)
    return BBox(*corners) if corners else WORLD
