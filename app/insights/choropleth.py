"""Datasets per country, on an equal-area map."""

import math

from markupsafe import Markup

from app.base import html
from app.base.language import _
from app.insights import world
from app.insights.drawing import drawing, hatching, in_words, level_of, levels
from app.insights.figure import Figure
from app.insights.links import Links
from app.insights.svg import element, mark


def choropleth(figure: Figure, links: Links) -> Markup | None:
    """Datasets per country on an equal-area map; None where the base map has not been made."""
    outlines = world.countries()
    if not outlines:
        return None
    rows = {row[0]: row for row in figure.rows}
    steps = levels(max(row[2] for row in figure.rows))
    without, marks = [], []
    for country in outlines:
        row = rows.get(country.code or "")
        if row is None:
            without.append(country.path)
        else:
            shape = element("path", class_=f"land d{level_of(row[2], steps)}", d=country.path)
            marks.append(mark(f"{row[1]}: {in_words(row[2])}", links.of(figure, row), shape))
    scene = [
        element("defs", hatching(figure.name)),
        element("path", class_="sea", d=world.sphere()),
        element("path", class_="meridians", d=world.graticule()),
        element("path", class_="land unknown", fill=f"url(#hatch-{figure.name})", d="".join(without)),
    ]
    return drawing(figure.name, world.WIDTH, math.ceil(world.HEIGHT), "plot-w", scene, marks)


def off_the_map(figure: Figure) -> str:
    """The countries that have datasets and are too small for the base map, in words."""
    drawn = {country.code for country in world.countries()}
    missing = [f"{row[1]} {html.number(row[2])}" for row in figure.rows if row[0] not in drawn]
    return _("Too small for this map: %(names)s.", names=", ".join(missing)) if missing and drawn else ""
