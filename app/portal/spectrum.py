"""Bands on a wavelength axis: bar width is the bandwidth, height the ground sampling distance."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.base import html
from app.base.language import ngettext
from app.catalogue.bands import Band

WIDTH, LEFT, RIGHT = 980, 20, 960
BASE, TALLEST, LOWEST = 120, 62, 20
TICKS = (0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.2, 1.6, 2, 2.5, 4, 6, 8, 10, 12, 15)
LABEL_WIDTH = 7.5
MOST_LABELS = 60


@dataclass(frozen=True)
class Bar:
    """One band: bar and label, in units of the drawing."""

    name: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    label_y: float


@dataclass(frozen=True)
class Spectrum:
    """The drawing: 980 × 150; ticks are (x, text)."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    sentence: str


def spectrum(bands: Sequence[Band]) -> Spectrum | None:
    """The bands whose wavelength is known, on a logarithmic axis; None where there are none."""
    known = sorted((band for band in bands if band.centre_um), key=lambda band: band.centre_um or 0)
    if not known:
        return None
    low = min(0.4, *(_ends(band)[0] for band in known))
    high = max(1.0, *(_ends(band)[1] for band in known))

    def place(micrometres: float) -> float:
        return LEFT + (RIGHT - LEFT) * math.log(micrometres / low) / math.log(high / low)

    finest = min((band.gsd_m for band in known if band.gsd_m), default=None)
    return Spectrum(
        bars=tuple(_bars(known, place, finest)),
        ticks=tuple(
            (round(place(tick), 1), html.number(float(tick))) for tick in TICKS if low <= tick <= high
        ),
        sentence=ngettext(
            "%(num)s band between %(low)s and %(high)s micrometres",
            "%(num)s bands between %(low)s and %(high)s micrometres",
            len(known),
            low=html.number(float(f"{known[0].centre_um:.3g}")),
            high=html.number(float(f"{known[-1].centre_um:.3g}")),
        ),
    )


def _ends(band: Band) -> tuple[float, float]:
    centre, half = band.centre_um or 0.0, (band.fwhm_um or 0.0) / 2
    return max(0.1, centre - half), centre + half


def _bars(bands: Sequence[Band], place: Callable[[float], float], finest: float | None) -> list[Bar]:
    """Bars with labels on as many levels as are needed to keep them apart."""
    bars: list[Bar] = []
    taken: list[float] = []
    for band in bands:
        first, last = (place(end) for end in _ends(band))
        width = max(2.0, last - first)
        middle = (first + last) / 2
        height = _height(band.gsd_m, finest)
        half = LABEL_WIDTH * len(band.native_name) / 2
        level = next((i for i, end in enumerate(taken) if middle - half > end + 4), len(taken))
        taken[level : level + 1] = [middle + half]
        label_y = 50 - 13 * (level % 4)
        bars.append(
            Bar(
                band.native_name if len(bands) <= MOST_LABELS else "",
                round(middle - width / 2, 1),
                round(BASE - height, 1),
                round(width, 1),
                round(height, 1),
                round(middle, 1),
                label_y,
            )
        )
    return bars


def _height(gsd: float | None, finest: float | None) -> float:
    """Tall for the finest, half as tall for every fourfold coarser distance; low where it is unknown."""
    if not gsd or not finest:
        return TALLEST
    return max(LOWEST, TALLEST * math.sqrt(finest / gsd))
