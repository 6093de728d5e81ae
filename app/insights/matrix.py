"""Sensors by year: a cell per pair, darker for more."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.base import html
from app.base.language import _
from app.insights.drawing import drawing, in_words, level_of, levels
from app.insights.figure import Figure
from app.insights.links import Links
from app.insights.svg import element, mark, short, text

YEARS_IN_COLUMNS = 14
LONGEST_NAME = 16
WIDTH, LEFT, TOP, LINE = 760.0, 116.0, 24.0, 27.0
INKS = {1: "on-pale", 2: "on-pale", 3: "on-mid", 4: "on-deep", 5: "on-deep"}


@dataclass(frozen=True)
class Grid:
    """The heads of columns and lines; years before `first` stand together in the first column."""

    first: int
    heads: tuple[str, ...]
    sensors: dict[str, str]

    @property
    def width(self) -> float:
        """The width of a column."""
        return (WIDTH - LEFT) / len(self.heads)

    @property
    def height(self) -> float:
        """The height of the whole drawing."""
        return TOP + len(self.sensors) * LINE + 2

    def column(self, year: int) -> int:
        """The place of a year."""
        last = self.first + len(self.heads) - 1 - self.is_cut
        return 0 if year < self.first else len(self.heads) - 1 - (last - year)

    @property
    def is_cut(self) -> bool:
        """Whether there is a column for the early years."""
        return not self.heads[0].isdigit()


def matrix(figure: Figure, links: Links) -> Markup:
    """Sensors down, years across; the years before the last few stand together in one column."""
    grid = _grid(figure)
    cells = list(_cells(figure, grid.first))
    begins = levels(max(count for _code, _year, count, _row in cells))
    marks = [_mark(figure, links, grid, cell, level_of(cell[2], begins)) for cell in cells]
    return drawing(figure.name, WIDTH, grid.height, "plot-l", _scene(grid), marks)


def _grid(figure: Figure) -> Grid:
    years = figure.column("year")
    last = max(years)
    first = max(min(years), last - YEARS_IN_COLUMNS + 1)
    heads = [str(year) for year in range(first, last + 1)]
    if min(years) < first:
        heads.insert(0, _("to %(year)s", year=first - 1))
    sensors = dict(zip(figure.column("sensor"), figure.column("label"), strict=True))
    return Grid(first, tuple(heads), sensors)


def _scene(grid: Grid) -> Iterable[Markup]:
    """The heads, and an empty cell for every pair."""
    for place, head in enumerate(grid.heads):
        yield text(head, LEFT + (place + 0.5) * grid.width, 14.0, "tick", "middle")
    for line, name in enumerate(grid.sensors.values()):
        y = TOP + line * LINE
        short_name = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        yield text(short_name, LEFT - 8, y + 17, "lab", "end")
        across, down = short(grid.width - 2), short(LINE - 2)
        starts = (short(LEFT + place * grid.width + 1) for place in range(len(grid.heads)))
        outline = "".join(f"M{x} {short(y + 1)}h{across}v{down}h-{across}z" for x in starts)
        yield element("path", class_="d0", d=outline)


Cell = tuple[str, int, int, tuple[Any, ...] | None]


def _cells(figure: Figure, first: int) -> Iterable[Cell]:
    """(sensor, year, datasets, row) of every cell; the early years of a sensor are one cell without a row."""
    early: Counter[str] = Counter()
    for row in figure.rows:
        code, _label, year, count = row
        if year < first:
            early[code] += count
        else:
            yield code, year, count, row
    for code, count in early.items():
        yield code, first - 1, count, None


def _mark(figure: Figure, links: Links, grid: Grid, cell: Cell, level: int) -> Markup:
    code, year, count, row = cell
    place = grid.column(year)
    x, y = LEFT + place * grid.width, TOP + list(grid.sensors).index(code) * LINE
    tile = element("rect", class_=f"d{level}", x=x + 1, y=y + 1, width=grid.width - 2, height=LINE - 2)
    number = text(html.number(count), x + grid.width / 2, y + 17, INKS[level], "middle")
    title = f"{grid.sensors[code]}, {grid.heads[place]}: {in_words(count)}"
    return mark(title, links.of(figure, row) if row else None, tile, number)
