"""SEN12MS: Sentinel-1, Sentinel-2 and land cover of 256 pixels, in a branch a season and a folder a scene."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from app.items.scans import documents, land_cover
from app.items.scans.lists import rows
from app.items.scans.patches import patches, scenes
from app.items.scans.samples import Document, Fault, Format, Sample
from app.items.scans.sensors import ALL_13, RADAR, bands, sentinel2

SEASONS = {
    "ROIs1158_spring": (date(2017, 3, 1), date(2017, 5, 30)),
    "ROIs1868_summer": (date(2017, 6, 1), date(2017, 8, 31)),
    "ROIs1970_fall": (date(2017, 9, 1), date(2017, 11, 30)),
    "ROIs2017_winter": (date(2016, 12, 1), date(2017, 2, 28)),
}
HOLD_OUT = "SEN12MS_holdOutScenes.txt"
# The makers say that the radar image of this patch holds no numbers.
DAMAGED = "ROIs1868_summer_146_p202"
NOT_A_NUMBER = float("nan")
BANDS = {
    "s1": RADAR,
    "s2": sentinel2(*ALL_13),
    "lc": bands(
        IGBP="Land cover, IGBP scheme, from MODIS at 500 m",
        LCCS_land_cover="LCCS land cover from MODIS at 500 m",
        LCCS_land_use="LCCS land use from MODIS at 500 m",
        LCCS_hydrology="LCCS surface hydrology from MODIS at 500 m",
    ),
}
NODATA = {"s1": NOT_A_NUMBER, "s2": 0.0, "lc": 0.0}


def find(root: Path) -> Iterator[Sample | Fault]:
    """The patches of all branches; scenes of the hold-out list, should it be there, are the test split."""
    held_out = _held_out(root)
    for branch in (root / name for name in SEASONS if (root / name).is_dir()):
        for scene, folders in scenes(branch):
            split = ("test" if (branch.name, scene) in held_out else "train") if held_out else None
            for name, files in patches(folders):
                if name == DAMAGED:
                    yield Fault(
                        files.get("s1", branch), "its makers say that it holds no numbers", known=True
                    )
                else:
                    yield Sample(name, root, files, {"branch": branch.name, "scene": scene, "split": split})


def _held_out(root: Path) -> frozenset[tuple[str, str]]:
    """Branch and scene of the test split; the list names folders of one sensor, and means all of them."""
    path = next((one for one in (root / HOLD_OUT, root / "splits" / HOLD_OUT) if one.is_file()), None)
    if path is None:
        return frozenset()
    named = (row[0].split("/") for row in rows(path) if row and "/" in row[0])
    return frozenset((branch, scene.partition("_")[2]) for branch, scene, *_ in named)


def describe(sample: Sample) -> Document:
    """One item for a patch: its season, its split, its classes, and up to three rasters."""
    return described(sample, documents.days(*SEASONS[sample.facts["branch"]]), _labels(sample))


def _labels(sample: Sample) -> Mapping[str, object]:
    if "lc" not in sample.files:
        return {}
    return land_cover.labels(sample.files["lc"], 1, land_cover.SIMPLE_OF_IGBP)


def described(sample: Sample, times: Mapping[str, object], labels: Mapping[str, object]) -> Document:
    """An item for a patch of twin files, of whichever dataset."""
    rasters = documents.heads(sample)
    place, crs = documents.place_among(rasters[key] for key in ("s2", "s1", "lc", "dfc") if key in rasters)
    assets: dict[str, Document] = {
        key: documents.raster_asset(
            sample.href(key),
            rasters[key],
            BANDS[key] if key in BANDS else bands(dfc="Land cover at 10 m, simplified IGBP scheme"),
            crs,
            role="data" if key in ("s1", "s2") else "labels",
            nodata=NODATA.get(key, 0.0),
        )
        for key in ("s2", "s1", "lc", "dfc")
        if key in rasters
    }
    properties = {
        **times,
        **documents.split_of(sample.facts["split"]),
        **labels,
        "eod:scene": f"{sample.facts['branch']}/{sample.facts['scene']}",
        "gsd": 10,
        "instruments": [name for key, name in (("s1", "c-sar"), ("s2", "msi")) if key in rasters],
    }
    return documents.item(sample.name, place, properties, assets, code=crs)


FORMAT = Format(
    "SEN12MS",
    "ROIs1158_spring/{s1,s2,lc}_<scene>/…_p<patch>.tif; SEN12MS_holdOutScenes.txt for the split",
    find,
    describe,
)
