"""SEN12MS-CR-TS: thirty dates of 2018 for patches of 53 regions; each patch and date is one item."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.base.errors import Invalid
from app.items.scans import documents
from app.items.scans.lists import subfolders
from app.items.scans.samples import Document, Fault, Format, Sample
from app.items.scans.sensors import ALL_13, RADAR, sentinel2

BANDS = {"S2": sentinel2(*ALL_13), "S1": RADAR}
NODATA = {"S2": 0.0, "S1": float("nan")}
# The lists of regions that the makers publish: by continent, and the two that are not for training.
REGIONS = {
    "Africa": "2017/32 2017/140 2017/22 1970/21 1970/35 1970/40 2017/8 2017/61 2017/75",
    "America": "1158/106 1970/132 1970/65 1868/36 1868/85 1970/82 1970/142 2017/49 2017/116",
    "East Asia": "1868/73 1868/119 1970/139 2017/117 1868/114 1868/126 1868/143 1970/116 1970/135 2017/25",
    "West Asia": "1868/100 1868/127 1970/57 1970/83 1970/112 2017/69 2017/115 2017/130",
    "Europe": "2017/63 2017/103 2017/108 1868/142 1970/20 1868/17 1868/56 1868/121 1868/139 1970/71 1970/91"
    " 1970/119 1970/128 1970/133 1970/144 1970/149 2017/146",
}
TEST = (
    "1868/119 1970/139 2017/108 2017/63 1158/106 1868/73 2017/32 1868/100 1970/132 2017/103 1868/142"
    " 1970/20 2017/140"
)
VALIDATION = "2017/22 1970/65 2017/117 1868/127 1868/17"
CONTINENT = {f"ROIs{region}": name for name, regions in REGIONS.items() for region in regions.split()}
SPLIT = (
    dict.fromkeys(CONTINENT, "train")
    | {f"ROIs{region}": "test" for region in TEST.split()}
    | {f"ROIs{region}": "validation" for region in VALIDATION.split()}
)
_FILE = re.compile(r".*_ImgNo_(\d+)_(\d{4})-(\d\d)-(\d\d)_patch_(\d+)\.tif")


def find(root: Path) -> Iterator[Sample | Fault]:
    """The patches of every region and date; a region that no list names is told."""
    for branch in subfolders(root):
        if not re.fullmatch(r"ROIs\d{4}", branch.name):
            continue
        for folder in subfolders(branch):
            region = f"{branch.name}/{folder.name}"
            if region not in SPLIT:
                yield Fault(folder, "no list of the dataset names this region")
                continue
            yield from _dates(root, folder, region)


def _dates(root: Path, folder: Path, region: str) -> Iterator[Sample]:
    """The patches of a region, date by date: folder n holds the n-th image of each sensor."""
    numbers = {path.name for sensor in BANDS for path in subfolders(folder / sensor) if path.name.isdecimal()}
    for number in sorted(numbers, key=int):
        found: dict[int, dict[str, Path]] = {}
        for sensor in BANDS:
            for path in (folder / sensor / number).glob("*.tif"):
                if match := _FILE.fullmatch(path.name):
                    found.setdefault(int(match[5]), {})[sensor] = path
        for patch in sorted(found):
            name = f"{region.replace('/', '_')}_p{patch}_t{number}"
            yield Sample(name, root, found[patch], {"region": region, "date": int(number), "patch": patch})


def describe(sample: Sample) -> Document:
    """One item for a patch at one date: its region, its split, and the image of each sensor."""
    rasters = documents.heads(sample)
    place, crs = documents.place_among(rasters[key] for key in BANDS if key in rasters)
    taken = {key: day_of(sample.files[key]) for key in rasters}
    assets = {
        key: documents.raster_asset(
            sample.href(key),
            rasters[key],
            BANDS[key],
            crs,
            nodata=NODATA[key],
            start_datetime=f"{taken[key]}T00:00:00Z",
            end_datetime=f"{taken[key]}T23:59:59Z",
        )
        for key in BANDS
        if key in rasters
    }
    properties = {
        **_times(taken.values()),
        **documents.split_of(SPLIT[sample.facts["region"]]),
        "eod:region": sample.facts["region"],
        "eod:continent": CONTINENT[sample.facts["region"]],
        "eod:patch": sample.facts["patch"],
        "eod:date_number": sample.facts["date"],
        "gsd": 10,
        "instruments": [name for key, name in (("S1", "c-sar"), ("S2", "msi")) if key in rasters],
    }
    return documents.item(sample.name, place, properties, assets, code=crs)


def day_of(path: Path) -> date:
    """The day that the name of a file tells.

    Raises:
        Invalid: it tells none that exists.
    """
    match = _FILE.fullmatch(path.name)
    try:
        return date(int(match[2]), int(match[3]), int(match[4])) if match else date.min
    except ValueError:
        raise Invalid(f"{path.name}: its name holds no date that exists.") from None


def _times(taken: Any) -> Mapping[str, Any]:
    """From the day of the earlier image to that of the later; the hour is not in the names."""
    return documents.days(min(taken), max(taken))


FORMAT = Format(
    "SEN12MS-CR-TS",
    "ROIs<number>/<region>/{S1,S2}/<0 to 29>/…_ImgNo_<t>_<date>_patch_<n>.tif",
    find,
    describe,
)
