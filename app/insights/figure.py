"""Figure: one table of the survey, whatever it counts."""

from dataclasses import dataclass
from typing import Any

Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Figure:
    """One figure: n datasets of the search are in it, `lacking` do not state what it needs.

    `columns` are the names of the fields of each row, the same in JSON and CSV.
    """

    name: str
    title: str
    rule: str
    n: int
    lacking: int
    columns: tuple[str, ...]
    rows: Rows

    @property
    def matched(self) -> int:
        """How many datasets the search finds."""
        return self.n + self.lacking

    def column(self, name: str) -> list[Any]:
        """The values of one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]
