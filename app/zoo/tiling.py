"""Tiles larger than a model: cut into overlapping windows, answered one by one, and blended without seams."""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Windowed = Callable[[Values], dict[str, Values]]

OVERLAP = 0.25


def in_windows(values: Values, size: int, answer: Windowed) -> dict[str, Values]:
    """Answer an array [..., row, column] window by window of `size` pixels.

    Windows overlap by a quarter; where they do, each counts the more the nearer its middle is. An array
    that is no larger than one window is answered as it is, without blending. Memory beside the answer is that
    of one window.

    Args:
        answer: takes [..., size, size] and returns named maps [..., size, size].
    """
    rows, columns = values.shape[-2:]
    if rows <= size and columns <= size:
        return answer(values)
    sums: dict[str, Values] = {}
    weights = np.zeros((rows, columns), dtype=np.float32)
    for window in _windows(rows, columns, size):
        found = answer(values[(..., *window)])
        weight = _weight(size)[: window[0].stop - window[0].start, : window[1].stop - window[1].start]
        weights[window] += weight
        for name, part in found.items():
            whole = sums.setdefault(name, np.zeros((*part.shape[:-2], rows, columns), dtype=np.float32))
            whole[(..., *window)] += part * weight
    return {name: whole / weights for name, whole in sums.items()}


def _windows(rows: int, columns: int, size: int) -> Iterator[tuple[slice, slice]]:
    for top in _starts(rows, size):
        for left in _starts(columns, size):
            yield slice(top, min(top + size, rows)), slice(left, min(left + size, columns))


def _starts(length: int, size: int) -> list[int]:
    """Where windows begin: a stride apart, the last one flush with the end."""
    stride = max(1, round(size * (1 - OVERLAP)))
    starts = list(range(0, max(1, length - size + 1), stride))
    return starts if starts[-1] + size >= length else [*starts, length - size]


@cache
def _weight(size: int) -> Values:
    """Highest in the middle and never zero at the edge [size, size]."""
    line = 1 - np.abs((np.arange(size) + 0.5) / size * 2 - 1)
    return np.outer(line, line).astype(np.float32)
