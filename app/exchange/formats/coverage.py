"""Where and when, in the words of schema.org; Croissant uses the same.

schema.org writes a box as "south west north east", latitude first, unlike GeoJSON and STAC.
"""

from typing import Any

import shapely
from shapely.geometry import Point, Polygon

from app.catalogue.clusters import sketched
from app.catalogue.places import Area, areas, geo_status
from app.catalogue.record import DatasetRecord, TemporalExtent

EARTH = shapely.box(-180, -90, 180, 90)


def spatial(record: DatasetRecord) -> list[dict[str, Any]]:
    """The places of a record; empty where the location is unknown or there is none.

    A country that merely stands in for an unknown place is named, never drawn.
    """
    places = [_place(area) for area in areas(record)]
    if not places and geo_status(record) == "global":
        return [{"@type": "Place", "name": "Global", "geo": _shape(EARTH)}]
    return places


def temporal(extent: TemporalExtent | None) -> str | None:
    """An ISO 8601 interval at the precision known; an open or unknown side is two dots."""
    if extent is None or not (extent.start or extent.end):
        return None
    if extent.start == extent.end:
        return extent.start
    return f"{extent.start or '..'}/{extent.end or '..'}"


def _place(area: Area) -> dict[str, Any]:
    place: dict[str, Any] = {"@type": "Place"}
    if area.name:
        place["name"] = area.name
    if area.kind == "outline":
        # The code is that of the place itself here, and of the country around it elsewhere.
        return place | {"identifier": area.code}
    if area.code:
        place["containedInPlace"] = {"@type": "Country", "identifier": area.code}
    if isinstance(area.geometry, Point):
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": area.geometry.y,
            "longitude": area.geometry.x,
        }
    elif area.geometry is not None:
        shapes = [_shape(part) for part in sketched(area.geometry) if isinstance(part, Polygon)]
        place["geo"] = shapes[0] if len(shapes) == 1 else shapes
    return place


def _shape(polygon: Polygon) -> dict[str, Any]:
    if polygon.equals(polygon.envelope):
        west, south, east, north = polygon.bounds
        return {"@type": "GeoShape", "box": _degrees(south, west, north, east)}
    corners = [
        degrees for longitude, latitude in polygon.exterior.coords for degrees in (latitude, longitude)
    ]
    return {"@type": "GeoShape", "polygon": _degrees(*corners)}


def _degrees(*values: float) -> str:
    """Numbers with a decimal point, six places at most (a tenth of a metre), and never in powers of ten."""
    return " ".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in values)
