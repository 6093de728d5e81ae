"""Four numbers that a curator types: west, south, east, north."""

import re
from collections.abc import Mapping

import shapely
from shapely.geometry import MultiPolygon, Polygon

from app.base.errors import Invalid
from app.base.extent import BBox
from app.base.language import N_, _
from app.curation.footprints.shapes import Gathered, Shape

SIDES = {"west": N_("West"), "south": N_("South"), "east": N_("East"), "north": N_("North")}
_NUMBER = re.compile(
    r"""\s*(?P<sign>[+\-−])?(?P<degrees>[0-9]{1,3}(?:[.,][0-9]{1,12})?)\s*°?\s*(?P<side>[NSEWO])?\s*""",
    re.IGNORECASE,
)


def read(typed: Mapping[str, str]) -> Gathered:
    """The box of four fields; west above east crosses the antimeridian.

    A field takes degrees as people write them: `-12.5`, `12,5`, `12.5° W`.

    Raises:
        Invalid: a side is missing or no number, lies beyond the globe, or the box has no area.
    """
    missing = [_(label) for side, label in SIDES.items() if not typed.get(side, "").strip()]
    if missing:
        raise Invalid(_("A box needs all four sides; missing: %(sides)s.", sides=", ".join(missing)))
    west, south, east, north = (_degrees(typed[side], side) for side in SIDES)
    if south > north:
        raise Invalid(
            _(
                "South (%(south)s) lies above north (%(north)s); swap them.",
                south=f"{south:g}",
                north=f"{north:g}",
            )
        )
    if south == north or west == east:
        raise Invalid(_("The box has no area: two opposite sides are equal."))
    drawn = BBox(west, south, east, north).geometry()
    parts = [Shape(part) for part in shapely.get_parts(drawn) if isinstance(part, Polygon | MultiPolygon)]
    notes = (
        (_("The box crosses the antimeridian, since its west lies east of its east."),) if west > east else ()
    )
    return Gathered(tuple(parts), notes)


def _degrees(text: str, side: str) -> float:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise Invalid(
            _(
                "%(side)s is a number of degrees, such as -12.5; got %(text)s.",
                side=_(SIDES[side]),
                text=repr(text[:40]),
            )
        )
    value = float(match["degrees"].replace(",", "."))
    if match["sign"] in ("-", "−") or (match["side"] or "").upper() in ("W", "S"):
        value = -value
    most = 180 if side in ("west", "east") else 90
    if abs(value) > most:
        raise Invalid(
            _(
                "%(side)s lies between -%(most)s and %(most)s degrees; got %(value)s.",
                side=_(SIDES[side]),
                most=most,
                value=f"{value:g}",
            )
        )
    return value
