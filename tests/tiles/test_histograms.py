import numpy as np
import pytest

from app.tiles.histograms import BINS, histograms
from tests.tiles.viewed import CLASSES, OPTICAL, layer


def test_every_known_pixel_is_counted_once():
    values = np.linspace(0, 1, 6 * 20 * 20, dtype=np.float32).reshape(6, 20, 20)
    values[0, 0, :5] = np.nan

    found = histograms(layer("s2", "optical", OPTICAL), values)

    assert [one.name for one in found] == list(OPTICAL)
    assert sum(found[0].counts) == 395
    assert (found[0].unknown, found[1].unknown) == (5, 0)
    assert len(found[0].edges) == BINS + 1


def test_figures_are_those_of_the_values():
    found = histograms(layer("x", "values", ("x",)), np.arange(101, dtype=np.float32).reshape(1, 1, 101))[0]

    assert (found.minimum, found.median, found.mean, found.maximum) == (0, 50, 50, 100)
    assert (found.low, found.high) == pytest.approx((2, 98))


def test_the_highest_bar_fills_the_drawing():
    found = histograms(layer("x", "values", ("x",)), np.float32([[[0, 0, 0, 1]]]))[0]

    assert "v-32.0" in found.bars
    assert "v-10.7" in found.bars


def test_one_value_everywhere_still_makes_a_bar():
    found = histograms(layer("x", "values", ("x",)), np.full((1, 3, 3), 5, np.float32))[0]

    assert sum(found.counts) == 9
    assert found.bars


def test_nothing_known_makes_an_empty_histogram():
    found = histograms(layer("x", "values", ("x",)), np.full((1, 3, 3), np.nan, np.float32))[0]

    assert (found.counts, found.bars, found.unknown) == ((), "", 9)


def test_classes_have_shares_and_no_histogram():
    land = layer("land", "classes", ("class",), classes=CLASSES)

    assert histograms(land, np.zeros((1, 3, 3), np.uint8)) == ()
