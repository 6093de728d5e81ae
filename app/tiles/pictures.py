"""Pictures of a tile as bytes, made once: the layers and the pictures asked for last stay in memory.

A picture's fingerprint is made of what it shows and of the hashes of the files it comes from, so a picture
under its own fingerprint never changes, and one that a browser holds is confirmed without opening a file.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

import numpy as np
from numpy.typing import NDArray

from app.base.kept import Shelf
from app.base.later import Later
from app.tiles import colours, pixels
from app.tiles.layers import Layer, TileDescription
from app.tiles.pixels import Stretch, Values
from app.tiles.views import View

# It takes a second to import, which the start of a process does not wait for.
rasterio, rendering = Later("rasterio"), Later("app.tiles.rendering")

LOOKS = "1"
"""Part of every fingerprint; another one wherever the same values are coloured in another way."""
LONGEST_SIDE = 768
"""Pixels of the longer side of a picture; of larger tiles every second, third … pixel is read."""

Form = Literal["png", "webp"]
Read = Callable[[Layer], NDArray[np.generic]]
MEDIA: Mapping[Form, str] = {"png": "image/png", "webp": "image/webp"}

_LAYERS = Shelf(96_000_000, largest=48_000_000)
_PICTURES = Shelf(32_000_000)


@dataclass(frozen=True)
class Asked:
    """A picture as it is asked for."""

    view: View
    step: int = 0
    stretch: Stretch = "each"
    form: Form = "png"


def reduced(shape: tuple[int, int]) -> tuple[int, int] | None:
    """Rows and columns that are read of a tile too large to be shown whole; None for one that is not."""
    step = -(-max(shape) // LONGEST_SIDE)
    return None if step <= 1 else (-(-shape[0] // step), -(-shape[1] // step))


def fingerprint(tile: TileDescription, asked: Asked) -> str:
    """What changes whenever the picture does, and only then."""
    files = [layer.sha256 for layer in asked.view.layers]
    said = (LOOKS, tile.id, asked.view.key, *files, asked.stretch, asked.form, tile.simulated)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:20]


def address(tile: TileDescription, asked: Asked) -> str:
    """Where the picture is, under its fingerprint."""
    told = {"date": asked.step + 1} if asked.step else {}
    stretch = {"stretch": asked.stretch} if asked.stretch != "each" else {}
    query = urlencode({**told, **stretch, "v": fingerprint(tile, asked)})
    return f"/tiles/{quote(tile.id)}/pictures/{quote(asked.view.key, safe=':,')}.{asked.form}?{query}"


def values_address(tile: TileDescription, asked: Asked) -> str:
    """Where the values behind the picture are."""
    told = {"date": asked.step + 1} if asked.step else {}
    query = urlencode({**told, "v": fingerprint(tile, asked)})
    return f"/tiles/{quote(tile.id)}/values/{quote(asked.view.key, safe=':,')}.bin?{query}"


def picture(tile: TileDescription, asked: Asked, read: Read) -> bytes:
    """The picture, from memory where it was made before.

    Raises:
        NotFound: a file of the tile is not in the storage.
    """
    key = fingerprint(tile, asked)
    kept: bytes | None = _PICTURES.get(key)
    if kept is None:
        kept = _make(asked, values(asked.view, read), simulated=tile.simulated)
        _PICTURES.put(key, kept, len(kept))
    return kept


def values(view: View, read: Read) -> Values:
    """The values that a view shows [channel, row, column]; NaN where nothing is known."""
    return pixels.channels(view, {layer.key: layer_values(layer, read) for layer in view.layers})


def layer_values(layer: Layer, read: Read) -> NDArray[np.generic]:
    """The values of a layer [band, row, column], from memory where they were read before."""
    kept: NDArray[np.generic] | None = _LAYERS.get(layer.sha256)
    if kept is None:
        kept = read(layer)
        kept.setflags(write=False)
        _LAYERS.put(layer.sha256, kept, kept.nbytes)
    return kept


def _make(asked: Asked, found: Values, *, simulated: bool) -> bytes:
    warm()
    view = asked.view
    if view.colouring == "classes":
        palette = colours.classes([(one.value, one.colour) for one in view.classes])
        return bytes(rendering.labels(found, palette, asked.form, simulated=simulated))
    stretched = pixels.ranges(view, found, asked.stretch)
    ramp = colours.ramp(view.ramp) if view.ramp else None
    return bytes(rendering.picture(found, stretched, ramp, asked.form, simulated=simulated))


def warm() -> None:
    """Import what draws, so that the first visitor does not wait for it.

    It looks up coordinate systems while it is imported, and a thread that never opened a file does not know
    where their database lies until it stands in an environment of the library.
    """
    with rasterio.Env():
        rendering.imported()
