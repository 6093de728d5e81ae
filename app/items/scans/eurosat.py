"""EuroSAT: Sentinel-2 patches of 64 pixels and 13 bands, in folders named after their class."""

import re
from collections.abc import Iterator
from pathlib import Path

from app.items.scans import documents
from app.items.scans.lists import splits_of, subfolders
from app.items.scans.samples import Document, Fault, Format, Sample
from app.items.scans.sensors import SENTINEL_2_LAUNCH, sentinel2

CLASSES = frozenset({
    "AnnualCrop", "Forest", "HerbaceousVegetation", "Highway", "Industrial",
    "Pasture", "PermanentCrop", "Residential", "River", "SeaLake",
})  # fmt: skip
# B8A is the last band of the files, not the ninth.
BANDS = sentinel2("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12", "B8A")
# Lists name the patches of either edition, .jpg or .tif.
LISTED = re.compile(r"(?:^|/)([A-Za-z]+_\d+)\.(?:jpg|tif)$")
LISTS = {
    f"{name}.{kind}": name for kind in ("csv", "txt") for name in ("train", "val", "validation", "test")
} | {f"eurosat-{name}.txt": name for name in ("train", "val", "test")}
SPATIAL_LISTS = {f"eurosat-spatial-{name}.txt": name for name in ("train", "val", "test")}
PUBLISHED = 2017


def find(root: Path) -> Iterator[Sample | Fault]:
    """The patches of all class folders, however deep they lie below the root."""
    splits, spatial = splits_of(root, LISTS, LISTED), splits_of(root, SPATIAL_LISTS, LISTED)
    for folder in _class_folders(root):
        numbered = re.compile(rf"{folder.name}_(\d+)\.tif")
        found = [
            (int(match[1]), path) for path in folder.iterdir() if (match := numbered.fullmatch(path.name))
        ]
        for _, path in sorted(found):
            facts = {"class": folder.name, "split": splits.get(path.stem), "spatial": spatial.get(path.stem)}
            yield Sample(path.stem, root, {"image": path}, facts)


def _class_folders(folder: Path) -> Iterator[Path]:
    if folder.name in CLASSES:
        yield folder
        return
    for below in subfolders(folder):
        yield from _class_folders(below)


def describe(sample: Sample) -> Document:
    """One item for a patch: its class, its splits, and one raster."""
    raster = documents.head_of(sample.files["image"])
    place, crs = documents.place_among([raster])
    asset = documents.raster_asset(sample.href("image"), raster, BANDS, crs, nodata=0.0)
    spatial = documents.split_of(sample.facts["spatial"])
    properties = {
        **documents.not_recorded(SENTINEL_2_LAUNCH, "Sentinel-2A", PUBLISHED),
        **documents.split_of(sample.facts["split"]),
        **({"eod:split_spatial": spatial["split"]} if spatial else {}),
        "eod:class": sample.facts["class"],
        "constellation": "sentinel-2",
        "instruments": ["msi"],
        "gsd": 10,
    }
    return documents.item(sample.name, place, properties, {"image": asset}, code=crs)


FORMAT = Format(
    "EuroSAT", "<Class>/<Class>_<n>.tif, at any depth; eurosat-train.txt and the like", find, describe
)
