"""The report on one model and one tile: what it found, how that stands to the truth, and the pictures of it.

Pure: arrays in, JSON and bytes out. Where the files go is the business of `engine`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.runs import drawing, measuring, scoring, truths
from app.runs.measuring import Measured
from app.runs.occlusion import Influence
from app.runs.scoring import Scoring
from app.tiles.layers import Layer
from app.zoo.cards import ModelCard
from app.zoo.tiles import NO_CLASS, Outcome, Tile

Floats = NDArray[np.floating]
SIMULATED = "Simulated scene: made by a program, not seen by a sensor"
LABELLING = ("classification", "segmentation", "matching")


@dataclass(frozen=True)
class Truth:
    """A layer of truth and its values, [row, column] or [band, row, column]."""

    layer: Layer
    values: NDArray[np.generic]


@dataclass(frozen=True)
class Raster:
    """What the file of the prediction holds: [band, row, column], its bands named, with a unit or classes."""

    values: NDArray[np.generic]
    bands: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """All that is told of one outcome; `pictures` are PNG by the names that the contract of files has.

    Attributes:
        doubt: both ends of the one ramp that errors and deviations share, and their unit; None for classes.
    """

    measured: Measured
    legend: list[dict[str, Any]] | dict[str, Any]
    shares: Mapping[str, float]
    raster: Raster
    pictures: Mapping[str, bytes]
    doubt: Mapping[str, Any] | None = None
    occlusion: Sequence[Influence] | None = field(default=None)

    def document(
        self, card: ModelCard, *, files: Mapping[str, str], timing: Mapping[str, float], simulated: bool
    ) -> dict[str, Any]:
        """As JSON; `timing` in milliseconds."""
        return {
            "model": card.id,
            "name": card.name,
            "kind": card.kind,
            "answers": card.answers,
            "files": dict(files),
            "shares": dict(self.shares),
            "figures": [one.document() for one in self.measured.figures],
            "confusion": self.measured.confusion,
            "reliability": self.measured.reliability,
            "discard": self.measured.discard,
            "legend": self.legend,
            "doubt": self.doubt,
            "occlusion": None if self.occlusion is None else [one.document() for one in self.occlusion],
            "timing": {name: round(value, 3) for name, value in timing.items()},
            "simulated": simulated,
        }


def report(card: ModelCard, tile: Tile, outcome: Outcome, truth: Truth | None) -> Report:
    """Measure and draw an outcome."""
    note = {"Comment": SIMULATED} if tile.simulated else {}
    if card.kind in LABELLING:
        return _of_labels(card, tile, outcome, truth, note)
    if card.kind == "restoration":
        return _of_image(card, outcome, truth, note)
    return _of_values(card, outcome, truth, note)


def _of_labels(
    card: ModelCard, tile: Tile, outcome: Outcome, truth: Truth | None, note: dict[str, str]
) -> Report:
    labels, probabilities = _present(outcome.labels), _present(outcome.probabilities)
    size = truths.patch_of(card)
    true = None if truth is None else truths.of_answer(truth.values, truth.layer.classes, card)
    names = [one.name for one in card.classes]
    unsure = measuring.doubt(probabilities)
    measured = None
    if true is not None:
        measured = measuring.measure_classes(true, labels, probabilities, unsure, names)
    codes = [one.colour for one in card.classes]
    spread = _Spread(size, tile.shape)
    whole = spread.labels(labels)
    pictures = {
        "prediction_picture": drawing.classes(whole, codes, note),
        "uncertainty_picture": drawing.values(spread.values(unsure), 0, 1, note, drawing.DOUBT),
    }
    if true is not None:
        pictures["truth_picture"] = drawing.classes(spread.labels(true), codes, note)
    if measured is not None and measured.error is not None:
        error = spread.values(measured.error)
        pictures["error_picture"] = drawing.mistakes(error > 0, ~np.isnan(error), note)
    legend = [
        {"name": one.name, "colour": one.colour, "value": number} for number, one in enumerate(card.classes)
    ]
    raster = Raster(whole[None], ("class",), (measuring.LONE,))
    return Report(measured or Measured(), legend, outcome.shares, raster, pictures)


@dataclass(frozen=True)
class _Spread:
    """Repeats what has a value a patch over the pixels of the tile."""

    size: int
    shape: tuple[int, int]

    def labels(self, found: NDArray[np.generic]) -> NDArray[np.uint8]:
        return np.asarray(self._spread(found, NO_CLASS), dtype=np.uint8)

    def values(self, found: NDArray[np.generic]) -> Floats:
        return np.asarray(self._spread(found, np.nan), dtype=np.float32)

    def _spread(self, found: NDArray[np.generic], hidden: float) -> NDArray[np.generic]:
        return found if self.size == 1 else truths.over_pixels(found, self.size, self.shape, hidden)


def _of_image(card: ModelCard, outcome: Outcome, truth: Truth | None, note: dict[str, str]) -> Report:
    found, variance = _present(outcome.values), outcome.aleatoric
    bands = next(one.bands for one in card.outputs if one.returned == "values")
    true = None if truth is None else true_bands(truth, bands)
    measured = None if true is None else measuring.measure_image(true, found, variance)
    shown, shown_true = _natural(found, bands), None if true is None else _natural(true, bands)
    high = drawing.reach(shown, shown_true)[1]
    pictures = {"prediction_picture": drawing.natural(shown, high, note)}
    if shown_true is not None:
        pictures["truth_picture"] = drawing.natural(shown_true, high, note)
    doubtful, doubt = _pictures_of_doubt(measured, outcome, note, "reflectance")
    legend = {"low": 0.0, "high": high, "unit": "reflectance"}
    raster = _raster(outcome, bands, "reflectance")
    return Report(measured or Measured(), legend, {}, raster, pictures | doubtful, doubt)


def true_bands(truth: Truth, wanted: Sequence[str]) -> Floats | None:
    """Bands of a true image [band, row, column]; None where one is missing."""
    told = tuple(band.name for band in truth.layer.bands)
    return truths.as_bands(np.asarray(truth.values, dtype=np.float32), told, wanted)


def _natural(image: Floats, bands: Sequence[str]) -> Floats:
    """Red, green and blue of an image; its first band in all three where it lacks one."""
    places = (
        [bands.index(name) for name in drawing.NATURAL] if set(drawing.NATURAL) <= set(bands) else [0] * 3
    )
    return np.asarray(image[places])


def _of_values(card: ModelCard, outcome: Outcome, truth: Truth | None, note: dict[str, str]) -> Report:
    found, unit = _present(outcome.values)[0], card.outputs[0].unit or measuring.LONE
    variance = _total(outcome)
    true = None if truth is None else np.asarray(truth.values, dtype=np.float32).reshape(found.shape)
    measured = None
    if true is not None:
        measured = measuring.measure_values(true, found, variance, unit, scored_as(card))
    low, high = drawing.reach(found, true)
    pictures = {"prediction_picture": drawing.values(found, low, high, note)}
    if true is not None:
        pictures["truth_picture"] = drawing.values(true, low, high, note)
    doubtful, doubt = _pictures_of_doubt(measured, outcome, note, unit)
    legend = {"low": low, "high": high, "unit": unit}
    raster = _raster(outcome, (card.outputs[0].name,), unit)
    return Report(measured or Measured(), legend, {}, raster, pictures | doubtful, doubt)


def scored_as(card: ModelCard) -> Callable[[Floats], Floats]:
    """What is done to values and truth before their errors are taken."""
    return _index if card.answers == "ndvi" else np.asarray


def scoring_of(card: ModelCard, truth: Truth | None) -> Scoring | None:
    """How answers of a model are held against the truth by one figure; None where that cannot be."""
    if truth is None:
        return None
    if card.kind in LABELLING:
        true = truths.of_answer(truth.values, truth.layer.classes, card)
        return None if true is None else scoring.of_labels(true, len(card.classes))
    if card.kind == "restoration":
        image = true_bands(truth, next(one.bands for one in card.outputs if one.returned == "values"))
        return None if image is None else scoring.of_values(image, "reflectance")
    values = np.asarray(truth.values, dtype=np.float32).reshape(truth.values.shape[-2:])
    return scoring.of_values(values[None], card.outputs[0].unit or measuring.LONE, scored_as(card))


def _index(values: Floats) -> Floats:
    """An index as the reference scores it: between 0 and 1."""
    return np.clip(values, 0, 1)


def _total(outcome: Outcome) -> Floats | None:
    """Variance from all causes [row, column]: that of the first band."""
    parts = [one for one in (outcome.aleatoric, outcome.epistemic) if one is not None]
    return np.asarray(sum(one[0] for one in parts)) if parts else None


def _pictures_of_doubt(
    measured: Measured | None, outcome: Outcome, note: dict[str, str], unit: str
) -> tuple[dict[str, bytes], dict[str, Any] | None]:
    """Error and deviations on one scale, in the unit of the values, so that they compare; and its ends."""
    maps = {
        "error_picture": None if measured is None else measured.error,
        "aleatoric_picture": _deviation(outcome.aleatoric),
        "epistemic_picture": _deviation(outcome.epistemic),
    }
    if outcome.aleatoric is not None and outcome.epistemic is not None:
        maps["uncertainty_picture"] = _deviation(outcome.aleatoric + outcome.epistemic)
    there = {name: one for name, one in maps.items() if one is not None}
    if not there:
        return {}, None
    high = drawing.reach(*there.values())[1]
    drawn = {name: drawing.values(one, 0, high, note, drawing.DOUBT) for name, one in there.items()}
    return drawn, {"low": 0.0, "high": high, "unit": unit}


def _deviation(variance: Floats | None) -> Floats | None:
    """Root of the mean variance over the bands [row, column]."""
    return None if variance is None else np.sqrt(variance.mean(axis=0))


def _raster(outcome: Outcome, bands: Sequence[str], unit: str) -> Raster:
    """Values, and behind them the variances there are."""
    parts, names, units = [_present(outcome.values)], list(bands), [unit] * len(bands)
    for name, part in (("aleatoric variance", outcome.aleatoric), ("epistemic variance", outcome.epistemic)):
        if part is not None:
            parts.append(part)
            names += [f"{name} {band}" for band in bands] if len(part) > 1 else [name]
            units += [f"({unit})²"] * len(part)
    return Raster(np.concatenate(parts).astype(np.float32), tuple(names), tuple(units))


def _present(found: NDArray[np.generic] | None) -> Any:
    """What an adapter of this kind always returns."""
    if found is None:
        raise TypeError("An outcome of this kind has none of the arrays that its report is made of.")
    return found
