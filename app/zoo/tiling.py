"""Tiles larger than a model: cut into overlapping windows, answered one by one, and blended without seams.

Windows are as few as may be and lie at equal distances, because what lies in two of them is reckoned twice.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Windowed = Callable[[Values], dict[str, Values]]
Size = tuple[int, int]

OVERLAP = 32
"""Pixels that neighbouring windows share at the least, or a quarter of a window where that is less."""


def window_edge(length: int, largest: int, multiple: int) -> int:
    """The edge of windows of which the fewest cover a length: at most `largest`, and a multiple.

    One that does not fit the length is as large as it may be.
    """
    largest = largest // multiple * multiple
    if length <= largest:
        return max(multiple, length // multiple * multiple)
    shared = _shared(largest)
    count = -(-(length - shared) // (largest - shared))
    edge = -(-(length + (count - 1) * shared) // count)
    return min(largest, -(-edge // multiple) * multiple)


def in_windows(values: Values, size: int | Size, answer: Windowed) -> dict[str, Values]:
    """Answer an array [..., row, column] window by window of `size` pixels.

    Where windows overlap, each counts the more the nearer its middle is. An array that is no larger than one
    window is answered as it is, without blending. Memory beside the answer is that of one window.

    Args:
        size: edge, or rows and columns, of the windows.
        answer: takes [..., rows, columns] and returns named maps [..., rows, columns].
    """
    shape = (values.shape[-2], values.shape[-1])
    edges = (size, size) if isinstance(size, int) else size
    if shape[0] <= edges[0] and shape[1] <= edges[1]:
        return answer(values)
    whole: dict[str, Values] = {}
    for rows, columns in _windows(shape, edges):
        weight = np.outer(
            _weights(shape[0], edges[0])[rows.start], _weights(shape[1], edges[1])[columns.start]
        )
        for name, part in answer(values[..., rows, columns]).items():
            if name not in whole:
                whole[name] = np.zeros((*part.shape[:-2], *shape), dtype=np.float32)
            whole[name][..., rows, columns] += part * weight
    return whole


def _windows(shape: Size, edges: Size) -> Iterator[tuple[slice, slice]]:
    for top in _starts(shape[0], edges[0]):
        for left in _starts(shape[1], edges[1]):
            yield slice(top, min(top + edges[0], shape[0])), slice(left, min(left + edges[1], shape[1]))


def _shared(edge: int) -> int:
    return min(OVERLAP, edge // 4)


@lru_cache(64)
def _starts(length: int, edge: int) -> tuple[int, ...]:
    """Where windows begin: at equal distances, the last one flush with the end."""
    if length <= edge:
        return (0,)
    shared = _shared(edge)
    count = max(2, -(-(length - shared) // (edge - shared)))
    return tuple(round(number * (length - edge) / (count - 1)) for number in range(count))


@lru_cache(64)
def _weights(length: int, edge: int) -> dict[int, Values]:
    """How much each window counts along one axis, by its start; together they count 1 everywhere."""
    starts, edge = _starts(length, edge), min(edge, length)
    # Highest in the middle and never zero at the edge; alone it counts fully.
    peak = 1 - np.abs((np.arange(edge) + 0.5) / edge * 2 - 1)
    total = np.zeros(length)
    for start in starts:
        total[start : start + edge] += peak
    return {start: (peak / total[start : start + edge]).astype(np.float32) for start in starts}
