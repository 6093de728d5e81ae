"""Where items lie on the web map, in an order in which every tile is one unbroken run.

The centre of an item's box is numbered along a Z-order curve: its column and row at zoom 28, bit by bit in
turn. All items of a tile, of any zoom, then stand side by side once they are sorted, and so do those of each
of its cells: finding and counting them is a search in a sorted array, whatever the number of items.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.catalogue.tiles import DEEPEST_ZOOM

Numbers = NDArray[np.int64]
Degrees = NDArray[np.float64]
Rows = NDArray[np.int32]

CELL_ZOOMS = 6
"""A tile has 2^6 × 2^6 cells: those of the deepest tile lie at the zoom of the curve."""
CURVE_ZOOM = DEEPEST_ZOOM + CELL_ZOOMS
FARTHEST_NORTH = 85.06
_SPREADING = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


class Boxes(Protocol):
    """The boxes of items in degrees; west > east crosses the antimeridian, NaN is an item without place."""

    @property
    def west(self) -> Degrees: ...
    @property
    def south(self) -> Degrees: ...
    @property
    def east(self) -> Degrees: ...
    @property
    def north(self) -> Degrees: ...


@dataclass(frozen=True, eq=False)
class Curve:
    """All placed items of an index along the curve.

    `keys` rise; `rows` are positions in the index; `groups` is the number of each item's group, 0 to
    `n_groups` - 1; `levels` is the deepest zoom whose tiles are as wide as twice the item reaches from its
    centre.
    """

    keys: Numbers
    rows: Rows
    groups: NDArray[np.uint8]
    levels: NDArray[np.uint8]
    n_groups: int
    n_rows: int


def lay_out(boxes: Boxes, groups: NDArray[Any], n_groups: int) -> Curve:
    """Sort items along the curve.

    Args:
        groups: the group of each item, whole numbers below `n_groups`.
    """
    placed = np.flatnonzero(~np.isnan(boxes.west)).astype(np.int32)
    west, south, east, north = (side[placed] for side in (boxes.west, boxes.south, boxes.east, boxes.north))
    # Where a box crosses the antimeridian its east lies one turn further.
    width = np.where(west > east, east - west + 360, east - west)
    x = np.mod((west + width / 2 + 180) / 360, 1.0)
    x[(west + width / 2) == 180] = 1.0
    keys = interleave(_squares(x), _squares(across_the_map((south + north) / 2)))
    reach = np.maximum(width / 720, _reach_across(south, north))
    order = np.argsort(keys)
    return Curve(
        keys=keys[order],
        rows=placed[order],
        groups=np.asarray(groups)[placed][order].astype(np.uint8),
        levels=_levels(reach)[order],
        n_groups=n_groups,
        n_rows=len(boxes.west),
    )


def across_the_map(latitude: Degrees) -> Degrees:
    """Share of the web map's height from its northern edge, 0 to 1; what lies beyond an edge lies on it."""
    sine = np.sin(np.radians(np.clip(latitude, -89.9, 89.9)))
    return np.clip(0.5 - np.arctanh(sine) / (2 * np.pi), 0.0, 1.0)


def _reach_across(south: Degrees, north: Degrees) -> Degrees:
    """Share of the web map's height that boxes reach from their middles, at most: scale grows poleward."""
    south, north = (np.clip(side, -FARTHEST_NORTH, FARTHEST_NORTH) for side in (south, north))
    scale = 1 / np.cos(np.radians(np.maximum(np.abs(south), np.abs(north))))
    reach: Degrees = (north - south) / 720 * scale
    return reach


def _squares(share: Degrees) -> NDArray[np.uint64]:
    """Columns or rows at the zoom of the curve; the far edge belongs to the last."""
    last = 2**CURVE_ZOOM - 1
    squares: NDArray[np.uint64] = np.minimum(share * 2**CURVE_ZOOM, last).astype(np.uint64)
    return squares


def _levels(reach: Degrees) -> NDArray[np.uint8]:
    """The deepest zoom at which a tile is at least twice as wide as items reach from their centres."""
    with np.errstate(divide="ignore"):
        zooms = np.floor(-np.log2(2 * reach))
    return np.clip(zooms, 0, DEEPEST_ZOOM).astype(np.uint8)


def interleave(columns: NDArray[np.uint64], rows: NDArray[np.uint64]) -> Numbers:
    """Numbers along the curve: bits of rows and columns in turn."""
    return (spaced(columns) | (spaced(rows) << np.uint64(1))).astype(np.int64)


def spaced(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers of up to 32 bits with a nought before every bit."""
    for shift, mask in _SPREADING:
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values


def run_of(z: int, x: Any, y: Any) -> tuple[Any, int]:
    """Where squares of a zoom begin on the curve, and how long each of them is."""
    bits = 2 * (CURVE_ZOOM - z)
    columns, rows = np.asarray(x, dtype=np.uint64), np.asarray(y, dtype=np.uint64)
    return interleave(columns, rows) << bits, 1 << bits


def unwoven(cells: Numbers, zooms: int) -> tuple[Numbers, Numbers]:
    """Columns and rows of numbers along the curve."""
    if zooms <= CELL_ZOOMS:
        columns, rows = _all_unwoven(zooms)
        return columns[cells], rows[cells]
    return _unwoven(cells, zooms)


@lru_cache(CELL_ZOOMS + 1)
def _all_unwoven(zooms: int) -> tuple[Numbers, Numbers]:
    """The columns and rows of all cells of a tile."""
    return _unwoven(np.arange(4**zooms), zooms)


def _unwoven(cells: Numbers, zooms: int) -> tuple[Numbers, Numbers]:
    places = np.arange(zooms)
    columns = ((cells[:, None] >> (2 * places)) & 1) << places
    rows = ((cells[:, None] >> (2 * places + 1)) & 1) << places
    return columns.sum(axis=1), rows.sum(axis=1)
