"""The comparison of models as the page shows it: a drawing, a table over all tiles, and one tile by tile."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.base import html
from app.base.language import N_, _
from app.runs.comparison import Compared, Comparison, Question, Row, rows_of
from app.zoo.card_view import QUESTIONS

DRAWN = {
    "land-cover": "Mean IoU",
    "local-climate-zone": "Overall accuracy",
    "ndvi": "Mean absolute error",
    "clear-image": "Peak signal-to-noise ratio",
}
"""The figure that is drawn for each question; the first one where this is silent."""
LESS_IS_BETTER = {
    "Mean absolute error",
    "Root mean square error",
    "Spectral angle",
    "Uncertainty calibration error",
    "Quantile calibration error",
}
UNTRAINED = (N_("The coarse labels themselves"), N_("The least cloudy date"))
"""Names of answers that nobody has to train, as the document has them."""
WIDTH, LEFT, RIGHT, TOP, LINE = 680, 12, 96, 8, 58
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Column:
    """What is compared: the head of a column in tables, and of a row in a drawing.

    Attributes:
        seeds: how many networks of it were measured; 0 for what nobody trained.
        is_own: only this installation has it.
    """

    name: str
    href: str | None
    seeds: int
    is_own: bool


@dataclass(frozen=True)
class Dot:
    """One tile in a row of a drawing."""

    x: float
    tile: str
    value: str


@dataclass(frozen=True)
class Line:
    """One model in a drawing: its tiles, its mean, and from where to where its seeds lie."""

    column: Column
    y: float
    dots: tuple[Dot, ...]
    mean: float
    low: float
    high: float
    value: str


@dataclass(frozen=True)
class Drawing:
    """A figure of one question: a row a model, an axis beneath."""

    what: str
    unit: str
    is_less_better: bool
    height: float
    ticks: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """One question with all that answer it.

    Attributes:
        anchor: by which its address on the page ends.
        columns: what has figures.
        table: for each figure its words, its unit, and what each of `columns` has.
        by_tile: for each tile its id and the drawn figure of each of `columns`, a dash where it has none.
        faults: name of each model without figures, and why it has none.
    """

    anchor: str
    title: str
    columns: tuple[Column, ...]
    drawing: Drawing | None
    table: tuple[tuple[str, str, tuple[Row | None, ...]], ...]
    by_tile: tuple[tuple[str, tuple[str, ...]], ...]
    faults: tuple[tuple[str, str], ...]


def sections(comparison: Comparison) -> tuple[Section, ...]:
    """All questions that have tiles, in the order of the document."""
    counted: Counter[str] = Counter()
    found = []
    for question in comparison.questions:
        if question.tiles:
            counted[question.answers] += 1
            found.append(_section(question, counted[question.answers]))
    return tuple(found)


def _section(question: Question, number: int) -> Section:
    title = _(QUESTIONS[question.answers]) if question.answers in QUESTIONS else question.answers
    shown = [one for one in question.compared if one.figures]
    columns = tuple(map(_column, shown))
    by_figure = [{(row.what, row.unit): row for row in rows_of(one)} for one in shown]
    figures = list(dict.fromkeys(figure for rows in by_figure for figure in rows))
    drawn = [rows.get(_drawn(question, figures)) for rows in by_figure]
    with_row = [(column, row) for column, row in zip(columns, drawn, strict=True) if row]
    return Section(
        question.answers if number == 1 else f"{question.answers}-{number}",
        title if number == 1 else _("%(title)s, on other tiles", title=title),
        columns,
        _drawing(question.tiles, with_row) if with_row else None,
        tuple((*figure, tuple(rows.get(figure) for rows in by_figure)) for figure in figures),
        tuple(
            (tile, tuple(html.decimals(row.each[place], 3) if row else "–" for row in drawn))
            for place, tile in enumerate(question.tiles)
        ),
        tuple((one.name, one.fault) for one in question.compared if one.fault),
    )


def _drawn(question: Question, figures: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Words and unit of the figure that is drawn; empty where there is none."""
    wanted = DRAWN.get(question.answers)
    return next((one for one in figures if one[0] == wanted), figures[0] if figures else ("", ""))


def _column(one: Compared) -> Column:
    seeds = len(one.figures[0].values) if one.model else 0
    return Column(_name(one.name), _address(one.model), seeds, one.is_own)


def _name(name: str) -> str:
    return _(name) if name in UNTRAINED else name


def _address(model: str) -> str | None:
    return f"/models/{model}" if model else None


def _drawing(tiles: Sequence[str], drawn: Sequence[tuple[Column, Row]]) -> Drawing:
    first = drawn[0][1]
    axis = _axis([value for _column, row in drawn for value in row.each])
    return Drawing(
        first.what,
        first.unit,
        first.what in LESS_IS_BETTER,
        TOP + LINE * len(drawn) + 34,
        axis.ticks(),
        tuple(
            _line(axis, TOP + LINE * place + 32, tiles, column, row)
            for place, (column, row) in enumerate(drawn)
        ),
    )


def _line(axis: "_Axis", y: float, tiles: Sequence[str], column: Column, row: Row) -> Line:
    apart = row.seeds or 0
    dots = zip(row.each, tiles, strict=True)
    return Line(
        column,
        y,
        tuple(Dot(axis.at(value), tile, html.decimals(value, 3)) for value, tile in dots),
        axis.at(row.mean),
        axis.at(max(axis.low, row.mean - apart)),
        axis.at(min(axis.high, row.mean + apart)),
        html.decimals(row.mean, 3),
    )


@dataclass(frozen=True)
class _Axis:
    """From where to where values go, and how far its ticks lie apart."""

    step: float
    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value lies in the drawing."""
        return round(LEFT + (value - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT), 1)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Where each tick lies, and its words."""
        digits = max(0, -math.floor(math.log10(self.step))) if self.step < 1 else 0
        count = round((self.high - self.low) / self.step) + 1
        values = [self.low + number * self.step for number in range(count)]
        return tuple((self.at(value), html.decimals(value, digits)) for value in values)


def _axis(values: Sequence[float]) -> _Axis:
    """About six ticks, at round values; two where all values are the same."""
    least, most = min(values), max(values)
    rough = max(most - least, 1e-6) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough)
    first = math.floor(least / step)
    return _Axis(step, first * step, max(math.ceil(most / step), first + 1) * step)
