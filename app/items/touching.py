"""Which items touch a tile of the web map: those whose box in degrees shares a place with it."""

import numpy as np
from numpy.typing import NDArray

from app.catalogue.tiles import TileAddress
from app.items.along import Near, is_counted
from app.items.curve import Rows
from app.items.index import ItemIndex


def touching(index: ItemIndex, close: Near, tile: TileAddress) -> Near:
    """Those near a tile whose box touches it, or whose centre is counted in it."""
    kept = np.flatnonzero(touches(index, close.rows, tile) | is_counted(close, tile))
    return close.only(kept)


def touches(index: ItemIndex, rows: Rows, tile: TileAddress) -> NDArray[np.bool_]:
    """Which boxes of some rows touch a tile."""
    west, south, east, north = (side[rows] for side in (index.west, index.south, index.east, index.north))
    left, bottom, right, top = edges_of(tile)
    beside = np.where(west > east, (west <= right) | (east >= left), (west <= right) & (east >= left))
    found: NDArray[np.bool_] = beside & (south <= top) & (north >= bottom)
    return found


def edges_of(tile: TileAddress) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile in degrees; the outermost rows reach to the poles."""
    last = 2**tile.z
    south = -90.0 if tile.y == last - 1 else _latitude((tile.y + 1) / last)
    north = 90.0 if tile.y == 0 else _latitude(tile.y / last)
    return tile.x / last * 360 - 180, south, (tile.x + 1) / last * 360 - 180, north


def _latitude(share: float) -> float:
    """Latitude at a share of the web map's height from its northern edge."""
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * share)))))
