"""Folders of a few pixels in the layouts of the datasets, and the tiles that are made of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.base.storage import LocalStorage, Storage
from app.items.scans.samples import Fault
from app.tiles.importing.bringing import bring
from app.tiles.layers import Layer, TileDescription
from app.tiles.reading import read_layer
from tests.tiles.uploads_made import geotiff

Put = Callable[..., Path]
Bring = Callable[[str], list[TileDescription]]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a GeoTIFF at a place below the folder of the test."""

    def write(place: str, values: NDArray[Any], **more: Any) -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(geotiff(values, **more))
        return path

    return write


@pytest.fixture
def kept(tmp_path: Path) -> Storage:
    """Where the tiles of a test lie."""
    return LocalStorage(tmp_path / "kept")


@pytest.fixture
def brought(tmp_path: Path, kept: Storage) -> Callable[..., Any]:
    """Brings a folder: its tiles, and its faults."""

    def run(name: str, **more: Any) -> tuple[list[TileDescription], list[Fault]]:
        found = list(bring(name, tmp_path, kept, **more))
        tiles = [one for one in found if not isinstance(one, Fault)]
        return tiles, [one for one in found if isinstance(one, Fault)]

    return run


@pytest.fixture
def layer(kept: Storage) -> Callable[[TileDescription, str], tuple[Layer, NDArray[Any]]]:
    """A layer of a tile by its key, with its values."""

    def find(tile: TileDescription, key: str) -> tuple[Layer, NDArray[Any]]:
        found = next(one for one in tile.layers if one.key == key)
        return found, read_layer(kept, found)

    return find


def stepped(bands: int, side: int = 8, dtype: type = np.uint16) -> NDArray[Any]:
    """Band n holds 100 n everywhere: what stands where is seen in its values."""
    steps = 100 * np.arange(1, bands + 1)
    return np.broadcast_to(steps[:, None, None], (bands, side, side)).astype(dtype)
