"""Two maps of the same extract, one a state of the record, drawn as SVG by the server.

A reviewer sees at a glance whether an area moved, grew or went over the antimeridian; both maps show the same
part of the world, so that a difference between them is a difference of the record.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from markupsafe import Markup
from pydantic import ValidationError
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.catalogue import places, vocabulary
from app.catalogue.places import Area
from app.catalogue.record import DatasetRecord, Spatial
from app.insights import world
from app.insights.svg import element, group, short
from app.portal.record_view import geo_reason

NOBODY = "00000000-0000-0000-0000-000000000000"
LEAST_WIDTH = 90.0
"""The smallest extract, in units of the drawing, of which the world is 540 wide: about 60 degrees."""
MARGIN = 0.25
"""Room around what is drawn, as a share of its size."""
RATIO = world.WIDTH / world.HEIGHT
MOST_SHAPES = 600
STEP_DEGREES = 2.0
DOT = 0.008
"""Radius of a point, as a share of the width of the extract."""

_NUMBER = re.compile(r"-?[0-9.]+")

Frame = tuple[float, float, float, float]


@dataclass(frozen=True)
class Scene:
    """What one state of a record draws: its own shapes, and the codes of countries that stand in."""

    shapes: tuple[BaseGeometry, ...]
    countries: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.shapes and not self.countries


@dataclass(frozen=True)
class Maps:
    """Both maps, in the same frame, with a sentence each for who does not see them."""

    before: Markup
    after: Markup
    said_before: str
    said_after: str


def maps(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Maps | None:
    """Both maps; None where neither state has anything to draw."""
    old, new = scene(before or {}), scene(after)
    if old.is_empty and new.is_empty:
        return None
    view = frame([old, new])
    return Maps(
        before=drawing(old, view),
        after=drawing(new, view),
        said_before=said(before or {}),
        said_after=said(after),
    )


def scene(draft: Mapping[str, Any]) -> Scene:
    """What a record draws; a location that cannot be read draws nothing."""
    record = _located(draft)
    areas: Iterable[Area] = places.areas(record) if record else ()
    shapes, countries = [], set()
    for area in list(areas)[:MOST_SHAPES]:
        if area.geometry is not None:
            shapes.append(area.geometry)
        elif area.code:
            countries |= _members(area.code)
    return Scene(tuple(shapes), frozenset(countries))


def said(draft: Mapping[str, Any]) -> str:
    """How well the location is known, in a sentence."""
    record = _located(draft)
    return geo_reason(record) if record else ""


def _located(draft: Mapping[str, Any]) -> DatasetRecord | None:
    """A record that knows only where it lies, so that a draft can be drawn before the rest of it is right."""
    try:
        spatial = Spatial.model_validate(draft.get("spatial") or {})
    except ValidationError:
        return None
    return DatasetRecord(uuid=NOBODY, slug="draft", name="draft", kind="ml-dataset", spatial=spatial)


def _members(code: str) -> set[str]:
    """The countries of a continent; a country itself."""
    countries = vocabulary.terms("country")
    return {code} if code in countries else {key for key, term in countries.items() if term.group == code}


def frame(scenes: Sequence[Scene]) -> Frame:
    """The part of the drawing to show: left, top, width, height."""
    shapes = [world.drawn(_positions(shape)) for one in scenes for shape in one.shapes]
    known = _mainlands()
    countries = [known[code] for one in scenes for code in one.countries if code in known]
    if not shapes and not countries:
        return 0.0, 0.0, world.WIDTH, world.HEIGHT
    corners = np.vstack([*shapes, *countries])
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    width = max(LEAST_WIDTH, (right - left) * (1 + 2 * MARGIN), (bottom - top) * (1 + 2 * MARGIN) * RATIO)
    width = min(width, world.WIDTH)
    height = width / RATIO
    return (
        _within((left + right - width) / 2, world.WIDTH - width),
        _within((top + bottom - height) / 2, world.HEIGHT - height),
        width,
        height,
    )


@cache
def _mainlands() -> Mapping[str, world.Coordinates]:
    """The corners of the box round the largest part of each country, on the drawing.

    Islands and lands overseas are left out: a map of France need not show South America.
    """
    paths = ((country.code, _rings(country.path)) for country in world.countries() if country.code)
    return {code: max(rings, key=_size) for code, rings in paths if code and rings}


def _rings(path: str) -> list[world.Coordinates]:
    """The boxes round the rings of a path of `world.countries`: each begins anew and goes on by steps."""
    found = []
    for ring in path.split("z"):
        numbers = [float(one) for one in _NUMBER.findall(ring)]
        if len(numbers) >= 4:
            corners = np.cumsum(np.asarray(numbers).reshape(-1, 2), axis=0)
            found.append(np.vstack([corners.min(axis=0), corners.max(axis=0)]))
    return found


def _size(box: world.Coordinates) -> float:
    return float(np.prod(box[1] - box[0]))


def _within(start: float, most: float) -> float:
    return min(max(start, 0.0), most)


def drawing(one: Scene, view: Frame) -> Markup:
    """One map."""
    left, top, width, height = view
    ground = [
        element("path", class_="ocean", d=world.sphere()),
        element("path", class_="lines", d=world.graticule()),
        *(
            element("path", class_="stands-in" if country.code in one.countries else "land", d=country.path)
            for country in world.countries()
        ),
    ]
    marks = [_mark(shape, width * DOT) for shape in one.shapes]
    return element(
        "svg",
        group(ground),
        group(marks, class_="own-area"),
        class_="plot where-map",
        viewBox=f"{short(left)} {short(top)} {short(width)} {short(height)}",
        aria_hidden="true",
    )


def _mark(shape: BaseGeometry, radius: float) -> Markup:
    if isinstance(shape, Point):
        x, y = world.drawn(_positions(shape))[0].tolist()
        return element("circle", cx=f"{x:.2f}", cy=f"{y:.2f}", r=f"{radius:.2f}")
    path = "".join(_ring(ring) for part in _parts(shape) for ring in (part.exterior, *part.interiors))
    return element("path", d=path)


def _ring(ring: Any) -> str:
    corners = world.drawn(np.asarray(ring.segmentize(STEP_DEGREES).coords, dtype=np.float64)[:, :2])
    return "M" + " ".join(f"{x:.2f} {y:.2f}" for x, y in corners.tolist()) + "z"


def _parts(shape: BaseGeometry) -> list[Any]:
    return [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]


def _positions(shape: BaseGeometry) -> world.Coordinates:
    """All corners of a shape, in degrees."""
    if isinstance(shape, Point):
        return np.asarray([(shape.x, shape.y)], dtype=np.float64)
    rings = [np.asarray(part.exterior.coords, dtype=np.float64)[:, :2] for part in _parts(shape)]
    return np.vstack(rings)
