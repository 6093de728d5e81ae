"""Where the four corners of a raster lie: a picture of its pixels is laid on a map by them.

A box would do for rasters in degrees alone; grids in metres stand askew on the globe, turned ones more so.
"""

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from rasterio.warp import transform as reproject

from app.items.scans.rasters import WGS84
from app.tiles.layers import Corners

DIGITS = 7


def corners_of(wkt: str, grid: Affine, shape: tuple[int, int]) -> Corners | None:
    """The corners of rows and columns on a grid, from the upper left clockwise, in degrees.

    Longitudes beyond 180 tell of a raster across the antimeridian. None where a corner lies nowhere.

    Args:
        wkt: the coordinate system of the grid; empty for degrees.

    Raises:
        CRSError, RasterioError, CPLE_BaseError: the coordinate system cannot be used, or not there.
    """
    rows, columns = shape
    ends = [grid @ end for end in ((0, 0), (columns, 0), (columns, rows), (0, rows))]
    crs = CRS.from_wkt(wkt) if wkt else WGS84
    found = np.array(reproject(crs, WGS84, [x for x, _y in ends], [y for _x, y in ends]))
    if not np.isfinite(found).all():
        return None
    if np.ptp(found[0]) > 180:
        found[0] = np.where(found[0] < 0, found[0] + 360, found[0])
    first, second, third, fourth = (
        (float(longitude), float(latitude)) for longitude, latitude in found.T.round(DIGITS)
    )
    return first, second, third, fourth
