"""Sen1Floods11: hand-labelled floods, 512 pixels in degrees, one file a kind, named by country and number.

In the labels -1 is not labelled, 0 is dry land and 1 is water: 0 is a class.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.base.errors import Invalid
from app.items.scans.lists import rows
from app.items.scans.samples import Fault, Sample
from app.items.scans.sensors import ALL_13
from app.tiles.importing.parts import Imported, Importer, classes, optical, picture, radar
from app.tiles.layers import ClassOfPixels
from app.tiles.writing import Draft

KINDS = ("S1Hand", "S2Hand", "LabelHand")
LISTS = {"train": "train", "valid": "validate", "test": "test", "bolivia": "test"}
WATER = (ClassOfPixels(0, "No water", "#d8d4c4"), ClassOfPixels(1, "Water", "#1c5dff"))
METRES = 10.0
_FILE = re.compile(r"([A-Za-z-]+_\d+)_(S1Hand|S2Hand|LabelHand)\.tif")


def find(root: Path) -> Iterator[Sample | Fault]:
    """The chips of all three kinds of files, wherever below the folder they lie."""
    found: dict[str, dict[str, Path]] = {}
    for kind in KINDS:
        for path in sorted(root.glob(f"**/{kind}/*.tif")):
            if match := _FILE.fullmatch(path.name):
                found.setdefault(match[1], {})[match[2]] = path
            else:
                yield Fault(path, "its name is none of a chip")
    splits = _splits(root)
    for name in sorted(found):
        yield Sample(name, root, found[name], {"split": splits.get(name)})


def _splits(root: Path) -> Mapping[str, str]:
    """The split of each chip by the published lists; Bolivia, a test apart, counts as test."""
    found: dict[str, str] = {}
    for word, split in LISTS.items():
        for path in sorted(root.glob(f"**/flood_{word}_data.csv")):
            for row in rows(path):
                if row and (match := _FILE.fullmatch(row[0])):
                    found[match[1]] = split
    return found


def read(sample: Sample) -> Imported:
    """The layers of a chip.

    Raises:
        Invalid: neither image is there, or a file cannot be read.
    """
    drafts: list[Draft] = []
    # Its pixels are in degrees, so the files do not say that they are 10 m.
    if "S2Hand" in sample.files:
        drafts.append(optical(picture(sample.files["S2Hand"]), ALL_13, gsd_m=METRES))
    if "S1Hand" in sample.files:
        drafts.append(radar(picture(sample.files["S1Hand"]), gsd_m=METRES))
    if not drafts:
        raise Invalid("It has neither an optical nor a radar image.")
    if "LabelHand" in sample.files:
        label = picture(sample.files["LabelHand"])
        title = "Water, labelled by hand"
        drafts.append(
            classes(label.values[0], {0: 0, 1: 1}, WATER, label, answers="water", title=title, gsd_m=METRES)
        )
    return Imported(sample.name.replace("_", " "), tuple(drafts), sample.facts["split"])


FORMAT = Importer(
    "Sen1Floods11",
    "…/{S1Hand,S2Hand,LabelHand}/<Country>_<number>_{S1Hand,S2Hand,LabelHand}.tif; flood_train_data.csv and "
    "the like",
    "sen1floods11",
    "other",
    find,
    read,
)
