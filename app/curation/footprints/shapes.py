"""What is read of an area before it becomes an outline, and what comes of it; with the bounds of both."""

from dataclasses import dataclass, field
from typing import Any

from shapely.geometry import MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

LARGEST_FILE = 7_000_000
LARGEST_UNPACKED = 64_000_000
MOST_SHAPES = 20_000
MOST_POSITIONS = 1_000_000
MOST_SPOTS = 200
LONGEST_NAME = 200


@dataclass(frozen=True)
class Shape:
    """One geometry as read, in degrees; longitudes may still run past 180. `name` as the file has it."""

    geometry: BaseGeometry
    name: str | None = None


@dataclass(frozen=True)
class Gathered:
    """All that was read of one source: its shapes in degrees, and remarks on how they were read."""

    shapes: tuple[Shape, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spot:
    """A point of the source, which becomes a place of the record: longitude and latitude in degrees."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Footprint:
    """An outline that a record can hold, and what a curator should know about how it was made.

    `geometry` is valid, within one turn of the globe, and has at most `catalogue.footprint.MOST_VERTICES`
    vertices; it is None where the source held points alone, which are `spots`. `simplified` tells that the
    outline differs from its source by more than rounding; the notes then say how much.
    """

    geometry: Polygon | MultiPolygon | None
    summary: str
    simplified: bool = False
    vertices: int = 0
    area_km2: float = 0.0
    notes: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The whole as JSON values; `geometry` is what `spatial.footprint` of a record holds."""
        return {
            "geometry": None if self.geometry is None else dict(mapping(self.geometry)),
            "summary": self.summary,
            "simplified": self.simplified,
            "vertices": self.vertices,
            "area_km2": self.area_km2,
            "notes": list(self.notes),
            "spots": [{"name": spot.name, "lon": spot.lon, "lat": spot.lat} for spot in self.spots],
        }


def from_json(said: dict[str, Any]) -> Footprint:
    """The footprint that `as_json` wrote."""
    drawn = shape(said["geometry"]) if said["geometry"] else None
    return Footprint(
        geometry=drawn if isinstance(drawn, Polygon | MultiPolygon) else None,
        summary=said["summary"],
        simplified=said["simplified"],
        vertices=said["vertices"],
        area_km2=said["area_km2"],
        notes=tuple(said["notes"]),
        spots=tuple(Spot(**spot) for spot in said["spots"]),
    )


def spot_of(point: Point, name: str | None, number: int) -> Spot:
    """A point as a place, under its own name or its number."""
    called = (name or "").strip()[:LONGEST_NAME] or f"Point {number}"
    return Spot(called, round(point.x, 6), round(point.y, 6))
