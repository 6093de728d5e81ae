"""Repair the Natural Earth base map and write it into static/vendor/ (reads scripts/basemap.mjs's output).

The packed shapes are stitched across the antimeridian (Russia, Fiji, Antarctica draw bars over the whole
world), so each ring is unrolled, cut at 180 degrees and folded back; a ring around a pole is closed along the
map's edge. Every shape is made valid and reduced to its polygons. The result depends on the input alone.
"""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry import LinearRing, MultiPolygon, Polygon, box, mapping, shape
from shapely.geometry.base import BaseGeometry

TARGET = Path("static/vendor")
GRID = 0.0001
"""Degrees; about 11 m, finer than the packed maps are."""


def polygons(geometry: BaseGeometry) -> Iterator[Polygon]:
    """The polygons inside any geometry; points and lines that a repair leaves over are dropped."""
    for part in getattr(geometry, "geoms", [geometry]):
        if isinstance(part, Polygon) and not part.is_empty:
            yield part
        elif hasattr(part, "geoms"):
            yield from polygons(part)


def unrolled(ring: LinearRing) -> NDArray[np.float64]:
    """Corners [corner, (longitude, latitude)]; longitudes run on past 180 degrees instead of leaping."""
    corners = shapely.get_coordinates(ring)
    turns = np.round(np.diff(corners[:, 0]) / 360)
    corners[1:, 0] -= 360 * np.cumsum(turns)
    return corners


def closed(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same corners; a ring that goes once round the globe is led over the pole it surrounds."""
    first, last = corners[0], corners[-1]
    if abs(last[0] - first[0]) < 180:
        return corners
    pole = math.copysign(90, float(corners[:, 1].mean()))
    return np.vstack([corners, [last[0], pole], [first[0], pole], first])


def region(ring: LinearRing) -> BaseGeometry:
    """What a ring encloses, cut at the antimeridian and folded back between -180 and 180 degrees."""
    whole = shapely.make_valid(Polygon(closed(unrolled(ring))))
    worlds = [
        affinity.translate(whole.intersection(box(-180 + turn, -90, 180 + turn, 90)), xoff=-turn)
        for turn in (-360, 0, 360)
    ]
    return shapely.union_all(worlds)


def cut(polygon: Polygon) -> BaseGeometry:
    """The polygon in parts that each stay on one side of the antimeridian."""
    holes = shapely.union_all([region(ring) for ring in polygon.interiors])
    # Antarctica is packed inside out, its coast as a hole around the pole: hence "either, but not both".
    return region(polygon.exterior).symmetric_difference(holes)


def repair(geometry: dict[str, Any]) -> MultiPolygon:
    """Cut at the antimeridian, make valid, snap to the grid, and order the parts the same way every time."""
    parts: list[Polygon] = []
    for polygon in polygons(shape(geometry)):
        parts.extend(polygons(shapely.make_valid(cut(polygon))))
    whole = shapely.set_precision(shapely.union_all(parts), GRID)
    return MultiPolygon(list(polygons(whole.normalize())))


def repaired(collection: dict[str, Any]) -> dict[str, Any]:
    """The collection with valid geometries; of the properties only `id` (ISO 3166-1 numeric) and `name`."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": feature.get("id"), "name": feature["properties"].get("name")},
            "geometry": mapping(repair(feature["geometry"])),
        }
        for feature in collection.get("features", [collection])
        if feature["geometry"] is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def main() -> None:
    """Write every map that standard input holds."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, collection in json.load(sys.stdin).items():
        text = json.dumps(repaired(collection), ensure_ascii=False, separators=(",", ":"))
        (TARGET / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
