"""Reads an uploaded file; runs in a process of its own, which `guarding` starts, with little memory and time.

`python -m app.tiles.decoding` takes its limits and the name of the file as JSON in its first argument and the
file from its standard input. It writes one line of JSON to its standard output, and the values after it.
Only GeoTIFFs are opened, and only from memory; drivers that lead to other files or to hosts are not there.
"""

import json
import math
import resource
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import CRSError, NotGeoreferencedWarning
from rasterio.io import MemoryFile

from app.base.errors import AppError
from app.items.scans.rasters import Raster
from app.tiles import tiffs, unpacking
from app.tiles.opened import FoundBand, Limits, Opened
from app.tiles.refusals import Refused
from app.tiles.stacking import DAMAGED, Picture, stacked

FORMATS = {
    b"\x89HDF": "HDF5", b"CDF\x01": "NetCDF", b"CDF\x02": "NetCDF", b"<VRT": "VRT", b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG", b"\0\0\0\x0cjP": "JPEG 2000", b"\x93NUM": "NumPy", b"GRIB": "GRIB",
    b"%PDF": "PDF", b"Rar!": "RAR", b"\x1f\x8b": "gzip", b"7z\xbc\xaf": "7-Zip",
}  # fmt: skip
OPTIONS: Mapping[str, Any] = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_CACHEMAX": 64,
    "GDAL_NUM_THREADS": "1",
    "GTIFF_IGNORE_READ_ERRORS": "NO",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_TIMEOUT": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "PROJ_NETWORK": "OFF",
}
LONGEST_TEXT = 200
METRES_PER_DEGREE = 111_320.0
EARLIEST_MOMENT = datetime(1950, 1, 1, tzinfo=UTC)


def decode(content: bytes, name: str, limits: Limits) -> Opened:
    """Read a GeoTIFF, or all of a zip, which are brought to the grid of the finest.

    Raises:
        Refused: it is none, is damaged, says nothing, or asks for more than the limits allow.
    """
    files: dict[str, bytes] = {name: content}
    left_out: tuple[str, ...] = ()
    if unpacking.is_zip(content):
        files, left_out = unpacking.unpack(content, limits)
    claims = [_claims(one, file) for file, one in files.items()]
    _check_sizes(list(files), claims, limits)
    pictures = [_picture(one, file) for file, one in files.items()]
    opened = replace(stacked(pictures), left_out=left_out)
    if not np.isfinite(opened.values).any():
        raise Refused("nothing-known")
    return opened


def _claims(content: bytes, name: str) -> tiffs.Claims:
    if not content:
        raise Refused("empty")
    for start, known in FORMATS.items():
        if content.startswith(start):
            raise Refused("other-format", name=name, format=known)
    return tiffs.claims_of(content, name)


def _check_sizes(names: list[str], claims: list[tiffs.Claims], limits: Limits) -> None:
    for name, one in zip(names, claims, strict=True):
        if one.columns * one.rows > limits.pixels:
            raise Refused("pixels", name=name, columns=one.columns, rows=one.rows, most=limits.pixels)
    bands = sum(one.bands for one in claims)
    if bands > limits.bands:
        raise Refused("bands", bands=bands, most=limits.bands)
    values = bands * max(one.columns for one in claims) * max(one.rows for one in claims)
    if values > limits.values:
        raise Refused("values", values=values, most=limits.values)


