"""The items that a filter lets through, tile by tile: only those of the tile asked for are looked at.

Conditions on columns are checked along the curve, where the items of a tile lie side by side. Where a tile
holds very many, and only splits and times are asked for, nothing is looked at: `timecells` has the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from app.catalogue.tiles import TileAddress
from app.items.along import Near, Positions
from app.items.bounds import NO_BOUND, MustWait
from app.items.cql2_memory import TIMES, View, evaluate
from app.items.cql2_nodes import Call, Node
from app.items.curve import CELL_ZOOMS, Numbers, run_of
from app.items.index import ItemIndex, Span
from app.items.matching import spans_of, taken_apart
from app.items.moments import micros
from app.items.properties import known_properties
from app.items.query import ItemQuery, Moments
from app.items.splits import SPLITS
from app.items.spreads import Layout
from app.items.timecells import ZOOMS, Window, one_of_each_split, time_cells, window_of
from app.items.touching import touches

MANY = 20_000
"""Items of a tile from which on they are not looked at one by one, where that can be spared."""


def sifted(index: ItemIndex, layout: Layout, query: ItemQuery, most: int = NO_BOUND) -> "Sifted | None":
    """The items of a query, if columns decide it alone.

    Args:
        most: items to look at one by one; where a tile asks for more of them, or for what is not made yet,
            `MustWait` is raised.
    Raises:
        Invalid: the filter names a property that no item asked for has, or compares it with what it is not.
    """
    parts = taken_apart(query.filter, known_properties(index, query.collections))
    if query.ids or query.area is not None or parts.areas or parts.left:
        return None
    spans = None if query.collections is None else tuple(spans_of(index, query.collections))
    return Sifted(index, layout, Conditions(spans, query.moments, tuple(parts.held)), most)


@dataclass(frozen=True)
class Conditions:
    """What items must fulfil: to lie in one of some spans of rows, a time, and conditions on columns."""

    spans: tuple[Span, ...] | None
    moments: Moments | None
    held: Sequence[Node]


@dataclass(frozen=True, eq=False)
class Sifted:
    """Items along the curve that fulfil conditions; it counts and finds them as `Spread` does."""

    index: ItemIndex
    layout: Layout
    conditions: Conditions
    most: int

    def count(self, tile: TileAddress) -> Numbers:
        """Items by split whose centre lies in a tile."""
        counts: Numbers = self._counts(tile).sum(axis=0)
        return counts

    def cells(self, tile: TileAddress, zooms: int = CELL_ZOOMS) -> Numbers:
        """Items by cell and split: [4^zooms, splits]."""
        counts = self._counts(tile)
        if zooms < CELL_ZOOMS:
            counts = counts.T.reshape(len(SPLITS), 4**zooms, -1).sum(axis=2).T
        return counts

    def near(self, tile: TileAddress) -> Near:
        """Every item that lies in a tile or reaches into it."""
        whole, beside = self.layout.whole, self._beside(tile)
        at = np.concatenate([self._inside(tile), beside[self._passing(beside)]])
        return Near(whole.rows[at], whole.keys[at], whole.levels[at], are_touching=True)

    def _beside(self, tile: TileAddress) -> Positions:
        """The positions of all items, filtered or not, that reach into a tile from beside it."""
        found: Positions | None = self.layout.beside.get(tile)
        if found is None:
            around = self.layout.whole.around(tile)
            found = around[touches(self.index, self.layout.whole.rows[around], tile)]
            self.layout.beside.put(tile, found, found.nbytes)
        return found

    @cached_property
    def _seen(self) -> dict[TileAddress, Positions]:
        return {}

    @cached_property
    def _counted(self) -> dict[TileAddress, Numbers]:
        return {}

    def _counts(self, tile: TileAddress) -> Numbers:
        """Items by the smallest cells of a tile and by split; counted once."""
        if tile not in self._counted:
            low, high = self.layout.whole.run(tile)
            is_kept = high - low > MANY and tile.z + CELL_ZOOMS <= ZOOMS[-1]
            window = self._window if is_kept else None
            self._counted[tile] = self._one_by_one(tile) if window is None else self._kept(tile, window)
        return self._counted[tile]

    def _kept(self, tile: TileAddress, window: Window) -> Numbers:
        span = self.conditions.spans[0] if self.conditions.spans else None
        cells = time_cells(self.index, self.layout.curve, tile.z + CELL_ZOOMS, span, self.most != NO_BOUND)
        return cells.counts(self.index, tile, CELL_ZOOMS, window)

    def _one_by_one(self, tile: TileAddress) -> Numbers:
        at = self._inside(tile)
        begin, length = run_of(tile.z, tile.x, tile.y)
        cells = (self.layout.curve.keys[at] - begin) >> (length.bit_length() - 1 - 2 * CELL_ZOOMS)
        places = cells + (self.layout.curve.groups[at].astype(np.int64) << 2 * CELL_ZOOMS)
        counts: Numbers = np.bincount(places, minlength=4**CELL_ZOOMS * len(SPLITS))
        return counts.reshape(len(SPLITS), -1).T

    @cached_property
    def _window(self) -> Window | None:
        """The conditions as splits and times, of all items or of those that lie in one span."""
        spans, moments, held = self.conditions.spans, self.conditions.moments, self.conditions.held
        return window_of(self.index, moments, held) if spans is None or len(spans) == 1 else None

    def _inside(self, tile: TileAddress) -> Positions:
        """The positions of items whose centre lies in a tile; looked for once."""
        if tile not in self._seen:
            low, high = self.layout.whole.run(tile)
            self._seen[tile] = low + np.flatnonzero(self._passing(slice(low, high)))
        return self._seen[tile]

    def _passing(self, at: "slice | Positions") -> NDArray[np.bool_]:
        """Which items at some positions fulfil the conditions."""
        view = along(self.index, self.layout, at, self.most)
        passing = np.ones(view.count, dtype=bool)
        if self.conditions.held:
            passing &= evaluate(Call("and", tuple(self.conditions.held)), view)
        if self.conditions.moments is not None:
            passing &= _overlapping(view, self.conditions.moments)
        if self.conditions.spans is not None:
            rows = self.layout.curve.rows[at]
            inside = [(rows >= span.first) & (rows < span.last) for span in self.conditions.spans]
            passing &= np.logical_or.reduce([np.zeros(view.count, dtype=bool), *inside])
        return passing


def along(index: ItemIndex, layout: Layout, at: "slice | Positions", most: int = NO_BOUND) -> "Along":
    """A view of the items at some positions of the curve, if there are not more than `most`."""
    count = at.stop - at.start if isinstance(at, slice) else len(at)
    if count > most:
        raise MustWait
    return Along(index, cast(Any, at), count, layout, most != NO_BOUND)


def _overlapping(view: View, moments: Moments) -> NDArray[np.bool_]:
    """Overlap, ends included."""
    passing = np.ones(view.count, dtype=bool)
    if moments.end is not None:
        passing &= view.time("start_datetime") <= micros(moments.end)
    if moments.start is not None:
        passing &= view.time("end_datetime") >= micros(moments.start)
    return passing


@dataclass(frozen=True)
class Along(View):
    """Items at some positions of the curve, side by side or picked out.

    Columns that conditions ask for are kept in the order of the curve, where those of a tile are one run.
    """

    layout: Layout
    is_hurried: bool

    def number(self, name: str) -> NDArray[np.float64]:
        """The values of a property, NaN where there is none."""
        return cast(NDArray[np.float64], self._column(f"property {name}", self.index.numbers[name]))

    def word(self, name: str) -> NDArray[np.integer[Any]]:
        """The numbers of the words of a property, 0 where there is none."""
        column = self.index.collections if name == "collection" else self.index.narrow(name)
        return self._column(f"property {name}", column)

    def time(self, name: str) -> NDArray[np.int64]:
        """A moment of each item, in microseconds since 1970."""
        held = TIMES[name] if not self.index.are_moments else "start"
        return cast(NDArray[np.int64], self._column(f"time {held}", getattr(self.index, held)))

    def _column(self, name: str, column: NDArray[Any]) -> NDArray[Any]:
        key = f"along {name}"
        if self.is_hurried and not self.index.is_kept(key):
            raise MustWait
        ordered: NDArray[Any] = self.index.kept(key, lambda: column[self.layout.curve.rows])
        return ordered[self.rows]


def prepare(index: ItemIndex, layout: Layout) -> None:
    """Make what most filtered tiles need, so that nobody waits for it."""
    whole = along(index, layout, slice(0, 0))
    whole.time("datetime")
    for name in index.texts:
        index.narrow(name)
    if "split" in index.texts:
        whole.word("split")
        one_of_each_split(index)
    if index.are_moments:
        for zoom in ZOOMS:
            time_cells(index, layout.curve, zoom, None)
