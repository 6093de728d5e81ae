"""Several pictures of one area become one stack of bands on the grid of the finest."""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError
from rasterio.errors import CRSError, RasterioError

from app.base.errors import AppError
from app.base.extent import BBox
from app.items.scans.rasters import Raster, place_of
from app.tiles.corners import corners_of
from app.tiles.opened import FoundBand, Georeference, Opened
from app.tiles.refusals import Refused

# The library lets some of its own errors through under a name of its inner side.
DAMAGED = (RasterioError, CRSError, CPLE_BaseError, AppError, ValueError, OverflowError, TypeError)
"""What a reader of rasters raises where a file says what cannot be."""
SAME_AREA_PX = 0.6


@dataclass(frozen=True)
class Picture:
    """One GeoTIFF: values [band, row, column], and where it lies."""

    name: str
    values: NDArray[np.float32]
    bands: tuple[FoundBand, ...]
    raster: Raster
    moment: datetime | None


def stacked(pictures: list[Picture]) -> Opened:
    """All bands on the grid of the file with the most pixels.

    Raises:
        Refused: one lies elsewhere than the others.
    """
    finest = max(pictures, key=lambda one: one.raster.shape[0] * one.raster.shape[1])
    for one in pictures:
        if not _covers_the_same(one.raster, finest.raster):
            raise Refused("grids", name=one.name, other=finest.name)
    return Opened(
        values=np.concatenate([_fitted(one.values, finest.raster.shape) for one in pictures]),
        bands=tuple(band for one in pictures for band in one.bands),
        georeference=_georeference(finest.raster),
        moment=next((one.moment for one in pictures if one.moment), None),
    )


def _covers_the_same(one: Raster, other: Raster) -> bool:
    """Whether two rasters cover one area, to about half of the coarser pixel."""
    if one.transform is None or other.transform is None:
        return one.transform is other.transform and _ratio(one) == _ratio(other)
    if one.crs != other.crs:
        return False
    step = max(_step(one.transform), _step(other.transform))
    apart = np.abs(np.subtract(_corners(one), _corners(other)))
    return bool(np.isfinite(apart).all() and (apart <= SAME_AREA_PX * step).all())


def _ratio(raster: Raster) -> float:
    return raster.shape[0] / raster.shape[1]


def _step(grid: Affine) -> float:
    return float(max(map(abs, grid[:2] + grid[3:5])))


def _corners(raster: Raster) -> list[float]:
    grid, (rows, columns) = raster.transform or Affine.identity(), raster.shape
    return [
        number for corner in ((0, 0), (columns, 0), (0, rows), (columns, rows)) for number in grid @ corner
    ]


def _fitted(values: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """The nearest value for each pixel of a finer grid over the same area."""
    if values.shape[1:] == shape:
        return values
    rows = np.arange(shape[0]) * values.shape[1] // shape[0]
    columns = np.arange(shape[1]) * values.shape[2] // shape[1]
    return values[:, rows[:, None], columns]


def _georeference(raster: Raster) -> Georeference | None:
    """Where it lies; None for an image that only has pixels."""
    if raster.transform is None:
        return None
    try:
        place = place_of(raster)
        wkt = raster.crs.to_wkt() if raster.crs else ""
        corners = corners_of(wkt, raster.transform, raster.shape) if place.box else None
    except DAMAGED:
        return None
    box = BBox(*place.box) if place.box else None
    numbers = tuple(raster.transform[:6])
    return Georeference(wkt, numbers, box, corners) if all(map(math.isfinite, numbers)) else None
