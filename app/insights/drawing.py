"""What all drawings share: the frame of an SVG, colours, hatching, ticks, and the steps of a ramp."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app.base import html
from app.base.language import ngettext
from app.insights.shares import families
from app.insights.svg import Box, element, group, short, text

LEVELS = 5


def drawing(
    name: str, width: float, height: float, class_: str, scene: Iterable[str], marks: Iterable[str]
) -> Markup:
    """A drawing in two layers: axes and grounds, and the marks.

    The first stands for the whole picture and bears the finding as its name. An image may hold nothing to
    follow, so the marks lie beside it, for pointers; who listens to the page has the same links in the table.
    """
    return element(
        "svg",
        group(scene, role="img", aria_labelledby=f"finding-{name}"),
        group(marks, aria_hidden="true"),
        class_=f"plot {class_}",
        viewBox=f"0 0 {short(width)} {short(height)}",
    )


def colour(family: str | None) -> str:
    """The class of a task family's colour."""
    known = families()
    return "cat-0" if family in (None, "other") or family not in known else f"cat-{known.index(family) + 1}"


def hatching(name: str) -> Markup:
    """The pattern that says "no data"; it belongs to one drawing."""
    line = element("path", class_="hatch-line", d="M0 0v5")
    return element(
        "pattern",
        line,
        id=f"hatch-{name}",
        width=5.0,
        height=5.0,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def in_words(count: int) -> str:
    """A number of datasets."""
    return ngettext("%(n)s dataset", "%(n)s datasets", count, n=html.number(count))


def step_between(length: int, most: int) -> int:
    """How many years from one tick to the next."""
    return next((step for step in (1, 2, 3, 5, 10, 20, 50) if length / step <= most), 100)


def both_sides(words: str, frame: Box, y: float) -> Iterable[Markup]:
    """A tick left and right, so that one of them is in view where the drawing scrolls sideways."""
    yield text(words, frame.left - 7, y + 4, "tick", "end")
    yield text(words, frame.right + 7, y + 4, "tick")


def levels(largest: int) -> list[int]:
    """Where the five steps of a ramp begin: at 1, then evenly on a logarithmic scale, at least 1 apart."""
    begins = [1]
    for place in range(1, LEVELS):
        begins.append(max(begins[-1] + 1, round((largest + 1) ** (place / LEVELS))))
    return begins


def level_of(count: int, begins: Sequence[int]) -> int:
    """The step of the ramp that a count falls in, from 1."""
    return sum(count >= begin for begin in begins)


def level_names(largest: int) -> list[tuple[int, str]]:
    """The steps of the ramp with the counts they stand for."""
    begins = [begin for begin in levels(largest) if begin <= largest]
    ends = [*(begin - 1 for begin in begins[1:]), largest]
    return [
        (place, html.span(begin, end))
        for place, (begin, end) in enumerate(zip(begins, ends, strict=True), start=1)
    ]
