"""How an outcome stands to the truth of one tile: confusion, reliability, discard curve; NumPy alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.base.language import N_
from app.zoo import metrics
from app.zoo.tiles import NO_CLASS

Floats = NDArray[np.floating]
Labels = NDArray[np.uint8]

BINS = 10
STEPS = 20
QUANTILES = np.arange(1, STEPS) / STEPS
CLASS_WORDS = {
    "overall_accuracy": N_("Overall accuracy"),
    "average_accuracy": N_("Average accuracy"),
    "kappa": N_("Kappa"),
    "mean_iou": N_("Mean IoU"),
}
SIGMAS = ((metrics.ONE_SIGMA, N_("Errors below 1 σ")), (metrics.TWO_SIGMA, N_("Errors below 1.96 σ")))
LONE = "1"
"""Unit of what has none."""


@dataclass(frozen=True)
class Figure:
    """One figure; `unit` is "1" where it has none."""

    what: str
    value: float
    unit: str = LONE

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"what": self.what, "value": self.value, "unit": self.unit}


@dataclass(frozen=True)
class Measured:
    """What a report tells of an outcome that met its truth.

    Attributes:
        error: how far off each pixel is [row, column], NaN where that is not known; for classes 0 or 1.
    """

    figures: tuple[Figure, ...] = ()
    confusion: Mapping[str, Any] | None = None
    reliability: Mapping[str, Any] | None = None
    discard: Mapping[str, Any] | None = None
    error: Floats | None = field(default=None, repr=False)


def doubt(probabilities: Floats) -> Floats:
    """Entropy of class probabilities [class, …], as a share of the most that so many classes allow."""
    safe = np.clip(probabilities, 1e-12, 1)
    most = np.log(max(2, len(probabilities)))
    return np.asarray(-(probabilities * np.log(safe)).sum(axis=0) / most, dtype=np.float32)


def measure_classes(
    truth: Labels, labels: Labels, probabilities: Floats, unsure: Floats, names: Sequence[str]
) -> Measured | None:
    """Labels against true ones, both [row, column]; pixels that either lacks are left out.

    None where nothing is left.

    Args:
        unsure: `doubt` of the probabilities.
    """
    known = (truth < len(names)) & (labels != NO_CLASS)
    if not known.any():
        return None
    matrix = metrics.confusion(truth[known], labels[known], len(names))
    wrong = truth[known] != labels[known]
    sure = probabilities.max(axis=0)[known]
    error = np.full(truth.shape, np.nan, dtype=np.float32)
    error[known] = wrong
    found = metrics.accuracies(matrix)
    return Measured(
        figures=tuple(Figure(word, found[key]) for key, word in CLASS_WORDS.items()),
        confusion={"classes": list(names), "rows": matrix.tolist()},
        reliability=_reliability(sure, ~wrong),
        discard=_discard(unsure[known], wrong.astype(np.float32)),
        error=error,
    )


def _reliability(sure: Floats, right: NDArray[np.bool_]) -> dict[str, Any]:
    """How often answers are right by how sure they are; `ece` is the mean gap, weighted by counts."""
    bins = np.clip((sure * BINS).astype(int), 0, BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    filled = np.maximum(counts, 1)
    confidence = np.bincount(bins, sure, BINS) / filled
    accuracy = np.bincount(bins, right.astype(float), BINS) / filled
    gap = float((np.abs(confidence - accuracy) * counts).sum() / counts.sum())
    return {
        "edges": np.linspace(0, 1, BINS + 1).round(3).tolist(),
        "confidence": confidence.tolist(),
        "accuracy": accuracy.tolist(),
        "count": counts.tolist(),
        "ece": gap,
    }


def _discard(uncertainty: Floats, errors: Floats) -> dict[str, Any]:
    """Mean error of the surest share of pixels."""
    curve = metrics.discard_curve(uncertainty, errors, STEPS)
    return {"share": (np.arange(1, STEPS + 1) / STEPS).tolist(), "error": curve.tolist()}


def measure_image(truth: Floats, found: Floats, variance: Floats | None) -> Measured | None:
    """A restored image against the clear one, both reflectance [band, row, column].

    Raises nothing for holes: pixels that either lacks are left out of all but the structural similarity,
    where they are black in both.
    """
    known = np.asarray(np.isfinite(truth).all(axis=0) & np.isfinite(found).all(axis=0))
    if not known.any():
        return None
    true, seen = (np.where(known, one, 0).astype(np.float64) for one in (truth, found))
    figures = [
        Figure(N_("Mean absolute error"), metrics.mean_absolute_error(true[:, known], seen[:, known])),
        Figure(N_("Root mean square error"), metrics.root_mean_square_error(true[:, known], seen[:, known])),
        Figure(
            N_("Peak signal-to-noise ratio"),
            metrics.peak_signal_to_noise(true[:, known], seen[:, known]),
            "dB",
        ),
        Figure(N_("Structural similarity"), metrics.structural_similarity(true, seen)),
        Figure(N_("Spectral angle"), metrics.spectral_angle(true, seen), "°"),
    ]
    error = np.where(known, np.abs(true - seen).mean(axis=0), np.nan).astype(np.float32)
    if variance is None:
        return Measured(_finite(figures), error=error)
    return _with_spread(_finite(figures), (true[:, known], seen[:, known]), variance[:, known], error, known)


def _with_spread(
    figures: Sequence[Figure],
    pair: tuple[Floats, Floats],
    variance: Floats,
    error: Floats,
    known: NDArray[np.bool_],
) -> Measured:
    """What a Gaussian spread adds; truth, prediction and variance are [band, pixel]."""
    squared = np.square(pair[0] - pair[1])
    more = (
        *(Figure(word, metrics.within(*pair, variance, sigmas)) for sigmas, word in SIGMAS),
        Figure(
            N_("Uncertainty calibration error"),
            metrics.calibration_error(variance.mean(axis=0), squared.mean(axis=0)),
        ),
        *_correlation(variance.mean(axis=0), squared.mean(axis=0)),
    )
    bounds = np.array([NormalDist().inv_cdf(one) for one in QUANTILES])
    return Measured(
        figures=(*figures, *_finite(more)),
        reliability=_quantiles((pair[0] - pair[1]) / np.sqrt(variance), bounds),
        discard=_discard(variance.mean(axis=0), error[known]),
        error=error,
    )


def measure_values(
    truth: Floats, found: Floats, variance: Floats | None, unit: str, scored: Callable[[Floats], Floats]
) -> Measured | None:
    """Predicted values against true ones, both [row, column], with the variance of a Laplace distribution.

    Args:
        scored: applied to both before errors are taken, as where an index is scored between 0 and 1.
    """
    known = np.isfinite(truth) & np.isfinite(found)
    if not known.any():
        return None
    true, seen = (scored(one[known].astype(np.float64)) for one in (truth, found))
    spread = float(np.square(true - true.mean()).mean())
    figures = [
        Figure(N_("Mean absolute error"), metrics.mean_absolute_error(true, seen), unit),
        Figure(N_("Root mean square error"), metrics.root_mean_square_error(true, seen), unit),
        Figure(N_("Bias"), float((seen - true).mean()), unit),
    ]
    if spread > 0:
        explained = 1 - float(np.square(true - seen).mean()) / spread
        figures.append(Figure(N_("Share of variance explained (R²)"), explained))
    error = np.full(truth.shape, np.nan, dtype=np.float32)
    error[known] = np.abs(true - seen)
    if variance is None:
        return Measured(_finite(figures), error=error)
    return _with_laplace(figures, (truth[known], found[known]), variance[known], error)


def _with_laplace(
    figures: Sequence[Figure], pair: tuple[Floats, Floats], variance: Floats, error: Floats
) -> Measured:
    scale = np.sqrt(variance / 2)
    bounds = -np.sign(QUANTILES - 0.5) * np.log1p(-2 * np.abs(QUANTILES - 0.5))
    more = (
        *(Figure(word, metrics.within(*pair, variance, sigmas)) for sigmas, word in SIGMAS),
        Figure(N_("Quantile calibration error"), metrics.laplace_calibration_error(*pair, scale)),
        *_correlation(variance, np.square(pair[0] - pair[1])),
    )
    return Measured(
        figures=_finite((*figures, *more)),
        reliability=_quantiles((pair[0] - pair[1]) / scale, bounds),
        discard=_discard(variance, error[np.isfinite(error)]),
        error=error,
    )


def _quantiles(standing: Floats, bounds: Floats) -> dict[str, Any]:
    """Which share of truths lies below each predicted quantile; a calibrated model has as many as it says."""
    ordered = np.sort(standing, axis=None)
    shares = np.searchsorted(ordered, bounds) / ordered.size
    return {
        "edges": [0.0, *QUANTILES.tolist(), 1.0],
        "confidence": QUANTILES.tolist(),
        "accuracy": shares.tolist(),
        "count": np.full(len(bounds), ordered.size).tolist(),
        "ece": float(np.abs(shares - QUANTILES).mean()),
    }


def _correlation(variance: Floats, squared: Floats) -> tuple[Figure, ...]:
    # What is the same everywhere has no correlation; that is no number, and left out later.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = float(np.corrcoef(variance, squared)[0, 1])
    return (Figure(N_("Correlation of variance and squared error"), found),)


def _finite(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Without those that are no numbers, which JSON cannot hold: an error of zero has no ratio to it."""
    return tuple(one for one in figures if np.isfinite(one.value))
