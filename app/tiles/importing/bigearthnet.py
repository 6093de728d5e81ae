"""BigEarthNet: one file a band, of 120, 60 and 20 pixels for 10, 20 and 60 m; each size becomes a layer."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.base.errors import Invalid
from app.items.scans import bigearthnet
from app.items.scans.documents import SPLITS
from app.items.scans.samples import Sample
from app.items.scans.sensors import sentinel2_metres
from app.tiles.importing.parts import Imported, Importer, Picture, optical, picture, radar
from app.tiles.writing import Draft

SIZES = (10, 20, 60)


def read(sample: Sample) -> Imported:
    """The layers of a patch, each at the distance its bands were taken at; there is no B10.

    Raises:
        Invalid: a band is missing or cannot be read.
    """
    missing = [name for name in bigearthnet.NAMES if name not in sample.files]
    if missing:
        raise Invalid(f"It has no {', '.join(missing)}.")
    taken = sample.name.split("_")[2]
    labels = sample.facts.get("labels")
    return Imported(
        title=sample.name.replace("_", " "),
        drafts=tuple(_drafts(sample.files)),
        split=SPLITS[sample.facts["split"]] if sample.facts["split"] else None,
        moment=datetime.strptime(taken, "%Y%m%dT%H%M%S").replace(tzinfo=UTC),
        note=f"Classes of the patch: {', '.join(map(str, labels))}." if labels else "",
    )


def _drafts(files: Mapping[str, Path]) -> Iterator[Draft]:
    for metres in SIZES:
        names = [name for name in bigearthnet.NAMES if sentinel2_metres(name) == metres]
        key = "s2" if metres == min(SIZES) else f"s2-{metres}m"
        plain = [name.replace("B0", "B") for name in names]
        yield optical(_stacked(files, names), plain, key=key, title=f"Sentinel-2 at {metres} m")
    if "VV" in files and "VH" in files:
        yield radar(_stacked(files, ("VV", "VH")))


def _stacked(files: Mapping[str, Path], names: tuple[str, ...] | list[str]) -> Picture:
    """Several files of one grid as one picture."""
    pictures = [picture(files[name]) for name in names]
    if len({one.values.shape for one in pictures}) != 1 or len(pictures[0].values) != 1:
        raise Invalid(f"{', '.join(names)} are not of one size, with one band each.")
    first = pictures[0]
    return Picture(np.concatenate([one.values for one in pictures]), first.place, first.gsd_m)


FORMAT = Importer(
    "BigEarthNet", bigearthnet.FORMAT.layout, "bigearthnet", "CDLA-Permissive-1.0", bigearthnet.find, read
)
