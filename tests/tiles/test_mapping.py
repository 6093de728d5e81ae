"""Bands are recognised by what is known of them, and what their numbers mean is seen in them."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from app.base.errors import Invalid
from app.tiles import mapping
from app.tiles.mapping import DROPPED, KEPT, LAND, OPTICAL, RADAR
from app.tiles.opened import FoundBand, Opened
from tests.tiles.uploads_made import sentinel2


def opened(bands: list[FoundBand] | int, values: np.ndarray | None = None, **more: object) -> Opened:
    """An upload of some bands, or of as many without a word about them."""
    if isinstance(bands, int):
        bands = [FoundBand("a.tif", number + 1, whole=True) for number in range(bands)]
    values = sentinel2(len(bands), 8) if values is None else values
    return Opened(values.astype(np.float32), tuple(bands), None, **more)


def named(*texts: str) -> list[FoundBand]:
    return [FoundBand("a.tif", number, text, whole=True) for number, text in enumerate(texts, 1)]


def names(upload: Opened) -> list[str]:
    return [choice.name for choice in mapping.suggest(upload).choices]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("B4", "B4"),
        ("B04", "B4"),
        ("b8a", "B8A"),
        ("Band 12", "B12"),
        ("T32UPU_20210613_B08_10m", "B8"),
        ("VV", "VV"),
        ("Sigma0_VH_db", "VH"),
        ("red", "B4"),
        ("B13", KEPT),
        ("NDVI", KEPT),
        ("BVVX", KEPT),
        ("SR_B4", KEPT),
        ("LC08_L1TP_193026_B4", KEPT),
    ],
)
def test_bands_are_known_by_their_names(text: str, name: str) -> None:
    # A second name that is known, so that no order is looked at.
    assert names(opened(named(text, "B9")))[0] == name


def test_bands_of_a_zip_are_known_by_the_names_of_their_files() -> None:
    bands = [FoundBand("S2A_T32_B02.tif", 1), FoundBand("S2A_T32_B8A.tif", 1)]

    assert names(opened(bands)) == ["B2", "B8A"]


def test_wavelength_says_more_than_a_name() -> None:
    # Band 5 of Landsat 8 is what Sentinel-2 calls B8A.
    landsat = [FoundBand("a.tif", 1, "B5", centre_um=0.865), FoundBand("a.tif", 2, "B10", centre_um=10.9)]

    choices = mapping.suggest(opened(landsat)).choices

    assert [choice.name for choice in choices] == ["B8A", KEPT]
    assert choices[0].why == "wavelength"


def test_of_many_narrow_bands_the_nearest_gets_the_name() -> None:
    bands = [FoundBand("a.tif", place, centre_um=0.655 + place * 0.003) for place in range(1, 7)]

    found = names(opened(bands))

    assert found.count("B4") == 1
    assert found.index("B4") == 2


@pytest.mark.parametrize(("count", "expected"), [(13, OPTICAL), (10, LAND), (3, ("B4", "B3", "B2"))])
def test_bands_without_names_are_known_by_their_number(count: int, expected: tuple[str, ...]) -> None:
    upload = opened(count)

    assert names(upload) == list(expected)
    assert mapping.suggest(upload).choices[0].why == "order"


def test_twelve_bands_are_those_of_level_2a() -> None:
    assert "B10" not in names(opened(12))
    assert names(opened(12))[-2:] == ["B11", "B12"]


def test_negative_bands_at_the_end_are_radar() -> None:
    values = np.concatenate([sentinel2(10, 8).astype(np.float32), np.full((2, 8, 8), -12, np.float32)])

    assert names(opened(12, values)) == [*LAND, *RADAR]


def test_two_bands_of_decibels_are_vv_and_vh() -> None:
    assert names(opened(2, np.full((2, 8, 8), -12.0))) == ["VV", "VH"]


def test_file_that_says_nothing_beside_one_that_does_is_known_by_its_number_of_bands() -> None:
    radar = [FoundBand("s1.tif", 1, "VV"), FoundBand("s1.tif", 2, "VH")]
    optical = [FoundBand("s2.tif", number) for number in range(1, 14)]
    said = [FoundBand("s2.tif", number, "index") for number in range(1, 4)]

    assert names(opened([*radar, *optical])) == [*RADAR, *OPTICAL]
    assert names(opened([*radar, *said])) == [*RADAR, KEPT, KEPT, KEPT]


def test_name_that_a_file_bears_is_not_given_to_another_by_order() -> None:
    bands = [FoundBand("a.tif", 1, "B4"), *(FoundBand("b.tif", number) for number in range(1, 4))]

    assert names(opened(bands)) == ["B4", KEPT, KEPT, KEPT]


@pytest.mark.parametrize("count", [1, 2, 5, 7, 200])
def test_other_numbers_of_bands_say_nothing(count: int) -> None:
    assert set(names(opened(count))) == {KEPT}


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        (np.linspace(0, 1.2, 64), "reflectance"),
        (np.linspace(0, 9000, 64), "numbers"),
        (np.linspace(0, 255, 64).astype(int), "bytes"),
        (np.full(64, 0.0), "reflectance"),
    ],
)
def test_meaning_of_optical_numbers_is_seen_in_them(values: np.ndarray, scale: str) -> None:
    assert mapping.suggest(opened(named("B4"), values.reshape(1, 8, 8))).optical == scale


def test_offset_is_suggested_for_images_since_2022_alone() -> None:
    upload = opened(named("B4"), np.linspace(1050, 5000, 64).reshape(1, 8, 8))

    late = replace(upload, moment=datetime(2023, 5, 1, tzinfo=UTC))
    early = replace(upload, moment=datetime(2020, 5, 1, tzinfo=UTC))

    assert mapping.suggest(late).optical == "offset"
    assert mapping.suggest(early).optical == mapping.suggest(upload).optical == "numbers"


def test_meaning_of_backscatter_is_seen_in_it() -> None:
    assert mapping.suggest(opened(named("VV"), np.full((1, 8, 8), -12.0))).radar == "decibels"
    assert mapping.suggest(opened(named("VV"), np.full((1, 8, 8), 0.06))).radar == "linear"


def test_scale_of_the_file_is_applied_before_anything_is_guessed() -> None:
    band = FoundBand("a.tif", 1, "B4", scale=0.0001, offset=-0.1, whole=True)
    upload = opened([band], np.full((1, 8, 8), 3000.0))

    assert mapping.in_file_units(upload)[0, 0, 0] == pytest.approx(0.2)
    assert mapping.suggest(upload).optical == "reflectance"


@pytest.mark.parametrize("scale", [1e300, -1e300, 1e38])
def test_scale_beyond_all_measure_leaves_nothing_infinite(scale: float) -> None:
    upload = opened([FoundBand("a.tif", 1, "B4", scale=scale, offset=1e300)], np.full((1, 8, 8), 3000.0))

    assert not np.isinf(mapping.in_file_units(upload)).any()


@pytest.mark.parametrize(
    ("value", "scale", "expected"),
    [
        (0.3, "reflectance", 0.3),
        (3000, "numbers", 0.3),
        (4000, "offset", 0.3),
        (51, "bytes", 0.2),
        (-12, "decibels", -12),
        (0.1, "linear", -10),
        (0, "linear", np.nan),
        (-1, "linear", np.nan),
    ],
)
def test_values_become_reflectance_or_decibels(value: float, scale: str, expected: float) -> None:
    found = mapping.converted(np.full((1, 1, 1), value, np.float32), scale)

    assert found.dtype == np.float32
    assert found.item() == pytest.approx(expected, nan_ok=True)


def test_choice_of_a_reader_replaces_what_was_suggested() -> None:
    suggested = mapping.suggest(opened(named("B4", "what")))

    reading = mapping.chosen(suggested, ["B4", "B8"], "reflectance", "linear")

    assert [(choice.name, choice.why) for choice in reading.choices] == [("B4", "name"), ("B8", "hand")]
    assert (reading.optical, reading.radar) == ("reflectance", "linear")


@pytest.mark.parametrize(
    ("given", "optical", "said"),
    [
        (["B4", "B4"], "numbers", "Two bands are called B4"),
        (["B4"], "numbers", "each of the 2 bands"),
        (["B4", "<b>"], "numbers", "no band"),
        ([DROPPED, DROPPED], "numbers", "left out"),
        (["B4", "B8"], "inches", "from the list"),
    ],
)
def test_choice_that_cannot_be_is_refused(given: list[str], optical: str, said: str) -> None:
    suggested = mapping.suggest(opened(named("B4", "B8")))

    with pytest.raises(Invalid, match=said):
        mapping.chosen(suggested, given, optical, "decibels")


def test_bands_that_are_kept_have_names_of_their_own() -> None:
    upload = opened(named("B4", "Canopy <height>", "", "Canopy <height>", "VV x"))
    choices = tuple(mapping.Choice(name, "hand") for name in ("B4", KEPT, KEPT, KEPT, KEPT))

    assert mapping.names_of(upload, choices) == ("B4", "Canopy height", "Band 3", "Band 4", "VV x")