def _picture(content: bytes, name: str) -> Picture:
    with _opened(content, name) as file:
        rows, columns = file.shape
        transform = None if file.transform.is_identity else file.transform
        raster = Raster(
            Path(name), (rows, columns), file.count, file.dtypes[0], None, transform, file.crs or None
        )
        metres = _metres(raster)
        bands = tuple(_band(file, name, number, metres) for number in file.indexes)
        return Picture(name, _values(file), bands, raster, _moment(file.tags()))


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[Any]:
    """A GeoTIFF in memory; whatever its reader says against it becomes one plain answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.Env(**OPTIONS), MemoryFile(content) as memory, memory.open(driver="GTiff") as file:
                yield file
        except DAMAGED:
            raise Refused("damaged", name=name) from None


def _values(file: Any) -> NDArray[np.float32]:
    """All bands [band, row, column]; NaN where the file marks no data, by number or by mask."""
    values = np.empty((file.count, *file.shape), dtype=np.float32)
    for place, number in enumerate(file.indexes):
        read = file.read(number, masked=True)
        with np.errstate(over="ignore", invalid="ignore"):
            values[place] = np.ma.filled(read.astype(np.float32), np.nan)
    values[~np.isfinite(values)] = np.nan
    return values


def _band(file: Any, name: str, number: int, metres: float | None) -> FoundBand:
    tags = {
        key.lower(): text for key, text in {**file.tags(number), **file.tags(number, ns="IMAGERY")}.items()
    }
    scale, offset = file.scales[number - 1], file.offsets[number - 1]
    told = file.descriptions[number - 1] or tags.get("band_name") or tags.get("name") or ""
    return FoundBand(
        file=name,
        number=number,
        description=_plain(told),
        common_name=_plain(tags.get("common_name", "")),
        centre_um=_wavelength(tags),
        unit=_plain(file.units[number - 1] or tags.get("unit", "")),
        scale=float(scale) if math.isfinite(scale) and scale else 1.0,
        offset=float(offset) if math.isfinite(offset) else 0.0,
        whole=np.dtype(file.dtypes[number - 1]).kind in "iu",
        gsd_m=metres,
    )


def _plain(text: str) -> str:
    """A text of bounded length without signs that are not to be seen."""
    return "".join(sign for sign in text[:LONGEST_TEXT] if sign.isprintable()).strip()


def _wavelength(tags: Mapping[str, str]) -> float | None:
    """The centre of a band in micrometres, by the names that programs give it."""
    for key in ("central_wavelength_um", "wavelength", "central_wavelength", "center_wavelength"):
        text, _blank, unit = tags.get(key, "").strip().partition(" ")
        try:
            value = float(text)
        except ValueError:
            continue
        # Nobody takes an image at 50 micrometres, nor writes one taken at 50 nanometres.
        in_nanometres = value > 50 or "nano" in tags.get("wavelength_units", unit).lower()
        value = value / 1000 if in_nanometres else value
        return value if 0.1 < value < 50 else None
    return None


def _moment(tags: Mapping[str, str]) -> datetime | None:
    """When the image was taken, where its file says so in a way that can be read."""
    named = {key.lower(): text for key, text in tags.items()}
    for key in ("acquisition_date", "acquisitiondatetime", "datetime", "tifftag_datetime"):
        text = named.get(key, "").strip().replace("Z", "+00:00")
        if key == "tifftag_datetime":
            text = text[:10].replace(":", "-") + text[10:]
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if EARLIEST_MOMENT < moment < datetime.now(UTC):
            return moment
    return None


def _metres(raster: Raster) -> float | None:
    """Size of a pixel in metres; of one in degrees along the meridian."""
    if raster.transform is None or raster.crs is None:
        return None
    step = math.hypot(raster.transform.b, raster.transform.e)
    factor = METRES_PER_DEGREE if raster.crs.is_geographic else _unit(raster)
    metres: float = round(step * factor, 3)
    return metres if math.isfinite(metres) and metres > 0 else None


def _unit(raster: Raster) -> float:
    try:
        factor: float = raster.crs.linear_units_factor[1] if raster.crs else 1.0
        return factor
    except (CRSError, AppError, ValueError):
        return 1.0


# The process.


def main() -> None:
    """Read what was handed in, and write what was found or why it is not taken."""
    asked = json.loads(sys.argv[1])
    limits = Limits(**asked["limits"])
    restrain(limits)
    try:
        opened = decode(sys.stdin.buffer.read(), asked["name"], limits)
    except Refused as error:
        _write({"refused": error.code, "named": error.named})
    except MemoryError:
        _write({"refused": "memory", "named": {}})
    else:
        _write({"opened": opened.head()}, opened.values)


def restrain(limits: Limits) -> None:
    """Take from this process what it does not need: memory, time, dumps of itself, large files."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    largest = limits.values * 4 + 10_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))


def _write(head: Mapping[str, Any], values: NDArray[np.float32] | None = None) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    if values is not None:
        sys.stdout.buffer.write(np.ascontiguousarray(values).data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
