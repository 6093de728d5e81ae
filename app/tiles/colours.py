"""Colours of pictures: ramps of 256 steps between a few anchors, and the classes of a layer.

Ramps run evenly in lightness and tell low from high without hue, for readers who see few colours. A diverging
ramp has its neutral colour in the middle, where its range has zero.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

Colour = tuple[int, int, int, int]
STEPS = 256

ANCHORS: Mapping[str, tuple[str, ...]] = {
    # Diverging: what the index is made for lies at the right end.
    "plants": ("#5b3a1a", "#b98a52", "#f2ecdf", "#7fb069", "#12471c"),
    "water": ("#6b4a12", "#c9a35a", "#f1efe8", "#6fa3d0", "#123f7a"),
    "buildings": ("#1c5546", "#79b09c", "#f1eee9", "#cf7f6a", "#7a1230"),
    # Sequential: from a light ground to a dark end.
    "amount": ("#eef3ee", "#9cc9d6", "#5aa3ba", "#1f7594", "#07304a"),
    "doubt": ("#f3e9c9", "#e2c478", "#c48f2f", "#8f5412", "#4f2708"),
    "grey": ("#000000", "#ffffff"),
}


def parse(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a colour written as #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@cache
def ramp(name: str) -> Mapping[int, Colour]:
    """All steps of a ramp, 0 to 255, as red, green, blue and opacity; KeyError for names not in ANCHORS."""
    anchors = np.array([parse(colour) for colour in ANCHORS[name]], dtype=np.float64)
    at = np.linspace(0, len(anchors) - 1, STEPS)
    channels = [np.interp(at, np.arange(len(anchors)), anchors[:, one]) for one in range(3)]
    steps = np.rint(np.stack(channels, axis=1)).astype(int).tolist()
    return {step: (red, green, blue, 255) for step, (red, green, blue) in enumerate(steps)}


def classes(colours: Sequence[tuple[int, str]]) -> Mapping[int, Colour]:
    """The colour of every value of a layer of classes; values without a class are left transparent."""
    return {value: (*parse(colour), 255) for value, colour in colours}
