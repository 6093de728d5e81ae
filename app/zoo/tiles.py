"""A tile, what comes out of a model run on it, and how a large tile is cut and put together again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.zoo.cards import Input
from app.zoo.scaling import scale

Values = NDArray[np.float32]
Arrays = Mapping[str, NDArray[np.float32]]
Network = Callable[[Arrays], dict[str, Values]]
"""Named inputs with a leading axis of one in, named outputs likewise out."""

NO_CLASS = 255


@dataclass(frozen=True)
class Tile:
    """A small raster in memory.

    Attributes:
        bands: names, in the order of `values`.
        values: [band, row, column], or [date, band, row, column] for a series; NaN marks no data. Reflectance
            is 0 to 1, backscatter is in dB.
        days: for a series, days since 3 April 2014 of its dates.
        simulated: made by a program, not seen by a sensor.
    """

    bands: tuple[str, ...]
    values: Values
    days: tuple[float, ...] = ()
    simulated: bool = False

    def __post_init__(self) -> None:
        if self.values.ndim not in (3, 4) or self.values.shape[-3] != len(self.bands):
            raise Invalid(f"A tile of {len(self.bands)} bands cannot have the shape {self.values.shape}.")
        if self.values.ndim == 4 and len(self.days) != len(self.values):
            raise Invalid(
                f"A series of {len(self.values)} dates needs as many days; it has {len(self.days)}."
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.values.shape[-2]), int(self.values.shape[-1])

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where every band of every date has data [row, column]."""
        axes = tuple(range(self.values.ndim - 2))
        return np.asarray(~np.isnan(self.values).any(axis=axes))


@dataclass(frozen=True)
class Outcome:
    """What came out of a model for one tile; all maps are [row, column] or [band, row, column].

    Attributes:
        labels: class numbers, `NO_CLASS` where the tile has no data.
        values: predicted values, NaN where the tile has no data.
        probabilities: [class, row, column], or [class] for the tile as a whole.
        aleatoric, epistemic: variances in the squared unit of `values`: what the data leave open, and what
            the model has not learned.
    """

    labels: NDArray[np.uint8] | None = None
    values: Values | None = None
    probabilities: Values | None = None
    aleatoric: Values | None = None
    epistemic: Values | None = None
    shares: Mapping[str, float] = field(default_factory=dict)


def missing_bands(tile: Tile, wanted: Input) -> tuple[str, ...]:
    """The bands that an input needs and the tile lacks."""
    return tuple(band.name for band in wanted.bands if band.name not in tile.bands)


def prepare(tile: Tile, wanted: Input) -> Values:
    """What a network eats: [1, (copies), (date), band, row, column] of 0 to 1, in the order of the card.

    Raises:
        Invalid: a band or a date is missing, or the tile is smaller than the network takes.
    """
    lacking = missing_bands(tile, wanted)
    if lacking:
        raise Invalid(f"The tile has no {', '.join(lacking)}; it has {', '.join(tile.bands)}.")
    if min(tile.shape) < wanted.smallest:
        raise Invalid(f"The tile is {tile.shape[1]} × {tile.shape[0]} pixels; {wanted.smallest} are needed.")
    series = tile.values if tile.values.ndim == 4 else tile.values[None]
    if wanted.dates is None:
        series = series[-1:]
    elif wanted.dates and len(series) < wanted.dates:
        raise Invalid(f"The tile has {len(series)} dates; the model needs {wanted.dates}.")
    chosen = series[:, [tile.bands.index(band.name) for band in wanted.bands]]
    scaled = scale(chosen, [band.scaling for band in wanted.bands])
    eaten = scaled[0] if wanted.dates is None else scaled[: wanted.dates or None]
    if wanted.copies:
        eaten = np.repeat(eaten[None], wanted.copies, axis=0)
    return np.ascontiguousarray(eaten[None], dtype=np.float32)
