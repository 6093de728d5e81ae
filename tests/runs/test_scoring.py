"""Of two answers the one nearer to the truth gains, by a figure that suits its kind."""

import numpy as np
import pytest

from app.runs import reports, scoring
from app.zoo.tiles import NO_CLASS, Outcome
from tests.runs.made import classifier, make_truth, regressor, restorer, segmenter


def labels(*rows) -> Outcome:
    return Outcome(labels=np.array(rows, dtype=np.uint8))


def values(number: float) -> Outcome:
    return Outcome(values=np.full((1, 2, 2), number, dtype=np.float32))


def test_right_labels_gain_and_unknown_pixels_do_not_count():
    scored = scoring.of_labels(np.array([[0, 1], [2, NO_CLASS]], dtype=np.uint8), 3)

    assert scored.gain(labels([0, 1], [2, 0]), labels([0, 0], [0, 0])) == pytest.approx(2 / 3)
    assert scored.gain(labels([0, 0], [0, 0]), labels([0, 1], [2, 0])) == pytest.approx(-2 / 3)


def test_a_smaller_error_gains():
    scored = scoring.of_values(np.zeros((1, 2, 2)), "m")

    assert scored.gain(values(1), values(3)) == pytest.approx(2)
    assert scored.gain(values(-3), values(1)) == pytest.approx(-2)


def test_what_nothing_is_known_of_gains_nothing():
    nothing = np.full((2, 2), NO_CLASS, dtype=np.uint8)

    assert scoring.of_labels(nothing, 3).gain(labels([0, 0], [0, 0]), labels([1, 1], [1, 1])) is None
    assert scoring.of_values(np.full((1, 2, 2), np.nan), "m").gain(values(1), values(2)) is None


def test_an_index_is_scored_between_0_and_1():
    truth = make_truth(np.zeros((2, 2)), answers="ndvi", classes=())

    assert reports.scoring_of(regressor(), truth).gain(values(-5), values(2)) == pytest.approx(1)


def test_every_kind_is_scored_where_its_truth_is_known():
    told = reports.scoring_of(segmenter(), make_truth(np.zeros((32, 32), dtype=np.uint8)))
    patches = reports.scoring_of(classifier(), make_truth(np.zeros((32, 32), dtype=np.uint8)))
    image = make_truth(
        np.zeros((4, 32, 32)), answers="clear-image", classes=(), bands=("B2", "B3", "B4", "B8")
    )

    assert (told.figure, told.is_error) == ("Overall accuracy", False)
    assert patches.gain(labels([0, 0], [0, 0]), labels([0, 0], [0, 1])) == pytest.approx(0.25)
    assert reports.scoring_of(restorer(), image).unit == "reflectance"
    assert reports.scoring_of(segmenter(), None) is None
