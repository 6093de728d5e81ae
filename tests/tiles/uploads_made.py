"""Makes the files that people upload, and those that nobody should be able to hurt us with."""

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import MemoryFile

Tags = dict[int, tuple[int, Sequence[int]]]

ignores_missing_place = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
"""For tests that write a GeoTIFF without a place, of which the library warns."""


def geotiff(
    values: NDArray[np.generic],
    *,
    names: Sequence[str] = (),
    tags: Mapping[str, str] | None = None,
    band_tags: Sequence[Mapping[str, str]] = (),
    placed: bool = True,
    step: float = 10,
    crs: str = "EPSG:32632",
    **more: object,
) -> bytes:
    """A GeoTIFF of values [band, row, column] near Munich, or without a place."""
    corner = (691_000, 5_335_000) if crs == "EPSG:32632" else (11.5, 48.1)
    place = {"crs": crs, "transform": Affine(step, 0, corner[0], 0, -step, corner[1])} if placed else {}
    bands, rows, columns = values.shape
    options = {"driver": "GTiff", "width": columns, "height": rows, "count": bands, "dtype": values.dtype}
    with MemoryFile() as memory:
        with memory.open(**options | place | more) as file:
            file.write(values)
            for number, name in enumerate(names, 1):
                file.set_band_description(number, name)
            for number, told in enumerate(band_tags, 1):
                file.update_tags(number, **told)
            if tags:
                file.update_tags(**tags)
        content: bytes = memory.read()
        return content


def sentinel2(bands: int = 13, side: int = 16) -> NDArray[np.uint16]:
    """Digital numbers that look like those of Sentinel-2 [band, row, column]."""
    return np.random.default_rng(7).integers(300, 4000, (bands, side, side)).astype(np.uint16)


def zipped(files: Iterable[tuple[str, bytes]], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files by name."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as file:
        for name, content in files:
            file.writestr(name, content)
    return packed.getvalue()


def bare_tiff(tags: Tags, *, order: str = "<", following: int = 0) -> bytes:
    """A TIFF of nothing but a head: tags by number, each with a kind (3: 16 bits, 4: 32 bits) and values."""
    start = b"II*\0" if order == "<" else b"MM\0*"
    entries, extra = b"", b""
    behind = 8 + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        written = struct.pack(f"{order}{len(values)}{'H' if kind == 3 else 'I'}", *values)
        if len(written) > 4:
            place = struct.pack(order + "I", behind + len(extra))
            extra += written
        else:
            place = written.ljust(4, b"\0")
        entries += struct.pack(order + "HHI", tag, kind, len(values)) + place
    head = struct.pack(order + "H", len(tags)) + entries + struct.pack(order + "I", following)
    return start + struct.pack(order + "I", 8) + head + extra


def claiming(columns: int, rows: int, changed: Tags | None = None) -> Tags:
    """The tags of a picture of 8 bits in one strip, of whatever size."""
    tags: Tags = {
        256: (4, [columns]),
        257: (4, [rows]),
        258: (3, [8]),
        259: (3, [1]),
        262: (3, [1]),
        273: (4, [8]),
        277: (3, [1]),
        278: (4, [rows or 1]),
        279: (4, [16]),
    }
    return tags | (changed or {})
