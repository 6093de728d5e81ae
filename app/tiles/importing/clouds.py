"""SEN12MS-CR: a cloudy and a clear image of one place; SEN12MS-CR-TS: thirty dates of one place."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.base.errors import Invalid
from app.items.scans import sen12mscrts
from app.items.scans.lists import subfolders
from app.items.scans.samples import Fault, Sample
from app.items.scans.sen12mscrts import day_of
from app.items.scans.sensors import ALL_13
from app.tiles.importing.parts import Imported, Importer, noon, optical, picture, radar
from app.tiles.writing import Draft

SENSORS = ("s1", "s2", "s2_cloudy")
DATES = 3
"""Of a series so many dates are taken, the first ones: as many as models are given."""
_FOLDER = re.compile(r"(s1|s2_cloudy|s2)_(\d+)")
_FILE = re.compile(r"(.+)_(s1|s2_cloudy|s2)_(\d+)_p(\d+)\.tif")
Found = dict[tuple[str, int, int], dict[str, Path]]


# SEN12MS-CR.


def find_pairs(root: Path) -> Iterator[Sample | Fault]:
    """The patches of every season; its three sensors lie in one folder, or in one each (`…_s2_cloudy`)."""
    found: Found = {}
    for branch in subfolders(root):
        season = re.fullmatch(r"(ROIs\d{4}_[a-z]+?)(?:_(s1|s2|s2_cloudy))?", branch.name)
        if season:
            _collect(branch, season[1], found)
    for (season_name, scene, patch), files in sorted(found.items()):
        yield Sample(f"{season_name}_{scene}_p{patch}", root, files, {"season": season_name})


def _collect(branch: Path, season: str, found: Found) -> None:
    for folder in subfolders(branch):
        if not _FOLDER.fullmatch(folder.name):
            continue
        for path in folder.glob("*.tif"):
            if match := _FILE.fullmatch(path.name):
                found.setdefault((season, int(match[3]), int(match[4])), {})[match[2]] = path


def read_pair(sample: Sample) -> Imported:
    """The cloudy image with its radar image, and the clear one of another day as what it should look like.

    Raises:
        Invalid: a file is missing or cannot be read.
    """
    if "s2_cloudy" not in sample.files:
        raise Invalid("It has no cloudy image.")
    drafts = [optical(picture(sample.files["s2_cloudy"]), ALL_13, title="Sentinel-2, with clouds")]
    if "s1" in sample.files:
        drafts.append(radar(picture(sample.files["s1"])))
    if "s2" in sample.files:
        clear = picture(sample.files["s2"])
        drafts.append(
            optical(
                clear, ALL_13, key="clear-image", title="Sentinel-2, without clouds", answers="clear-image"
            )
        )
    note = "The clear image is of another day, so not every difference is a cloud."
    return Imported(sample.name.replace("_", " "), tuple(drafts), note=note)


# SEN12MS-CR-TS.


def find_series(root: Path) -> Iterator[Sample | Fault]:
    """The patches of every region, each with all its dates."""
    dates: dict[tuple[str, int], dict[str, Path]] = {}
    for one in sen12mscrts.find(root):
        if isinstance(one, Fault):
            yield one
            continue
        files = dates.setdefault((one.facts["region"], one.facts["patch"]), {})
        files |= {f"{sensor} {one.facts['date']}": path for sensor, path in one.files.items()}
    for (region, patch), files in sorted(dates.items()):
        yield Sample(f"{region.replace('/', '_')}_p{patch}", root, files, {"region": region})


def read_series(sample: Sample) -> Imported:
    """The first dates that both sensors have; each layer tells its own day.

    Raises:
        Invalid: no date has both images, or a file cannot be read.
    """
    numbers = sorted({int(key.split()[1]) for key in sample.files})
    both = [one for one in numbers if f"S1 {one}" in sample.files and f"S2 {one}" in sample.files][:DATES]
    if not both:
        raise Invalid("No date has both an optical and a radar image.")
    drafts = tuple(draft for step, number in enumerate(both) for draft in _date(sample.files, number, step))
    return Imported(
        title=sample.name.replace("_", " "),
        drafts=drafts,
        split={"train": "train", "validation": "validate", "test": "test"}[
            sen12mscrts.SPLIT[sample.facts["region"]]
        ],
        moment=drafts[0].moment,
        note=f"The first {len(both)} dates of the series; which of them are clear is not recorded.",
    )


def _date(files: Mapping[str, Path], number: int, step: int) -> Iterator[Draft]:
    seen, heard = files[f"S2 {number}"], files[f"S1 {number}"]
    behind = f"-{step + 1}" if step else ""
    moment = noon(day_of(seen))
    yield optical(picture(seen), ALL_13, key=f"s2{behind}", moment=moment, step=step)
    # Models pair the two by date; the radar image is of a day nearby, which its title tells.
    title = f"Sentinel-1 of {day_of(heard)}"
    yield radar(picture(heard), key=f"s1{behind}", title=title, moment=moment, step=step)


PAIRS = Importer(
    "SEN12MS-CR",
    "ROIs<number>_<season>[_<sensor>]/{s1,s2,s2_cloudy}_<scene>/…_p<patch>.tif",
    "sen12ms-cr",
    "CC-BY-4.0",
    find_pairs,
    read_pair,
)
SERIES = Importer(
    "SEN12MS-CR-TS",
    sen12mscrts.FORMAT.layout,
    "sen12ms-cr-ts",
    "CC-BY-4.0",
    find_series,
    read_series,
)
