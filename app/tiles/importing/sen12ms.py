"""SEN12MS: Sentinel-1, Sentinel-2 and coarse land cover; DFC2020 likewise, with land cover at 10 m."""

from app.base.errors import Invalid
from app.items.scans import dfc2020 as scan_dfc2020
from app.items.scans import sen12ms as scan_sen12ms
from app.items.scans.samples import Sample
from app.items.scans.sensors import ALL_13
from app.tiles.importing.parts import (
    FINE,
    Imported,
    Importer,
    classes,
    coarse_land_cover,
    crs_of,
    noon,
    optical,
    picture,
    radar,
)
from app.tiles.legends import LAND_COVER
from app.tiles.writing import Draft

SPLITS = {"train": "train", "validation": "validate", "test": "test"}


def read(sample: Sample) -> Imported:
    """The layers of a patch: B8A stands between B8 and B9, and VV before VH.

    Raises:
        Invalid: a file cannot be read, or neither image is there.
    """
    drafts = tuple(_drafts(sample))
    if not any(draft.answers is None for draft in drafts):
        raise Invalid("It has neither an optical nor a radar image.")
    season = scan_sen12ms.SEASONS.get(sample.facts["branch"])
    when = f"Taken between {season[0]} and {season[1]}; the day is not recorded." if season else ""
    return Imported(
        title=sample.name.replace("_", " "),
        drafts=drafts,
        split=SPLITS.get(sample.facts["split"] or ""),
        moment=noon(season[0] + (season[1] - season[0]) / 2) if season else None,
        note=when,
    )


def _drafts(sample: Sample) -> list[Draft]:
    files = sample.files
    beside = next((crs for path in files.values() if (crs := crs_of(path))), None)
    pictures = {key: picture(path, beside=beside) for key, path in files.items()}
    made: list[Draft] = []
    if "s2" in pictures:
        made.append(optical(pictures["s2"], ALL_13))
    if "s1" in pictures:
        made.append(radar(pictures["s1"]))
    if "dfc" in pictures:
        fine = pictures["dfc"]
        title = "Land cover at 10 m"
        made.append(classes(fine.values[0], FINE, LAND_COVER, fine, answers="land-cover", title=title))
    if "lc" in pictures:
        made.append(coarse_land_cover(pictures["lc"]))
    return made


SEN12MS = Importer("SEN12MS", scan_sen12ms.FORMAT.layout, "sen12ms", "CC-BY-4.0", scan_sen12ms.find, read)
DFC2020 = Importer("DFC2020", scan_dfc2020.FORMAT.layout, "dfc2020", "CC-BY-4.0", scan_dfc2020.find, read)
