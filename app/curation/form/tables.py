"""Tables that people paste: comma or tab separated, with or without a head line, commas inside quotes.

What is read is a list of objects, as the record keeps it. A mistake is named with its line.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.base.language import _
from app.curation.form import lists, reading, writing
from app.curation.form.reading import Unreadable

MOST_ROWS = 20_000
MOST_MISTAKES = 5
LONGEST_CELL = 5_000
_DELIMITERS = "\t;,"
_SPECIAL = re.compile(r'["\r\n\t;,]')
_QUOTED = re.compile(r'"(?:[^"]|"")*"')

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Column:
    """One column: the key in the record, the words for it in a head line, and how its cells are read.

    `kind` is a key of `CELLS`; `terms` the list that a coded cell is looked up in, and `is_open` lets other
    words through. A head such as "centre (nm)" or "size [MB]" gives the unit of all cells below it.
    """

    key: str
    words: tuple[str, ...]
    kind: str = "text"
    terms: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Sheet:
    """The columns of one kind of table, in the order in which cells without a head line are read.

    Args:
        key: what every row must have.
        numbered: the key that a first column of nothing but numbers belongs to, where a second one follows.
    """

    columns: tuple[Column, ...]
    key: str
    numbered: str = ""

    def column(self, word: str) -> tuple[Column, str] | None:
        """The column that a head names, and the unit it gives."""
        name, _sign, unit = word.strip().rstrip(")] ").replace("[", "(").partition("(")
        folded = lists.fold(name)
        found = next((one for one in self.columns if folded in map(lists.fold, (one.key, *one.words))), None)
        return (found, unit.strip()) if found else None


def read(sheet: Sheet, text: str) -> Rows:
    """The rows of a pasted table; empty lines are skipped.

    Raises:
        Unreadable: one line for each of the first mistakes, with the number of the line it is on.
    """
    lines = list(_split(text))
    if len(lines) > MOST_ROWS:
        raise Unreadable(_("The table has more than %(most)s rows.", most=f"{MOST_ROWS:,}"))
    if not lines:
        return []
    head = _head(sheet, lines[0][1])
    columns = head or _assumed(sheet, [cells for _number, cells in lines])
    rows, mistakes = [], []
    for number, cells in lines[1:] if head else lines:
        try:
            rows.append(_row(sheet, columns, cells))
        except Unreadable as problem:
            mistakes.append(_("Line %(number)s: %(problem)s", number=number, problem=str(problem)))
    if mistakes:
        more = len(mistakes) - MOST_MISTAKES
        rest = [_("%(n)s more lines have mistakes.", n=more)] if more > 0 else []
        raise Unreadable("\n".join(mistakes[:MOST_MISTAKES] + rest))
    return rows


def write(sheet: Sheet, rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as a table that reads back as they were: a head line where there is more than the one key."""
    kept = list(rows)
    used = [
        column
        for column in sheet.columns
        if column.key == sheet.key or any(_is_known(row, column) for row in kept)
    ]
    if sheet.numbered and any(column.key == sheet.numbered for column in used):
        used.sort(key=lambda column: column.key != sheet.numbered)
    table = [[_cell(column, row.get(column.key)) for column in used] for row in kept]
    head = [column.key for column in used]
    is_plain = len(used) == 1 and not (table and _head(sheet, table[0]))
    lines = table if is_plain or not table else [head, *table]
    return "\n".join(",".join(_quoted(cell) for cell in cells) for cells in lines)


def _quoted(cell: str) -> str:
    """A cell in quotation marks, where something in it could be taken for the end of the cell."""
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


def _is_known(row: Mapping[str, Any], column: Column) -> bool:
    return row.get(column.key) is not None


def _split(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that holds any, with the number of the line it ends on."""
    bare = _QUOTED.sub("", text)
    first = next((line for line in bare.split("\n") if line.strip()), "")
    delimiter = next((sign for sign in _DELIMITERS if sign in first), ",")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        number = max(1, reader.line_num)
        raise Unreadable(
            _(
                "Line %(number)s: a quotation mark is not closed, or stands in the middle of a cell.",
                number=number,
            )
        ) from None


def _head(sheet: Sheet, cells: Sequence[str]) -> list[tuple[Column, str]] | None:
    """The columns that the first line names, if it names nothing else."""
    named = [sheet.column(cell) for cell in cells]
    found = [one for one in named if one is not None]
    keys = [column.key for column, _unit in found]
    return found if len(found) == len(cells) and sheet.key in keys and len(set(keys)) == len(keys) else None


def _assumed(sheet: Sheet, lines: Sequence[Sequence[str]]) -> list[tuple[Column, str]]:
    """The columns of a table without a head line: their own order, numbers first where that is meant."""
    order = list(sheet.columns)
    is_wide = any(len(cells) > 1 for cells in lines)
    if sheet.numbered and is_wide and all(cells[0].lstrip("-").isdigit() for cells in lines):
        order.sort(key=lambda column: column.key != sheet.numbered)
    return [(column, "") for column in order]


def _row(sheet: Sheet, columns: Sequence[tuple[Column, str]], cells: Sequence[str]) -> dict[str, Any]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > len(columns):
        raise Unreadable(
            _(
                "%(n)s cells, but there are %(most)s columns. Put cells that hold commas in quotation marks.",
                n=len(cells), most=len(columns),
            )
        )  # fmt: skip
    row = {
        column.key: _read_cell(column, f"{cell} {unit}" if unit else cell)
        for (column, unit), cell in zip(columns, cells, strict=False)
        if cell
    }
    if sheet.key not in row:
        raise Unreadable(_("“%(column)s” is missing.", column=sheet.key.replace("_", " ")))
    return row


def _read_cell(column: Column, cell: str) -> Any:
    if len(cell) > LONGEST_CELL:
        raise Unreadable(_("A cell is longer than %(most)s characters.", most=f"{LONGEST_CELL:,}"))
    try:
        return _coded(column, cell) if column.terms else CELLS[column.kind](cell)
    except Unreadable as problem:
        raise Unreadable(f"{column.key.replace('_', ' ')}: {problem}") from None


def _coded(column: Column, cell: str) -> str:
    code = lists.code_of(column.terms, cell)
    if code is None and column.is_open:
        return cell
    if code is None:
        known = ", ".join(lists.terms(column.terms))
        raise Unreadable(
            _("“%(word)s” is not in the list. Use one of: %(known)s.", word=cell[:40], known=known)
        )
    return code


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return writing.exact(value) if isinstance(value, int | float) else str(value)


CELLS: Mapping[str, reading.Reader] = {
    "text": str.strip,
    "whole": reading.whole,
    "signed": lambda text: _integer(reading.real(text), text),
    "real": reading.real,
    "metres": reading.metres,
    "micrometres": reading.micrometres,
    "octets": reading.octets,
    "colour": reading.colour,
    "flag": reading.flag,
    "no_data": reading.no_data,
    "address": reading.address,
    "orcid": reading.orcid,
    "lower": lambda text: text.strip().casefold(),
}


def _integer(value: float, text: str) -> int:
    if not value.is_integer():
        raise Unreadable(_("“%(text)s” is not a whole number.", text=text[:40]))
    return int(value)
