"""So2Sat LCZ42: patches of 32 pixels in HDF5 files of tens of gigabytes, read row by row.

Bands stand last in these files, Sentinel-2 lacks its bands of 60 m and is divided by 10,000 already, and
Sentinel-1 has eight channels, of which the filtered intensities become VV and VH in dB.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import CRSError

from app.base.errors import Invalid
from app.base.extent import BBox
from app.items.scans.rasters import footprint
from app.items.scans.samples import Fault, Sample
from app.items.scans.sensors import LAND_10
from app.items.scans.so2sat import SIDE, SPLITS, grid_of
from app.tiles.corners import corners_of
from app.tiles.importing.parts import Imported, Importer, Picture, classes, radar, reflectance
from app.tiles.legends import LOCAL_CLIMATE_ZONES
from app.tiles.opened import Georeference

VH_INTENSITY, VV_INTENSITY = 4, 5
"""Channels of the Lee-filtered intensities in `sen1`, counted from 0."""
SHAPES = {"sen1": (SIDE, SIDE, 8), "sen2": (SIDE, SIDE, len(LAND_10)), "label": (17,)}
METRES = 10.0
NAMES = {"training": "train", "validation": "validate", "testing": "test"}


def find(root: Path) -> Iterator[Sample | Fault]:
    """The rows of every file, first to last; nothing of the images is read."""
    for split in SPLITS:
        path = root / f"{split}.h5"
        if not path.is_file():
            continue
        try:
            count = _count(path)
        except (Invalid, OSError, RuntimeError, KeyError) as error:
            yield Fault(path, f"it cannot be read: {error}")
            continue
        positions = root / f"{split}_geo.h5"
        files = {"patches": path, **({"positions": positions} if positions.is_file() else {})}
        for row in range(count):
            yield Sample(f"{split}-{row:06d}", root, files, {"split": split, "row": row})


def _count(path: Path) -> int:
    """Rows of a file whose columns have the shapes they must have.

    Raises:
        Invalid: they have not.
    """
    with h5py.File(path) as file:
        for name, shape in SHAPES.items():
            column = file.get(name)
            if not isinstance(column, h5py.Dataset) or column.shape[1:] != shape:
                raise Invalid(f"it holds no {name} of the shape N × {' × '.join(map(str, shape))}")
            if column.dtype.kind not in "iuf":
                raise Invalid(f"its {name} are no numbers")
        if len({len(file[name]) for name in SHAPES}) != 1:
            raise Invalid("sen1, sen2 and label are not of one length")
        return len(file["label"])


def read(sample: Sample) -> Imported:
    """One row as a tile of 32 pixels; its climate zone, 1 to 17, is that of all of them.

    Raises:
        Invalid: the row cannot be read.
    """
    row = int(sample.facts["row"])
    with h5py.File(sample.files["patches"]) as file:
        seen, heard, label = (np.asarray(file[name][row]) for name in ("sen2", "sen1", "label"))
    place = _place(sample.files["positions"], row) if "positions" in sample.files else None
    source = Picture(_bands_first(seen), place, METRES)
    drafts = [reflectance(source.values, LAND_10, source, title="Sentinel-2")]
    drafts.append(radar(Picture(_decibels(heard), place, METRES)))
    zone = _zone(label)
    if zone:
        codes = np.full((SIDE, SIDE), zone, np.float32)
        meaning = {one.value: one.value for one in LOCAL_CLIMATE_ZONES}
        title = "Local climate zone of the patch"
        drafts.append(
            classes(codes, meaning, LOCAL_CLIMATE_ZONES, source, answers="local-climate-zone", title=title)
        )
    split = sample.facts["split"]
    return Imported(f"So2Sat {split}, row {row:,}", tuple(drafts), split=NAMES[split])


def _bands_first(values: NDArray[Any]) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.moveaxis(values, -1, 0), dtype=np.float32)


def _decibels(channels: NDArray[Any]) -> NDArray[np.float32]:
    """VV and VH [band, row, column] in dB; an intensity of 0 or below is no data."""
    intensity = channels[..., [VV_INTENSITY, VH_INTENSITY]].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _bands_first(np.where(intensity > 0, 10 * np.log10(intensity), np.nan))


def _zone(label: NDArray[Any]) -> int:
    """The class that a row marks; 0 where it marks none, or several."""
    marked = np.flatnonzero(label > 0)
    return int(marked[0]) + 1 if len(marked) == 1 else 0


def _place(path: Path, row: int) -> Georeference:
    """Where a row lies; its numbers name the centre of the first pixel.

    Raises:
        Invalid: they are none.
    """
    try:
        with h5py.File(path) as file:
            code, numbers = int(np.ravel(file["epsg"][row])[0]), [float(one) for one in file["tfw"][row]]
        crs = CRS.from_epsg(code)
    except (CRSError, OSError, KeyError, ValueError, IndexError) as error:
        raise Invalid(f"Its position cannot be read: {error}") from None
    grid = grid_of(numbers)
    box = footprint((SIDE, SIDE), grid, crs).box
    a, b, c, d, e, f = grid[:6]
    wkt = crs.to_wkt()
    corners = corners_of(wkt, grid, (SIDE, SIDE)) if box else None
    return Georeference(wkt, (a, b, c, d, e, f), BBox(*box) if box else None, corners)


FORMAT = Importer(
    "So2Sat LCZ42",
    "{training,validation,testing}.h5, with {training,validation,testing}_geo.h5 beside them for the place",
    "so2sat-lcz42",
    "CC-BY-4.0",
    find,
    read,
)
