"""When items were taken: bars by month or year with their numbers by split, and how tall they are drawn."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.base import html
from app.base.language import _
from app.items.index import ItemIndex
from app.items.places import EARLIEST
from app.items.splits import SPLITS, split_numbers

MOST_MONTHS = 36
BASE, TOP, LEFT, RIGHT = 124, 16, 52, 632
MOST_LABELS = 9
STEPS = (1, 2, 3, 6, 12, 5, 10, 20, 50)


@dataclass(frozen=True, eq=False)
class Times:
    """When the items of one collection were taken, as numbers of months or years since 1970.

    `known` is false where nobody recorded it: the interval then begins with the earliest date there is.
    """

    unit: str
    first: NDArray[np.int16]
    last: NDArray[np.int16]
    known: NDArray[np.bool_]
    splits: NDArray[np.uint8]


@dataclass(frozen=True)
class Part:
    """The items of one split in a bar, as a rectangle."""

    split: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """A month or year: its label as addresses have it, items by split, and where it is drawn."""

    label: str
    words: str
    counts: tuple[int, ...]
    is_chosen: bool
    x: float
    width: float
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """Items of all splits."""
        return sum(self.counts)


@dataclass(frozen=True)
class Timeline:
    """The bars of a chart, its ticks, and what it says."""

    unit: str
    bars: tuple[Bar, ...]
    heights: tuple[tuple[int, str], ...]
    labels: tuple[tuple[float, str], ...]
    sentence: str


def read_times(index: ItemIndex, rows: slice) -> Times:
    """The times of the items in a run of rows."""
    known = index.start[rows] > micros_of_earliest()
    months = [_numbers(values[rows], "M") for values in (index.start, index.until)]
    span = np.ptp(np.concatenate([one[known] for one in months])) if known.any() else 0
    unit = "month" if span < MOST_MONTHS else "year"
    first, last = months if unit == "month" else [np.floor_divide(one, 12) for one in months]
    numbers = split_numbers(index, np.arange(rows.start, rows.stop))
    return Times(unit, first.astype(np.int16), last.astype(np.int16), known, numbers)


def micros_of_earliest() -> int:
    """The moment that stands for a time that nobody recorded."""
    earliest: int = np.datetime64(EARLIEST, "us").astype(np.int64).item()
    return earliest


def _numbers(moments: NDArray[np.int64], unit: str) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = (
        moments.astype("datetime64[us]").astype(f"datetime64[{unit}]").astype(np.int64)
    )
    return numbers


def timeline(
    times: Times, shown: NDArray[np.bool_], chosen: tuple[str | None, str | None]
) -> Timeline | None:
    """The chart of the items shown; None where it would say no more than one sentence does.

    Args:
        shown: which items are counted.
        chosen: labels of the first and last bar that the reader chose; None is open.
    """
    counted = times.known
    first, last = times.first[counted], times.last[counted]
    if not len(first) or (np.ptp(first) == 0 and np.ptp(last) == 0):
        return None
    start, end = int(first.min()), int(last.max())
    counts = _overlapping(times, counted & shown, start, end)
    labels = [_label(number, times.unit) for number in range(start, end + 1)]
    largest = max(int(counts.sum(axis=1).max()), 1)
    bars = tuple(
        _bar(place, len(labels), label, row, largest, _is_within(label, chosen))
        for place, (label, row) in enumerate(zip(labels, counts.tolist(), strict=True))
    )
    heights = ((TOP, html.number(largest)), (BASE, "0"))
    return Timeline(times.unit, bars, heights, _ticks(bars), _sentence(bars, times.unit))


def _overlapping(times: Times, counted: NDArray[np.bool_], start: int, end: int) -> NDArray[np.int64]:
    """Items by bar and split; an item that reaches over several bars counts in each: [bars, splits]."""
    size = (end - start + 2) * len(SPLITS)
    splits = times.splits[counted].astype(np.int64)
    enters = (times.first[counted].astype(np.int64) - start) * len(SPLITS) + splits
    leaves = (times.last[counted].astype(np.int64) - start + 1) * len(SPLITS) + splits
    changes = np.bincount(enters, minlength=size) - np.bincount(leaves, minlength=size)
    counts: NDArray[np.int64] = changes.reshape(-1, len(SPLITS)).cumsum(axis=0)[:-1]
    return counts


def _label(number: int, unit: str) -> str:
    return str(np.datetime64(number, "M" if unit == "month" else "Y"))


def _is_within(label: str, chosen: tuple[str | None, str | None]) -> bool:
    """Whether a bar lies between two labels, which may be shorter or longer than its own."""
    first, last = chosen
    return (first is None or label >= first[: len(label)]) and (last is None or label[: len(last)] <= last)


def _bar(place: int, number: int, label: str, counts: list[int], largest: int, is_chosen: bool) -> Bar:
    step = (RIGHT - LEFT) / number
    width = max(step - 2, step * 0.7)
    scale = (BASE - TOP) / largest
    parts, reached = [], float(BASE)
    for split, count in zip(SPLITS, counts, strict=True):
        height = round(count * scale, 2)
        reached = round(reached - height, 2)
        if count:
            parts.append(Part(split, reached, height))
    x = round(LEFT + place * step + (step - width) / 2, 2)
    return Bar(label, html.day(label), tuple(counts), is_chosen, x, round(width, 2), tuple(parts))


def _ticks(bars: tuple[Bar, ...]) -> tuple[tuple[float, str], ...]:
    """Labels under some bars: as many as have room."""
    step = next((step for step in sorted(STEPS) if len(bars) / step <= MOST_LABELS), 100)
    return tuple((round(bar.x + bar.width / 2, 1), bar.words) for bar in bars[::step])


def _sentence(bars: Iterable[Bar], unit: str) -> str:
    most = max(bars, key=lambda bar: bar.total)
    n = html.number(most.total)
    if unit == "month":
        return _("Most items, %(n)s, were taken in %(when)s; one bar a month.", n=n, when=most.words)
    return _("Most items, %(n)s, were taken in %(when)s; one bar a year.", n=n, when=most.words)
