"""Small parts of SVG: elements, marks that are links, and labels that do not overlap.

Lengths are attributes and colours are classes, because the page policy allows no inline style.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

CHARACTER = 6.6
"""Mean width of a character of a label, 12 units high, in units of the drawing; rather too wide."""
LINE = 14.0


def element(tag: str, *children: str, **attributes: Any) -> Markup:
    """One element; `class_` and `stroke_width` become `class` and `stroke-width`, None leaves out."""
    written = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), _text(value))
        for name, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(escape(child) for child in children)
    return Markup(f"<{tag}{written}>{inside}</{tag}>") if inside else Markup(f"<{tag}{written}/>")


def _text(value: Any) -> str:
    return short(value) if isinstance(value, float) else str(value)


def short(value: float) -> str:
    """A length to a tenth, without what says nothing: 12, 3.5, 0."""
    text = f"{value:.1f}"
    return "0" if text in ("0.0", "-0.0") else text.removesuffix(".0")


def group(parts: Iterable[str], **attributes: Any) -> Markup:
    """Several parts under one set of attributes."""
    return element("g", *parts, **attributes)


def text(words: str, x: float, y: float, class_: str, anchor: str | None = None) -> Markup:
    """Words at a place; `anchor` is start, middle or end."""
    return element("text", words, class_=class_, x=x, y=y, text_anchor=anchor)


def mark(title: str, href: str | None, *shapes: str) -> Markup:
    """A shape that names itself and leads to its datasets.

    Marks stay out of the tab order, because there may be hundreds: the table of the same figure holds the
    same links.
    """
    inside = (element("title", title), *shapes)
    return element("a", *inside, href=href, tabindex="-1") if href else element("g", *inside)


@dataclass(frozen=True)
class Point:
    """A circle that may get a label."""

    x: float
    y: float
    radius: float
    name: str


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def is_inside(self, other: "Box") -> bool:
        """Whether this one lies within the other, edges included."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )

    def touches(self, point: Point) -> bool:
        """Whether a circle reaches into it."""
        across = max(self.left - point.x, 0.0, point.x - self.right)
        down = max(self.top - point.y, 0.0, point.y - self.bottom)
        return across**2 + down**2 < point.radius**2


@dataclass(frozen=True)
class Label:
    """A label where it found room."""

    name: str
    x: float
    baseline: float
    anchor: str
    box: Box


def labels(wanted: Sequence[Point], circles: Sequence[Point], frame: Box, most: int) -> list[Label]:
    """Labels for the first points that have room: in the frame, clear of each other and of every circle."""
    placed: list[Label] = []
    for point in wanted:
        free = (label for label in _places(point) if _has_room(label.box, placed, circles, frame))
        if label := next(free, None):
            placed.append(label)
        if len(placed) == most:
            break
    return placed


def _has_room(box: Box, placed: Sequence[Label], circles: Sequence[Point], frame: Box) -> bool:
    return (
        box.is_inside(frame)
        and not any(box.overlaps(label.box) for label in placed)
        and not any(box.touches(circle) for circle in circles)
    )


def _places(point: Point) -> Iterable[Label]:
    """Right of the circle, left of it, above and below, in order of preference."""
    width, gap = len(point.name) * CHARACTER, point.radius + 3
    spots = (
        (point.x + gap, point.y, "start"),
        (point.x - gap, point.y, "end"),
        (point.x, point.y - gap - LINE / 2, "middle"),
        (point.x, point.y + gap + LINE / 2, "middle"),
    )
    for x, middle, anchor in spots:
        left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
        box = Box(left, middle - LINE / 2, left + width, middle + LINE / 2)
        yield Label(point.name, x, middle + 4, anchor, box)
