"""Counts of items by cell of the map, split and time, without a look at single items.

The items of each cell and split stand in the order of time. How many of them lie between two moments is a
search in a sorted array: a tile of the whole world costs what it has cells, and not what it has items.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.catalogue.tiles import TileAddress
from app.items.bounds import MustWait
from app.items.cql2_memory import TIMES, View, evaluate
from app.items.cql2_nodes import Call, Moment, Name, Node, names_in
from app.items.curve import CURVE_ZOOM, Curve, Numbers, run_of
from app.items.index import ItemIndex, Span
from app.items.matching import HIGHEST, LOWEST
from app.items.moments import micros
from app.items.query import Moments
from app.items.splits import SPLITS, split_numbers

ZOOMS = (6, 9, 12)
"""Zooms of the cells that are kept: those of tiles of zoom 0, and up to zoom 3 and 6, and their unions."""

RANK_BITS = 32


@dataclass(frozen=True)
class Window:
    """What can be counted so: some splits, and times from `first` to `last`, microseconds since 1970."""

    splits: tuple[bool, ...]
    first: int
    last: int


def window_of(index: ItemIndex, moments: Moments | None, held: Sequence[Node]) -> Window | None:
    """Conditions on columns as a window; None where they ask for anything else."""
    if not index.are_moments:
        return None
    first, last = LOWEST, HIGHEST
    if moments is not None:
        first = LOWEST if moments.start is None else micros(moments.start)
        last = HIGHEST if moments.end is None else micros(moments.end)
    of_split = [node for node in held if set(names_in(node)) == {"split"}]
    for node in held:
        if node in of_split:
            continue
        times = _times(node)
        if times is None:
            return None
        first, last = max(first, times[0]), min(last, times[1])
    splits = _splits(index, of_split)
    return None if splits is None else Window(splits, first, last)


def _times(node: Node) -> tuple[int, int] | None:
    """The first and last microsecond that a comparison of times lets through."""
    if not isinstance(node, Call) or len(node.arguments) < 2:
        return None
    name, values = node.arguments[0], [one for one in node.arguments[1:] if isinstance(one, Moment)]
    if not isinstance(name, Name) or name.name not in TIMES or len(values) + 1 != len(node.arguments):
        return None
    begins, ends = [micros(one.first) for one in values], [micros(one.last) for one in values]
    return {
        "=": (begins[0], ends[-1]),
        "between": (begins[0], ends[-1]),
        "<": (LOWEST, begins[0] - 1),
        "<=": (LOWEST, ends[0]),
        ">": (ends[0] + 1, HIGHEST),
        ">=": (begins[0], HIGHEST),
    }.get(node.op)


def _splits(index: ItemIndex, conditions: Sequence[Node]) -> tuple[bool, ...] | None:
    """Which splits pass conditions on the property of that name; None where a part of one does."""
    if not conditions:
        return (True,) * len(SPLITS)
    rows = one_of_each_split(index)
    passing = evaluate(Call("and", tuple(conditions)), View(index, rows, len(rows)))
    numbers = split_numbers(index, rows)
    met = [passing[numbers == number] for number in range(len(SPLITS))]
    if any(one.any() and not one.all() for one in met):
        return None
    return tuple(bool(one.any()) for one in met)


def one_of_each_split(index: ItemIndex) -> NDArray[np.int32]:
    """A row for each word that names a split; found once, by a look at all items."""
    return index.kept("one row of each split", lambda: _one_of_each(index.texts["split"]))


def _one_of_each(words: NDArray[np.int32]) -> NDArray[np.int32]:
    first: NDArray[np.intp] = np.unique(words, return_index=True)[1]
    return first.astype(np.int32)


@dataclass(frozen=True, eq=False)
class TimeCells:
    """Items of one scope, sorted by cell, split and time.

    A *bin* is a cell with a split. `cells` and `splits` are those of the bins, by cell and then by split;
    `edges` is where each bin begins, and the number of items after the last. `keys` are numbers of bins,
    with the rank of the item among all below them, the newest first.
    """

    zoom: int
    cells: Numbers
    splits: NDArray[np.uint8]
    edges: Numbers
    keys: Numbers

    def bins(self, tile: TileAddress) -> tuple[int, int]:
        """The bins of a tile, from and up to without."""
        begin, length = run_of(tile.z, tile.x, tile.y)
        shift = 2 * (CURVE_ZOOM - self.zoom)
        low, high = np.searchsorted(self.cells, [begin >> shift, (begin + length) >> shift])
        return int(low), int(high)

    def counts(self, index: ItemIndex, tile: TileAddress, zooms: int, window: Window) -> Numbers:
        """Items by cell and split: [4^zooms, splits], as `Spread.cells` has them; `zooms` below the tile lie
        cells that are not smaller than ours."""
        low, high = self.bins(tile)
        wanted = np.asarray(window.splits)[self.splits[low:high]]
        bins = low + np.flatnonzero(wanted)
        newest, oldest = np.searchsorted(index.newest_start, [-window.last, -window.first + 1])
        begins, ends = self.edges[bins], self.edges[bins + 1]
        if newest > 0:
            begins = np.searchsorted(self.keys, (bins << RANK_BITS) + newest)
        if oldest < index.size:
            ends = np.searchsorted(self.keys, (bins << RANK_BITS) + oldest)
        begin, _ = run_of(tile.z, tile.x, tile.y)
        first = int(begin) >> 2 * (CURVE_ZOOM - self.zoom)
        cells = (self.cells[bins] - first) >> 2 * (self.zoom - tile.z - zooms)
        places = cells + self.splits[bins] * np.int64(4**zooms)
        size = 4**zooms * len(SPLITS)
        counted = np.bincount(places, weights=np.maximum(ends - begins, 0), minlength=size)
        return counted.astype(np.int64).reshape(len(SPLITS), -1).T


def time_cells(
    index: ItemIndex, curve: Curve, zoom: int, span: Span | None, is_hurried: bool = False
) -> TimeCells:
    """Cells of the smallest kept zoom that serve a zoom, over all items or those of a span; made once.

    Raises:
        MustWait: they are not made yet, and who asks is in a hurry.
    """
    kept = next(one for one in ZOOMS if one >= zoom)
    key = f"time cells {kept} {span}"
    if is_hurried and not index.is_kept(key):
        raise MustWait
    return index.kept(key, lambda: _made(index, curve, kept, span))


def _made(index: ItemIndex, curve: Curve, zoom: int, span: Span | None) -> TimeCells:
    keys, rows, groups = curve.keys, curve.rows, curve.groups
    if span is not None:
        within = np.flatnonzero((rows >= span.first) & (rows < span.last))
        keys, rows, groups = keys[within], rows[within], groups[within]
    cells, numbers = np.unique(keys >> 2 * (CURVE_ZOOM - zoom), return_inverse=True)
    bins = numbers * len(SPLITS) + groups
    ordered = np.sort((bins << RANK_BITS) + index.rank[rows])
    # Bins that hold nothing are left out: numbers without gaps take their place.
    found, begins = np.unique(ordered >> RANK_BITS, return_index=True)
    sizes = np.diff(np.append(begins, len(ordered)))
    ranks = ordered & ((1 << RANK_BITS) - 1)
    return TimeCells(
        zoom,
        cells[found // len(SPLITS)],
        (found % len(SPLITS)).astype(np.uint8),
        np.append(begins, len(ordered)),
        (np.repeat(np.arange(len(found)), sizes) << RANK_BITS) + ranks,
    )
