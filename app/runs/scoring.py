"""One figure that tells of two answers which stands nearer to the truth; NumPy alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.base.language import N_
from app.runs import measuring
from app.zoo.tiles import NO_CLASS, Outcome

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Scoring:
    """A figure of answers to one tile; of an error less is better. `of` is None where nothing is known."""

    figure: str
    unit: str
    is_error: bool
    of: Callable[[Outcome], float | None]

    def gain(self, whole: Outcome, other: Outcome) -> float | None:
        """How much better one answer is than another, in the unit of the figure; negative if worse."""
        here, there = self.of(whole), self.of(other)
        if here is None or there is None:
            return None
        return there - here if self.is_error else here - there


def of_labels(truth: NDArray[np.uint8], classes: int) -> Scoring:
    """The share of right labels, 0 to 1; the truth is [row, column] in the numbers of the model's classes."""

    def right(outcome: Outcome) -> float | None:
        if outcome.labels is None:
            return None
        known = (truth < classes) & (outcome.labels != NO_CLASS)
        return float((truth[known] == outcome.labels[known]).mean()) if known.any() else None

    return Scoring(measuring.CLASS_WORDS["overall_accuracy"], measuring.LONE, False, right)


def of_values(truth: Floats, unit: str, scored: Callable[[Floats], Floats] = np.asarray) -> Scoring:
    """The mean absolute error; the truth is [band, row, column].

    Args:
        scored: applied to both before errors are taken.
    """

    def error(outcome: Outcome) -> float | None:
        if outcome.values is None:
            return None
        known = np.isfinite(truth) & np.isfinite(outcome.values)
        pair = (scored(one[known].astype(np.float64)) for one in (truth, outcome.values))
        return float(np.abs(np.subtract(*pair)).mean()) if known.any() else None

    return Scoring(N_("Mean absolute error"), unit, True, error)
