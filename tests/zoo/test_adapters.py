"""Each kind of model is run by one pure function, which believes nothing that the card does not promise."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from app.base.errors import Invalid
from app.zoo.adapters import ADAPTERS
from app.zoo.adapters.classification import classify
from app.zoo.adapters.matching import match
from app.zoo.adapters.regression import regress
from app.zoo.adapters.restoration import restore
from app.zoo.adapters.segmentation import segment
from app.zoo.cards import ClassName, Input, Kind, Output
from app.zoo.tiles import NO_CLASS, Tile, prepare
from tests.zoo.conftest import make_card, make_tile


def _argument_is_class(arrays):
    """Scores that are highest for the class that the first band says in thirds."""
    first = arrays["tile"][:, :1]
    return {
        "scores": np.concatenate([first < 1 / 3, (first >= 1 / 3) & (first < 2 / 3), first >= 2 / 3], axis=1)
        * 9.0
    }


def test_bands_reach_the_network_in_the_order_of_the_card(card, tile):
    eaten = prepare(tile, card.inputs[0])

    assert eaten.shape == (1, 2, 32, 32)
    assert np.allclose(eaten[0, 0], tile.values[2])
    assert np.allclose(eaten[0, 1], np.clip((tile.values[0] + 25) / 25, 0, 1))


def test_missing_bands_are_named(card):
    with pytest.raises(Invalid, match="no VV"):
        prepare(make_tile(bands=("B4",)), card.inputs[0])


def test_a_tile_that_is_too_small_is_refused(card):
    with pytest.raises(Invalid, match="8 × 8 pixels; 16"):
        prepare(make_tile(8), card.inputs[0])


def test_every_pixel_gets_its_class_and_shares_add_up(card, tile):
    outcome = segment(card, tile, _argument_is_class)

    expected = np.digitize(tile.values[2], [1 / 3, 2 / 3])
    assert np.array_equal(outcome.labels, expected)
    assert sum(outcome.shares.values()) == pytest.approx(1)
    assert outcome.shares["b"] == pytest.approx((expected == 1).mean())
    assert np.allclose(outcome.probabilities.sum(axis=0), 1, atol=1e-5)


def test_pixels_without_data_get_no_class(card, tile):
    values = tile.values.copy()
    values[0, :4] = np.nan

    outcome = segment(card, replace(tile, values=values), _argument_is_class)

    assert (outcome.labels[:4] == NO_CLASS).all() and (outcome.labels[4:] != NO_CLASS).all()
    assert np.isnan(outcome.probabilities[:, :4]).all()


@pytest.mark.parametrize("size", [32, 300, 517])
def test_a_large_tile_is_answered_as_one_piece_would_be(card, size):
    tile = make_tile(size)

    outcome = segment(card, tile, _argument_is_class)

    assert np.array_equal(outcome.labels, np.digitize(tile.values[2], [1 / 3, 2 / 3]))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda arrays: {}, "nothing"),
        (lambda arrays: {"other": arrays["tile"]}, "promises scores"),
        (lambda arrays: {"scores": arrays["tile"]}, r"\(1, 3, 32, 32\)"),
        (lambda arrays: {"scores": np.full((1, 3, 32, 32), np.nan, dtype=np.float32)}, "no numbers"),
        (lambda arrays: {"scores": np.full((1, 3, 32, 32), np.inf, dtype=np.float32)}, "no numbers"),
    ],
)
def test_a_network_that_breaks_its_promise_is_told_so(card, tile, answer, words):
    with pytest.raises(Invalid, match=words):
        segment(card, tile, answer)


def _classifier(returned="probabilities"):
    classes = tuple(ClassName(name=name, colour="#000000") for name in "ab")
    bands = make_card().inputs[0].bands
    return make_card(
        kind="classification",
        inputs=(Input(name="tile", bands=bands, smallest=16, fixed=True),),
        outputs=(Output(name="zones", returned=returned, classes=classes),),
    )


def _bright(arrays):
    share = float(arrays["tile"][0, 0].mean())
    return {"zones": np.array([[1 - share, share]], dtype=np.float32)}


def test_a_larger_tile_is_classified_patch_by_patch():
    values = np.zeros((3, 40, 40), dtype=np.float32)
    values[2, :16, 16:32] = 0.9

    outcome = classify(_classifier(), Tile(("VV", "B2", "B4"), values), _bright)

    assert outcome.labels.tolist() == [[0, 1], [0, 0]]
    assert outcome.probabilities[1, 0, 1] == pytest.approx(0.9)
    assert outcome.shares == {"a": 0.75, "b": 0.25}


def test_a_patch_with_a_hole_is_left_out_and_holes_everywhere_are_told():
    tile = make_tile(32)
    values = tile.values.copy()
    values[1, 0, 0] = np.nan

    assert classify(_classifier(), replace(tile, values=values), _bright).labels[0, 0] == NO_CLASS
    with pytest.raises(Invalid, match="nothing to classify"):
        classify(_classifier(), replace(tile, values=np.full_like(values, np.nan)), _bright)


def test_scores_become_probabilities():
    found = {"zones": np.array([[0.0, np.log(3)]], dtype=np.float32)}

    outcome = classify(_classifier("scores"), make_tile(16), lambda _arrays: found)

    assert outcome.probabilities[:, 0, 0].tolist() == pytest.approx([0.25, 0.75])


def _matcher(**changes):
    optical, radar = make_card().inputs[0].bands
    inputs = (
        Input(name="optical", bands=(optical,), smallest=16, fixed=True),
        Input(name="radar", bands=(radar,), smallest=16, fixed=True),
    )
    classes = tuple(ClassName(name=name, colour="#000000") for name in ("elsewhere", "the same place"))
    output = Output(name="scores", returned="scores", classes=classes)
    return make_card(**{"kind": "matching", "inputs": inputs, "outputs": (output,), **changes})


def _alike(arrays):
    """Scores for the same place where both patches are equally bright."""
    assert {name: one.shape for name, one in arrays.items()} == {
        "optical": (1, 1, 16, 16), "radar": (1, 1, 16, 16)
    }  # fmt: skip
    apart = abs(float(arrays["optical"].mean() - arrays["radar"].mean()))
    return {"scores": np.array([[apart, 0.1]], dtype=np.float32)}


def test_both_inputs_of_a_pair_are_cut_from_one_tile_and_told_apart_patch_by_patch():
    values = np.zeros((2, 16, 32), dtype=np.float32)
    values[1] = -25
    values[1, :, 16:] = -5

    outcome = match(_matcher(), Tile(("B4", "VV"), values), _alike)

    assert outcome.labels.tolist() == [[1, 0]]
    assert outcome.shares == {"elsewhere": 0.5, "the same place": 0.5}
    assert outcome.probabilities.sum(axis=0) == pytest.approx(1)


def test_a_pair_needs_the_bands_of_both_inputs_and_patches_of_one_size():
    card = _matcher()
    larger = card.inputs[1].model_copy(update={"smallest": 32})

    with pytest.raises(Invalid, match="no VV"):
        match(card, make_tile(bands=("B4",)), _alike)
    with pytest.raises(Invalid, match="different sizes"):
        match(_matcher(inputs=(card.inputs[0], larger)), make_tile(), _alike)
    with pytest.raises(ValueError, match="two inputs"):
        _matcher(inputs=card.inputs[:1])


def test_every_kind_of_card_has_its_adapter():
    assert set(ADAPTERS) == set(get_args(Kind))


def _regressor(copies):
    bands = make_card().inputs[0].bands
    return make_card(
        kind="regression",
        inputs=(Input(name="tile", bands=bands, copies=copies, smallest=16, multiple=16),),
        outputs=(Output(name="index", returned="locations", unit="1"),),
    )


def test_subnetworks_that_disagree_are_unsure_and_scales_are_what_data_leave_open():
    def answer(arrays):
        assert arrays["tile"].shape == (1, 2, 2, 32, 32)
        found = np.zeros((1, 2, 2, 32, 32), dtype=np.float32)
        found[:, 0, 0], found[:, 1, 0] = 0.2, 0.6
        found[:, :, 1] = np.log(0.1)
        return {"index": found}

    outcome = regress(_regressor(2), make_tile(), answer)

    assert np.allclose(outcome.values, 0.4)
    assert np.allclose(outcome.aleatoric, 0.02)
    assert np.allclose(outcome.epistemic, 0.08)


def test_one_subnetwork_alone_has_no_epistemic_part():
    found = {"index": np.zeros((1, 1, 2, 32, 32), dtype=np.float32)}

    assert regress(_regressor(1), make_tile(), lambda _arrays: found).epistemic is None


def _restorer():
    bands = make_card().inputs[0].bands
    return make_card(
        kind="restoration",
        inputs=(Input(name="tile", bands=bands, dates=3, days="days", smallest=16, multiple=16),),
        outputs=(
            Output(name="clear", returned="values", bands=("B4",)),
            Output(name="variance", returned="variance", bands=("B4",)),
        ),
    )


def _mean_of_dates(arrays):
    assert arrays["days"].tolist() == [[0, 5, 10]]
    mean = arrays["tile"].mean(axis=1)[:, :1]
    return {"clear": mean, "variance": np.full_like(mean, 0.01)}


def test_a_series_becomes_one_image_with_its_variance():
    tile = make_tile(dates=3)

    outcome = restore(_restorer(), tile, _mean_of_dates)

    assert np.allclose(outcome.values[0], tile.values[:, 2].mean(axis=0), atol=1e-6)
    assert np.allclose(outcome.aleatoric, 0.01)


def test_too_few_dates_are_refused():
    with pytest.raises(Invalid, match="2 dates; the model needs 3"):
        restore(_restorer(), make_tile(dates=2), _mean_of_dates)


def test_what_no_date_has_seen_stays_unknown():
    tile = make_tile(dates=3)
    values = tile.values.copy()
    values[:, :, 3, 3] = np.nan

    outcome = restore(_restorer(), replace(tile, values=values), _mean_of_dates)

    assert np.isnan(outcome.values[0, 3, 3]) and not np.isnan(outcome.values[0, 4, 4])
