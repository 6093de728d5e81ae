"""Well-known text, with or without `SRID=…;` before it. GEOS reads it; faults are named beforehand."""

import re

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid
from app.base.language import _
from app.curation.footprints.shapes import Shape

KINDS = ("POINT", "MULTIPOINT", "POLYGON", "MULTIPOLYGON", "GEOMETRYCOLLECTION")
LINES = ("LINESTRING", "MULTILINESTRING", "LINEARRING")
WORDS = {*KINDS, *LINES, "Z", "M", "ZM", "EMPTY"}
EXAMPLE = "POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))"
_SRID = re.compile(r"\s*SRID\s*=\s*(\d{1,6})\s*;", re.IGNORECASE)
_TOKEN = re.compile(r"\s*(?:([A-Za-z]+)|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])|([(),]))")
_DEPTHS = {"(": 1, ")": -1, ",": 0}


def read(text: str) -> tuple[list[Shape], int | None]:
    """The geometries of a text, in the coordinates they are written in, and the number of their system.

    Raises:
        Invalid: no well-known text, or a geometry without an area that is no point; the message says where.
    """
    srid = _SRID.match(text)
    body = text[srid.end() :] if srid else text
    _check(text, srid.end() if srid else 0)
    try:
        # What is beyond all numbers is told of in better words than a warning.
        with np.errstate(all="ignore"):
            geometry = shapely.from_wkt(body)
    except (ShapelyError, ValueError, TypeError, NotImplementedError) as fault:
        raise Invalid(_said(str(fault))) from None
    return [Shape(part) for part in _parts(shapely.force_2d(geometry))], int(srid[1]) if srid else None


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    parts: list[BaseGeometry] = []
    for part in shapely.get_parts(geometry):
        parts.extend(_parts(part) if hasattr(part, "geoms") else [part])
    return parts


def _said(fault: str) -> str:
    if "closed" in fault:
        return _("A ring is not closed: repeat its first position at its end.")
    if "Invalid number of points" in fault:
        return _("A ring needs at least four positions, the last equal to the first.")
    return _("This is no well-known text that can be read; an example: %(example)s.", example=EXAMPLE)


def _check(text: str, start: int) -> None:
    """Raise Invalid at the first word, number or bracket that cannot stand where it stands."""
    depth = numbers = usual = 0
    place = start
    end = len(text.rstrip())
    while place < end:
        token = _TOKEN.match(text, place)
        if token is None:
            raise _fault(text, place, _("a sign that does not belong here"))
        word, number, sign = token.groups()
        if word:
            _check_word(text, token.start(1), word.upper())
        elif number:
            numbers += 1
        else:
            usual = _check_position(text, token.start(3), numbers, usual)
            numbers = 0
            depth += _DEPTHS[sign]
            if depth < 0:
                raise _fault(text, token.start(3), _("a bracket too many"))
        place = token.end()
    if depth:
        raise Invalid(
            _("The text ends before all brackets are closed: %(number)s missing at its end.", number=depth)
        )


def _check_position(text: str, place: int, numbers: int, usual: int) -> int:
    """How many numbers a position has, after one has ended: each has two to four, and all as many."""
    if numbers == 1:
        raise _fault(text, place, _("a position with one number only; write longitude, a space, latitude"))
    if numbers and numbers != (usual or numbers):
        raise _fault(
            text,
            place,
            _("a position ends here with %(numbers)s numbers; is a comma missing before?", numbers=numbers),
        )
    return numbers or usual


def _check_word(text: str, place: int, word: str) -> None:
    if word in LINES:
        raise _fault(text, place, _("a line, which has no area; draw round it, or buffer it first"))
    if word not in WORDS and word.removesuffix("M").removesuffix("Z") not in KINDS:
        raise _fault(
            text, place, _("%(word)s, which is none of %(known)s", word=word[:40], known=", ".join(KINDS))
        )


def _fault(text: str, place: int, what: str) -> Invalid:
    place = len(text) - len(text[place:].lstrip())
    line = text.count("\n", 0, place) + 1
    column = place - (text.rfind("\n", 0, place) + 1) + 1
    return Invalid(
        _("Line %(line)s, column %(column)s of the text: %(what)s.", line=line, column=column, what=what)
    )
