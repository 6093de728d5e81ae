"""The split of items: train, validate or test, however their dataset spells it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.items.index import ItemIndex

SPLITS = ("train", "validate", "test", "other")
SPELLINGS = {
    "train": "train",
    "training": "train",
    "val": "validate",
    "valid": "validate",
    "validate": "validate",
    "validation": "validate",
    "dev": "validate",
    "test": "test",
    "testing": "test",
}


def split_of(word: str) -> str:
    """The split that a word means; other where it means none of the three."""
    return SPELLINGS.get(word.strip().lower(), "other")


def split_numbers(index: ItemIndex, rows: NDArray[np.integer[Any]] | None = None) -> NDArray[np.uint8]:
    """The place in `SPLITS` of the split of each item, or of those in some rows."""
    other = SPLITS.index("other")
    words = index.texts.get("split")
    if words is None:
        return np.full(index.size if rows is None else len(rows), other, dtype=np.uint8)
    words = words if rows is None else words[rows]
    met = np.flatnonzero(np.bincount(words, minlength=1))
    meaning = np.full(int(words.max(initial=0)) + 1, other, dtype=np.uint8)
    for number in met[met > 0].tolist():
        meaning[number] = SPLITS.index(split_of(index.words[number]))
    return meaning[words]
