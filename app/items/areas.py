"""Which items lie in an area: a grid over the boxes finds candidates, exact tests decide.

Items are sorted into squares of a loose quadtree: an item lies in the square that holds the middle of its
box, at the level whose squares are just as large as the box or larger. It then reaches at most half a square
beyond its own, so that few runs of squares hold all that may touch an area, however unlike in size items are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from app.items.bounds import NO_BOUND, MustWait
from app.items.forms import OTHER_SHAPE
from app.items.index import ItemIndex, Rows, Span
from app.items.outlines import SLANT, Area, Bounds, Boxes, Degrees, Edges, Mask, decided

WORLD = 360.0
FINEST = 14
"""Level of the smallest squares, 0.02 degrees wide."""

FEWEST_SQUARES, MOST_SQUARES = 64, 2_048
"""Squares of one level between which it pays to ask which of them lie inside an area."""

LEVEL_BITS, LINE_BITS = 40, 20
"""Keys of squares hold their level, their line and their column in it, each below those before."""

MOST_LINES = 4_096
"""Lines of squares from which on all squares of a level are taken."""

NEARLY_LEVEL = 1e-12
"""An edge that leans less bounds no column on the whole map."""

NONE: Rows = np.empty(0, dtype=np.int32)


class Runs(NamedTuple):
    """Runs of squares, from and up to without: those whose items surely lie in an area, and those whose items
    may reach into it."""

    sure: list[int]
    unsure: list[int]


@dataclass(frozen=True)
class Level:
    """Squares of one size, and how many items lie in them."""

    number: int
    size: float
    count: int

    @property
    def base(self) -> int:
        """The key of the south-western square."""
        return self.number << LEVEL_BITS

    def keys(self, lon: Degrees, lat: Degrees) -> NDArray[np.int64]:
        """The keys of the squares that hold some places."""
        columns = ((lon + 180) // self.size).astype(np.int64)
        lines = ((lat + 90) // self.size).astype(np.int64)
        return self.base + (lines << LINE_BITS) + columns

    def near(self, area: Area, bounds: Bounds) -> Runs:
        """The squares whose items may reach into a part of an area: two keys for each run."""
        west, south, east, north = bounds
        reach, base = self.size / 2, self.base
        first, last = self._place(west - reach + 180), self._place(east + reach + 180)
        low, high = self._place(south - reach + 90), self._place(north + reach + 90)
        squares = (last + 1 - first) * (high + 1 - low)
        if high - low > min(MOST_LINES, self.count):
            return Runs([], [base, base + (1 << LEVEL_BITS)])
        if squares < FEWEST_SQUARES or (squares > MOST_SQUARES and area.sides is None):
            starts = range(base + (low << LINE_BITS), base + (high + 1 << LINE_BITS), 1 << LINE_BITS)
            return Runs([], [key for start in starts for key in (start + first, start + last + 1)])
        lines = np.arange(low, high + 1, dtype=np.int64)
        inner = self._inner if area.sides is None else self._inner_of_convex
        begins, ends = inner(area, lines, first, last)
        at = base + (lines << LINE_BITS)
        sure = np.stack([at + begins, at + ends], axis=1)
        unsure = np.stack([at + first, at + begins, at + ends, at + last + 1], axis=1)
        return Runs(sure.ravel().tolist(), unsure.ravel().tolist())

    def _place(self, degrees: float) -> int:
        return min(max(0, int(degrees // self.size)), (1 << LINE_BITS) - 2)

    def _inner(
        self, area: Area, lines: NDArray[np.int64], first: int, last: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each line the squares, from and up to without, whose items lie inside the area whole."""
        columns = np.arange(first, last + 1, dtype=np.int64)
        inside = area.holds(self._reached(columns, lines)).reshape(len(lines), len(columns))
        begins = inside.argmax(axis=1)
        # The first run of squares of a line; there may be more where the area is bent.
        after = np.where(inside, len(columns), np.arange(len(columns)))
        after = np.where(np.arange(len(columns)) < begins[:, None], len(columns), after).min(axis=1)
        found = inside.any(axis=1)
        return (
            np.where(found, first + begins, last + 1),
            np.where(found, first + after, last + 1),
        )

    def _inner_of_convex(
        self, area: Area, lines: NDArray[np.int64], first: int, last: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The same for a convex area, whose edges each bound the squares of a line on one side."""
        sides = cast(Edges, area.sides)
        up = ((lines + 0.5) * self.size - 90)[None, :]
        right = sides.right[:, None]
        # Items reach half a square beyond theirs, so a whole one from its middle.
        reach = (self.size + SLANT) * (np.abs(sides.right) + np.abs(sides.up)) + SLANT
        room = (sides.reach - reach)[:, None] - up * sides.up[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            columns = (room / right + 180) / self.size - 0.5
        is_level = np.abs(right) < NEARLY_LEVEL
        begins = np.where(right < 0, np.floor(columns) + 1, first)
        ends = np.where(right > 0, np.ceil(columns), last + 1)
        begins, ends = np.where(is_level, first, begins), np.where(is_level, last + 1, ends)
        ends = np.where(is_level & (room <= 0), first, ends).min(axis=0)
        begins, ends = np.clip([begins.max(axis=0), ends], first, last + 1).astype(np.int64)
        found = begins < ends
        return np.where(found, begins, last + 1), np.where(found, ends, last + 1)

    def _reached(self, columns: NDArray[np.int64], lines: NDArray[np.int64]) -> Boxes:
        """How far the items of squares can reach, line by line."""
        reach = self.size / 2 + SLANT
        x: Degrees = np.tile(columns, len(lines)) * np.float64(self.size) - 180
        y: Degrees = np.repeat(lines, len(columns)) * np.float64(self.size) - 90
        return Boxes(x - reach, y - reach, x + self.size + reach, y + self.size + reach)


def _joined(runs: list[Rows]) -> Rows:
    return np.concatenate(runs) if runs else NONE


@dataclass(frozen=True, eq=False)
class Candidates:
    """Rows with their boxes ([rows, 4]: west, south, east, north), and which have another shape; None where
    no item has."""

    rows: Rows
    boxes: Degrees
    other: Mask | None

    def only(self, some: NDArray[np.intp]) -> "Candidates":
        """Those at some places among them."""
        other = None if self.other is None else self.other[some]
        return Candidates(self.rows[some], self.boxes[some], other)


@dataclass(frozen=True, eq=False)
class Near:
    """Rows that lie in an area whatever their shape, and rows that may touch it."""

    sure: Rows
    unsure: Candidates


class Squares:
    """The loose quadtree over the items of an index: keys of squares, rising, and the items in that order."""

    def __init__(self, index: ItemIndex) -> None:
        placed = np.flatnonzero(~np.isnan(index.west)).astype(np.int32)
        west, south = index.west[placed], index.south[placed]
        width, height = index.east[placed] - west, index.north[placed] - south
        across = np.maximum(np.maximum(width, height), WORLD / 2**FINEST)
        level = np.floor(np.log2(WORLD / across)).astype(np.int64)
        lon, lat = west + width / 2, south + height / 2
        keys = np.empty(len(placed), dtype=np.int64)
        numbers, counts = np.unique(level, return_counts=True)
        self.levels = [
            Level(int(one), WORLD / 2.0**one, int(n)) for one, n in zip(numbers, counts, strict=True)
        ]
        for one in self.levels:
            here = level == one.number
            keys[here] = one.keys(lon[here], lat[here])
        order = np.argsort(keys, kind="stable")
        self.keys, self.rows = keys[order], placed[order]
        # Items of a square are looked at together, so what is asked of them lies together.
        rows = self.rows
        sides = (index.west[rows], index.south[rows], index.east[rows], index.north[rows])
        self.boxes = np.stack(sides, axis=1)
        other = index.form[rows] == OTHER_SHAPE
        self.other = other if other.any() else None

    def near(self, area: Area, bounds: Bounds, most: int) -> Near:
        """The rows that may touch a part of an area.

        Raises:
            MustWait: there are more than `most` of them.
        """
        runs = [level.near(area, bounds) for level in self.levels]
        sure, unsure = ([key for one in runs for key in one[kind]] for kind in (0, 1))
        cuts = np.searchsorted(self.keys, np.asarray(sure + unsure, dtype=np.int64)).tolist()
        pairs = list(zip(cuts[::2], cuts[1::2], strict=True))
        if sum(end - begin for begin, end in pairs) > most:
            raise MustWait
        slices, apart = [slice(begin, end) for begin, end in pairs if begin < end], len(sure) // 2
        begins = [slice(begin, end) for begin, end in pairs[:apart] if begin < end]
        return Near(_joined([self.rows[one] for one in begins]), self._candidates(slices[len(begins) :]))

    def _candidates(self, runs: list[slice]) -> Candidates:
        if not runs:
            return Candidates(NONE, np.empty((0, 4)), None)
        return Candidates(
            np.concatenate([self.rows[run] for run in runs]),
            np.concatenate([self.boxes[run] for run in runs]),
            None if self.other is None else np.concatenate([self.other[run] for run in runs]),
        )


def squares_of(index: ItemIndex) -> Squares:
    """The squares of an index, made once."""
    return index.kept("squares", lambda: Squares(index))


def lie_within(rows: Rows, spans: Sequence[Span]) -> Mask:
    """Which of some rows lie in one of some spans."""
    masks = [(rows >= one.first) & (rows < one.last) for one in spans]
    inside: Mask = np.zeros(len(rows), dtype=bool) if not masks else masks[0]
    for mask in masks[1:]:
        inside |= mask
    return inside


@dataclass(frozen=True, eq=False)
class Decided:
    """Rows that touch an area, and rows whose shape only the database knows and must decide; each once."""

    rows: Rows
    open: Rows


def touching(
    index: ItemIndex, area: Area, spans: Sequence[Span] | None = None, most: int = NO_BOUND
) -> Decided:
    """The rows that touch an area, or those of them that lie in one of some spans.

    Raises:
        MustWait: there are more than `most` rows to look at.
        Unavailable: the outline takes more work than one search is given.
    """
    near = [_in_box(index, area, part, spans, most) for part in area.parts]
    if len(near) == 1:
        sure, unsure = near[0].sure, near[0].unsure
    else:
        sure = np.unique(_joined([one.sure for one in near]))
        unsure = _apart([one.unsure for one in near], sure)
    found = _decide(unsure, area)
    return Decided(np.concatenate([sure, found.rows]), found.open)


def _apart(several: list[Candidates], sure: Rows) -> Candidates:
    """All candidates once, but for rows that are sure already."""
    rows = np.concatenate([one.rows for one in several])
    boxes = np.concatenate([one.boxes for one in several])
    others = [one.other for one in several if one.other is not None]
    # All of them know of other shapes, but for those that hold nothing.
    other = np.concatenate(others) if others else None
    _, first = np.unique(rows, return_index=True)
    return Candidates(rows, boxes, other).only(first[~np.isin(rows[first], sure)])


def _in_box(index: ItemIndex, area: Area, bounds: Bounds, spans: Sequence[Span] | None, most: int) -> Near:
    """What is near a part of an area, without the rows beside its box."""
    near = squares_of(index).near(area, bounds, most)
    sure, unsure = near.sure, near.unsure
    west, south, east, north = bounds
    its_west, its_south, its_east, its_north = unsure.boxes.T
    beside = (its_west <= east) & (its_east >= west) & (its_south <= north) & (its_north >= south)
    if spans is not None:
        beside &= lie_within(unsure.rows, spans)
        sure = sure[lie_within(sure, spans)] if len(sure) else sure
    return Near(sure, unsure.only(np.flatnonzero(beside)))


def _decide(near: Candidates, area: Area) -> Decided:
    """Which rows touch the area; they touch the box of one of its parts."""
    other = near.other
    if area.is_upright and (other is None or not other.any()):
        return Decided(near.rows, NONE)
    boxes = Boxes(*near.boxes.T)
    if area.is_upright:
        touch, inside = np.ones(len(near.rows), dtype=bool), area.holds(boxes)
    else:
        touch, inside = decided(boxes, area)
    # A shape whose box lies inside the area does so too; the others of its kind are left open.
    if other is None:
        return Decided(near.rows[touch], NONE)
    is_open = touch & ~inside & other
    return Decided(near.rows[touch & ~is_open], near.rows[is_open])
