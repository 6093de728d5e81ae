"""Where items lie on the web map, in an order in which every tile is one unbroken run.

The centre of an item's box is numbered along a Z-order curve: its column and row at zoom 28, bit by bit in
turn. All items of a tile, of any zoom, then stand side by side once they are sorted, and so do those of each
of its cells: finding and counting them is a search in a sorted array, whatever the number of items.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.catalogue.tiles import DEEPEST_ZOOM, TileAddress

Numbers = NDArray[np.int64]
Degrees = NDArray[np.float64]
Rows = NDArray[np.int32]

CELL_ZOOMS = 6
"""A tile has 2^6 × 2^6 cells: those of the deepest tile lie at the zoom of the curve."""
CURVE_ZOOM = DEEPEST_ZOOM + CELL_ZOOMS
NEAREST_SQUARES = 4
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


@dataclass(frozen=True, eq=False)
class Level:
    """Items of about one size."""

    zoom: int
    keys: Numbers
    rows: Rows


@dataclass(frozen=True, eq=False)
class Spread:
    """Some items along the curve, ready to be counted by tile: keys by group.

    `nowhere` is the number of items without a place.
    """

    by_group: tuple[Numbers, ...]
    keys: Numbers
    rows: Rows
    levels: NDArray[np.uint8]
    nowhere: int

    @cached_property
    def by_size(self) -> tuple[Level, ...]:
        """Keys with rows by size, to find items by tile: only tiles of few items ask for them."""
        zooms = np.flatnonzero(np.bincount(self.levels, minlength=DEEPEST_ZOOM + 1))
        # Places are gathered several times faster than a mask is applied.
        sizes = [(int(zoom), np.flatnonzero(self.levels == zoom)) for zoom in zooms]
        return tuple(Level(zoom, self.keys[same], self.rows[same]) for zoom, same in sizes)

    @property
    def size(self) -> int:
        """Items with a place."""
        return sum(len(keys) for keys in self.by_group)

    @property
    def n_bytes(self) -> int:
        """About how much memory it takes."""
        return 33 * self.size + 1_000


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
    return (_spaced(columns) | (_spaced(rows) << np.uint64(1))).astype(np.int64)


def _spaced(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers of up to 32 bits with a nought before every bit."""
    for shift, mask in _SPREADING:
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values


def run_of(z: int, x: Any, y: Any) -> tuple[Any, int]:
    """Where squares of a zoom begin on the curve, and how long each of them is."""
    bits = 2 * (CURVE_ZOOM - z)
    columns, rows = np.asarray(x, dtype=np.uint64), np.asarray(y, dtype=np.uint64)
    return interleave(columns, rows) << bits, 1 << bits


def spread(curve: Curve, chosen: NDArray[np.integer[Any]] | None = None) -> Spread:
    """Items of a curve: all, or those at some positions of the index."""
    if chosen is None:
        parts = (curve.keys, curve.rows, curve.groups, curve.levels)
        nowhere = curve.n_rows - len(curve.rows)
    else:
        wanted = np.zeros(curve.n_rows, dtype=bool)
        wanted[chosen] = True
        along = np.flatnonzero(wanted[curve.rows])
        parts = (curve.keys[along], curve.rows[along], curve.groups[along], curve.levels[along])
        nowhere = len(chosen) - len(along)
    keys, rows, groups, levels = parts
    by_group = tuple(keys[np.flatnonzero(groups == group)] for group in range(curve.n_groups))
    return Spread(by_group, keys, rows, levels, nowhere)


def count_cells(found: Spread, tile: TileAddress, zooms: int = CELL_ZOOMS) -> Numbers:
    """Items by cell and group: [4^zooms, groups]; cells are numbered along the curve, from the north-west.

    An item belongs to the cell of the centre of its box, and so to one cell of one tile at every zoom.
    """
    begin, length = run_of(tile.z, tile.x, tile.y)
    step = length >> (2 * zooms)
    edges = int(begin) + step * np.arange(4**zooms + 1, dtype=np.int64)
    counts = np.zeros((4**zooms, len(found.by_group)), dtype=np.int64)
    for group, keys in enumerate(found.by_group):
        low, high = np.searchsorted(keys, [begin, begin + length])
        if high - low > 2 * len(edges):
            counts[:, group] = np.diff(np.searchsorted(keys[low:high], edges))
        elif high > low:
            cells = (keys[low:high] - begin) // step
            counts[:, group] = np.bincount(cells, minlength=4**zooms)
    return counts


def count_tile(found: Spread, tile: TileAddress) -> Numbers:
    """Items by group whose centre lies in a tile."""
    begin, length = run_of(tile.z, tile.x, tile.y)
    runs = [np.searchsorted(keys, [begin, begin + length]) for keys in found.by_group]
    return np.array([high - low for low, high in runs], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Near:
    """Items that may reach into a tile: positions in the index, numbers on the curve, and their sizes."""

    rows: Rows
    keys: Numbers
    levels: NDArray[np.uint8]


def near(found: Spread, tile: TileAddress) -> Near:
    """Every item that reaches into a tile, and some that only come close to it."""
    rows, keys, levels = [], [], []
    for level in found.by_size:
        for low, high in _runs_near(level, tile):
            rows.append(level.rows[low:high])
            keys.append(level.keys[low:high])
            levels.append(np.full(high - low, level.zoom, dtype=np.uint8))
    if not rows:
        return Near(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.uint8))
    return Near(np.concatenate(rows), np.concatenate(keys), np.concatenate(levels))


def _runs_near(level: Level, tile: TileAddress) -> list[tuple[int, int]]:
    """Runs of a level around a tile: items reach at most one square of the zoom after their level."""
    zoom = min(level.zoom + 1, tile.z + NEAREST_SQUARES)
    columns = np.unique(np.mod(_around(tile.x, tile.z, zoom), 2**zoom))
    rows = _around(tile.y, tile.z, zoom)
    rows = rows[(rows >= 0) & (rows < 2**zoom)]
    begins, length = run_of(zoom, np.tile(columns, len(rows)), np.repeat(rows, len(columns)))
    lows = np.searchsorted(level.keys, begins)
    highs = np.searchsorted(level.keys, begins + length)
    held = np.flatnonzero(highs > lows)
    return [(int(lows[place]), int(highs[place])) for place in held]


def _around(place: int, z: int, zoom: int) -> Numbers:
    """The columns, or rows, of a zoom that a tile covers, and one more on either side."""
    first = place << (zoom - z) if zoom >= z else place >> (z - zoom)
    last = ((place + 1) << (zoom - z)) - 1 if zoom >= z else first
    return np.arange(first - 1, last + 2, dtype=np.int64)


def is_counted(close: Near, tile: TileAddress) -> NDArray[np.bool_]:
    """Which items of a neighbourhood have their centre in the tile."""
    begin, length = run_of(tile.z, tile.x, tile.y)
    inside: NDArray[np.bool_] = (close.keys >= begin) & (close.keys < begin + length)
    return inside


def unwoven(cells: Numbers, zooms: int) -> tuple[Numbers, Numbers]:
    """Columns and rows of numbers along the curve."""
    places = np.arange(zooms)
    columns = ((cells[:, None] >> (2 * places)) & 1) << places
    rows = ((cells[:, None] >> (2 * places + 1)) & 1) << places
    return columns.sum(axis=1), rows.sum(axis=1)
