"""Outlines of countries on an Equal Earth map, as SVG paths; made once from the base map of the front end.

Equal Earth keeps areas true, so that a northern country does not look larger than it is. Polynomial of
B. Šavrič, T. Patterson and B. Jenny (2018): The Equal Earth map projection. International Journal of
Geographical Information Science 33(3), 454-465, doi:10.1080/13658816.2018.1504949.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.catalogue import vocabulary
from app.insights.svg import short

OUTLINES = Path(__file__).parents[2] / "static" / "vendor" / "world-110m.json"

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
HALF_WIDTH, HALF_HEIGHT = 2.7066299, 1.3173627
"""Of the projected sphere of radius 1: the equator at 180 degrees, the pole."""

WIDTH = 540.0
HEIGHT = WIDTH * HALF_HEIGHT / HALF_WIDTH
SMALLEST_STEP = 0.6
"""Corners nearer than this to the one before are left out, in units of the drawing."""

Coordinates = NDArray[np.float64]


def equal_earth(degrees: Coordinates) -> Coordinates:
    """Project positions on the sphere of radius 1.

    Args:
        degrees: longitude -180 to 180 and latitude -90 to 90 [position, 2].
    Returns:
        x to the east and y to the north [position, 2].
    """
    longitude, latitude = np.radians(degrees).T
    angle = np.arcsin(np.sqrt(3) / 2 * np.sin(latitude))
    square = angle**2
    sixth = square**3
    x = 2 * np.sqrt(3) * longitude * np.cos(angle)
    x /= 3 * (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square))
    y = angle * (A1 + A2 * square + sixth * (A3 + A4 * square))
    return np.column_stack([x, y])


def drawn(degrees: Coordinates) -> Coordinates:
    """Positions on the drawing: x from the left, y from the top."""
    projected = equal_earth(degrees)
    scale = WIDTH / (2 * HALF_WIDTH)
    return np.column_stack([(projected[:, 0] + HALF_WIDTH) * scale, (HALF_HEIGHT - projected[:, 1]) * scale])


@dataclass(frozen=True)
class Country:
    """One country of the base map; `code` is None where the vocabulary has no such country."""

    code: str | None
    name: str
    path: str


@cache
def countries(path: Path = OUTLINES) -> tuple[Country, ...]:
    """Every country of the base map; none where the front-end files have not been made."""
    if not path.exists():
        return ()
    codes = {term.numeric: code for code, term in vocabulary.terms("country").items() if term.numeric}
    labels = {term.label: code for code, term in vocabulary.terms("country").items() if not term.numeric}
    return tuple(
        _country(feature, codes, labels)
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
    )


def _country(feature: Any, codes: dict[str, str], labels: dict[str, str]) -> Country:
    """Countries are told by their number, the few without one by their name."""
    name, geometry = feature["properties"]["name"], feature["geometry"]
    code = codes.get(feature["properties"]["id"] or "") or labels.get(name)
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    rings = (_ring(np.asarray(ring, dtype=np.float64)) for polygon in polygons for ring in polygon)
    return Country(code, name, "".join(rings))


def _ring(degrees: Coordinates) -> str:
    """A closed ring in relative steps of a tenth; the steps are taken between rounded corners, so that no
    error adds up and neighbours keep their common border."""
    corners = [(round(x * 10), round(y * 10)) for x, y in drawn(degrees)[:-1].tolist()]
    x, y = start = corners[0]
    steps = []
    for corner in corners[1:]:
        if abs(corner[0] - x) + abs(corner[1] - y) >= SMALLEST_STEP * 10:
            steps.append(_step((corner[0] - x) / 10, (corner[1] - y) / 10))
            x, y = corner
    if len(steps) < 2:
        return ""
    return f"M{short(start[0] / 10)} {short(start[1] / 10)}l{' '.join(steps)}z"


def _step(across: float, down: float) -> str:
    """Two lengths; a minus sign needs no space before it."""
    second = short(down)
    return f"{short(across)}{'' if second.startswith('-') else ' '}{second}"


@cache
def sphere() -> str:
    """The outline of the whole earth."""
    latitudes = np.arange(-90.0, 91.0, 5.0)
    east = drawn(np.column_stack([np.full_like(latitudes, 180.0), latitudes]))
    west = drawn(np.column_stack([np.full_like(latitudes, -180.0), latitudes[::-1]]))
    return f"M{_points(np.vstack([east, west]))}z"


@cache
def graticule() -> str:
    """Meridians and parallels every 30 degrees."""
    latitudes = np.arange(-90.0, 91.0, 5.0)
    meridians = [np.column_stack([np.full_like(latitudes, lon), latitudes]) for lon in range(-150, 180, 30)]
    parallels = [np.asarray([(-180.0, lat), (180.0, lat)]) for lat in range(-60, 90, 30)]
    return "".join(f"M{_points(drawn(line))}" for line in [*meridians, *parallels])


def _points(places: Coordinates) -> str:
    return " ".join(f"{short(x)} {short(y)}" for x, y in places.tolist())
