import numpy as np
import pytest

from app.tiles import pixels
from app.tiles.combinations import view_of
from tests.tiles.viewed import CLASSES, COLUMNS, OPTICAL, ROWS, layer, tile, values_of


def shown(key, one=None):
    one = one or tile()
    view = view_of(one, key)
    return view, pixels.channels(view, {part.key: values_of(part) for part in view.layers})


def test_an_index_is_the_normalised_difference_of_its_bands():
    nir, red = np.float32([[0.4, 0.1, 0.0]]), np.float32([[0.1, 0.1, 0.0]])

    found = pixels.index(nir, red)

    assert found[0, :2].tolist() == pytest.approx([0.6, 0.0])
    assert np.isnan(found[0, 2])


def test_values_of_colours_are_the_bands_in_the_order_red_green_blue():
    _view, values = shown("natural")
    bands = values_of(layer("s2", "optical", OPTICAL))

    np.testing.assert_array_equal(values, bands[[2, 1, 0]])


def test_radar_brings_the_ratio_of_its_bands_in_decibels():
    _view, values = shown("radar")

    np.testing.assert_array_equal(values[2], values[0] - values[1])


def test_pixels_without_a_class_are_unknown():
    land = layer("land-cover", "classes", ("class",), answers="land-cover", classes=CLASSES)
    view = view_of(tile(land), "truth-land-cover")

    found = pixels.channels(view, {"land-cover": np.uint8([[[0, 9, 255, 3]]])})

    assert np.isnan(found).tolist() == [[[False, False, True, True]]]


def test_a_coarser_band_is_laid_on_the_grid_of_the_finer_one():
    one = tile(layer("s2", "optical", ("B2", "B3")), layer("coarse", "optical", ("B11",)))
    view = view_of(one, "rgb:B2,B11,B3")
    arrays = {
        "s2": np.zeros((2, ROWS, COLUMNS), np.float32),
        "coarse": np.arange(ROWS * COLUMNS // 4, dtype=np.float32).reshape(1, ROWS // 2, COLUMNS // 2),
    }

    found = pixels.channels(view, arrays)

    np.testing.assert_array_equal(found[1], np.kron(arrays["coarse"][0], np.ones((2, 2))))


def test_bands_are_stretched_each_alone_together_or_as_everywhere():
    view, values = shown("natural")

    assert pixels.ranges(view, values, "each") == ((0.0, 0.4),) * 3
    assert pixels.ranges(view, values, "fixed") == (pixels.VISIBLE,) * 3
    apart = pixels.ranges(view, values, "all")
    assert len(set(apart)) == 3
    assert pixels.ranges(*shown("false-colour"), "fixed")[0] == pixels.INFRARED


def test_stretched_together_all_bands_share_the_widest_range():
    one = tile(layer("s2", "optical", ("B2", "B3")), layer("s1", "radar", ("VV", "VH")))
    view, values = shown("rgb:B2,B3,VV", one)

    assert pixels.ranges(view, values, "together") == ((-20.0, 0.4),) * 3


def test_an_index_always_has_its_zero_in_the_middle():
    low, high = pixels.ranges(*shown("ndvi"), "each")[0]

    assert low == -high


def test_a_band_of_one_value_still_has_a_range():
    view, values = shown("natural")

    for low, high in pixels.ranges(view, np.zeros_like(values), "all"):
        assert high > low


def test_nothing_known_still_has_a_range():
    view, values = shown("radar")

    assert pixels.ranges(view, np.full_like(values, np.nan), "each")[2] == (0.0, 1.0)


def test_shares_of_classes_are_of_the_known_pixels():
    view, _values = shown("truth-land-cover")
    values = np.float32([[[0, 0, 9, np.nan]]])

    assert pixels.shares(view, values) == pytest.approx({0: 2 / 3, 9: 1 / 3})
