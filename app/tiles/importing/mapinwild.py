"""MapInWild: places around protected areas, with ten optical bands, radar, and what is protected."""

from app.base.errors import Invalid
from app.items.scans import mapinwild
from app.items.scans.documents import SPLITS
from app.items.scans.samples import Sample
from app.items.scans.sensors import LAND_10
from app.tiles.importing.parts import Imported, Importer, classes, optical, picture, radar
from app.tiles.layers import ClassOfPixels
from app.tiles.writing import Draft

PROTECTED = (ClassOfPixels(0, "Not protected", "#d8d4c4"), ClassOfPixels(1, "Protected", "#1d6b3a"))
SEASONS = ("s2_temporal_subset", "s2_summer", "s2_spring", "s2_autumn", "s2_winter")


def read(sample: Sample) -> Imported:
    """One season of a place, its radar image, and its mask, in which every code but 0 is protected.

    The season that the makers chose for the place is taken where it is there, else the first of the year's
    best. 0 in the mask is a class of its own, not missing.

    Raises:
        Invalid: there is no optical image, or a file cannot be read.
    """
    season = next((name for name in _wanted(sample) if name in sample.files), None)
    if season is None:
        raise Invalid("It has no optical image of any season.")
    drafts: list[Draft] = [optical(picture(sample.files[season]), LAND_10)]
    if "s1" in sample.files:
        drafts.append(radar(picture(sample.files["s1"])))
    if "mask" in sample.files:
        mask = picture(sample.files["mask"])
        codes = (mask.values[0] != 0).astype("float32")
        title = "Protected area: a legal fact, which need not be visible"
        drafts.append(classes(codes, {0: 0, 1: 1}, PROTECTED, mask, answers="protected", title=title))
    split = sample.facts["split"]
    return Imported(
        title=f"WDPA {sample.name}",
        drafts=tuple(drafts),
        split=SPLITS[split] if split else None,
        note=f"Image: {season.removeprefix('s2_').replace('_', ' ')}.",
    )


def _wanted(sample: Sample) -> tuple[str, ...]:
    chosen = sample.facts["season"]
    return (SEASONS[0], *((f"s2_{chosen}",) if chosen else ()), *SEASONS[1:])


FORMAT = Importer("MapInWild", mapinwild.FORMAT.layout, "mapinwild", "CC-BY-4.0", mapinwild.find, read)
