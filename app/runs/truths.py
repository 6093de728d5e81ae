"""What is true of a tile, in the words of the model that is measured: its classes, bands and patches."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.tiles.layers import ClassOfPixels
from app.zoo.cards import ModelCard
from app.zoo.tiles import NO_CLASS

Labels = NDArray[np.uint8]
Floats = NDArray[np.floating]


def as_classes(found: NDArray[np.generic], told: Sequence[ClassOfPixels], card: ModelCard) -> Labels | None:
    """Labels [row, column] in the class numbers of a model; `NO_CLASS` where it has no such class.

    Classes are the same when their names are; where no name is, as many classes in the same order are.
    None where the two have nothing to do with each other.
    """
    numbers = {one.name.casefold(): number for number, one in enumerate(card.classes)}
    pairs = [(one.value, numbers[one.name.casefold()]) for one in told if one.name.casefold() in numbers]
    if not pairs and len(told) == len(card.classes):
        pairs = [(one.value, number) for number, one in enumerate(sorted(told, key=lambda one: one.value))]
    if not pairs:
        return None
    table = np.full(NO_CLASS + 1, NO_CLASS, dtype=np.uint8)
    for value, number in pairs:
        table[value] = number
    plain = found[0] if found.ndim == 3 else found
    return np.asarray(table[np.clip(np.nan_to_num(plain, nan=NO_CLASS), 0, NO_CLASS).astype(np.uint8)])


def of_answer(found: NDArray[np.generic], told: Sequence[ClassOfPixels], card: ModelCard) -> Labels | None:
    """Labels a pixel, or a patch where the model answers for patches; None where the two share no class."""
    labels, size = as_classes(found, told, card), patch_of(card)
    return labels if labels is None or size == 1 else of_patches(labels, size)


def patch_of(card: ModelCard) -> int:
    """Rows and columns that one label of a model stands for."""
    return 1 if card.kind == "segmentation" else card.inputs[0].smallest


def as_bands(found: Floats, told: Sequence[str], wanted: Sequence[str]) -> Floats | None:
    """The bands a model returns, of an image [band, row, column]; None where one is missing."""
    if not set(wanted) <= set(told):
        return None
    return np.asarray(found[[list(told).index(name) for name in wanted]])


def of_patches(labels: Labels, size: int) -> Labels:
    """The most frequent class of each whole patch [patch row, patch column]; the lowest of equal ones."""
    rows, columns = (length // size for length in labels.shape)
    blocks = labels[: rows * size, : columns * size].reshape(rows, size, columns, size)
    flat = blocks.transpose(0, 2, 1, 3).reshape(rows * columns, size * size)
    found = [np.bincount(one[one != NO_CLASS], minlength=NO_CLASS + 1) for one in flat]
    best = [int(one.argmax()) if one.any() else NO_CLASS for one in found]
    return np.array(best, dtype=np.uint8).reshape(rows, columns)


def over_pixels(
    found: NDArray[np.generic], size: int, shape: tuple[int, int], hidden: float
) -> NDArray[np.generic]:
    """A value a patch [patch row, patch column] over its pixels; what no patch covers is `hidden`."""
    whole = np.full(shape, hidden, dtype=found.dtype)
    spread = found.repeat(size, axis=0).repeat(size, axis=1)
    whole[: spread.shape[0], : spread.shape[1]] = spread
    return whole
