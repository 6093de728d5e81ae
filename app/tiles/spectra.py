"""The values of one pixel against wavelength, as a drawing of 640 × 170 units."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.base import html
from app.tiles.viewer_values import Reading

LEFT, RIGHT, TOP, BOTTOM = 44.0, 628.0, 12.0, 146.0
SHORTEST, LONGEST = 0.4, 2.4
"""Wavelengths at both ends, micrometres."""
FEWEST = 3
STEPS = (0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Mark:
    """A place in the drawing with its words."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Spectrum:
    """Points of one layer joined by a line, rules across, and wavelengths beneath."""

    points: tuple[Mark, ...]
    rules: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    path: str


def spectrum(readings: Sequence[Reading]) -> Spectrum | None:
    """The spectrum of the first optical layer; None with fewer than three bands of known wavelength."""
    first = next((one.layer for one in readings if one.layer.shows == "optical"), None)
    known = [
        (one.centre_um, one.value, one.band)
        for one in readings
        if one.layer is first and one.centre_um and one.value is not None
    ]
    inside = sorted(row for row in known if SHORTEST <= row[0] <= LONGEST)
    if len(inside) < FEWEST:
        return None
    top = max(max(value for _um, value, _name in inside), STEPS[0])
    step = next((one for one in STEPS if top / one <= 5), top / 4)
    points = tuple(
        Mark(_across(um), _up(value, top), f"{name} {um:.2f} µm: {html.decimals(value, 3)}")
        for um, value, name in inside
    )
    rules = tuple(Mark(LEFT, _up(n * step, top), f"{n * step:g}") for n in range(int(top / step + 0.01) + 1))
    ticks = tuple(Mark(_across(um), BOTTOM, f"{um:g} µm") for um in (0.5, 1.0, 1.5, 2.0))
    path = "M" + "L".join(f"{point.x:g} {point.y:g}" for point in points)
    return Spectrum(points, rules, ticks, path)


def _across(um: float) -> float:
    return round(LEFT + (um - SHORTEST) / (LONGEST - SHORTEST) * (RIGHT - LEFT), 1)


def _up(value: float, top: float) -> float:
    return round(BOTTOM - max(value, 0.0) / top * (BOTTOM - TOP), 1)
