"""The pictures of a run: classes in their colours, values along a ramp, several bands as natural colour."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.runs import png
from app.zoo.tiles import NO_CLASS

Floats = NDArray[np.floating]

VALUES = ("#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725")
"""Dark to light, told apart by eyes of every kind."""
DOUBT = ("#000004", "#3b0f70", "#8c2981", "#de4968", "#fe9f6d", "#fcfdbf")
"""For errors and uncertainty: what is sure is dark."""
RIGHT, WRONG = "#dfe4e6", "#c2261b"
STEPS = 255
NATURAL = ("B4", "B3", "B2")
BRIGHTER = 1.2
HIGH_SHARE, LOW_SHARE = 98.0, 2.0


def colours(codes: Sequence[str]) -> NDArray[np.uint8]:
    """Codes like #1c0dff as red, green and blue [code, 3]."""
    return np.array([list(bytes.fromhex(code.removeprefix("#"))) for code in codes], dtype=np.uint8)


def ramp(codes: Sequence[str], steps: int = STEPS) -> NDArray[np.uint8]:
    """The colours between codes that stand at equal distances [step, 3]."""
    places = np.linspace(0, len(codes) - 1, steps)
    known = colours(codes).astype(float)
    between = [np.interp(places, np.arange(len(codes)), known[:, one]) for one in range(3)]
    return np.stack(between, axis=1).round().astype(np.uint8)


def classes(labels: NDArray[np.uint8], codes: Sequence[str], note: dict[str, str]) -> bytes:
    """Labels in the colours of their classes; `NO_CLASS` is transparent."""
    palette = np.zeros((NO_CLASS + 1, 4), dtype=np.uint8)
    palette[: len(codes), :3] = colours(codes)
    palette[:NO_CLASS, 3] = 255
    return png.with_palette(labels, palette, note)


def mistakes(wrong: NDArray[np.bool_], known: NDArray[np.bool_], note: dict[str, str]) -> bytes:
    """Where classes are wrong; what is not known is transparent."""
    indices = np.where(known, wrong.astype(np.uint8), NO_CLASS).astype(np.uint8)
    return classes(indices, (RIGHT, WRONG), note)


def values(
    found: Floats, low: float, high: float, note: dict[str, str], codes: Sequence[str] = VALUES
) -> bytes:
    """Values [row, column] along a ramp from `low` to `high`; NaN is transparent."""
    palette = np.zeros((STEPS + 1, 4), dtype=np.uint8)
    palette[:STEPS, :3], palette[:STEPS, 3] = ramp(codes), 255
    reach = high - low if high > low else 1.0
    placed = np.clip((found - low) / reach, 0, 1) * (STEPS - 1)
    hidden = np.isnan(placed)
    indices = np.where(hidden, STEPS, np.nan_to_num(placed).round()).astype(np.uint8)
    return png.with_palette(indices, palette, note)


def natural(found: Floats, high: float, note: dict[str, str]) -> bytes:
    """Red, green and blue reflectance [3, row, column], `high` as full light; NaN is transparent."""
    seen = np.clip(np.nan_to_num(found) / max(high, 1e-6), 0, 1) ** (1 / BRIGHTER)
    opacity = np.where(np.isnan(found).any(axis=0), 0, 255)
    pixels = np.concatenate([(seen * 255).round(), opacity[None]]).astype(np.uint8)
    return png.with_colours(np.ascontiguousarray(pixels.transpose(1, 2, 0)), note)


def reach(*found: Floats | None) -> tuple[float, float]:
    """2nd and 98th percentile of all values together, so that pictures beside each other agree."""
    together = np.concatenate([one[np.isfinite(one)].ravel() for one in found if one is not None])
    if not together.size:
        return 0.0, 1.0
    low, high = np.percentile(together, (LOW_SHARE, HIGH_SHARE))
    return float(low), float(high) if high > low else float(low) + 1.0
