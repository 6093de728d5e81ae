"""So2Sat LCZ42, version 4: patches of 32 pixels in HDF5 files, with files of their positions beside them.

Only positions and labels are read, some thousands at a time; the images of tens of gigabytes stay closed.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import CRSError

from app.base.errors import Invalid
from app.items.scans import documents
from app.items.scans.rasters import footprint
from app.items.scans.samples import Document, Fault, Format, Sample
from app.items.scans.sensors import LAND_10, SENTINEL_2_LAUNCH, Band, sentinel2

SPLITS = ("training", "validation", "testing")
SIDE = 32
BATCH = 5_000
MOST_ROWS = 10_000_000
CITY_BYTES = 200
PUBLISHED = 2020
HDF5 = "application/x-hdf5"
CLASSES = (
    "compact high-rise", "compact mid-rise", "compact low-rise", "open high-rise", "open mid-rise",
    "open low-rise", "lightweight low-rise", "large low-rise", "sparsely built", "heavy industry",
    "dense trees", "scattered trees", "bush, scrub", "low plants", "bare rock or paved", "bare soil or sand",
    "water",
)  # fmt: skip
RADAR_BANDS = tuple(
    Band(name)
    for name in (
        "VH real", "VH imaginary", "VV real", "VV imaginary",
        "VH Lee-filtered intensity", "VV Lee-filtered intensity",
        "Lee-filtered covariance real", "Lee-filtered covariance imaginary",
    )
)  # fmt: skip
BANDS = [band.told() for band in (*RADAR_BANDS, *sentinel2(*LAND_10))]


def find(root: Path) -> Iterator[Sample | Fault]:
    """The patches of all position files, in the order of their rows."""
    for split in SPLITS:
        path = root / f"{split}_geo.h5"
        if path.is_file():
            try:
                yield from _rows(root, split, path)
            except (Invalid, OSError, RuntimeError, KeyError) as error:
                yield Fault(path, f"it cannot be read: {error}")


def _rows(root: Path, split: str, path: Path) -> Iterator[Sample]:
    data = root / f"{split}.h5"
    files = {"patches": data, "positions": path} if data.is_file() else {"positions": path}
    with h5py.File(path) as positions:
        codes, grids, cities = _positions(positions)
        for start in range(0, len(grids), BATCH):
            part = slice(start, start + BATCH)
            labels = _labels(data, part) if data.is_file() else None
            columns = zip(codes[part].reshape(-1), grids[part], cities[part].reshape(-1), strict=True)
            for number, (code, grid, city) in enumerate(columns):
                facts = {
                    "split": split,
                    "row": start + number,
                    "epsg": int(code),
                    "grid": [float(value) for value in grid],
                    "city": _text(city),
                    "class": int(labels[number]) if labels is not None and number < len(labels) else None,
                }
                yield Sample(f"{split}-{start + number:06d}", root, files, facts)


def _positions(file: h5py.File) -> tuple[h5py.Dataset, h5py.Dataset, h5py.Dataset]:
    """The three columns of a position file.

    Raises:
        Invalid: one is missing, of another shape, or of another length than the rest.
    """
    missing = [name for name in ("epsg", "tfw") if not isinstance(file.get(name), h5py.Dataset)]
    city = next((name for name in ("city", "cityList") if isinstance(file.get(name), h5py.Dataset)), None)
    if missing or city is None:
        raise Invalid(f"it holds no {', '.join([*missing, *(['city'] if city is None else [])])}")
    codes, grids, cities = file["epsg"], file["tfw"], file[city]
    if grids.ndim != 2 or grids.shape[1] != 6 or len(grids) > MOST_ROWS:
        raise Invalid(f"tfw has the shape {grids.shape}; six numbers a row were expected")
    if any(one.size != len(grids) for one in (codes, cities)):
        raise Invalid("epsg, tfw and city are not of one length")
    if codes.dtype.kind not in "iuf" or grids.dtype.kind != "f":
        raise Invalid("epsg and tfw must be numbers")
    return codes, grids, cities


def _labels(path: Path, part: slice) -> NDArray[np.int64]:
    """Class numbers 1 to 17 of some rows; 0 where a row marks none, or several."""
    with h5py.File(path) as file:
        label = file.get("label")
        if not isinstance(label, h5py.Dataset) or label.ndim != 2 or label.shape[1] != len(CLASSES):
            raise Invalid(f"{path.name} holds no label with 17 numbers a row")
        marks = label[part] > 0
    numbers: NDArray[np.int64] = np.where(marks.sum(axis=1) == 1, marks.argmax(axis=1) + 1, 0)
    return numbers


def _text(value: Any) -> str:
    """A city's name, whichever way HDF5 keeps it."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.strip(" \0")[:CITY_BYTES]


def describe(sample: Sample) -> Document:
    """One item for a patch: its city, its climate zone, and where in the files it stands.

    Raises:
        Invalid: its position is none.
    """
    facts = sample.facts
    try:
        crs = CRS.from_epsg(facts["epsg"])
    except CRSError:
        raise Invalid(f"row {facts['row']}: EPSG:{facts['epsg']} is no coordinate system.") from None
    place = footprint((SIDE, SIDE), grid_of(facts["grid"]), crs)
    properties = {
        **documents.not_recorded(SENTINEL_2_LAUNCH, "Sentinel-2A", PUBLISHED),
        **documents.split_of(facts["split"]),
        **_class(facts["class"]),
        "eod:city": facts["city"],
        "eod:row": facts["row"],
        "instruments": ["c-sar", "msi"],
        "gsd": 10,
    }
    return documents.item(sample.name, place, properties, _assets(sample), code=crs)


def grid_of(world_file: list[float]) -> Affine:
    """The grid of a world file, whose last two numbers are the centre of the first pixel.

    Raises:
        Invalid: the numbers are not finite, or its pixels have no size.
    """
    a, d, b, e, x, y = world_file
    if not np.isfinite(world_file).all() or a * e - b * d == 0:
        raise Invalid(f"Its world file {world_file} is none.")
    return Affine(a, b, x - (a + b) / 2, d, e, y - (d + e) / 2)


def _class(number: int | None) -> Mapping[str, Any]:
    if number is None:
        return {}
    if number == 0:
        return {"eod:labelled": False}
    return {"eod:class": CLASSES[number - 1], "eod:class_number": number}


def _assets(sample: Sample) -> Mapping[str, Any]:
    """Whole files, since HDF5 has no address for a row; the property `eod:row` says which."""
    assets: dict[str, Any] = {
        "positions": {"href": sample.href("positions"), "type": HDF5, "roles": ["metadata"]}
    }
    if "patches" in sample.files:
        data = {"href": sample.href("patches"), "type": HDF5, "roles": ["data", "labels"], "bands": BANDS}
        assets["patches"] = data
    return assets


FORMAT = Format(
    "So2Sat LCZ42, version 4",
    "{training,validation,testing}_geo.h5 with {training,validation,testing}.h5 beside them",
    find,
    describe,
)
