"""DFC2020, the data fusion contest of 2020: patches as in SEN12MS, with land cover at 10 m for some."""

from collections.abc import Iterator
from pathlib import Path

from app.items.scans import documents, land_cover
from app.items.scans.patches import patches, scenes
from app.items.scans.samples import Document, Fault, Format, Sample
from app.items.scans.sen12ms import described
from app.items.scans.sensors import SENTINEL_2_LAUNCH

BRANCHES = {"ROIs0000_validation": "validation", "ROIs0000_test": "test"}
PUBLISHED = 2020


def find(root: Path) -> Iterator[Sample | Fault]:
    """The patches of both branches; the branch is the split."""
    for name, split in BRANCHES.items():
        for scene, folders in scenes(root / name):
            for patch, files in patches(folders):
                yield Sample(patch, root, files, {"branch": name, "scene": scene, "split": split})


def describe(sample: Sample) -> Document:
    """One item for a patch; its classes come from the labels at 10 m where there are any, else from MODIS."""
    times = documents.not_recorded(SENTINEL_2_LAUNCH, "Sentinel-2A", PUBLISHED)
    if "dfc" in sample.files:
        return described(
            sample, times, land_cover.labels(sample.files["dfc"], 1, land_cover.SIMPLE_OF_SIMPLE)
        )
    if "lc" in sample.files:
        return described(sample, times, land_cover.labels(sample.files["lc"], 1, land_cover.SIMPLE_OF_IGBP))
    return described(sample, times, {})


FORMAT = Format(
    "DFC2020",
    "ROIs0000_validation/{s1,s2,lc,dfc}_validation/ and ROIs0000_test/{s1,s2,lc,dfc}_0/",
    find,
    describe,
)
