"""HyBiomass: hyperspectral patches of EnMAP with biomass from GEDI, in folders of a region and a tile."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.base.errors import Invalid
from app.items.scans import documents
from app.items.scans.lists import subfolders
from app.items.scans.rasters import read_band
from app.items.scans.samples import Document, Fault, Format, Sample
from app.items.scans.sensors import ENMAP_LAUNCH, Band

REGIONS = (
    "Africa", "Australasia", "Europe", "North America", "North Asia", "South America", "South Asia",
)  # fmt: skip
# 224 bands of EnMAP without those of water vapour, by their place in the product, from 0.
KEPT = [number for number in range(224) if not 126 <= number <= 140 and not 160 <= number <= 166]
BANDS = (
    *(Band(f"EnMAP {number + 1}") for number in KEPT),
    Band("agbd", description="Above-ground biomass density in Mg/ha where GEDI measured it"),
    Band("pft", description="Plant functional type where GEDI measured it"),
)
BIOMASS = len(KEPT) + 1
NPY = "application/octet-stream"
PUBLISHED = 2025
_TAKEN = re.compile(r"(\d{8}T\d{6})")


def find(root: Path) -> Iterator[Sample | Fault]:
    """The patches of all tiles; the GeoTIFF says where a patch lies, the array beside it is the same data."""
    for region in subfolders(root):
        if _key(region.name) not in {_key(name) for name in REGIONS}:
            continue
        for tile in subfolders(region):
            stems = sorted({path.stem for path in tile.iterdir() if path.suffix in (".tif", ".npy")})
            for stem in stems:
                yield _sample(root, tile, stem)


def _sample(root: Path, tile: Path, stem: str) -> Sample | Fault:
    files = {key: tile / f"{stem}.{key}" for key in ("tif", "npy") if (tile / f"{stem}.{key}").is_file()}
    if "tif" not in files:
        return Fault(files["npy"], "no GeoTIFF lies beside it, and an array alone does not say where it lies")
    name = re.sub(r"[^\w.-]+", "-", f"{tile.parent.name}_{tile.name}_{stem}")
    return Sample(name, root, files, {"region": tile.parent.name, "tile": tile.name})


def _key(name: str) -> str:
    """One spelling for North America, North_America and northamerica."""
    return re.sub(r"[\s_-]", "", name).lower()


def describe(sample: Sample) -> Document:
    """One item for a patch: its region, its tile, the share of pixels with biomass, and its files."""
    raster = documents.head_of(sample.files["tif"])
    place, crs = documents.place_among([raster])
    assets = {"image": documents.raster_asset(sample.href("tif"), raster, BANDS, crs)}
    if "npy" in sample.files:
        check_array(sample.files["npy"], (len(BANDS), *raster.shape))
        assets["array"] = {"href": sample.href("npy"), "type": NPY, "roles": ["data"]}
    properties = {
        **_times(sample.facts["tile"]),
        **_labelled(sample.files["tif"]),
        "eod:region": sample.facts["region"],
        "eod:tile": sample.facts["tile"],
        "platform": "enmap",
        "instruments": ["hsi"],
        "gsd": 30,
    }
    return documents.item(sample.name, place, properties, assets, code=crs)


def _times(tile: str) -> Mapping[str, Any]:
    taken = _TAKEN.search(tile)
    return documents.moment(taken[1]) if taken else documents.not_recorded(ENMAP_LAUNCH, "EnMAP", PUBLISHED)


def _labelled(path: Path) -> Mapping[str, Any]:
    """The share of pixels with biomass. NaN and the negative numbers in use mean none; 0 is a measurement."""
    biomass = read_band(path, BIOMASS)
    return {"eod:labelled_share": round(float(np.mean(biomass >= 0)), 4)}


def check_array(path: Path, shape: tuple[int, ...]) -> None:
    """Look at the head of a NumPy file, without reading its data and without unpickling anything.

    Raises:
        Invalid: it is no such file, holds Python objects, or has another shape.
    """
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise Invalid(f"{path.name} cannot be read as an array of numbers: {error}") from None
    if array.shape != shape:
        raise Invalid(f"{path.name} has the shape {array.shape}; the GeoTIFF beside it has {shape}.")


FORMAT = Format("HyBiomass", "<Region>/<EnMAP tile>/<patch>.tif with <patch>.npy beside it", find, describe)
