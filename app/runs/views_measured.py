"""How a model stands to the truth of one tile, drawn: classes, reliability, discard curve, influence."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.base.html import decimals
from app.base.language import _
from app.runs.views import true_shares

LEFT, RIGHT, TOP, BOTTOM = 44.0, 380.0, 16.0, 160.0
"""The frame of a plot of 400 × 196, in its own pixels."""
BAR_LEFT, BAR_RIGHT, BAR_LINE, LABEL = 150.0, 388.0, 26.0, 50.0
"""Where bars of influence begin and end, their distance, and the room of a figure beside one."""
SHADES = 4
Report = Mapping[str, Any]


@dataclass(frozen=True)
class ClassScore:
    """One class that occurs in truth or prediction; shares and scores from 0 to 1."""

    name: str
    colour: str
    share: float
    iou: float
    f1: float


@dataclass(frozen=True)
class Cell:
    """One cell of a confusion matrix; `shade` from 0 to 4 by its share of the row."""

    count: int
    shade: int


@dataclass(frozen=True)
class Bar:
    """A rectangle of a plot, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class Plot:
    """A plot: bars or a line, ticks of both axes, a line of reference, and the same as rows of a table."""

    bars: tuple[Bar, ...]
    path: str
    reference: str
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class InfluenceBar:
    """A group of bands: its bar from the axis, the figure beside it, and by how much the answer moves."""

    group: str
    bands: str
    bar: Bar
    label_x: float
    gain: str
    change: str
    does_harm: bool


@dataclass(frozen=True)
class Influences:
    """All groups of bands, the most influential first; `figure` is empty where no truth tells their sign."""

    rows: tuple[InfluenceBar, ...]
    axis: float
    figure: str
    unit: str
    metric: str


def of_report(report: Report) -> dict[str, Any]:
    """All drawings of one report; None for what was not measured."""
    return {
        "scores": class_scores(report),
        "pixels": _pixels(report),
        "matrix": matrix(report),
        "reliability": reliability(report),
        "discard": discard(report),
        "occlusion": occlusion(report),
    }


def class_scores(report: Report) -> tuple[ClassScore, ...]:
    """Intersection over union and F1 of each class that occurs in truth or prediction."""
    if not report["confusion"]:
        return ()
    rows, shares = report["confusion"]["rows"], true_shares(report)
    found = []
    for place, one in enumerate(report["legend"]):
        hits, true, said = rows[place][place], sum(rows[place]), sum(row[place] for row in rows)
        if true + said:
            iou, f1 = hits / (true + said - hits), 2 * hits / (true + said)
            found.append(ClassScore(one["name"], one["colour"], shares[one["name"]], iou, f1))
    return tuple(found)


def _pixels(report: Report) -> int | None:
    return sum(map(sum, report["confusion"]["rows"])) if report["confusion"] else None


def matrix(report: Report) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """Rows of true classes, columns of predicted ones; only classes that occur."""
    if not report["confusion"]:
        return ()
    names, rows = report["confusion"]["classes"], report["confusion"]["rows"]
    there = [place for place in range(len(names)) if sum(rows[place]) or any(row[place] for row in rows)]
    return tuple((names[place], tuple(_cell(rows[place], other) for other in there)) for place in there)


def _cell(row: Sequence[int], place: int) -> Cell:
    share = row[place] / (sum(row) or 1)
    return Cell(row[place], min(SHADES, int(share * SHADES) + 1) if row[place] else 0)


def reliability(report: Report) -> Plot | None:
    """How often answers are right by how sure they are; for values, truths below each predicted quantile."""
    told = report["reliability"]
    if not told:
        return None
    bins = list(zip(told["confidence"], told["accuracy"], told["count"], strict=True))
    of_classes = len(told["edges"]) == len(bins) + 1 and isinstance(report["legend"], list)
    bars: tuple[Bar, ...] = ()
    path = ""
    if of_classes:
        edges = list(zip(told["edges"], told["edges"][1:], strict=False))
        bars = tuple(
            _bin(*edge, right) for edge, (_sure, right, count) in zip(edges, bins, strict=True) if count
        )
    else:
        path = _line([(0, 0), *((sure, right) for sure, right, _count in bins), (1, 1)], 1)
    ticks = [number / 5 for number in range(6)]
    return Plot(
        bars,
        path,
        f"M{LEFT} {BOTTOM}L{RIGHT} {TOP}",
        tuple((_across(one), decimals(one, 1)) for one in ticks),
        tuple((_up(one, 1), decimals(one, 1)) for one in (0.0, 0.5, 1.0)),
        tuple((decimals(sure, 2), decimals(right, 2), str(count)) for sure, right, count in bins if count),
    )


