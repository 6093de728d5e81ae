"""EuroSAT: patches of 64 pixels in folders of classes. B8A is the last band of its files, not the ninth."""

from app.items.scans import eurosat
from app.items.scans.documents import SPLITS
from app.items.scans.samples import Sample
from app.tiles.importing.parts import Imported, Importer, optical, picture

NAMES = tuple(band.name for band in eurosat.BANDS)


def read(sample: Sample) -> Imported:
    """The 13 bands of a patch in the order of the sensor; its class is of the whole patch, so it is no layer.

    Raises:
        Invalid: the file cannot be read.
    """
    drafts = (optical(picture(sample.files["image"]), NAMES),)
    split = SPLITS[sample.facts["split"]] if sample.facts["split"] else None
    return Imported(
        sample.name.replace("_", " "), drafts, split, note=f"Class of the patch: {sample.facts['class']}."
    )


FORMAT = Importer("EuroSAT", eurosat.FORMAT.layout, "eurosat", "MIT", eurosat.find, read)
