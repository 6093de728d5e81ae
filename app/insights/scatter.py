"""Volume against year: one circle per dataset, named where there is room."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from app.base import html
from app.base.language import _
from app.insights.drawing import both_sides, colour, drawing, step_between
from app.insights.figure import Figure
from app.insights.links import Links
from app.insights.svg import Box, Label, Point, element, labels, mark, short, text

MOST_POINTS = 400
MOST_LABELS = 14
LONGEST_LABEL = 22
LARGEST_LABELLED = 4

PLOT = Box(58, 22, 702, 466)
GOLDEN = 0.618033988749895


def scatter(figure: Figure, links: Links) -> Markup:
    """Volume on a logarithmic axis against the year, one circle per dataset."""
    shown = _shown(figure)
    first, last, low, high = _axes(shown)
    points = points_of(figure)
    return drawing(
        figure.name,
        760,
        500,
        "plot-l from-end",
        [*_decades(low, high), *_year_ticks(first, last)],
        [*_circles(shown, points, figure, links), *_names(shown, points)],
    )


def points_of(figure: Figure) -> dict[str, Point]:
    """The circles by slug: of all datasets, or of the best described where there are too many to draw."""
    shown = _shown(figure)
    axes = _axes(shown)
    return {row[0]: _point(place, row, *axes) for place, row in enumerate(shown)}


def _shown(figure: Figure) -> list[tuple[Any, ...]]:
    """The rows to draw, best described first."""
    return sorted(figure.rows, key=lambda row: -row[6])[:MOST_POINTS]


def _axes(shown: Sequence[tuple[Any, ...]]) -> tuple[int, int, int, int]:
    """First and last year, lowest and highest power of ten in gigabytes."""
    years, volumes = [row[2] for row in shown], [row[3] for row in shown]
    low = math.floor(math.log10(min(volumes)))
    return min(years), max(years), low, max(low + 1, math.ceil(math.log10(max(volumes))))


def _point(place: int, row: tuple[Any, ...], first: int, last: int, low: int, high: int) -> Point:
    """A circle spread within its year, the same way each time, so that circles hide each other less."""
    spread = ((place * GOLDEN) % 1 - 0.5) * 0.76
    x = PLOT.left + (row[2] + spread - first + 0.5) / (last - first + 1) * (PLOT.right - PLOT.left)
    y = PLOT.bottom - (math.log10(row[3]) - low) / (high - low) * (PLOT.bottom - PLOT.top)
    return Point(x, y, radius(row[4]), row[1])


def radius(pixels: int | None) -> float:
    """The area of the circle grows with the logarithm of the number of pixels; a small one for unknown."""
    if not pixels:
        return 3.2
    return math.sqrt((10 + 40 * max(0.0, math.log10(pixels) - 4)) / math.pi)


def _decades(low: int, high: int) -> Iterable[Markup]:
    for power in range(low, high + 1):
        y = PLOT.bottom - (power - low) / (high - low) * (PLOT.bottom - PLOT.top)
        yield element("path", class_="grid", d=f"M{short(PLOT.left)} {short(y)}H{short(PLOT.right)}")
        yield from both_sides(html.gigabytes(10.0**power), PLOT, y)
    yield text(_("volume on disk"), PLOT.left, 10.0, "tick")


def _year_ticks(first: int, last: int) -> Iterable[Markup]:
    yield element("path", class_="axis", d=f"M{short(PLOT.left)} {short(PLOT.bottom)}H{short(PLOT.right)}")
    step = step_between(last - first + 1, 12)
    for year in range(first, last + 1):
        if (last - year) % step == 0:
            x = PLOT.left + (year - first + 0.5) / (last - first + 1) * (PLOT.right - PLOT.left)
            yield text(str(year), x, PLOT.bottom + 18, "tick", "middle")


def _circles(
    shown: Sequence[tuple[Any, ...]], points: dict[str, Point], figure: Figure, links: Links
) -> Iterable[Markup]:
    for row in sorted(shown, key=lambda row: -points[row[0]].radius):
        point = points[row[0]]
        kind = "bub" if row[4] else "bub hollow"
        circle = element("circle", class_=f"{kind} {colour(row[5])}", cx=point.x, cy=point.y, r=point.radius)
        pixels = f"{html.pixels(row[4])} px" if row[4] else _("number of pixels unknown")
        yield mark(f"{row[1]}, {row[2]}: {html.gigabytes(row[3])}, {pixels}", links.of(figure, row), circle)


def _names(shown: Sequence[tuple[Any, ...]], points: dict[str, Point]) -> Iterable[Markup]:
    for label in name_labels(shown, points):
        yield text(label.name, label.x, label.baseline, "lab halo", label.anchor)


def name_labels(shown: Sequence[tuple[Any, ...]], points: dict[str, Point]) -> list[Label]:
    """Names of the largest datasets and then of the best known ones, where there is room."""
    largest = sorted(shown, key=lambda row: -row[3])[:LARGEST_LABELLED]
    wanted = dict.fromkeys(row[0] for row in [*largest, *shown] if len(row[1]) <= LONGEST_LABEL)
    return labels([points[slug] for slug in wanted], list(points.values()), PLOT, MOST_LABELS)
