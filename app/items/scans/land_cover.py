"""Classes of land cover in label rasters: the IGBP scheme, its simple form, and the shares of a patch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.items.scans.rasters import read_band

SIMPLE = (
    "forest", "shrubland", "savanna", "grassland", "wetland",
    "cropland", "urban", "snow and ice", "barren", "water",
)  # fmt: skip
# Number of the simple class for each number of IGBP, 1 to 17; 0 and 255 are no data and are not among them.
SIMPLE_OF_IGBP = {
    1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 2, 7: 2, 8: 3, 9: 3,
    10: 4, 11: 5, 12: 6, 13: 7, 14: 6, 15: 8, 16: 9, 17: 10,
}  # fmt: skip
SIMPLE_OF_SIMPLE = {number: number for number in range(1, 11)}
WORTH_A_LABEL = 0.1


def labels(path: Path, band: int, simple_of: Mapping[int, int]) -> Mapping[str, Any]:
    """Properties of a patch from its label raster: its largest class, and every class of a tenth or more.

    Shares are of the labelled pixels; where there are none the item says that it is not labelled, since that
    is not a class.

    Raises:
        Invalid: the raster cannot be read.
    """
    values, counts = np.unique(read_band(path, band), return_counts=True)
    pixels: dict[int, int] = {}
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        if value in simple_of:
            pixels[simple_of[value]] = pixels.get(simple_of[value], 0) + count
    labelled = sum(pixels.values())
    if not labelled:
        return {"eod:labelled": False}
    present = [number for number in sorted(pixels) if pixels[number] / labelled >= WORTH_A_LABEL]
    largest = max(sorted(pixels), key=lambda number: pixels[number])
    return {"eod:class": SIMPLE[largest - 1], "eod:classes": [SIMPLE[number - 1] for number in present]}
