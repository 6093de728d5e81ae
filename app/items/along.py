"""Items along the curve of the web map, ready to be counted, and to be found by tile."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.catalogue.tiles import TileAddress
from app.items.curve import CELL_ZOOMS, CURVE_ZOOM, Curve, Numbers, Rows, run_of, spaced

Positions = NDArray[np.int64]
"""Places of items in the order of the curve."""

NEAREST_SQUARES = 4


@dataclass(frozen=True, eq=False)
class Level:
    """Items of about one size: their numbers on the curve, and their positions among all."""

    zoom: int
    keys: Numbers
    at: Positions


@dataclass(frozen=True, eq=False)
class Near:
    """Items that may reach into a tile: positions in the index, numbers on the curve, and their sizes.

    `are_touching` says that all of them lie in the tile or reach into it.
    """

    rows: Rows
    keys: Numbers
    levels: NDArray[np.uint8]
    are_touching: bool = False

    def only(self, some: NDArray[np.intp]) -> "Near":
        """Those at some places among them."""
        return replace(self, rows=self.rows[some], keys=self.keys[some], levels=self.levels[some])


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
    def zooms(self) -> list[int]:
        """The levels that there are."""
        found: list[int] = np.flatnonzero(np.bincount(self.levels, minlength=1)).tolist()
        return found

    @cached_property
    def _by_size(self) -> dict[int, Level]:
        return {}

    def of_size(self, zoom: int) -> Level:
        """The items of a level: only where items are large for a tile they are asked for."""
        if zoom not in self._by_size:
            at = np.flatnonzero(self.levels == zoom)
            self._by_size[zoom] = Level(zoom, self.keys[at], at)
        return self._by_size[zoom]

    @property
    def size(self) -> int:
        """Items with a place."""
        return len(self.keys)

    @property
    def n_bytes(self) -> int:
        """About how much memory it takes."""
        return 33 * self.size + 1_000

    def count(self, tile: TileAddress) -> Numbers:
        """Items by group whose centre lies in a tile."""
        begin, length = run_of(tile.z, tile.x, tile.y)
        runs = [np.searchsorted(keys, [begin, begin + length]) for keys in self.by_group]
        return np.array([high - low for low, high in runs], dtype=np.int64)

    def cells(self, tile: TileAddress, zooms: int = CELL_ZOOMS) -> Numbers:
        """Items by cell and group: [4^zooms, groups]; cells are numbered along the curve from the north-west.

        An item belongs to the cell of the centre of its box, and so to one cell of one tile at every zoom.
        """
        begin, length = run_of(tile.z, tile.x, tile.y)
        step = length >> (2 * zooms)
        edges = int(begin) + step * np.arange(4**zooms + 1, dtype=np.int64)
        # Added up by group as by cell, which is quick only where those of a group lie side by side.
        counts = np.zeros((len(self.by_group), 4**zooms), dtype=np.int64).T
        for group, keys in enumerate(self.by_group):
            low, high = np.searchsorted(keys, [begin, begin + length])
            if high - low > 2 * len(edges):
                counts[:, group] = np.diff(np.searchsorted(keys[low:high], edges))
            elif high > low:
                cells = (keys[low:high] - begin) // step
                counts[:, group] = np.bincount(cells, minlength=4**zooms)
        return counts

    def near(self, tile: TileAddress) -> Near:
        """Every item that reaches into a tile, and some that only come close to it."""
        low, high = self.run(tile)
        at = np.concatenate([np.arange(low, high), self.around(tile)])
        return Near(self.rows[at], self.keys[at], self.levels[at])

    def run(self, tile: TileAddress) -> tuple[int, int]:
        """The positions of the items whose centre lies in a tile, from and up to without."""
        begin, length = run_of(tile.z, tile.x, tile.y)
        low, high = np.searchsorted(self.keys, [begin, begin + length])
        return int(low), int(high)

    def around(self, tile: TileAddress) -> Positions:
        """The positions of the items whose centre lies outside a tile and that may reach into it.

        Items reach at most one square of the zoom after their level.
        """
        finest = tile.z + NEAREST_SQUARES
        found = [np.arange(low, high) for low, high in _runs_around(self.keys, tile, finest)]
        is_large = [zoom for zoom in self.zooms if zoom + 1 < finest]
        if is_large and found:
            beside = np.concatenate(found)
            found = [beside[self.levels[beside] + 1 >= finest]]
        for level in map(self.of_size, is_large):
            found += [level.at[low:high] for low, high in _runs_around(level.keys, tile, level.zoom + 1)]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


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


def _runs_around(keys: Numbers, tile: TileAddress, zoom: int) -> list[tuple[int, int]]:
    """Runs of keys in the squares of a zoom that lie around a tile and in it, without the tile itself."""
    columns = np.unique(np.mod(_around(tile.x, tile.z, zoom), 2**zoom)).astype(np.uint64)
    rows = _around(tile.y, tile.z, zoom)
    rows = rows[(rows >= 0) & (rows < 2**zoom)].astype(np.uint64)
    bits = 2 * (CURVE_ZOOM - zoom)
    woven = spaced(columns)[None, :] | (spaced(rows) << np.uint64(1))[:, None]
    begins = np.sort((woven.astype(np.int64) << bits).ravel())
    begin, length = run_of(tile.z, tile.x, tile.y)
    if zoom >= tile.z:
        begins = begins[(begins < begin) | (begins >= begin + length)]
    # Squares side by side on the curve are one run.
    ends = begins + (1 << bits)
    breaks = begins[1:] != ends[:-1]
    begins, ends = begins[np.append(True, breaks)[: len(begins)]], ends[np.append(breaks, True)[: len(ends)]]
    # A square larger than the tile holds it.
    parts = np.stack([begins, np.clip(begin, begins, ends), np.clip(begin + length, begins, ends), ends])
    cuts = np.searchsorted(keys, parts.T.ravel()).tolist()
    pairs = zip(cuts[::2], cuts[1::2], strict=True)
    return [(low, high) for low, high in pairs if low < high]


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
