"""An answer that rests on one band moves when that band is hidden, and not when another is."""

import numpy as np
import pytest

from app.runs.occlusion import MOST_GROUPS, OF_CLASSES, OF_VALUES, groups_of, hidden, occlude
from app.runs.scoring import of_labels
from app.zoo.adapters import ADAPTERS
from app.zoo.cards import Input, InputBand
from app.zoo.tiles import Outcome
from tests.runs.made import plain_tile, segmenter
from tests.zoo.conftest import make_tile


def _by_red(arrays):
    """Class 0 where red is dark, class 2 where it is bright; radar does not matter."""
    red = arrays["tile"][:, :1]
    return {"scores": np.concatenate([(1 - red) * 9, np.zeros_like(red), red * 9], axis=1)}


def test_the_band_that_decides_comes_first():
    card, tile = segmenter(), plain_tile()

    def answer(one):
        return ADAPTERS["segmentation"](card, one, _by_red)

    found = occlude(card, tile, answer(tile), answer)

    assert [one.bands for one in found] == [("B4",), ("VV",)]
    assert found[0].change > 0.1
    assert found[1].change == 0
    assert found[0].metric == OF_CLASSES


def test_a_hidden_band_is_flat_at_its_mean_and_keeps_its_holes():
    tile = plain_tile()
    tile.values[0, 0, 0] = np.nan
    mean = np.nanmean(tile.values[0])

    found = hidden(tile, ("B4",))

    assert np.isnan(found.values[0, 0, 0])
    assert np.nanmax(np.abs(found.values[0] - mean)) < 1e-6
    assert np.array_equal(found.values[1], tile.values[1])
    assert tile.values[0, 1, 1] != found.values[0, 1, 1]


def test_each_date_of_a_series_is_hidden_by_its_own_mean():
    tile = make_tile(dates=3)

    found = hidden(tile, ("VV",))

    assert found.values[:, 0, 5, 5] == pytest.approx(tile.values[:, 0].mean(axis=(1, 2)), abs=1e-6)


def test_every_band_is_in_a_group_and_there_are_at_most_eight():
    names = [f"B{number}" for number in range(1, 13)] + ["B8A", "VV", "VH", "height", "B10"]
    bands = tuple(InputBand(name=name, unit="1", low=0, high=1) for name in names)
    card = segmenter(inputs=(Input(name="tile", bands=bands, smallest=16),))

    groups = groups_of(card)

    assert len(groups) == MOST_GROUPS
    assert sorted(band for _name, members in groups for band in members) == sorted(set(names))


def test_values_move_in_their_own_unit():
    tile = plain_tile()

    def answer(one):
        return Outcome(values=one.values[:1])

    found = occlude(segmenter(), tile, answer(tile), answer)

    assert (found[0].bands, found[0].metric) == (("B4",), OF_VALUES)
    assert found[0].change == pytest.approx(np.abs(tile.values[0] - tile.values[0].mean()).mean(), rel=1e-4)


def test_with_a_truth_a_group_tells_whether_it_helps_or_does_harm():
    card, tile = segmenter(), plain_tile()

    def answer(one):
        return ADAPTERS["segmentation"](card, one, _by_red)

    right = of_labels(answer(tile).labels, 3)
    wrong = of_labels(2 - answer(tile).labels, 3)

    helps = occlude(card, tile, answer(tile), answer, right)
    harms = occlude(card, tile, answer(tile), answer, wrong)

    assert helps[0].gain > 0.1 > harms[0].gain
    assert harms[0].gain < 0
    assert helps[1].gain == 0
    assert helps[0].document()["figure"] == "Overall accuracy"


def test_without_a_truth_no_group_gains():
    card, tile = segmenter(), plain_tile()

    def answer(one):
        return ADAPTERS["segmentation"](card, one, _by_red)

    assert "gain" not in occlude(card, tile, answer(tile), answer)[0].document()
