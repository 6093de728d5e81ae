"""What the importers share: rasters read as they are, brought to units, and written as layers of a tile.

The traps are here: no data is told apart from class 0, bands are named by what they are and not by where they
stand, and a file that does not say where it lies takes the coordinate system of its neighbours, or none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS

from app.base.errors import Invalid
from app.base.extent import BBox
from app.items.scans.land_cover import SIMPLE_OF_IGBP
from app.items.scans.rasters import Raster, opened, place_of, read_head
from app.items.scans.samples import Fault, Sample
from app.tiles.corners import corners_of
from app.tiles.layers import Answers, ClassOfPixels
from app.tiles.legends import LAND_COVER, sentinel_1, sentinel_2
from app.tiles.opened import Georeference
from app.tiles.rasters import CLASSES, DECIBELS, NO_CLASS, REFLECTANCE
from app.tiles.writing import Draft

Values = NDArray[np.float32]
MOST_VALUES = 48_000_000
OF_ONE = 10_000
"""Digital numbers of Sentinel-2 for a reflectance of 1."""


@dataclass(frozen=True)
class Picture:
    """A file that was read: values [band, row, column] as stored, NaN where the file marks no data."""

    values: Values
    place: Georeference | None
    gsd_m: float | None


@dataclass(frozen=True)
class Imported:
    """A tile to be: its layers, and what is said of it beside them."""

    title: str
    drafts: tuple[Draft, ...]
    split: str | None = None
    moment: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Importer:
    """A layout: what it is called, what folders are expected, the dataset it belongs to, and two functions.

    `find` names the samples of a folder; `read` opens the files of one.
    """

    title: str
    layout: str
    dataset: str
    licence: str
    find: Callable[[Path], Iterator[Sample | Fault]]
    read: Callable[[Sample], Imported]


def picture(path: Path, *, beside: CRS | None = None) -> Picture:
    """Read a GeoTIFF whole.

    Args:
        beside: the coordinate system of its neighbours, should it name none.

    Raises:
        Invalid: it is none, ends too early, or is larger than a tile may be.
    """
    head = read_head(path)
    if head.bands * head.shape[0] * head.shape[1] > MOST_VALUES:
        raise Invalid(f"{path.name} has more than {MOST_VALUES:,} values; cut tiles out of it first.")
    with opened(path) as file:
        values = np.ma.filled(file.read(masked=True).astype(np.float32), np.nan)
    return Picture(values, georeference(head, beside), _metres(head))


def georeference(head: Raster, beside: CRS | None = None) -> Georeference | None:
    """Where a raster lies; None where neither it nor its neighbours say so."""
    crs = head.crs or beside
    place = place_of(head, beside)
    if crs is None or head.transform is None or place.box is None:
        return None
    a, b, c, d, e, f = head.transform[:6]
    wkt = crs.to_wkt()
    corners = corners_of(wkt, head.transform, head.shape)
    return Georeference(wkt, (a, b, c, d, e, f), BBox(*place.box), corners)


def _metres(head: Raster) -> float | None:
    """Size of a pixel in metres, where its coordinate system counts in them."""
    if head.transform is None or head.crs is None or not head.crs.is_projected:
        return None
    step: float = round(float(np.hypot(head.transform.b, head.transform.e)), 3)
    return step


def crs_of(path: Path) -> CRS | None:
    """The coordinate system that a file names."""
    return read_head(path).crs


def optical(
    source: Picture, names: Sequence[str], *, key: str = "s2", title: str = "Sentinel-2", **more: Any
) -> Draft:
    """Digital numbers of Sentinel-2 as a layer of reflectance; a pixel that is 0 in all bands has no data.

    Args:
        names: what the bands of the file are, in its order. The layer has them in the order of the sensor.
        more: further fields of the draft.

    Raises:
        Invalid: the file has another number of bands.
    """
    _check(source, names)
    values = source.values / np.float32(OF_ONE)
    values[:, (np.nan_to_num(source.values) == 0).all(axis=0)] = np.nan
    return reflectance(values, names, source, key=key, title=title, **more)


def reflectance(
    values: Values, names: Sequence[str], source: Picture, *, key: str = "s2", title: str, **more: Any
) -> Draft:
    """Reflectance [band, row, column] as a layer, its bands in the order of the sensor."""
    bands = [band for band in sentinel_2() if band.name in names]
    order = [list(names).index(band.name) for band in bands]
    return Draft(
        key=key,
        title=title,
        shows="optical",
        values=np.ascontiguousarray(values[order]),
        bands=bands,
        encoding=REFLECTANCE,
        **{"gsd_m": source.gsd_m, "place": source.place, **more},
    )


def radar(source: Picture, *, key: str = "s1", title: str = "Sentinel-1", **more: Any) -> Draft:
    """VV and VH in dB as a layer; numbers that no backscatter has become no data.

    Raises:
        Invalid: the file has not two bands.
    """
    _check(source, ("VV", "VH"))
    values = np.where(np.isfinite(source.values), source.values, np.nan).astype(np.float32)
    return Draft(
        key=key,
        title=title,
        shows="radar",
        values=values,
        bands=sentinel_1(),
        encoding=DECIBELS,
        **{"gsd_m": source.gsd_m, "place": source.place, **more},
    )


def _check(source: Picture, names: Sequence[str]) -> None:
    if len(source.values) != len(names):
        raise Invalid(f"It has {len(source.values)} bands; {len(names)} were expected.")


def classes(
    codes: Values,
    meaning: Mapping[int, int],
    legend: tuple[ClassOfPixels, ...],
    source: Picture,
    *,
    answers: Answers,
    title: str,
    **more: Any,
) -> Draft:
    """Codes of classes [row, column] as a layer of truth.

    Args:
        meaning: the class of each code; a code that is not in it is no class, be it 0, 255 or -1.
    """
    found = np.full(codes.shape, NO_CLASS, np.uint8)
    for code, value in meaning.items():
        found[codes == code] = value
    return Draft(
        key=answers,
        title=title,
        shows="classes",
        values=found[None],
        bands=[_unmeasured(answers)],
        encoding=CLASSES,
        answers=answers,
        classes=legend,
        **{"gsd_m": source.gsd_m, "place": source.place, **more},
    )


def _unmeasured(name: str) -> Any:
    return replace(sentinel_1()[0], name=name, unit="", title="", common_name=None)


COARSE = {code: simple - 1 for code, simple in SIMPLE_OF_IGBP.items()}
"""Codes of the IGBP scheme as the ten classes of DFC2020, from 0."""
FINE = {code: code - 1 for code in range(1, 11)}
"""Codes of DFC2020, 1 to 10, as its classes from 0."""


def coarse_land_cover(source: Picture) -> Draft:
    """The first band of MODIS land cover, repeated at 10 m, as truth of 500 m."""
    title = "Land cover at 500 m (MODIS, IGBP scheme, simplified)"
    return classes(
        source.values[0], COARSE, LAND_COVER, source, answers="coarse-land-cover", title=title, gsd_m=500.0
    )


def noon(day: date) -> datetime:
    """A day as a moment: its middle, where no more is known."""
    return datetime.combine(day, time(12), UTC)
