"""Bands get wavelengths only where there can be no doubt whose they are."""

from collections.abc import Callable, Mapping

import pytest

from app.catalogue import vocabulary
from app.catalogue.bands import bands_of, table_source
from app.catalogue.record import DatasetRecord

Make = Callable[..., DatasetRecord]


@pytest.mark.parametrize("name", ["B2", "B02", "b2", "Blue", "B", "blue"])
def test_spellings_of_one_band_are_one_band(make_record: Make, name: str) -> None:
    (band,) = bands_of(make_record(sensors=["Sentinel-2"], bands=[name]))

    assert (band.native_name, band.common_name, band.centre_um, band.gsd_m) == (name, "blue", 0.4927, 10)
    assert band.sensor == "Sentinel-2"


def test_b8_and_b8a_differ(make_record: Make) -> None:
    wide, narrow = bands_of(make_record(sensors=["Sentinel-2"], bands=["B08", "B8A"]))

    assert (wide.common_name, narrow.common_name) == ("nir", "nir08")
    assert wide.fwhm_um is not None
    assert narrow.fwhm_um is not None
    assert wide.fwhm_um > narrow.fwhm_um


def test_a_name_that_two_sensors_own_stays_bare(make_record: Make) -> None:
    (band,) = bands_of(make_record(sensors=["Sentinel-2", "Landsat-8"], bands=["B5"]))

    assert band.sensor is None
    assert band.common_name is None
    assert band.centre_um is None


def test_a_sensor_without_a_table_can_own_a_band_too(make_record: Make) -> None:
    (band,) = bands_of(make_record(sensors=["Sentinel-2", "HLS"], bands=["B4"]))

    assert band.sensor is None


def test_a_colour_keeps_its_common_name_without_a_sensor(make_record: Make) -> None:
    (band,) = bands_of(make_record(image_sources=["Google Earth"], bands=["R"]))

    assert (band.common_name, band.sensor, band.centre_um) == ("red", None, None)


def test_near_infrared_of_sentinel_2_could_be_either_band(make_record: Make) -> None:
    (band,) = bands_of(make_record(sensors=["Sentinel-2"], bands=["NIR"]))

    assert (band.common_name, band.sensor) == ("nir", None)


def test_a_name_that_one_sensor_leaves_open_is_not_given_to_the_other(make_record: Make) -> None:
    (band,) = bands_of(make_record(sensors=["Sentinel-2", "NAIP"], bands=["NIR"]))

    assert band.sensor is None


def test_no_sensor_no_wavelength(make_record: Make) -> None:
    (band,) = bands_of(make_record(bands=["B8A"]))

    assert band.sensor is None


def test_a_prefix_names_the_sensor(make_record: Make) -> None:
    record = make_record(sensors=["Sentinel-1", "Sentinel-2"], bands=["s2:B02", "s1:VV", "aerial:R"])

    assert [band.sensor for band in bands_of(record)] == ["Sentinel-2", "Sentinel-1", None]


def test_polarisations_stand_in_for_bands(make_record: Make) -> None:
    (band,) = bands_of(make_record(sensors=["Sentinel-1", "Sentinel-2"], polarisations=["VV"]))

    assert band.sensor == "Sentinel-1"
    assert band.note is not None
    assert "5.405 GHz" in band.note


def test_a_second_radar_leaves_polarisations_open(make_record: Make) -> None:
    (band,) = bands_of(make_record(sensors=["Sentinel-1", "TerraSAR-X"], polarisations=["VV"]))

    assert band.sensor is None


def test_eight_bands_of_planetscope_have_their_own_wavelengths(make_record: Make) -> None:
    four = bands_of(make_record(sensors=["PlanetScope"], bands=["Blue"]))[0]
    eight = bands_of(make_record(sensors=["PlanetScope"], bands=["Coastal Blue", "Blue"]))[1]

    assert four.centre_um is None
    assert eight.centre_um == 0.490


def test_every_table_names_its_document() -> None:
    sensors = [entry["sensor"] for entry in vocabulary.load("bands")["sensors"]]

    assert all(table_source(sensor) for sensor in sensors)
    assert set(sensors) <= set(vocabulary.terms("sensor"))
    assert table_source("IKONOS") is None


def test_wavelengths_lie_within_their_common_names() -> None:
    limits = {
        "blue": (0.45, 0.53),
        "green": (0.51, 0.60),
        "red": (0.60, 0.70),
        "nir08": (0.75, 0.90),
        "swir16": (1.5, 1.75),
    }
    rows = [row for entry in vocabulary.load("bands")["sensors"] for row in entry["bands"] if "centre" in row]

    for row in rows:
        low, high = limits.get(row.get("common"), (0.4, 13))
        assert low <= row["centre"] <= high, row


def test_eurosat_lists_bands_only_if_its_record_does(records: Mapping[str, DatasetRecord]) -> None:
    assert bands_of(records["eurosat"]) == ()
    assert len(bands_of(records["bigearthnet"])) == 12


def test_what_the_record_says_of_a_band_goes_before_the_table_of_its_sensor(make_record):
    record = make_record(
        sensors=["Sentinel-2"],
        bands=["B04", "B08"],
        band_details=[{"name": "B04", "centre_um": 0.66, "gsd_m": 20}],
    )

    red, infrared = bands_of(record)

    assert (red.centre_um, red.gsd_m, red.common_name) == (0.66, 20, "red")
    assert infrared.gsd_m == 10
