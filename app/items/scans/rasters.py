"""GeoTIFFs as a scan needs them: their shape, and where on Earth they lie.

Files without a coordinate system, with one that no register knows, and in degrees all occur. A place is never
guessed but in one case that leaves no doubt: positions that can only be degrees are taken for WGS 84.
"""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import antimeridian
import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError
from rasterio.warp import transform as reproject
from rasterio.windows import Window
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from app.base.errors import Invalid

WGS84 = CRS.from_epsg(4326)
# Points along each edge before it is made plain again, and how far, in pixels, it may then be off.
POINTS_PER_EDGE = 16
TOLERANCE_PX = 0.05
DIGITS = 7
LARGEST_DEGREES_PER_PIXEL = 0.5
MOST_PIXELS_READ = 16_000_000


@dataclass(frozen=True)
class Raster:
    """The head of a raster: rows and columns, bands, type, no-data value, and its grid.

    `transform` leads from columns and rows to coordinates of `crs`; None where the file does not say.
    """

    path: Path
    shape: tuple[int, int]
    bands: int
    data_type: str
    nodata: float | None
    transform: Affine | None
    crs: CRS | None


@dataclass(frozen=True)
class Place:
    """Where a raster lies, in degrees; `box` is west, south, east, north, with west > east across 180.

    `note` says what was assumed, or why there is no place.
    """

    geometry: BaseGeometry | None
    box: tuple[float, float, float, float] | None
    note: str | None = None


def read_head(path: Path) -> Raster:
    """Read the head of a GeoTIFF, and its last pixel, so that a file cut short is noticed.

    Raises:
        Invalid: it is no GeoTIFF, or ends too early.
    """
    with opened(path) as file:
        rows, columns = file.shape
        file.read(file.count, window=Window(columns - 1, rows - 1, 1, 1))
        return Raster(
            path=path,
            shape=(rows, columns),
            bands=file.count,
            data_type=file.dtypes[0],
            nodata=file.nodata,
            transform=None if file.transform.is_identity else file.transform,
            crs=file.crs or None,
        )


