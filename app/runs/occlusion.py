"""How much an answer rests on each group of bands: it is asked again with their values hidden."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.base.language import N_
from app.runs.scoring import Scoring
from app.zoo.cards import ModelCard
from app.zoo.tiles import Outcome, Tile

GROUPS: Sequence[tuple[str, tuple[str, ...]]] = (
    (N_("Visible light"), ("B2", "B3", "B4")),
    (N_("Red edge"), ("B5", "B6", "B7")),
    (N_("Near infrared"), ("B8", "B8A")),
    (N_("Short-wave infrared"), ("B11", "B12")),
    (N_("Atmosphere"), ("B1", "B9", "B10")),
    (N_("Radar VV"), ("VV",)),
    (N_("Radar VH"), ("VH",)),
)
OTHERS = N_("Other bands")
MOST_GROUPS = 8
OF_CLASSES = N_("Mean change of the class probabilities, 0 to 1")
OF_VALUES = N_("Mean change of the predicted values")


@dataclass(frozen=True)
class Influence:
    """How much the answer changes without a group of bands; `metric` says in what.

    Attributes:
        gain: how much better the answer is with the group than without it, by `figure` and in `unit`;
            negative where the group does harm, None where no truth tells.
    """

    group: str
    bands: tuple[str, ...]
    change: float
    metric: str
    gain: float | None = None
    figure: str = ""
    unit: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        told = {"gain": self.gain, "figure": self.figure, "unit": self.unit}
        return {
            "group": self.group,
            "bands": list(self.bands),
            "change": self.change,
            "metric": self.metric,
            **(told if self.gain is not None else {}),
        }


def groups_of(card: ModelCard) -> list[tuple[str, tuple[str, ...]]]:
    """The groups of bands that a model eats, at most eight."""
    eaten = tuple(dict.fromkeys(card.bands))
    found = [(name, tuple(band for band in bands if band in eaten)) for name, bands in GROUPS]
    named = {band for _name, bands in found for band in bands}
    others = tuple(band for band in eaten if band not in named)
    return [(name, bands) for name, bands in (*found, (OTHERS, others)) if bands][:MOST_GROUPS]


def occlude(
    card: ModelCard,
    tile: Tile,
    whole: Outcome,
    answer: Callable[[Tile], Outcome],
    scoring: Scoring | None = None,
) -> list[Influence]:
    """Hide each group in turn and see how far the answer moves; the most influential comes first.

    A hidden band holds its own mean over the tile, date by date: zero would be an observation as well, of
    something black.

    Args:
        whole: the answer to the whole tile.
        answer: what the model says to a tile.
        scoring: holds answers against the truth, where there is one.
    """
    found = []
    for name, bands in groups_of(card):
        without = answer(hidden(tile, bands))
        influence = Influence(name, bands, *_change(whole, without))
        gain = scoring.gain(whole, without) if scoring else None
        if scoring and gain is not None:
            influence = replace(influence, gain=gain, figure=scoring.figure, unit=scoring.unit)
        found.append(influence)
    return sorted(found, key=lambda one: -one.change)


def hidden(tile: Tile, bands: Sequence[str]) -> Tile:
    """The tile with these bands flat; what has no data stays so."""
    values = tile.values.copy()
    for number in (number for number, name in enumerate(tile.bands) if name in bands):
        band = values[..., number, :, :]
        known = np.isfinite(band)
        sums = np.where(known, band, 0).sum(axis=(-2, -1), keepdims=True, dtype=np.float64)
        means = sums / np.maximum(known.sum(axis=(-2, -1), keepdims=True), 1)
        values[..., number, :, :] = np.where(known, means, np.nan)
    return replace(tile, values=values)


def _change(whole: Outcome, without: Outcome) -> tuple[float, str]:
    if whole.probabilities is not None and without.probabilities is not None:
        moved = np.abs(whole.probabilities - without.probabilities).sum(axis=0) / 2
        return float(np.nanmean(moved)), OF_CLASSES
    if whole.values is None or without.values is None:
        return 0.0, OF_VALUES
    return float(np.nanmean(np.abs(whole.values - without.values))), OF_VALUES
