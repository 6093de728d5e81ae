"""The outline of a dataset as its record keeps it: GeoJSON, longitude latitude, WGS 84.

It is kept plain enough that every reader can draw it: valid in the plane, within one turn of the globe (what
crosses the antimeridian is two polygons), and small enough to travel inside the record.
"""

from typing import Annotated, Literal

import shapely
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from shapely.geometry import MultiPolygon, Polygon, mapping, shape

MOST_VERTICES = 5000

_Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
_Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
_Position = tuple[_Longitude, _Latitude]
_Ring = Annotated[tuple[_Position, ...], Field(min_length=4, max_length=MOST_VERTICES)]
_Rings = Annotated[tuple[_Ring, ...], Field(min_length=1, max_length=MOST_VERTICES)]


class _Outline(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PolygonOutline(_Outline):
    """One outer ring, then its holes; every ring ends where it starts."""

    type: Literal["Polygon"]
    coordinates: _Rings


class MultiPolygonOutline(_Outline):
    """Several polygons that do not overlap."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[tuple[_Rings, ...], Field(min_length=1, max_length=MOST_VERTICES)]


def _checked(outline: PolygonOutline | MultiPolygonOutline) -> PolygonOutline | MultiPolygonOutline:
    """The outline itself, when it can be drawn as it stands.

    Raises:
        ValueError: an open ring, too many vertices, no area, or rings that cross.
    """
    parts = outline.coordinates if isinstance(outline, MultiPolygonOutline) else (outline.coordinates,)
    rings = [ring for part in parts for ring in part]
    if any(ring[0] != ring[-1] for ring in rings):
        raise PydanticCustomError("ring_open", "a ring is not closed; repeat its first position at its end")
    vertices = sum(map(len, rings))
    if vertices > MOST_VERTICES:
        raise PydanticCustomError(
            "outline_long", "{n} vertices; at most {most} are kept, simplify the outline",
            {"n": vertices, "most": MOST_VERTICES},
        )  # fmt: skip
    drawn = geometry(outline)
    if not drawn.is_valid:
        raise PydanticCustomError(
            "outline_crossed", "the outline is not valid: {why}", {"why": shapely.is_valid_reason(drawn)}
        )
    return outline


Footprint = Annotated[
    PolygonOutline | MultiPolygonOutline, Field(discriminator="type"), AfterValidator(_checked)
]


def geometry(outline: PolygonOutline | MultiPolygonOutline) -> Polygon | MultiPolygon:
    """The outline in degrees, ready to be compared and drawn."""
    drawn = shape({"type": outline.type, "coordinates": outline.coordinates})
    if not isinstance(drawn, Polygon | MultiPolygon):
        raise TypeError(f"an outline is one or several polygons, not a {drawn.geom_type}")
    return drawn


def outline_of(drawn: Polygon | MultiPolygon) -> PolygonOutline | MultiPolygonOutline:
    """The record's form of a geometry in degrees; heights are left out.

    Raises:
        ValueError: as for a record that holds it.
    """
    made = mapping(shapely.force_2d(drawn))
    if drawn.geom_type == "Polygon":
        return _checked(PolygonOutline.model_validate(made))
    return _checked(MultiPolygonOutline.model_validate(made))
