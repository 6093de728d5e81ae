"""How values of bands become what a network eats, the same in training and in service."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid


@dataclass(frozen=True)
class Scaling:
    """Clip to the two ends, then write `low` as 0 and `high` as 1; `high` may be the smaller one.

    Units are those of the band: reflectance without unit, backscatter in dB.
    """

    low: float
    high: float


REFLECTANCE = Scaling(0.0, 1.0)
"""Digital numbers 0 to 10,000 as reflectance 0 to 1."""
BACKSCATTER = Scaling(-25.0, 0.0)
BACKSCATTER_DOWN_VV, BACKSCATTER_DOWN_VH = Scaling(0.0, -25.0), Scaling(0.0, -32.5)
"""Upside down, as SEN12TP has it: 0 dB is 0."""


def scale(values: NDArray[np.floating], scalings: Sequence[Scaling]) -> NDArray[np.float32]:
    """Prepare bands for a network; no data (NaN) become 0 after scaling.

    Args:
        values: [..., band, row, column] in the units of the bands.
        scalings: one for each band, in order.
    Returns:
        The same shape, float32, 0 to 1.
    Raises:
        Invalid: as many scalings as bands are needed.
    """
    if values.ndim < 3 or values.shape[-3] != len(scalings):
        raise Invalid(f"{len(scalings)} bands are expected as [band, row, column]; got shape {values.shape}.")
    low = np.array([one.low for one in scalings], dtype=np.float32)[:, None, None]
    high = np.array([one.high for one in scalings], dtype=np.float32)[:, None, None]
    # Scaling before clipping serves both directions: between the ends is between 0 and 1.
    scaled = (values.astype(np.float32) - low) / (high - low)
    return np.asarray(np.nan_to_num(np.clip(scaled, 0, 1), nan=0.0), dtype=np.float32)
