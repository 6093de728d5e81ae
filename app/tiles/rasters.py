"""Cloud Optimized GeoTIFFs, written and read in memory; the only module here that opens what reads rasters.

The library is imported when the first file is read or written, so that neither service nor worker waits for
it at its start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.base.later import Later
from app.tiles.layers import Band, ClassOfPixels
from app.tiles.opened import Georeference

rasterio, rasterio_io = Later("rasterio"), Later("rasterio.io")
errors, enums, transforms = Later("rasterio.errors"), Later("rasterio.enums"), Later("rasterio.transform")

LARGEST_BLOCK, LEAST_BLOCK = 256, 128
NO_CLASS = 255


@dataclass(frozen=True)
class Encoding:
    """How values become numbers of a file: value = number × scale + offset; `no_data` is no value."""

    dtype: str
    scale: float = 1.0
    offset: float = 0.0
    no_data: float = float("nan")


REFLECTANCE = Encoding("uint16", 0.0001, no_data=65535)
DECIBELS = Encoding("int16", 0.01, no_data=-32768)
INDEX = Encoding("int16", 0.0001, no_data=-32768)
METRES = Encoding("uint16", 0.01, no_data=65535)
CLASSES = Encoding("uint8", no_data=NO_CLASS)
PLAIN = Encoding("float32")


@dataclass(frozen=True)
class Written:
    """What a file says beside its numbers.

    Attributes:
        bands: one for each of the array.
        gsd_m: size of a pixel; a file without a place has a grid of its own in metres, or in pixels.
        tags: of the whole file, as text.
    """

    bands: Sequence[Band]
    encoding: Encoding
    gsd_m: float | None = None
    place: Georeference | None = None
    classes: Sequence[ClassOfPixels] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


def encode(values: NDArray[np.generic], encoding: Encoding) -> NDArray[Any]:
    """Values as the numbers of a file; NaN and what does not fit become no data or the nearest that does."""
    if encoding.dtype.startswith("float"):
        return values.astype(encoding.dtype)
    if encoding.scale == 1 and values.dtype == np.dtype(encoding.dtype):
        return values
    # One band after the other: numbers of double precision take four times the room of what is kept.
    encoded = np.empty(values.shape, dtype=encoding.dtype)
    for place, band in enumerate(values):
        encoded[place] = _encoded(band, encoding)
    return encoded


def _encoded(values: NDArray[np.generic], encoding: Encoding) -> NDArray[Any]:
    limits = np.iinfo(encoding.dtype)
    # The number for no data lies at an end of the range, which no value may reach.
    low = limits.min + (encoding.no_data == limits.min)
    high = limits.max - (encoding.no_data == limits.max)
    numbers = np.rint((values.astype(np.float64) - encoding.offset) / encoding.scale)
    known = np.isfinite(numbers)
    return np.where(known, np.clip(numbers, low, high), encoding.no_data).astype(encoding.dtype)


def decode(numbers: NDArray[np.generic], encoding: Encoding) -> NDArray[np.float32]:
    """Numbers of a file as values, float32; NaN for no data."""
    values = numbers.astype(np.float32)
    if encoding.scale != 1 or encoding.offset:
        values = values * np.float32(encoding.scale) + np.float32(encoding.offset)
    if encoding.no_data == encoding.no_data:
        values[numbers == encoding.no_data] = np.nan
    return values


def write_cog(numbers: NDArray[Any], said: Written) -> bytes:
    """A Cloud Optimized GeoTIFF of numbers [band, row, column] as `encode` gives them.

    Raises:
        Invalid: no array of that many bands.
    """
    if numbers.ndim != 3 or len(numbers) != len(said.bands) or not numbers.size:
        raise Invalid(f"{len(said.bands)} bands cannot be written from an array of shape {numbers.shape}.")
    with rasterio_io.MemoryFile() as memory:
        with memory.open(**_profile(numbers, said)) as file:
            file.write(numbers)
            _describe(file, numbers, said)
        return bytes(memory.getbuffer())


def _profile(numbers: NDArray[Any], said: Written) -> dict[str, Any]:
    count, rows, columns = numbers.shape
    block = LEAST_BLOCK
    while block < min(LARGEST_BLOCK, max(rows, columns)):
        block *= 2
    return {
        "driver": "COG",
        "count": count,
        "height": rows,
        "width": columns,
        "dtype": said.encoding.dtype,
        "nodata": said.encoding.no_data,
        "compress": "deflate",
        "predictor": "yes",
        "blocksize": block,
        "overviews": "auto",
        "overview_resampling": "nearest" if said.classes else "average",
        **_place(said, rows),
    }


def _place(said: Written, rows: int) -> dict[str, Any]:
    if said.place is not None:
        return {"crs": said.place.wkt, "transform": transforms.Affine(*said.place.transform)}
    step = said.gsd_m or 1.0
    # South is down and the corner below is zero; without a coordinate system this names no place.
    return {"transform": transforms.Affine(step, 0, 0, 0, -step, rows * step)}


def _describe(file: Any, numbers: NDArray[Any], said: Written) -> None:
    """Names, wavelengths, units, statistics and classes, where GDAL and its friends look for them."""
    count = len(said.bands)
    file.descriptions = [band.name for band in said.bands]
    file.units = [band.unit for band in said.bands]
    file.scales, file.offsets = [said.encoding.scale] * count, [said.encoding.offset] * count
    file.update_tags(**said.tags)
    for number, band in enumerate(said.bands, start=1):
        file.update_tags(number, **_statistics(numbers[number - 1], said.encoding), **_names(band))
        if band.centre_um is not None:
            wide = {"FWHM_UM": str(band.width_um)} if band.width_um else {}
            file.update_tags(number, ns="IMAGERY", CENTRAL_WAVELENGTH_UM=str(band.centre_um), **wide)
    if said.classes:
        file.update_tags(1, **{f"CLASS_{one.value}": one.name for one in said.classes})
        file.write_colormap(1, {one.value: _colour(one.colour) for one in said.classes})


def _statistics(numbers: NDArray[Any], encoding: Encoding) -> dict[str, str]:
    """Those of the numbers, not of the values: so GDAL has it."""
    known = numbers[np.isfinite(numbers) & (numbers != encoding.no_data)].astype(np.float64)
    if not known.size:
        return {}
    found = {"MINIMUM": known.min(), "MAXIMUM": known.max(), "MEAN": known.mean(), "STDDEV": known.std()}
    return {f"STATISTICS_{name}": f"{value:.10g}" for name, value in found.items()}


def _names(band: Band) -> dict[str, str]:
    said = {
        "title": band.title,
        "common_name": band.common_name,
        "wavelength_um": band.centre_um and str(band.centre_um),
    }
    return {name: text for name, text in said.items() if text}


def _colour(text: str) -> tuple[int, int, int, int]:
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue, 255


def read_cog(content: bytes, *, shape: tuple[int, int] | None = None) -> NDArray[Any]:
    """The values of a file of ours [band, row, column]: float32 with NaN for no data, or uint8 for classes.

    Args:
        shape: rows and columns that are wanted, by the nearest pixel; else those of the file.
    Raises:
        Invalid: it is no GeoTIFF, or a damaged one.
    """
    if not content:
        raise Invalid("The file of this tile cannot be read: it is empty.")
    try:
        with rasterio_io.MemoryFile(content) as memory, memory.open(driver="GTiff") as file:
            size = (file.count, *(shape or file.shape))
            numbers = file.read(out_shape=size, resampling=enums.Resampling.nearest)
            encoding = Encoding(file.dtypes[0], file.scales[0], file.offsets[0], _no_data(file))
            is_classes = file.colorinterp[0] == enums.ColorInterp.palette
    except errors.RasterioError as error:
        raise Invalid(f"The file of this tile cannot be read: {error}") from error
    return np.asarray(numbers) if is_classes else decode(numbers, encoding)


def _no_data(file: Any) -> float:
    return float("nan") if file.nodata is None else float(file.nodata)