def read_band(path: Path, number: int) -> NDArray[Any]:
    """One band [row, column] of a GeoTIFF as it is stored; bands count from 1.

    Raises:
        Invalid: it is no GeoTIFF, has no such band, or more than 16 million pixels.
    """
    with opened(path) as file:
        if not 1 <= number <= file.count:
            raise Invalid(f"It has {file.count} bands; band {number} was expected.")
        if file.width * file.height > MOST_PIXELS_READ:
            raise Invalid(f"It has {file.width} by {file.height} pixels; that is more than is read at once.")
        values: NDArray[Any] = file.read(number)
        return values


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A GeoTIFF opened for reading; whatever goes wrong inside is told as Invalid."""
    with warnings.catch_warnings():
        # Whether a file says where it lies is looked at below; it need not be told twice.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(path, driver="GTiff") as file:
                yield file
        except RasterioError as error:
            raise Invalid(f"It cannot be read as a GeoTIFF: {_plain(error, path)}") from None


def _plain(error: RasterioError, path: Path) -> str:
    """The deepest reason, without the path, which is told beside it."""
    reason = error.__cause__ or error
    return str(reason).replace(str(path), path.name)


def crs_from_text(text: str) -> CRS | None:
    """A coordinate system from WKT, an EPSG code or a PROJ string; None where it is none."""
    try:
        return CRS.from_user_input(text)
    except CRSError:
        return None


def place_of(raster: Raster, stand_in: CRS | None = None) -> Place:
    """Where a raster lies; `stand_in` is the coordinate system of its neighbours, should it name none.

    Raises:
        Invalid: its coordinates lie outside of what its coordinate system can express.
    """
    if raster.transform is None:
        return Place(None, None, "the file does not say where it lies")
    crs = raster.crs or stand_in
    if crs is not None and not (crs.is_projected or crs.is_geographic):
        return Place(None, None, "the coordinate system of the file is bound to no place on Earth")
    if crs is not None:
        note = None if raster.crs else "coordinate system taken from the files beside it"
        return replace(footprint(raster.shape, raster.transform, crs), note=note)
    if _must_be_degrees(raster.shape, raster.transform):
        note = "coordinate system not recorded; the coordinates can only be degrees"
        return replace(footprint(raster.shape, raster.transform, WGS84), note=note)
    return Place(None, None, "the file names no coordinate system")


def _must_be_degrees(shape: tuple[int, int], grid: Affine) -> bool:
    """Whether coordinates fit on the globe in degrees, in steps too fine for metres."""
    fine = max(abs(grid.a), abs(grid.e)) <= LARGEST_DEGREES_PER_PIXEL
    xs, ys = _edge(shape, grid)
    return fine and bool((np.abs(xs) <= 180).all() and (np.abs(ys) <= 90).all())


def footprint(shape: tuple[int, int], grid: Affine, crs: CRS) -> Place:
    """The outline of rows and columns on a grid, in degrees.

    Edges that are straight on the grid are bent on the globe: they are followed by many points, of which
    those stay that a twentieth of a pixel asks for.

    Raises:
        Invalid: a corner lies outside of what the coordinate system can express.
    """
    xs, ys = _edge(shape, grid)
    try:
        longitudes, latitudes = reproject(crs, WGS84, xs.tolist(), ys.tolist())
    except (CRSError, RasterioError) as error:
        raise Invalid(f"Its coordinates cannot be turned into degrees: {error}") from None
    positions = np.round(np.column_stack([longitudes, latitudes]), DIGITS)
    if not np.isfinite(positions).all() or (np.abs(positions[:, 1]) > 90).any():
        raise Invalid("Its coordinates lie outside of its coordinate system.")
    return _outline(positions, TOLERANCE_PX / max(shape))


def _edge(shape: tuple[int, int], grid: Affine) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points around a raster, from its first pixel along the columns, in coordinates of its grid."""
    rows, columns = shape
    steps = np.linspace(0, 1, POINTS_PER_EDGE, endpoint=False)
    nothing, everything = np.zeros_like(steps), np.ones_like(steps)
    across = np.concatenate([steps, everything, 1 - steps, nothing]) * columns
    down = np.concatenate([nothing, steps, everything, 1 - steps]) * rows
    return _on_grid(across, down, grid)


def _on_grid(
    columns: NDArray[np.float64], rows: NDArray[np.float64], grid: Affine
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates of positions given in columns and rows."""
    return grid.a * columns + grid.b * rows + grid.c, grid.d * columns + grid.e * rows + grid.f


def _outline(positions: NDArray[np.float64], share: float) -> Place:
    """A valid outline and its box; `share` is the tolerance as a part of the outline's height."""
    south, north = positions[:, 1].min(), positions[:, 1].max()
    longitudes = positions[:, 0]
    crosses = longitudes.max() - longitudes.min() > 180 or np.abs(longitudes).max() > 180
    if not crosses:
        polygon = _simplified(positions, (north - south) * share)
        return Place(orient(polygon), polygon.bounds)
    # Beyond 180 degrees the numbers go on, so that the outline can be simplified in one piece.
    unrolled = np.column_stack([np.unwrap(longitudes, period=360), positions[:, 1]])
    polygon = _simplified(unrolled, (north - south) * share)
    halves = antimeridian.fix_polygon(polygon, fix_winding=True)
    west, east = unrolled[:, 0].min(), unrolled[:, 0].max()
    return Place(halves, (_rolled(west), float(south), _rolled(east), float(north)))


def _simplified(positions: NDArray[np.float64], tolerance: float) -> Polygon:
    return cast(Polygon, Polygon(positions).simplify(tolerance))


def _rolled(longitude: float) -> float:
    """A longitude between -180 and 180 degrees."""
    return round(math.remainder(longitude, 360), DIGITS)


def epsg_of(crs: CRS) -> int | None:
    """The number of a coordinate system in the EPSG register; None where it is not in there."""
    number = crs.to_epsg()
    return int(number) if number is not None else None
