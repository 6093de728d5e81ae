"""The comparison of models as the page shows it: a drawing, a table over all tiles, and one tile by tile."""

import math
from dataclasses import dataclass

from app.base import html
from app.base.language import N_, _
from app.runs.comparison import Comparison, Question, Row, rows_of
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
class Dot:
    """One tile in a row of a drawing."""

    x: float
    tile: str
    value: str


@dataclass(frozen=True)
class Line:
    """One model in a drawing: its tiles, its mean, and from where to where its seeds lie."""

    name: str
    href: str | None
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
        table: for each figure its words, its unit, and what each of `names` has.
        by_tile: for each tile its id and the drawn figure of each of `names`.
    """

    answers: str
    title: str
    names: tuple[tuple[str, str | None], ...]
    drawing: Drawing
    table: tuple[tuple[str, str, tuple[Row | None, ...]], ...]
    by_tile: tuple[tuple[str, tuple[str, ...]], ...]


def sections(comparison: Comparison) -> tuple[Section, ...]:
    """All questions that have tiles, in the order of the document."""
    return tuple(_section(question) for question in comparison.questions if question.tiles)


def _section(question: Question) -> Section:
    rows = list(rows_of(question))
    figures = list(dict.fromkeys((row.what, row.unit) for row in rows))
    wanted = DRAWN.get(question.answers)
    drawn = next((one for one in figures if one[0] == wanted), figures[0])
    chosen = [row for row in rows if (row.what, row.unit) == drawn]
    by_name = {(row.name, row.what): row for row in rows}
    names = [(one.name, one.model) for one in question.compared]
    return Section(
        question.answers,
        _(QUESTIONS[question.answers]) if question.answers in QUESTIONS else question.answers,
        tuple((_name(name), _address(model)) for name, model in names),
        _drawing(question, chosen),
        tuple(
            (what, unit, tuple(by_name.get((name, what)) for name, _model in names)) for what, unit in figures
        ),
        tuple(
            (tile, tuple(html.decimals(row.each[place], 3) for row in chosen))
            for place, tile in enumerate(question.tiles)
        ),
    )


def _name(name: str) -> str:
    return _(name) if name in UNTRAINED else name


def _address(model: str) -> str | None:
    return f"/models/{model}" if model else None


def _drawing(question: Question, rows: list[Row]) -> Drawing:
    values = [value for row in rows for value in row.each]
    step, low, high = _axis(min(values), max(values))

    def at(value: float) -> float:
        return round(LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)

    digits = max(0, -math.floor(math.log10(step))) if step < 1 else 0
    ticks = [low + number * step for number in range(round((high - low) / step) + 1)]
    return Drawing(
        rows[0].what,
        rows[0].unit,
        rows[0].what in LESS_IS_BETTER,
        TOP + LINE * len(rows) + 34,
        tuple((at(tick), html.decimals(tick, digits)) for tick in ticks),
        tuple(
            Line(
                _name(row.name),
                _address(row.model),
                TOP + LINE * place + 32,
                tuple(
                    Dot(at(value), tile, html.decimals(value, 3))
                    for value, tile in zip(row.each, question.tiles, strict=True)
                ),
                at(row.mean),
                at(max(low, row.mean - (row.seeds or 0))),
                at(min(high, row.mean + (row.seeds or 0))),
                html.decimals(row.mean, 3),
            )
            for place, row in enumerate(rows)
        ),
    )


def _axis(least: float, most: float) -> tuple[float, float, float]:
    """Distance of the ticks, and the first and the last one: about six, at round values."""
    rough = max(most - least, 1e-6) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough)
    return step, math.floor(least / step) * step, math.ceil(most / step) * step
