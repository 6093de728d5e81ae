"""Shares per task family, by the rule of the published survey: a combination is a slice of its own.

So the slices add up to the whole, which they would not if a dataset counted once in each of its families.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.catalogue import vocabulary
from app.catalogue.index import Index

Bits = NDArray[np.int64]


@dataclass(frozen=True)
class Slice:
    """The datasets of exactly these families: how many, their sum, and which part of all that is."""

    bits: int
    datasets: int
    total: float
    share: float


def shares(bits: Bits, values: NDArray[np.float64]) -> list[Slice]:
    """The slices of a measure, largest first.

    Args:
        bits: per dataset, one bit for each of its families [dataset]; 0 marks none known.
        values: the measure per dataset [dataset], not negative; NaN marks unknown.
    Returns:
        One slice for each combination that occurs among the datasets with families and value. What lacks
        either is left out, never counted as zero. The shares add up to 1 unless every value is zero.
    """
    known = (bits != 0) & ~np.isnan(values)
    combinations, slice_of = np.unique(bits[known], return_inverse=True)
    datasets = np.bincount(slice_of, minlength=len(combinations))
    totals = np.bincount(slice_of, weights=values[known], minlength=len(combinations))
    whole = float(totals.sum()) or 1.0
    found = [
        Slice(int(combination), int(count), float(total), float(total) / whole)
        for combination, count, total in zip(combinations, datasets, totals, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.total, -one.datasets, one.bits))


def families() -> tuple[str, ...]:
    """The codes of the task families; the place of each is its bit."""
    return tuple(vocabulary.task_groups())


def family_bits(index: Index) -> Bits:
    """The families of each dataset's tasks, one bit each [dataset]."""
    codes = index.codes["task"]
    bits = np.zeros(index.size, dtype=np.int64)
    of_task = np.asarray([1 << family_of(task) for task in codes.names] or [0], dtype=np.int64)
    np.bitwise_or.at(bits, codes.rows, of_task[codes.values])
    return bits


def main_families(index: Index) -> NDArray[np.int64]:
    """The family of each dataset's first task, as a place in `families()` [dataset]; -1 without tasks."""
    codes = index.codes["task"]
    places = np.full(index.size, -1, dtype=np.int64)
    rows, firsts = np.unique(codes.rows, return_index=True)
    of_task = np.asarray([family_of(task) for task in codes.names] or [0], dtype=np.int64)
    places[rows] = of_task[codes.values[firsts]]
    return places


def family_of(task: str) -> int:
    """The place of a task's family; a task that the vocabulary lacks counts as "other"."""
    term = vocabulary.terms("task").get(task)
    return families().index(term.group if term and term.group else "other")


def codes_of(bits: int) -> tuple[str, ...]:
    """The families of a combination, in the order of the vocabulary."""
    return tuple(code for place, code in enumerate(families()) if bits >> place & 1)


def joined(codes: Iterable[str]) -> str:
    """A combination of families as one text, the way tables and files hold it: `detection+segmentation`."""
    return "+".join(codes)
