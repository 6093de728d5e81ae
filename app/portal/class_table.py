"""The classes of a record as a table: values, colours, counts, and how evenly the labels are spread."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.base.language import _
from app.catalogue.record import DatasetRecord, described_classes

BAR = 120.0
"""Length of the longest bar of a count, in units of the drawing."""


@dataclass(frozen=True)
class ClassRow:
    """One class; `bar` is the length of its bar, `share` that of all labels, both None without a count."""

    name: str
    index: int | None
    colour: str | None
    description: str | None
    count: int | None
    share: float | None
    bar: float | None


@dataclass(frozen=True)
class ClassTable:
    """The rows, and which columns any of them has. `balance` is a sentence, "" where counts are missing."""

    rows: tuple[ClassRow, ...]
    balance: str

    @property
    def is_plain(self) -> bool:
        """Whether only names are known."""
        return not (self.has("index") or self.has("colour") or self.has("count") or self.has("description"))

    def has(self, column: str) -> bool:
        """Whether any class has a value in a column."""
        return any(getattr(row, column) is not None for row in self.rows)


def class_table(record: DatasetRecord) -> ClassTable:
    """The classes in the order of the source."""
    classes = described_classes(record)
    counts = [one.count for one in classes if one.count is not None]
    total, most = sum(counts), max(counts, default=0)
    rows = tuple(
        ClassRow(
            name=one.name,
            index=one.index,
            colour=one.colour,
            description=one.description,
            count=one.count,
            share=one.count / total if one.count is not None and total else None,
            bar=BAR * one.count / most if one.count is not None and most else None,
        )
        for one in classes
    )
    return ClassTable(rows, balance(counts) if len(counts) == len(classes) else "")


def evenness(counts: Sequence[int]) -> float | None:
    """Shannon's evenness of counts: entropy over that of equal shares, 1 when all are equal, 0 when one class
    has everything. None for fewer than two classes or nothing counted."""
    total = sum(counts)
    if len(counts) < 2 or total == 0:
        return None
    shares = [count / total for count in counts if count]
    return -sum(share * math.log(share) for share in shares) / math.log(len(counts))


def balance(counts: Sequence[int]) -> str:
    """How evenly the labels are spread, in a sentence."""
    even = evenness(counts)
    if even is None:
        return ""
    said = _("Shannon evenness %(even)s (1 is even, 0 one class alone).", even=f"{abs(even):.2f}")
    if min(counts) == 0:
        return f"{said} " + _("At least one class has no label.")
    ratio = max(counts) / min(counts)
    return f"{said} " + _(
        "The largest class has %(ratio)s times the labels of the smallest.", ratio=f"{ratio:.3g}"
    )
