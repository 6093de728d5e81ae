"""Figures of one tile against reckoned ones."""

import numpy as np
import pytest

from app.runs.measuring import doubt, measure_classes, measure_image, measure_values
from app.zoo.tiles import NO_CLASS

TRUTH = np.array([[0, 0], [1, 2]], dtype=np.uint8)


def _figures(measured) -> dict[str, float]:
    return {one.what: one.value for one in measured.figures}


def _sure_of(labels, share: float = 0.8, classes: int = 3):
    """Probabilities that give `share` to the label and the rest to the others."""
    found = np.full((classes, *labels.shape), (1 - share) / (classes - 1), dtype=np.float32)
    np.put_along_axis(found, labels[None].astype(int), share, axis=0)
    return found


def _measured(truth, labels, share: float = 0.8):
    probabilities = _sure_of(np.clip(labels, 0, 2), share)
    return measure_classes(truth, labels, probabilities, doubt(probabilities), "abc")


def test_labels_are_counted_against_the_truth():
    labels = np.array([[0, 1], [1, 2]], dtype=np.uint8)

    measured = _measured(TRUTH, labels)

    assert measured.confusion == {"classes": ["a", "b", "c"], "rows": [[1, 1, 0], [0, 1, 0], [0, 0, 1]]}
    assert _figures(measured)["Overall accuracy"] == 0.75
    assert _figures(measured)["Mean IoU"] == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert measured.error.tolist() == [[0, 1], [0, 0]]


def test_pixels_without_a_label_or_a_true_class_do_not_count():
    labels = np.array([[0, NO_CLASS], [1, 0]], dtype=np.uint8)
    truth = np.array([[0, 0], [1, NO_CLASS]], dtype=np.uint8)

    measured = _measured(truth, labels)

    assert _figures(measured)["Overall accuracy"] == 1
    assert np.isnan(measured.error).tolist() == [[False, True], [False, True]]


def test_nothing_is_measured_where_nothing_is_known():
    nothing = np.full((2, 2), NO_CLASS, dtype=np.uint8)

    assert _measured(nothing, TRUTH) is None
    assert measure_values(np.full((2, 2), np.nan), np.zeros((2, 2)), None, "m", np.asarray) is None
    assert measure_image(np.full((1, 2, 2), np.nan), np.zeros((1, 2, 2)), None) is None


def test_a_model_that_says_80_per_cent_and_is_right_in_75_is_5_points_off():
    labels = np.array([[0, 1], [1, 2]], dtype=np.uint8)

    reliability = _measured(TRUTH, labels, 0.8001).reliability

    assert reliability["count"] == [0, 0, 0, 0, 0, 0, 0, 0, 4, 0]
    assert reliability["accuracy"][8] == 0.75
    assert reliability["ece"] == pytest.approx(0.05, abs=1e-3)


def test_what_is_surest_is_kept_longest():
    labels = np.zeros((10, 10), dtype=np.uint8)
    truth = labels.copy()
    truth[:, 5:] = 1
    probabilities = _sure_of(labels, 0.9)
    probabilities[:, :, 5:] = 1 / 3

    discard = measure_classes(truth, labels, probabilities, doubt(probabilities), "abc").discard

    assert discard["share"][-1] == 1
    assert discard["error"][0] == 0
    assert discard["error"][-1] == 0.5


def test_doubt_runs_from_none_to_one():
    assert doubt(np.array([1.0, 0, 0])) == pytest.approx(0)
    assert doubt(np.array([1 / 3, 1 / 3, 1 / 3])) == pytest.approx(1)


def test_errors_of_values_are_taken_as_they_are_scored():
    truth, found = np.array([[0.5, -0.2]]), np.array([[0.7, -0.9]])

    measured = measure_values(truth, found, None, "1", lambda one: np.clip(one, 0, 1))

    figures = _figures(measured)
    assert figures["Mean absolute error"] == pytest.approx(0.1)
    assert figures["Root mean square error"] == pytest.approx(np.sqrt(0.02))
    assert figures["Bias"] == pytest.approx(0.1)
    assert measured.error.tolist() == [pytest.approx([0.2, 0])]


def test_errors_drawn_from_the_predicted_spread_are_calibrated():
    random = np.random.default_rng(1)
    truth = random.laplace(0.4, 0.1, (200, 200))

    measured = measure_values(truth, np.full_like(truth, 0.4), np.full_like(truth, 0.02), "1", np.asarray)

    assert measured.reliability["ece"] < 0.01
    assert measured.reliability["accuracy"] == pytest.approx(measured.reliability["confidence"], abs=0.02)
    assert _figures(measured)["Quantile calibration error"] < 0.01


def test_a_spread_that_is_too_small_shows():
    random = np.random.default_rng(1)
    truth = random.normal(0.4, 0.1, (2, 100, 100))

    honest, proud = (
        measure_image(truth, np.full_like(truth, 0.4), np.full_like(truth, variance))
        for variance in (0.01, 0.0001)
    )

    assert honest.reliability["ece"] < 0.02 < 0.2 < proud.reliability["ece"]
    assert _figures(honest)["Errors below 1 σ"] == pytest.approx(0.683, abs=0.02)
    assert _figures(proud)["Errors below 1 σ"] < 0.1


def test_an_equal_image_has_no_error_and_no_ratio_that_json_cannot_hold():
    image = np.random.default_rng(1).random((3, 16, 16))

    figures = _figures(measure_image(image, image.copy(), None))

    assert figures["Mean absolute error"] == 0
    assert figures["Structural similarity"] == pytest.approx(1)
    assert "Peak signal-to-noise ratio" not in figures


def test_holes_of_an_image_are_left_out():
    image = np.random.default_rng(1).random((3, 16, 16))
    found = image + 0.1
    found[1, :4] = np.nan

    measured = measure_image(image, found, None)

    assert _figures(measured)["Mean absolute error"] == pytest.approx(0.1)
    assert np.isnan(measured.error[:4]).all() and not np.isnan(measured.error[4:]).any()
