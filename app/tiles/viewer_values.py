"""The numbers that the page of a tile tells: all values at a pixel, and histograms, remembered."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.base.kept import Shelf
from app.tiles import combinations, histograms, pictures, pixels
from app.tiles.histograms import Histogram
from app.tiles.layers import Layer, TileDescription
from app.tiles.pictures import Read
from app.tiles.viewing import Sight

_HISTOGRAMS = Shelf(8_000_000)


@dataclass(frozen=True)
class Reading:
    """The value of one band, or the class, at a pixel; None where nothing is known."""

    layer: Layer
    band: str
    title: str
    value: float | None
    unit: str
    class_name: str
    centre_um: float | None


def layers_at(tile: TileDescription, shown: Sight) -> list[Layer]:
    """What was seen on the date shown, and its truth."""
    seen = [layer for layer in tile.seen if layer.step == shown.choice.step]
    return [*seen, *combinations.truth_at(tile, shown.choice.step)]


def readings(tile: TileDescription, shown: Sight, read: Read) -> list[Reading]:
    """All values at the pixel that is asked for; none where none is, or it lies outside."""
    row, column = shown.choice.row, shown.choice.column
    if not (0 <= row < tile.shape[0] and 0 <= column < tile.shape[1]):
        return []
    return [one for layer in layers_at(tile, shown) for one in _readings(tile, layer, row, column, read)]


def _readings(tile: TileDescription, layer: Layer, row: int, column: int, read: Read) -> Iterator[Reading]:
    """The bands of one layer at a pixel of the tile, which a coarser layer has fewer of."""
    values = pictures.layer_values(layer, read)
    at = row * values.shape[-2] // tile.shape[0], column * values.shape[-1] // tile.shape[1]
    for place, band in enumerate(layer.bands):
        value = pixels.known(float(values[place][at]), layer)
        unit = "" if band.unit in ("1", "reflectance") else band.unit
        name = next((one.name for one in layer.classes if one.value == value), "")
        yield Reading(layer, band.name, band.title, value, unit, name, band.centre_um)


def histograms_of(layer: Layer, read: Read) -> tuple[Histogram, ...]:
    """The histograms of a layer, from memory where they were counted before."""
    kept: tuple[Histogram, ...] | None = _HISTOGRAMS.get(layer.sha256)
    if kept is None:
        kept = histograms.histograms(layer, pictures.layer_values(layer, read))
        _HISTOGRAMS.put(layer.sha256, kept, 2000 * len(kept))
    return kept
