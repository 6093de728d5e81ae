"""Selection: the datasets that a search finds, as what every figure is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.catalogue.index import Index, Mask
from app.insights.figure import Figure
from app.insights.shares import Bits, family_bits

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Selection:
    """The datasets that a search finds, as rows of the index, and how many it could have found."""

    index: Index
    mask: Mask
    total: int

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.mask.sum())

    def numbers(self, name: str) -> Numbers:
        """A number of every dataset of the whole index; NaN for unknown, and for what the search lacks."""
        return np.where(self.mask, self.index.numbers[name], np.nan)

    @cached_property
    def family_bits(self) -> Bits:
        """The task families of every dataset; none for what the search lacks."""
        return np.where(self.mask, family_bits(self.index), 0)

    def with_code(self, name: str) -> Mask:
        """The datasets that have any code of a list."""
        mask = np.zeros(self.index.size, dtype=bool)
        mask[self.index.codes[name].rows] = True
        return mask & self.mask

    def figure(
        self,
        name: str,
        title: str,
        rule: str,
        n: int,
        columns: tuple[str, ...],
        rows: Iterable[tuple[Any, ...]],
    ) -> Figure:
        """A figure that shows n of these datasets; the others lack what it needs."""
        return Figure(name, title, rule, n, self.size - n, columns, tuple(rows))
