"""Codes: which datasets have which values of a vocabulary, as arrays that are counted in microseconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

# Where fewer than one row in so many is asked for, only the pairs of those rows are read.
FEW = 8


@dataclass(frozen=True)
class Codes:
    """A list of codes per dataset, as pairs of row and code number, by rising row."""

    names: tuple[str, ...]
    rows: NDArray[np.int32]
    values: NDArray[np.int32]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each code."""
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def totals(self) -> dict[str, int]:
        """Datasets of the whole catalogue per code."""
        return self._named(np.bincount(self.values, minlength=len(self.names)))

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the pairs of each row start; one more than the last row that has any."""
        return np.searchsorted(self.rows, np.arange(int(self.rows.max(initial=-1)) + 2))

    def count(self, mask: NDArray[np.bool_], found: NDArray[np.intp] | None = None) -> dict[str, int]:
        """Datasets per code, without the codes that none has.

        Args:
            mask: the datasets, one entry per row.
            found: the same as row numbers, if at hand; where they are few, only their pairs are read.
        """
        found = np.flatnonzero(mask) if found is None else found
        if len(found) == len(mask):
            return self.totals
        few = len(found) * FEW < len(mask)
        chosen = self.values[self._pairs_of(found)] if few else self.values[mask[self.rows]]
        return self._named(np.bincount(chosen, minlength=len(self.names)))

    def _named(self, counts: NDArray[np.int64]) -> dict[str, int]:
        return {self.names[value]: int(counts[value]) for value in np.flatnonzero(counts)}

    def _pairs_of(self, found: NDArray[np.intp]) -> NDArray[np.int64]:
        """Positions of the pairs of some rows: a run from the start of each row, laid end to end."""
        known = found[found < len(self.starts) - 1]
        first = self.starts[known]
        lengths = self.starts[known + 1] - first
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        return np.repeat(first - (ends - lengths), lengths) + np.arange(total)

    def holding(self, codes: tuple[str, ...] | list[str], size: int) -> NDArray[np.bool_]:
        """The datasets that have any of the codes."""
        mask = np.zeros(size, dtype=bool)
        for code in codes:
            if code in self.numbers:
                mask[self._rows_of(self.numbers[code])] = True
        return mask

    @cached_property
    def _by_code(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The rows of all pairs by rising code, and where each code starts."""
        order = np.argsort(self.values, kind="stable")
        starts = np.searchsorted(self.values[order], np.arange(len(self.names) + 1))
        return self.rows[order], starts

    def _rows_of(self, number: int) -> NDArray[np.int32]:
        rows, starts = self._by_code
        return rows[starts[number] : starts[number + 1]]


def codes_of(column: Iterable[Iterable[str]]) -> Codes:
    """The codes of every row, as a column of lists has them."""
    numbers: dict[str, int] = {}
    rows: list[int] = []
    values: list[int] = []
    for row, codes in enumerate(column):
        for code in codes:
            rows.append(row)
            values.append(numbers.setdefault(code, len(numbers)))
    return Codes(tuple(numbers), np.asarray(rows, dtype=np.int32), np.asarray(values, dtype=np.int32))


def joined(old: Codes, fresh: Codes, old_place: NDArray[np.int32], new_place: NDArray[np.int32]) -> Codes:
    """The pairs of two versions as one.

    Args:
        old_place: the row that each old row becomes, -1 for one that is gone [old row].
        new_place: the row that each fresh row becomes [fresh row].
    """
    numbers = {name: number for number, name in enumerate(old.names)}
    renumbered = np.asarray(
        [numbers.setdefault(name, len(numbers)) for name in fresh.names] or [0], dtype=np.int32
    )
    kept = old_place[old.rows] >= 0
    rows = np.concatenate([old_place[old.rows[kept]], new_place[fresh.rows]])
    values = np.concatenate([old.values[kept], renumbered[fresh.values]])
    order = np.argsort(rows, kind="stable")
    return Codes(tuple(numbers), rows[order], values[order])
