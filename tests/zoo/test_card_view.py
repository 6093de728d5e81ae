"""What the page of a model draws."""

import pytest

from app.zoo.card_view import (
    CLAIMS,
    FAMILIES,
    KINDS,
    QUESTIONS,
    RETURNED,
    VERDICTS,
    marks,
    place,
    shape_of,
    spelled,
)
from app.zoo.cards import Input, InputBand, Kind, Question, Returned
from app.zoo.cards import Verdict as Claimed
from app.zoo.compatibility import VERDICTS as KNOWN_VERDICTS
from tests.zoo.conftest import make_card


def test_every_code_of_a_card_has_its_words():
    assert set(KINDS) == set(Kind.__args__) and set(FAMILIES) <= set(KINDS)
    assert set(QUESTIONS) == set(Question.__args__)
    assert set(RETURNED) == set(Returned.__args__)
    assert set(CLAIMS) == set(Claimed.__args__)
    assert set(VERDICTS) == set(KNOWN_VERDICTS)


def _bands(*centres):
    bands = (
        InputBand(name=f"B{number}", centre_um=centre, unit="reflectance", low=0, high=1)
        for number, centre in enumerate(centres)
    )
    return make_card(inputs=(Input(name="tile", bands=tuple(bands), smallest=16),))


def test_bands_stand_in_the_order_of_their_wavelength_and_names_keep_apart():
    found = marks(_bands(2.2, 0.833, 0.842))

    assert [mark.name for mark in found] == ["B1", "B2", "B0"]
    assert found[0].x < found[1].x < found[2].x
    assert found[0].label_y != found[1].label_y


def test_radar_and_what_lies_off_the_axis_are_not_drawn():
    assert marks(_bands(12.0)) == []
    assert place(0.4) == 20 and place(2.5) == 960


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"fixed": True}, "Exactly 32 × 32 pixels; larger tiles are cut"),
        ({"multiple": 16}, "At least 32 × 32 pixels, a multiple of 16"),
        (
            {"dates": 3, "days": "days"},
            "At least 32 × 32 pixels; 3 dates of one place; the days of its dates",
        ),
        ({"dates": 0}, "any number of dates of one place"),
        ({"copies": 2}, "the same tile 2 times, once for each subnetwork"),
    ],
)
def test_the_arrays_of_an_input_are_told_in_words(fields, words):
    wanted = Input(name="tile", bands=make_card().inputs[0].bands, smallest=32, **fields)

    assert words in shape_of(wanted)


def test_figures_are_spelled_out():
    assert spelled("mean_iou") == "mean IoU"
    assert spelled("truth_kappa") == "against the truth: kappa"
    assert spelled("mae_thick") == "mean absolute error under thick cloud"
