"""Columns: datasets per year, and per class of resolution."""

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app.base import html
from app.base.language import _
from app.insights.drawing import both_sides, drawing, hatching, in_words, step_between
from app.insights.figure import Figure
from app.insights.links import Links
from app.insights.svg import Box, element, mark, short, text

PLOT = Box(38, 20, 482, 214)


def year_columns(figure: Figure, links: Links) -> Markup:
    """A column per year, and a hatched one for the datasets of unknown year."""
    known = [row for row in figure.rows if row[0] != "unknown"]
    step = step_between(len(known), 9)
    ticks = {place: str(row[0]) for place, row in enumerate(known) if (len(known) - 1 - place) % step == 0}
    if len(known) < len(figure.rows):
        ticks[len(known)] = _("unknown")
        ticks = {
            place: words for place, words in ticks.items() if place in (len(known),) or place < len(known) - 1
        }
    years = [_("unknown") if row[0] == "unknown" else row[0] for row in figure.rows]
    titles = [f"{year}: {in_words(row[1])}" for year, row in zip(years, figure.rows, strict=True)]
    return _columns(figure, links, titles, ticks, "plot-c from-end", between=False)


def gsd_columns(figure: Figure, links: Links) -> Markup:
    """A column per class of ground sampling distance; ticks stand at the edges of the classes."""
    edges = [*figure.column("gsd_from_m"), figure.rows[-1][1]]
    ticks = {
        place: html.gsd(edge)
        for place, edge in enumerate(edges)
        if len(edges) <= 7 or math.isclose(math.log10(edge) % 1, 0, abs_tol=1e-9)
    }
    titles = [f"{html.gsd({'min': low, 'max': high})}: {in_words(count)}" for low, high, count in figure.rows]
    return _columns(figure, links, titles, ticks, "plot-c", between=True)


def _columns(
    figure: Figure, links: Links, titles: Sequence[str], ticks: dict[int, str], class_: str, *, between: bool
) -> Markup:
    counts = figure.column("datasets")
    width = (PLOT.right - PLOT.left) / len(counts)
    top = _nice(max(counts))
    marks = []
    for place, (row, title) in enumerate(zip(figure.rows, titles, strict=True)):
        if row[-1]:
            height = max(1.0, row[-1] / top * (PLOT.bottom - PLOT.top))
            bar = _bar(figure.name, place, width, height, is_unknown=row[0] == "unknown")
            marks.append(mark(title, links.of(figure, row), bar))
    return drawing(
        figure.name,
        520,
        246,
        class_,
        [*_counts_axis(top), *_ticks(ticks, width, between), element("defs", hatching(figure.name))],
        [*marks, *_values(counts, width, top)],
    )


def _bar(name: str, place: int, width: float, height: float, *, is_unknown: bool) -> Markup:
    gap = min(3.0, width * 0.15)
    box = {
        "x": PLOT.left + place * width + gap / 2,
        "y": PLOT.bottom - height,
        "width": width - gap,
        "height": height,
    }
    if is_unknown:
        return element("rect", class_="absent", fill=f"url(#hatch-{name})", **box)
    return element("rect", class_="d4", **box)


def _nice(largest: int) -> int:
    """The end of an axis: the next 1, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    power = int(10 ** math.floor(math.log10(max(largest, 1))))
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= largest)


def _counts_axis(top: int) -> Iterable[Markup]:
    steps = next(steps for steps in (4, 5, 3, 2, 1) if top % steps == 0)
    for place in range(steps + 1):
        y = PLOT.bottom - place / steps * (PLOT.bottom - PLOT.top)
        kind = "grid" if place else "axis"
        yield element("path", class_=kind, d=f"M{short(PLOT.left)} {short(y)}H{short(PLOT.right)}")
        yield from both_sides(html.number(top * place // steps), PLOT, y)
    yield text(_("datasets"), 0.0, 9.0, "tick")


def _ticks(ticks: dict[int, str], width: float, between: bool) -> Iterable[Markup]:
    """Words under the columns, or under the edges between them; the last one ends at the frame."""
    for place, words in ticks.items():
        x = PLOT.left + (place + (0 if between else 0.5)) * width
        if between:
            yield element("path", class_="axis", d=f"M{short(x)} {short(PLOT.bottom)}v4")
        at_end = words == _("unknown") or x > PLOT.right - 12
        yield text(
            words, PLOT.right if at_end else x, PLOT.bottom + 18, "tick", "end" if at_end else "middle"
        )


def _values(counts: Sequence[int], width: float, top: int) -> Iterable[Markup]:
    """The counts over the columns: all of them where they fit, else the largest."""
    largest = counts.index(max(counts))
    for place, count in enumerate(counts):
        if count and (place == largest or width >= 8 * len(html.number(max(counts)))):
            y = PLOT.bottom - count / top * (PLOT.bottom - PLOT.top) - 5
            yield text(html.number(count), PLOT.left + (place + 0.5) * width, y, "lab halo", "middle")
