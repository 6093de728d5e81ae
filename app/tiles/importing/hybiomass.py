"""HyBiomass: 202 bands of EnMAP, and biomass where GEDI measured it.

NaN and negative numbers, -1 and -9999 among them, mean that nothing was measured; 0 is a measurement. Its
NumPy files are not opened: the GeoTIFF beside each holds the same numbers and says where they lie.
"""

import numpy as np

from app.base.errors import Invalid
from app.items.scans import hybiomass
from app.items.scans.samples import Sample
from app.tiles.importing.parts import OF_ONE, Imported, Importer, picture
from app.tiles.rasters import PLAIN, REFLECTANCE
from app.tiles.writing import Draft, named

SPECTRAL = len(hybiomass.KEPT)


def read(sample: Sample) -> Imported:
    """The bands as reflectance, and biomass in Mg/ha as truth.

    Raises:
        Invalid: the file cannot be read, or has another number of bands.
    """
    source = picture(sample.files["tif"])
    if len(source.values) != len(hybiomass.BANDS):
        raise Invalid(f"It has {len(source.values)} bands; {len(hybiomass.BANDS)} were expected.")
    biomass = source.values[hybiomass.BIOMASS - 1]
    place = {"gsd_m": source.gsd_m, "place": source.place}
    seen = Draft(
        key="enmap",
        title="EnMAP",
        shows="optical",
        values=np.clip(source.values[:SPECTRAL], 0, OF_ONE) / np.float32(OF_ONE),
        bands=[named(band.name, "1") for band in hybiomass.BANDS[:SPECTRAL]],
        encoding=REFLECTANCE,
        **place,  # type: ignore[arg-type]
    )
    truth = Draft(
        key="biomass",
        title="Above-ground biomass where GEDI measured it",
        shows="values",
        values=np.where(biomass >= 0, biomass, np.nan).astype(np.float32)[None],
        bands=[named("biomass", "Mg/ha", title="Above-ground biomass density")],
        encoding=PLAIN,
        answers="biomass",
        **place,  # type: ignore[arg-type]
    )
    return Imported(sample.name.replace("_", " "), (seen, truth), note=f"Region: {sample.facts['region']}.")


FORMAT = Importer("HyBiomass", hybiomass.FORMAT.layout, "hybiomass", "other", hybiomass.find, read)
