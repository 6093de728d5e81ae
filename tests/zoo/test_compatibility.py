"""Models are held against what records tell: named bands, wavelengths, counts, and what they leave open."""

import pytest

from app.zoo.cards import Input, InputBand
from app.zoo.compatibility import fit, holding_of
from tests.zoo.conftest import make_card, make_record

OPTICAL = (
    InputBand(name="B2", common_name="blue", centre_um=0.4927, unit="reflectance", low=0, high=1),
    InputBand(name="B8A", common_name="nir08", centre_um=0.8647, unit="reflectance", low=0, high=1),
)
RADAR = (InputBand(name="VV", unit="dB", low=-25, high=0),)


def _fit(eaten=OPTICAL, *, dates=None, smallest=32, **fields):
    card = make_card(inputs=(Input(name="tile", bands=eaten, dates=dates, smallest=smallest),))
    return fit(card, holding_of(make_record(gsd_m={"min": 10, "max": 10}, **fields)))


@pytest.mark.parametrize(
    "bands", [("B2", "B8A"), ("B02", "B8A"), ("s2:B02", "s2:B8A"), ("Blue", "B8A"), ("B03", "B02", "B8A")]
)
def test_bands_are_known_under_any_spelling(bands):
    found = _fit(sensors=("Sentinel-2",), bands=bands)

    assert (found.verdict, found.reasons) == ("fits", ())


def test_digits_of_a_wavelength_do_not_make_it_another_sensor():
    rounded = InputBand(name="B8", common_name="nir", centre_um=0.842, unit="reflectance", low=0, high=1)

    assert _fit((rounded,), sensors=("Sentinel-2",), bands=("B08",)).verdict == "fits"
    assert _fit(OPTICAL[:1], sensors=("Sentinel-2",), bands=("blue", "green")).verdict == "fits"


def test_a_neighbour_of_the_same_sensor_does_not_stand_in_for_a_band():
    wanted = InputBand(name="B8", common_name="nir", centre_um=0.842, unit="reflectance", low=0, high=1)

    assert _fit((wanted,), sensors=("Sentinel-2",), bands=("B7", "B8A")).verdict == "no"
    assert _fit((wanted,), sensors=("Sentinel-2", "PlanetScope"), bands=("B8", "B8A")).verdict == "fits"


def test_bands_that_two_sensors_number_alike_are_told_apart_by_one_that_only_one_has():
    sensors = ("Sentinel-2", "MODIS")

    assert _fit(sensors=sensors, bands=("B2", "B8A")).verdict == "fits"
    assert _fit(OPTICAL[:1], sensors=sensors, bands=("B2", "B3")).verdict == "unknown"


def test_a_band_of_another_sensor_is_found_by_its_wavelength_and_told():
    found = _fit(sensors=("Landsat-8",), bands=("B2", "B5"))

    assert found.verdict == "in-part"
    assert found.reasons == (
        "Of another sensor than the model knows, but of much the same wavelength: B2, B8A.",
    )


def test_a_band_that_is_not_there_is_named():
    found = _fit(sensors=("Sentinel-2",), bands=("B2", "B3"))

    assert (found.verdict, found.reasons) == ("no", ("It has no B8A.",))


def test_all_bands_of_a_sensor_are_known_by_their_number():
    assert _fit(sensors=("Sentinel-2",), n_bands=13).verdict == "fits"
    assert (
        _fit(sensors=("Sentinel-2", "Sentinel-1"), n_bands=15, polarisations=("VV", "VH")).verdict == "fits"
    )
    assert _fit(sensors=("Sentinel-2",), n_bands=4).verdict == "unknown"


@pytest.mark.parametrize("bands", [(), ("10 Sentinel-2 bands",)])
def test_what_a_record_leaves_open_is_told_as_open(bands):
    found = _fit(sensors=("Sentinel-2",), bands=bands)

    assert found.verdict == "unknown"
    assert found.reasons == ("Its record does not say which optical bands it has.",)


def test_polarisations_are_those_of_the_radar_the_model_knows():
    assert _fit(RADAR, sensors=("Sentinel-1",), polarisations=("VV", "VH")).verdict == "fits"
    assert _fit(RADAR, sensors=("Gaofen-3",), polarisations=("VV",)).verdict == "in-part"
    assert _fit(RADAR, sensors=("Sentinel-1",), polarisations=("HH",)).verdict == "no"
    assert _fit(RADAR, sensors=("Sentinel-1",)).verdict == "unknown"


def test_a_dataset_of_aerial_pictures_has_nothing_for_a_radar_model():
    found = _fit(RADAR, modalities=("rgb",), bands=("R", "G", "B"))

    assert found.reasons == ("It has none of the bands that the model needs.",)


def test_pixels_sizes_and_dates_are_held_against_the_model():
    known = {"sensors": ("Sentinel-2",), "bands": ("B2", "B8A")}
    card = make_card(inputs=(Input(name="tile", bands=OPTICAL, smallest=32),))
    fine = holding_of(make_record(gsd_m={"min": 0.3, "max": 1}, **known))

    assert fit(card, fine).reasons == ("Its pixels are 1 m wide; the model knows pixels of 10 m.",)
    assert (
        "64 × 64" in _fit(image_size_px={"min": [32, 32], "max": [256, 256]}, smallest=64, **known).reasons[0]
    )
    assert _fit(dates=3, n_timestamps=1, **known).verdict == "no"
    assert _fit(dates=3, **known).verdict == "unknown"
    assert _fit(dates=3, n_timestamps=12, **known).verdict == "fits"


def test_a_licence_stands_beside_the_verdict_and_does_not_change_it():
    found = _fit(sensors=("Sentinel-2",), n_bands=13, licence={"spdx": "CC-BY-NC-4.0"})
    free = _fit(sensors=("Sentinel-2",), n_bands=13, licence={"spdx": "CC-BY-4.0"})

    assert (found.verdict, found.cautions) == ("fits", ("Its licence allows no commercial use.",))
    assert free.cautions == ()
