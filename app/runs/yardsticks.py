"""Answers that nobody has to train, measured as those of models are: what a model must beat to be of use."""

from collections.abc import Callable, Mapping

import numpy as np

from app.base.storage import Storage
from app.runs import measuring, truths
from app.runs.measuring import Figure, Measured
from app.runs.reports import Truth
from app.tiles.layers import TileDescription
from app.tiles.reading import read_tile, read_truth
from app.zoo.cards import ModelCard

NAMES: Mapping[str, str] = {
    "land-cover": "The coarse labels themselves",
    "clear-image": "The least cloudy date",
}
"""By the question; other questions have no such answer."""
CLOUDS_ARE_BRIGHT_IN = "B2"


def untrained(storage: Storage, tile: TileDescription, card: ModelCard, truth: Truth) -> tuple[Figure, ...]:
    """Figures of what nobody trained, in the classes or bands of a model; none where there is no such."""
    answer = _ANSWERS.get(str(card.answers))
    measured = answer(storage, tile, card, truth) if answer else None
    return measured.figures if measured else ()


def _coarse_labels(storage: Storage, tile: TileDescription, card: ModelCard, truth: Truth) -> Measured | None:
    coarse = read_truth(storage, tile, "coarse-land-cover")
    if coarse is None:
        return None
    true = truths.as_classes(truth.values, truth.layer.classes, card)
    labels = truths.as_classes(coarse, truth.layer.classes, card)
    if true is None or labels is None:
        return None
    names = [one.name for one in card.classes]
    sure = np.eye(len(names), dtype=np.float32)[np.minimum(labels, len(names) - 1)].transpose(2, 0, 1)
    return measuring.measure_classes(true, labels, sure, measuring.doubt(sure), names)


def _least_cloudy(storage: Storage, tile: TileDescription, card: ModelCard, truth: Truth) -> Measured | None:
    told = tuple(band.name for band in truth.layer.bands)
    wanted = next(one.bands for one in card.outputs if one.returned == "values")
    true = truths.as_bands(np.asarray(truth.values, dtype=np.float32), told, wanted)
    if true is None:
        return None
    seen = read_tile(storage, tile)
    brightness = np.nanmean(seen.values[:, seen.bands.index(CLOUDS_ARE_BRIGHT_IN)], axis=(1, 2))
    found = seen.values[int(brightness.argmin())][[seen.bands.index(name) for name in wanted]]
    return measuring.measure_image(true, found, None)


_ANSWERS: Mapping[str, Callable[[Storage, TileDescription, ModelCard, Truth], Measured | None]] = {
    "land-cover": _coarse_labels,
    "clear-image": _least_cloudy,
}
