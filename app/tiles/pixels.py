"""The values behind a picture, and between which of them it is stretched. NumPy in, NumPy out."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.tiles.layers import Layer
from app.tiles.views import INDEX_RANGE, Source, View

Values = NDArray[np.float32]
Range = tuple[float, float]
Stretch = Literal["each", "together", "fixed", "all"]

VISIBLE, INFRARED = (0.0, 0.3), (0.0, 0.5)
BACKSCATTER = {"VV": (-20.0, 2.0), "VH": (-27.0, -5.0), "HH": (-20.0, 2.0), "HV": (-27.0, -5.0)}
RATIO = (2.0, 14.0)
"""VV over VH in dB: low over forest and towns, high over water and bare ground."""
VISIBLE_BANDS = frozenset({"B1", "B2", "B3", "B4", "coastal", "blue", "green", "red"})


def channels(view: View, layers: Mapping[str, NDArray[np.generic]]) -> Values:
    """The values of a view [channel, row, column] in its unit; NaN where nothing is known.

    Args:
        layers: arrays [band, row, column] by key; NaN, and values without a class, are unknown.
    """
    bands = [_plane(source, layers, view) for source in view.sources]
    if view.colouring == "index":
        return index(bands[0], bands[1])[None]
    if view.colouring == "radar":
        return np.stack([*bands, bands[0] - bands[1]])
    return np.stack(bands)


def index(first: Values, second: Values) -> Values:
    """Normalised difference (first - second) / (first + second), −1 to 1.

    NaN where the sum is not above 0.
    """
    total = first + second
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = (first - second) / total
    found: Values = np.where(total > 0, np.clip(quotient, -1, 1), np.nan).astype(np.float32)
    return found


def known(value: float, layer: Layer) -> float | None:
    """A single value; None where it is none: not finite, or of no class."""
    if layer.shows == "classes" and value not in [one.value for one in layer.classes]:
        return None
    return value if np.isfinite(value) else None


def _plane(source: Source, layers: Mapping[str, NDArray[np.generic]], view: View) -> Values:
    """One band as numbers, on the grid of the finest layer of the view."""
    band: Values = layers[source.layer.key][source.position].astype(np.float32)
    if source.layer.shows == "classes":
        known = [one.value for one in source.layer.classes]
        band = np.where(np.isin(band, known), band, np.float32(np.nan))
    rows, columns = (max(layers[one.key].shape[axis] for one in view.layers) for axis in (-2, -1))
    return band if band.shape == (rows, columns) else _nearest(band, rows, columns)


def _nearest(band: Values, rows: int, columns: int) -> Values:
    """A coarser band on a finer grid, without new values."""
    row = np.arange(rows) * band.shape[0] // rows
    column = np.arange(columns) * band.shape[1] // columns
    return band[np.ix_(row, column)]


def ranges(view: View, values: Values, stretch: Stretch) -> tuple[Range, ...]:
    """Between which values each channel runs from its first to its last colour.

    Args:
        stretch: `each` channel's 2 to 98 %, the channels `together`, `fixed` ones that make tiles and dates
            comparable, or `all` from the least to the greatest.
    """
    if view.colouring == "index":
        return (INDEX_RANGE,)
    fixed = [_fixed(source) for source in view.sources]
    if stretch == "fixed" and all(fixed):
        own = [one for one in fixed if one]
    elif stretch == "all":
        own = [_ends(values[place], 0, 100) for place in range(len(view.sources))]
    else:
        own = [(source.band.low, source.band.high) for source in view.sources]
    if view.ramp == "plants":
        own = [INDEX_RANGE]
    if view.colouring == "radar":
        own.append(RATIO if stretch == "fixed" else _ends(values[-1], 2, 98))
    elif stretch == "together":
        own = [(min(low for low, _high in own), max(high for _low, high in own))] * len(own)
    return tuple((low, high if high > low else low + 1.0) for low, high in own)


def _fixed(source: Source) -> Range | None:
    """What suits most scenes; None for values of which nothing is known beforehand."""
    band = source.band
    if source.layer.shows == "radar" and band.unit == "dB":
        return BACKSCATTER.get(band.name.upper(), (-25.0, 0.0))
    if source.layer.shows != "optical" or band.unit not in ("reflectance", "1"):
        return None
    return VISIBLE if VISIBLE_BANDS & {band.name, band.common_name} else INFRARED


def _ends(values: Values, low: float, high: float) -> Range:
    known = values[np.isfinite(values)]
    if not known.size:
        return (0.0, 1.0)
    first, last = np.percentile(known, (low, high)).tolist()
    return float(first), float(last)


def unknown(values: Values) -> NDArray[np.bool_]:
    """Where a picture has nothing to show [row, column]: any of its channels is unknown."""
    return np.asarray(~np.isfinite(values).all(axis=0))


def shares(view: View, values: Values) -> dict[int, float]:
    """Share of each class among the known pixels, 0 to 1; empty where nothing is known."""
    known = values[0][np.isfinite(values[0])]
    if not known.size or view.colouring != "classes":
        return {}
    return {one.value: float(np.mean(known == one.value)) for one in view.classes}
