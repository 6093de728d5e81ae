"""The item of a sample: its times, its place, and its files with their bands."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rasterio.crs import CRS
from shapely.geometry import mapping

from app.base.errors import Invalid
from app.items.scans.rasters import Place, Raster, epsg_of, place_of, read_head
from app.items.scans.samples import Document, Sample
from app.items.scans.sensors import Band

EO = "https://stac-extensions.github.io/eo/v2.0.0/schema.json"
PROJECTION = "https://stac-extensions.github.io/projection/v2.0.0/schema.json"
GEOTIFF = "image/tiff; application=geotiff"
SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validate",
    "validation": "validate",
    "validate": "validate",
    "test": "test",
    "testing": "test",
}


def moment(text: str) -> Mapping[str, Any]:
    """The time of an item that is known to the second; `text` is UTC as in names: 20170613T101031."""
    day, clock = f"{text[:4]}-{text[4:6]}-{text[6:8]}", f"{text[9:11]}:{text[11:13]}:{text[13:15]}"
    return {"datetime": f"{day}T{clock}Z"}


def days(start: date, end: date, note: str | None = None) -> Mapping[str, Any]:
    """The time of an item that is known to the day, or to a span of days, both included."""
    times = {
        "datetime": None,
        "start_datetime": f"{start}T00:00:00Z",
        "end_datetime": f"{end}T23:59:59Z",
    }
    return {**times, "eod:time": note} if note else times


def not_recorded(launch: date, satellite: str, published: int) -> Mapping[str, Any]:
    """The time of an item of which nothing is known but who took it, and when it was published."""
    note = f"not recorded; between the launch of {satellite} and the end of the year of publication"
    return days(launch, date(published, 12, 31), note)


def split_of(name: str | None) -> Mapping[str, str]:
    """The property `split` in the words of all items; nothing where no list names the sample."""
    return {"split": SPLITS[name]} if name else {}


def item(
    name: str,
    place: Place,
    properties: Mapping[str, Any],
    assets: Mapping[str, Any],
    *,
    code: CRS | None = None,
) -> Document:
    """A STAC Item. `code` is the coordinate system of its rasters."""
    told = {**properties, **_projection(code)}
    if place.note:
        told["eod:place"] = place.note
    document: Document = {
        "type": "Feature",
        "stac_version": "1.1.0",
        "stac_extensions": list(_extensions(told, assets)),
        "id": name,
        "geometry": mapping(place.geometry) if place.geometry is not None else None,
        "properties": told,
        "links": [],
        "assets": dict(assets),
    }
    return document if place.box is None else {**document, "bbox": list(place.box)}


def _projection(crs: CRS | None) -> Mapping[str, Any]:
    """The coordinate system by its code, or in words where no register knows it."""
    if crs is None:
        return {}
    number = epsg_of(crs)
    return (
        {"proj:code": f"EPSG:{number}"}
        if number
        else {"proj:code": None, "proj:wkt2": crs.to_wkt(version="WKT2_2019")}
    )


def _extensions(properties: Mapping[str, Any], assets: Mapping[str, Any]) -> Iterable[str]:
    bands = [band for asset in assets.values() for band in asset.get("bands", ())]
    if any(name.startswith("eo:") for band in bands for name in band):
        yield EO
    fields = [*properties, *(name for asset in assets.values() for name in asset)]
    if any(name.startswith("proj:") for name in fields):
        yield PROJECTION


def heads(sample: Sample) -> dict[str, Raster]:
    """The heads of all GeoTIFFs of a sample.

    Raises:
        Invalid: one of them cannot be read; the message names it.
    """
    return {key: head_of(path) for key, path in sample.files.items() if path.suffix == ".tif"}


def head_of(path: Path) -> Raster:
    """The head of one GeoTIFF.

    Raises:
        Invalid: it cannot be read; the message names it.
    """
    try:
        return read_head(path)
    except Invalid as error:
        raise Invalid(f"{path.name}: {error.message}") from None


def place_among(rasters: Iterable[Raster], stand_in: CRS | None = None) -> tuple[Place, CRS | None]:
    """The place of a sample and the coordinate system of its rasters: those of the first that tells them.

    A raster that names no coordinate system takes that of its neighbours, or else `stand_in`.
    """
    rasters = list(rasters)
    crs = next((one.crs for one in rasters if one.crs), stand_in)
    best = Place(None, None, "no raster says where it lies")
    for raster in rasters:
        place = place_of(raster, crs)
        if place.geometry is not None and place.note is None:
            return place, crs
        if best.geometry is None:
            best = place
    return best, crs if best.geometry is not None else None


def raster_asset(
    href: str,
    raster: Raster,
    bands: Sequence[Band],
    beside: CRS | None = None,
    *,
    role: str = "data",
    nodata: float | None = None,
    **more: Any,
) -> Document:
    """A GeoTIFF as an asset: its grid, and its bands in the order of the file.

    Args:
        beside: the coordinate system that the item tells; one that differs is told here.
        nodata: what the makers of the dataset say is no data, should the file itself not say it.

    Raises:
        Invalid: the file has another number of bands.
    """
    if len(bands) != raster.bands:
        raise Invalid(f"{raster.path.name} has {raster.bands} bands; {len(bands)} were expected.")
    empty = raster.nodata if raster.nodata is not None else nodata
    asset: Document = {
        "href": href,
        "type": GEOTIFF,
        "roles": [role],
        **more,
        "proj:shape": list(raster.shape),
    }
    if raster.transform is not None:
        asset["proj:transform"] = list(raster.transform[:6])
    if raster.crs is not None and raster.crs != beside:
        asset |= _projection(raster.crs)
    asset["data_type"] = raster.data_type
    if empty is not None:
        asset["nodata"] = "nan" if math.isnan(empty) else empty
    return {**asset, "bands": [band.told() for band in bands]}
