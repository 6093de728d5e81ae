"""Land cover in the ten classes of DFC2020: of every pixel, and as coarse labels tell it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from app.scenes.layout import Cover

CLASSES = 10
BLOCK = 16
"""Pixels along an edge of a coarse label: 160 m."""
OF_COVER: Mapping[Cover, int] = {
    Cover.BROADLEAF: 0,
    Cover.CONIFER: 0,
    Cover.SHRUB: 1,
    Cover.GRASS: 3,
    Cover.WETLAND: 4,
    Cover.CROP: 5,
    Cover.URBAN_DENSE: 6,
    Cover.URBAN_OPEN: 6,
    Cover.SNOW: 7,
    Cover.BARE: 8,
    Cover.WATER: 9,
}
"""Forest is class 0; there is no savanna, class 2, in simulated scenes."""
_OF_COVER = np.array([OF_COVER[one] for one in Cover], dtype=np.uint8)


def land_cover(cover: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The classes 0 to 9 of the covers of a layout, pixel by pixel."""
    return np.asarray(_OF_COVER[cover])


def coarsened(classes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The most frequent class of each block of 16 × 16 pixels, the lowest of equal ones, all over the block.

    Args:
        classes: [row, column], 0 to 9; both lengths are multiples of 16.
    """
    rows, columns = (length // BLOCK for length in classes.shape)
    blocks = classes.reshape(rows, BLOCK, columns, BLOCK).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    counts = np.stack([(blocks == one).sum(axis=-1) for one in range(CLASSES)])
    most = counts.argmax(axis=0).astype(np.uint8)
    return np.asarray(most.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1))
