"""Figures of quality against values worked out by hand, and against what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.zoo import metrics

IMAGES = arrays(np.float64, (3, 16, 16), elements=st.floats(0, 1))


def _random(seed: int, shape: tuple[int, ...] = (3, 16, 16)) -> np.ndarray:
    return np.random.default_rng(seed).random(shape)


def test_errors_of_a_constant_difference():
    truth, prediction = np.full((2, 4, 4), 0.5), np.full((2, 4, 4), 0.4)

    assert metrics.mean_absolute_error(truth, prediction) == pytest.approx(0.1)
    assert metrics.root_mean_square_error(truth, prediction) == pytest.approx(0.1)
    assert metrics.peak_signal_to_noise(truth, prediction) == pytest.approx(20)


def test_equal_images_are_perfect():
    image = _random(1)

    assert metrics.peak_signal_to_noise(image, image) == float("inf")
    assert metrics.structural_similarity(image, image) == pytest.approx(1)
    assert metrics.spectral_angle(image, image) == pytest.approx(0, abs=1e-4)


@given(IMAGES, IMAGES)
def test_similarity_is_never_above_one_and_angles_lie_within_ninety_degrees(truth, prediction):
    assert metrics.structural_similarity(truth, prediction) <= 1 + 1e-9
    angle = metrics.spectral_angle(truth, prediction)
    assert np.isnan(angle) or 0 <= angle <= 90


def test_the_angle_ignores_brightness_and_dark_pixels():
    truth = np.zeros((2, 1, 3))
    truth[:, 0, 0], truth[:, 0, 1] = (1, 0), (1, 1)
    prediction = np.zeros((2, 1, 3))
    prediction[:, 0, 0], prediction[:, 0, 1] = (0.3, 0.3), (0.1, 0.1)

    assert metrics.spectral_angle(truth, prediction) == pytest.approx(22.5)


def test_accuracies_of_a_small_confusion():
    truth, found = np.array([0, 0, 0, 1, 1, 2, 255]), np.array([0, 0, 1, 1, 0, 2, 0])
    matrix = metrics.confusion(truth, found, 4)
    figures = metrics.accuracies(matrix)

    assert matrix.sum() == 6
    assert figures["overall_accuracy"] == pytest.approx(4 / 6)
    assert figures["average_accuracy"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert figures["mean_iou"] == pytest.approx((2 / 4 + 1 / 3 + 1) / 3)
    assert figures["kappa"] == pytest.approx((4 / 6 - 14 / 36) / (1 - 14 / 36))


def test_honest_variances_are_calibrated_and_false_ones_are_not():
    random = np.random.default_rng(2)
    variances = random.uniform(0.5, 2, 20_000)
    squared = variances * random.standard_normal(20_000) ** 2

    assert metrics.calibration_error(variances, squared) < 0.03
    assert metrics.calibration_error(variances, squared * 9) > 1


def test_a_gaussian_stays_within_one_sigma_two_times_in_three():
    random = np.random.default_rng(3)
    truth = random.standard_normal(50_000)

    assert metrics.within(truth, np.zeros(50_000), np.ones(50_000), 1) == pytest.approx(0.683, abs=0.01)
    assert metrics.within(truth, np.zeros(50_000), np.ones(50_000), 1.96) == pytest.approx(0.95, abs=0.005)


def test_the_discard_curve_ends_at_the_mean_and_rises_where_doubt_is_honest():
    errors = np.arange(100.0)
    curve = metrics.discard_curve(errors, errors)

    assert curve[-1] == pytest.approx(errors.mean())
    assert (np.diff(curve) > 0).all()
    assert metrics.discard_curve(-errors, errors)[0] > errors.mean()


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("lowest", [0.0, -0.0, -1.0])
def test_of_equal_doubts_the_discard_curve_takes_the_first(kind, lowest):
    random = np.random.default_rng(5)
    doubts = random.integers(0, 9, 3000).astype(kind) / 3
    doubts[::7], doubts[::11] = lowest, np.nan
    errors = random.random(3000).astype(np.float32)
    ordered = errors[np.argsort(doubts, kind="stable")]

    curve = metrics.discard_curve(doubts, errors, 3000)

    assert np.array_equal(curve, np.cumsum(ordered) / np.arange(1, 3001))


def test_quantiles_of_a_true_laplace_are_calibrated():
    random = np.random.default_rng(4)
    truth = random.laplace(1.0, 0.2, 50_000)

    assert metrics.laplace_calibration_error(truth, np.full(50_000, 1.0), np.full(50_000, 0.2)) < 0.005
    assert metrics.laplace_calibration_error(truth, np.full(50_000, 1.0), np.full(50_000, 2.0)) > 0.1


def test_the_area_under_the_curve_counts_ties_half():
    zeros, ones = np.zeros(50), np.ones(50)

    assert metrics.area_under_curve(zeros, ones) == 1
    assert metrics.area_under_curve(ones, zeros) == 0
    assert metrics.area_under_curve(zeros, zeros) == pytest.approx(0.5)
