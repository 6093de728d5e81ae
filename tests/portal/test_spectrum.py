"""Bands on the wavelength axis."""

from itertools import pairwise

from app.catalogue.bands import Band
from app.portal.spectrum import BASE, spectrum


def band(name, centre, width=0.03, gsd=10.0):
    return Band(native_name=name, common_name=None, centre_um=centre, fwhm_um=width, gsd_m=gsd, sensor="S")


def test_bands_stand_in_the_order_of_their_wavelength():
    drawn = spectrum([band("B4", 0.665), band("B2", 0.49), band("B11", 1.61)])

    assert [bar.name for bar in drawn.bars] == ["B2", "B4", "B11"]
    assert all(first.middle < second.middle for first, second in pairwise(drawn.bars))
    assert drawn.sentence == "3 bands between 0.49 and 1.61 micrometres"


def test_the_finer_band_is_the_taller_bar():
    fine, coarse = spectrum([band("B2", 0.49, gsd=10), band("B1", 0.6, gsd=60)]).bars

    assert fine.height > coarse.height
    assert fine.y + fine.height == BASE


def test_labels_that_would_touch_stand_on_different_levels():
    near = spectrum([band("B8", 0.833), band("B8A", 0.835)])

    assert near.bars[0].label_y != near.bars[1].label_y


def test_bands_without_wavelength_are_not_drawn():
    assert spectrum([Band("VV", None, None, None, 10.0, "Sentinel-1")]) is None
