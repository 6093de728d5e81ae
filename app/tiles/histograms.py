"""How often the values of a band occur, and what that looks like as bars in a drawing of 100 × 32 units."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.tiles.layers import Layer

BINS = 40
WIDTH, HEIGHT = 100.0, 32.0
TAILS = (0.5, 99.5)
"""Percentiles that the first and the last bar reach to; what lies beyond is counted in them."""


@dataclass(frozen=True)
class Histogram:
    """One band of a layer.

    Attributes:
        edges: one more than counts, in the unit of the band.
        unknown: number of pixels without a value.
    """

    layer: str
    name: str
    centre_um: float | None
    unit: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    minimum: float
    low: float
    median: float
    mean: float
    high: float
    maximum: float
    deviation: float
    unknown: int

    @property
    def bars(self) -> str:
        """The bars as one path; the highest fills the drawing."""
        most = max(self.counts, default=0) or 1
        wide = WIDTH / max(len(self.counts), 1)
        tall = [(place, count * HEIGHT / most) for place, count in enumerate(self.counts) if count]
        return "".join(
            f"M{at * wide:.1f} {HEIGHT:g}v{-up:.1f}h{wide * 0.86:.2f}V{HEIGHT:g}z" for at, up in tall
        )


def histograms(layer: Layer, values: NDArray[np.generic]) -> tuple[Histogram, ...]:
    """One for each band of a layer that holds values, none of classes.

    Args:
        values: [band, row, column]; NaN is unknown.
    """
    if layer.shows == "classes":
        return ()
    return tuple(_of_band(layer, place, values[place]) for place in range(len(layer.bands)))


def _of_band(layer: Layer, place: int, values: NDArray[np.generic]) -> Histogram:
    band = layer.bands[place]
    known = values[np.isfinite(values)].astype(np.float64)
    if not known.size:
        nothing = (0.0,) * 7
        return Histogram(layer.key, band.name, band.centre_um, band.unit, (), (), *nothing, int(values.size))
    first, low, median, high, last = np.percentile(known, (TAILS[0], 2, 50, 98, TAILS[1])).tolist()
    last = last if last > first else first + 1.0
    counts, edges = np.histogram(np.clip(known, first, last), BINS, (first, last))
    return Histogram(
        layer.key,
        band.name,
        band.centre_um,
        band.unit,
        tuple(edges.tolist()),
        tuple(counts.tolist()),
        float(known.min()),
        low,
        median,
        float(known.mean()),
        high,
        float(known.max()),
        float(known.std()),
        int(values.size - known.size),
    )
