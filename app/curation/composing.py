"""Areas put together of countries, continents and places by name."""

import shapely
from shapely.geometry import Point
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.base.extent import BBox
from app.base.language import _
from app.catalogue import gazetteer
from app.catalogue.gazetteer import Entry
from app.curation.footprints.shapes import Gathered, Shape

MOST_OFFERED = 3


def compose(session: Session, names: list[str]) -> Gathered:
    """The outlines of lands and the boxes and points of places with these names.

    Raises:
        Invalid: a name is not known; the message offers those that are like it.
    """
    found = [_named(session, name) for name in names]
    shapes = [shape for entry in found for shape in _shapes(session, entry)]
    notes = []
    if any(entry.source == gazetteer.NATURAL_EARTH for entry in found):
        notes.append(_("Outlines of countries and continents are those of Natural Earth, 1 : 50 million."))
    return Gathered(tuple(shapes), tuple(notes))


def _named(session: Session, name: str) -> Entry:
    entry = gazetteer.named(session, name)
    if entry is not None:
        return entry
    near = [one.name for one in gazetteer.find(session, name, MOST_OFFERED)]
    if near:
        raise Invalid(
            _("“%(name)s” is not known. Did you mean %(near)s?", name=name[:60], near=_(" or ").join(near))
        )
    raise Invalid(
        _("“%(name)s” is not known. Name a country, a continent or a place of the catalogue.", name=name[:60])
    )


def _shapes(session: Session, entry: Entry) -> list[Shape]:
    drawn = gazetteer.outline(session, entry)
    if drawn is None and entry.box is not None:
        drawn = BBox(*entry.box).geometry()
    if drawn is None:
        raise Invalid(_("“%(name)s” has no outline here. Draw it instead.", name=entry.name[:60]))
    parts = [part for part in shapely.get_parts(drawn) if part.geom_type in ("Polygon", "Point")]
    return [Shape(part, entry.name if isinstance(part, Point) else None) for part in parts]
