"""The values of one pixel against wavelength, as a drawing of 640 × 170 units."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.base import html
from app.tiles.layers import Layer
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
class Line:
    """The points of one layer, joined; those of truth are dashed."""

    title: str
    is_truth: bool
    points: tuple[Mark, ...]
    path: str


@dataclass(frozen=True)
class Spectrum:
    """The lines of all optical layers, rules across, and wavelengths beneath."""

    lines: tuple[Line, ...]
    rules: tuple[Mark, ...]
    ticks: tuple[Mark, ...]


def spectrum(readings: Sequence[Reading]) -> Spectrum | None:
    """The spectra of the optical layers; None where none has three bands of known wavelength."""
    layers = dict.fromkeys(one.layer for one in readings if one.layer.shows == "optical")
    known = {layer: points for layer in layers if len(points := _known(layer, readings)) >= FEWEST}
    if not known:
        return None
    top = max(STEPS[0], *(value for points in known.values() for _um, value, _name in points))
    step = next((one for one in STEPS if top / one <= 5), top / 4)
    rules = tuple(Mark(LEFT, _up(n * step, top), f"{n * step:g}") for n in range(int(top / step + 0.01) + 1))
    ticks = tuple(Mark(_across(um), BOTTOM, f"{html.number(um)} µm") for um in (0.5, 1.0, 1.5, 2.0))
    return Spectrum(tuple(_line(layer, points, top) for layer, points in known.items()), rules, ticks)


def _known(layer: Layer, readings: Sequence[Reading]) -> list[tuple[float, float, str]]:
    """Wavelength, value and name of the bands of a layer that lie in the drawing, by wavelength."""
    return sorted(
        (one.centre_um, one.value, one.band)
        for one in readings
        if one.layer is layer and one.value is not None and one.centre_um is not None
        if SHORTEST <= one.centre_um <= LONGEST
    )


def _line(layer: Layer, known: Sequence[tuple[float, float, str]], top: float) -> Line:
    points = tuple(
        Mark(_across(um), _up(value, top), f"{name}, {html.decimals(um, 2)} µm: {html.decimals(value, 3)}")
        for um, value, name in known
    )
    path = "M" + "L".join(f"{point.x:g} {point.y:g}" for point in points)
    return Line(layer.title, layer.is_truth, points, path)


def _across(um: float) -> float:
    return round(LEFT + (um - SHORTEST) / (LONGEST - SHORTEST) * (RIGHT - LEFT), 1)


def _up(value: float, top: float) -> float:
    return round(BOTTOM - max(value, 0.0) / top * (BOTTOM - TOP), 1)