def _bin(low: float, high: float, share: float) -> Bar:
    x, y = _across(low) + 1, _up(share, 1)
    return Bar(x, y, round(_across(high) - x - 1, 1), round(BOTTOM - y, 1), decimals(share, 2))


def discard(report: Report) -> Plot | None:
    """Mean error of the surest pixels; it rises where the uncertainty knows what is wrong."""
    told = report["discard"]
    if not told:
        return None
    points = list(zip(told["share"], told["error"], strict=True))
    top, digits = _top(max(told["error"]))
    return Plot(
        (),
        _line(points, top),
        "",
        tuple((_across(one / 4), f"{25 * one} %") for one in range(5)),
        tuple((_up(one, top), decimals(one, digits)) for one in (0.0, top / 2, top)),
        tuple((f"{round(100 * share)} %", decimals(error, 4)) for share, error in points),
    )


def occlusion(report: Report) -> Influences | None:
    """A bar a group of bands: to the right what it is worth, to the left what harm it does.

    Without a truth, and in reports of before, nobody knows which: then bars tell how far the answer moves.
    """
    told = report["occlusion"]
    if not told:
        return None
    is_signed = all("gain" in one for one in told)
    by = "gain" if is_signed else "change"
    ordered = sorted(told, key=lambda one: -one[by])
    axis, scale = _bar_scale([one[by] for one in ordered])
    rows = tuple(_influence(one, by, place, axis, scale) for place, one in enumerate(ordered))
    first = ordered[0]
    return Influences(
        rows,
        axis,
        _(first["figure"]) if is_signed else "",
        first["unit"] if is_signed and first["unit"] != "1" else "",
        _(first["metric"]),
    )


def _bar_scale(lengths: Sequence[float]) -> tuple[float, float]:
    """Where zero stands and how wide 1 is, so that all bars and the figures beside them have room."""
    low, high = min(0.0, *lengths), max(0.0, *lengths)
    room = BAR_RIGHT - BAR_LEFT - LABEL - (LABEL if low < 0 else 0)
    scale = room / ((high - low) or 1.0)
    return round(BAR_LEFT + (LABEL if low < 0 else 0) - low * scale, 1), scale


def _influence(one: Mapping[str, Any], by: str, place: int, axis: float, scale: float) -> InfluenceBar:
    width, does_harm = round(abs(one[by]) * scale, 1), one[by] < 0
    gain = signed(one["gain"]) if "gain" in one else ""
    change = f"±{decimals(one['change'], 4)}"
    left = round(axis - width, 1) if does_harm else axis
    bar = Bar(left, 8 + BAR_LINE * place, width, 15, gain or change)
    return InfluenceBar(
        _(one["group"]),
        ", ".join(one["bands"]),
        bar,
        round(left - 6 if does_harm else left + width + 6, 1),
        gain,
        change,
        does_harm,
    )


def signed(value: float) -> str:
    """A difference with its sign; none where nothing of it is left to be seen."""
    text = decimals(value, 3)
    return decimals(0.0, 3) if not round(value, 3) else text if value < 0 else f"+{text}"


def compared(reports: Sequence[Report]) -> list[tuple[str, str, list[float | None]]]:
    """The figures of several models side by side: words, unit, and the value of each that has it."""
    named = {(one["what"], one["unit"]): None for report in reports for one in report["figures"]}
    values = [{(one["what"], one["unit"]): one["value"] for one in report["figures"]} for report in reports]
    return [(_(what), unit, [each.get((what, unit)) for each in values]) for what, unit in named]


def _line(points: Sequence[tuple[float, float]], top: float) -> str:
    return "M" + "L".join(f"{_across(x)} {_up(y, top)}" for x, y in points)


def _top(most: float) -> tuple[float, int]:
    """The end of an axis from 0, at two digits at most, and the decimals that half of it needs."""
    power = 10.0 ** (math.floor(math.log10(max(most, 1e-9))) - 1)
    top = math.ceil(max(most, 1e-9) / (2 * power)) * 2 * power
    return top, max(0, -round(math.log10(power)))


def _across(share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * share, 1)


def _up(value: float, top: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)
