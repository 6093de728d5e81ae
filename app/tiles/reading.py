"""The files of a tile become arrays: what models eat, outcomes are measured against, and pictures show."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.base.storage import Storage
from app.tiles.layers import Answers, Layer, TileDescription
from app.tiles.rasters import read_cog
from app.zoo.tiles import Tile

EPOCH = datetime(2014, 4, 3, tzinfo=UTC)
"""Launch of Sentinel-1A; models that are told days count from here."""
SECONDS_OF_DAY = 86_400
Array = NDArray[np.generic]


def read_layer(storage: Storage, layer: Layer, *, shape: tuple[int, int] | None = None) -> Array:
    """One layer [band, row, column]: float32 in the units of its bands, NaN for no data; classes as uint8.

    Pixels of no class hold 255.

    Args:
        shape: rows and columns that are wanted, by the nearest pixel; else those of its file.
    Raises:
        NotFound, Invalid: its file is missing, or cannot be read.
    """
    return read_cog(storage.get(layer.path), shape=shape)


def read_truth(storage: Storage, tile: TileDescription, answers: Answers) -> Array | None:
    """The truth that answers a question, on the grid of the tile, as `read_layer` gives it; else None."""
    for layer in tile.truth:
        if layer.answers == answers:
            return read_layer(storage, layer, shape=tile.shape)
    return None


def read_tile(storage: Storage, tile: TileDescription) -> Tile:
    """All that sensors saw, on one grid: optical bands, then radar; [date, band, row, column] for a series.

    Layers of another shape are brought to that of the tile by the nearest pixel.

    Raises:
        Invalid: nothing was seen, or dates have different bands.
        NotFound: a file is missing.
    """
    steps = [list(_layers(tile, step)) for step in sorted({layer.step for layer in tile.seen})]
    bands = [_names(layers) for layers in steps]
    if not steps or any(names != bands[0] for names in bands):
        raise Invalid(f"The dates of tile {tile.id} have no bands, or not the same ones.")
    values = np.stack([_stacked(storage, tile, layers) for layers in steps])
    if len(steps) == 1:
        return Tile(bands[0], values[0], simulated=tile.simulated)
    days = tuple(_days(tile, layers[0]) for layers in steps)
    return Tile(bands[0], values, days, simulated=tile.simulated)


def _layers(tile: TileDescription, step: int) -> Iterator[Layer]:
    """The layers of a date, optical ones first."""
    yield from sorted(
        (layer for layer in tile.seen if layer.step == step), key=lambda layer: layer.shows == "radar"
    )


def _names(layers: Sequence[Layer]) -> tuple[str, ...]:
    return tuple(band.name for layer in layers for band in layer.bands)


def _stacked(storage: Storage, tile: TileDescription, layers: Sequence[Layer]) -> NDArray[np.float32]:
    parts = [read_layer(storage, layer, shape=tile.shape) for layer in layers]
    return np.concatenate(parts).astype(np.float32, copy=False)


def _days(tile: TileDescription, layer: Layer) -> float:
    if layer.moment is None:
        raise Invalid(f"Tile {tile.id} is a series, but {layer.key} has no date.")
    return (layer.moment - EPOCH).total_seconds() / SECONDS_OF_DAY
