"""How near a prediction is to the truth, and how honest it is about it. Pure NumPy.

Images are [band, row, column]; where a list of tiles is compared, averages are taken per tile first.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

SSIM_REACH, SSIM_SIGMA = 5, 1.5
SSIM_C1, SSIM_C2 = 0.01**2, 0.03**2
BINS = 20
ONE_SIGMA, TWO_SIGMA = 1.0, 1.96


def mean_absolute_error(truth: Floats, prediction: Floats) -> float:
    """Mean of |truth − prediction|, in the unit of both."""
    return float(np.abs(truth - prediction).mean())


def root_mean_square_error(truth: Floats, prediction: Floats) -> float:
    """Root of the mean squared difference, in the unit of both."""
    return float(np.sqrt(np.square(truth - prediction).mean()))


def peak_signal_to_noise(truth: Floats, prediction: Floats) -> float:
    """In dB for values of 0 to 1; infinite for equal images."""
    error = root_mean_square_error(truth, prediction)
    return float(np.inf) if error == 0 else float(-20 * np.log10(error))


def spectral_angle(truth: Floats, prediction: Floats) -> float:
    """Mean angle between the spectra of a pixel, in degrees; pixels without any light are left out."""
    product = (truth * prediction).sum(axis=0)
    lengths = np.linalg.norm(truth, axis=0) * np.linalg.norm(prediction, axis=0)
    lit = lengths > 0
    cosine = np.clip(product[lit] / lengths[lit], -1, 1)
    return float(np.degrees(np.arccos(cosine)).mean()) if lit.any() else float("nan")


def structural_similarity(truth: Floats, prediction: Floats) -> float:
    """Mean over bands, Gaussian window of 11 pixels with sigma 1.5, for values of 0 to 1."""
    means = [_smooth(one) for one in (truth, prediction)]
    variances = [_smooth(one * one) - mean**2 for one, mean in zip((truth, prediction), means, strict=True)]
    covariance = _smooth(truth * prediction) - means[0] * means[1]
    light = (2 * means[0] * means[1] + SSIM_C1) / (means[0] ** 2 + means[1] ** 2 + SSIM_C1)
    structure = (2 * covariance + SSIM_C2) / (variances[0] + variances[1] + SSIM_C2)
    return float((light * structure).mean())


def _smooth(image: Floats) -> Floats:
    offsets = np.arange(-SSIM_REACH, SSIM_REACH + 1)
    weights = np.exp(-0.5 * (offsets / SSIM_SIGMA) ** 2)
    weights /= weights.sum()
    for axis in (1, 2):
        padding = [(SSIM_REACH, SSIM_REACH) if one == axis else (0, 0) for one in range(3)]
        padded = np.pad(image, padding, mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, len(weights), axis=axis)
        image = windows @ weights
    return image


def confusion(truth: NDArray[np.integer], prediction: NDArray[np.integer], classes: int) -> NDArray[np.int64]:
    """Counts [truth, prediction]; labels outside 0 … classes−1 in the truth are no data and left out."""
    known = (truth >= 0) & (truth < classes)
    pairs = truth[known].astype(np.int64) * classes + prediction[known]
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def accuracies(matrix: NDArray[np.int64]) -> Mapping[str, float]:
    """Overall and average accuracy, kappa, and mean IoU over the classes that occur in truth or map."""
    total = matrix.sum()
    rows, columns, hits = matrix.sum(axis=1), matrix.sum(axis=0), np.diag(matrix)
    agreed, chance = hits.sum() / total, float((rows * columns).sum()) / float(total) ** 2
    either = rows + columns - hits
    return {
        "overall_accuracy": float(agreed),
        "average_accuracy": float((hits[rows > 0] / rows[rows > 0]).mean()),
        "kappa": float((agreed - chance) / (1 - chance)) if chance < 1 else 1.0,
        "mean_iou": float((hits[either > 0] / either[either > 0]).mean()),
    }


def calibration_error(variances: Floats, squared_errors: Floats) -> float:
    """Uncertainty calibration error: |RMSE − root mean variance| over 20 equal bins, by their counts.

    Args:
        variances, squared_errors: one value per tile or per pixel.
    """
    edges = np.linspace(variances.min(), variances.max(), BINS + 1)
    bins = np.clip(np.searchsorted(edges, variances, side="right") - 1, 0, BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    filled = counts > 0
    expected = np.bincount(bins, variances, BINS)[filled] / counts[filled]
    found = np.bincount(bins, squared_errors, BINS)[filled] / counts[filled]
    gaps = np.abs(np.sqrt(found) - np.sqrt(expected))
    return float((gaps * counts[filled]).sum() / counts.sum())


def discard_curve(uncertainty: Floats, errors: Floats, steps: int = 20) -> Floats:
    """Mean error of the surest 1/steps, 2/steps, … of all, one value each; it should rise."""
    ordered = errors[_order(uncertainty)]
    ends = np.maximum(1, np.round(np.arange(1, steps + 1) * len(ordered) / steps)).astype(int)
    return np.asarray(np.cumsum(ordered)[ends - 1] / ends)


def _order(values: Floats) -> NDArray[np.intp]:
    """What sorts values [n], equal ones as they came and NaN last, as a slow stable `np.argsort` does.

    Floats of four bytes that are not below zero stand in the order of their bits, so that these and the place
    make one whole number each, which NumPy sorts by vectors.
    """
    # A zero may have a sign, which it loses here; what is sure beyond doubt has one.
    plain = np.ascontiguousarray(values) + values.dtype.type(0)
    if plain.dtype != np.float32 or len(plain) >= 2**32 or np.signbit(plain).any():
        return np.argsort(values, kind="stable")
    bits = plain.view(np.uint32).astype(np.uint64)
    return (np.sort(bits << 32 | np.arange(len(values), dtype=np.uint64)) & 0xFFFFFFFF).astype(np.intp)


def within(truth: Floats, prediction: Floats, variance: Floats, sigmas: float) -> float:
    """Share of errors below so many standard deviations; a Gaussian has 0.683 below 1 and 0.95 below 1.96."""
    return float((np.abs(truth - prediction) < sigmas * np.sqrt(variance)).mean())


def laplace_calibration_error(truth: Floats, location: Floats, scale: Floats, steps: int = 40) -> float:
    """Mean of |share of truths below the predicted quantile − quantile| over 0, 1/40, …, 1."""
    quantiles = np.arange(1, steps) / steps
    standing = (truth - location) / scale
    bounds = -np.sign(quantiles - 0.5) * np.log1p(-2 * np.abs(quantiles - 0.5))
    shares = [(standing < bound).mean() for bound in bounds]
    return float(np.abs(np.array(shares) - quantiles).sum() / (steps + 1))


def area_under_curve(negatives: Floats, positives: Floats) -> float:
    """Chance that a positive scores above a negative, ties counting half."""
    together = np.concatenate([negatives, positives])
    _values, inverse, counts = np.unique(together, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    above = ranks[len(negatives) :].sum() - len(positives) * (len(positives) + 1) / 2
    return float(above / (len(negatives) * len(positives)))
