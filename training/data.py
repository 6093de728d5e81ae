"""Simulated scenes as arrays for training, made once and kept in the state folder."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.scenes import series
from training.recipe import Data, Split

SEEDS = {"train": series.TRAINING, "validation": series.VALIDATION, "test": series.TEST}
KEPT = Path("var") / "training" / "data"


def made(name: str, split: Split, scenes: int, make: Callable[[int], Data]) -> Data:
    """The arrays that `make` gives for each of the first `scenes` seeds of a split, stacked.

    They are kept under `name`, which must change with what `make` does.
    """
    path = KEPT / f"{name}-{split}-{scenes}.npz"
    if not path.exists():
        found = [make(seed) for seed in SEEDS[split][:scenes]]
        stacked = {key: np.stack([one[key] for one in found]) for key in found[0]}
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part.npz")
        np.savez(draft, **stacked)  # type: ignore[arg-type]
        draft.replace(path)
    with np.load(path) as kept:
        return {key: kept[key] for key in kept.files}


def turned(values: np.ndarray, quarters: int) -> np.ndarray:
    """Images [..., row, column] turned by quarters of a circle."""
    return np.rot90(values, quarters, axes=(-2, -1))
