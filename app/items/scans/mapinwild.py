"""MapInWild: places around protected areas, one folder for each kind of image, files named by WDPA number."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.crs import CRS

from app.items.scans import documents
from app.items.scans.lists import columns, first_folder
from app.items.scans.rasters import Raster, read_band
from app.items.scans.samples import Document, Fault, Format, Sample
from app.items.scans.sensors import LAND_10, RADAR, SENTINEL_2_LAUNCH, bands, sentinel2

SEASONS = ("spring", "summer", "autumn", "winter")
OPTICAL = (*(f"s2_{season}" for season in SEASONS), "s2_temporal_subset")
BANDS = {
    **dict.fromkeys(OPTICAL, sentinel2(*LAND_10)),
    "s1": RADAR,
    "ESA_WC": bands(ESA_WorldCover="Land cover, codes 10 to 100 of ESA WorldCover"),
    "VIIRS": bands(average_radiance="Night lights, average radiance, taken at 464 m"),
    "mask": bands(protected="0 outside of the protected area"),
}
NODATA = {**dict.fromkeys(OPTICAL, 0.0), "s1": float("nan"), "ESA_WC": 0.0}
PUBLISHED = 2023


def find(root: Path) -> Iterator[Sample | Fault]:
    """The places that any folder holds a file of, by number; unpacked parts count as one folder."""
    places: dict[int, dict[str, Path]] = {}
    for kind in BANDS:
        for folder in (root / kind, root / f"{kind}_part1", root / f"{kind}_part2"):
            for path in folder.glob("*.tif"):
                if path.stem.isdecimal():
                    places.setdefault(int(path.stem), {})[kind] = path
                else:
                    yield Fault(path, "its name is no number of the World Database on Protected Areas")
    splits, seasons = _splits(root), _seasons(root)
    for number in sorted(places):
        facts = {"split": splits.get(number), "season": seasons.get(number)}
        yield Sample(str(number), root, places[number], facts)


def _list(root: Path, name: str) -> Iterator[Mapping[str, str]]:
    folder = first_folder(root, "split_IDs")
    paths = [root / name, *([folder / name] if folder else [])]
    path = next((one for one in paths if one.is_file()), None)
    return columns(path) if path else iter(())


def _number(cell: str) -> int | None:
    """A WDPA number; spreadsheets write it as 123.0, and columns of unequal length end in blanks."""
    whole = cell.removesuffix(".0")
    return int(whole) if whole.isdecimal() else None


def _splits(root: Path) -> Mapping[int, str]:
    found = {}
    for row in _list(root, "split_IDs.csv"):
        for split in ("train", "validation", "test"):
            number = _number(row.get(split, ""))
            if number is not None:
                found[number] = split
    return found


def _seasons(root: Path) -> Mapping[int, str]:
    """The season that was chosen for each place."""
    found = {}
    for row in _list(root, "single_temporal_subset.csv"):
        number = _number(Path(row.get("imagePath", "")).stem)
        if number is not None and row.get("single_temporal_subset"):
            found[number] = row["single_temporal_subset"].lower()
    return found


def describe(sample: Sample) -> Document:
    """One item for a place: its split, how much of it is protected, and up to nine rasters."""
    rasters = documents.heads(sample)
    place, crs = documents.place_among(rasters[key] for key in BANDS if key in rasters)
    assets = {key: _asset(sample, key, rasters[key], crs) for key in BANDS if key in rasters}
    season = sample.facts["season"]
    properties = {
        **documents.not_recorded(SENTINEL_2_LAUNCH, "Sentinel-2A", PUBLISHED),
        **documents.split_of(sample.facts["split"]),
        **({"eod:season": season} if season else {}),
        **_protected(sample),
        "eod:wdpa": int(sample.name),
        "gsd": 10,
    }
    return documents.item(sample.name, place, properties, assets, code=crs)


def _asset(sample: Sample, key: str, raster: Raster, crs: CRS | None) -> Document:
    title = {"title": key.removeprefix("s2_")} if key.removeprefix("s2_") in SEASONS else {}
    role = "labels" if key == "mask" else "data"
    return documents.raster_asset(
        sample.href(key), raster, BANDS[key], crs, role=role, nodata=NODATA.get(key), **title
    )


def _protected(sample: Sample) -> Mapping[str, Any]:
    """The share of pixels inside the protected area; outside is a class of its own here, not missing."""
    if "mask" not in sample.files:
        return {}
    return {"eod:protected_share": round(float(np.mean(read_band(sample.files["mask"], 1) > 0)), 4)}


FORMAT = Format(
    "MapInWild",
    "{s1,s2_spring,…,ESA_WC,VIIRS,mask}/<WDPA number>.tif; split_IDs.csv, single_temporal_subset.csv",
    find,
    describe,
)
