"""Places by name, offline: countries, continents, and the places that records of the catalogue name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.base.language import LANGUAGES, catalogue
from app.catalogue import naming, vocabulary
from app.catalogue.clusters import around
from app.catalogue.tables import DatasetArea, Outline
from app.catalogue.words import plain

NATURAL_EARTH = "natural-earth"
CATALOGUE = "catalogue"
MOST_FOUND = 12
LONGEST_NAME = 100
KINDS = ("country", "continent")

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Entry:
    """One named place.

    `kind` is country, continent, or the precision of a place (footprint, city, region); `code` is that of the
    country or continent. `box` is west, south, east, north in degrees, west above east across 180 degrees; a
    point has no extent. `source` says who draws it: Natural Earth, or records of the catalogue.
    """

    name: str
    kind: str
    code: str | None
    box: Box | None
    source: str


def find(session: Session, words: str, most: int = MOST_FOUND) -> list[Entry]:
    """Places whose name holds these words, in any language the catalogue speaks; whole names come first."""
    wanted = plain(words[:LONGEST_NAME])
    if not wanted:
        return []
    lands = [(_rank(names, wanted), kind, code) for (kind, code), names in _lands().items()]
    found = sorted(one for one in lands if one[0] is not None)[:most]
    boxes = _boxes(session, [code for _rank_of, _kind, code in found])
    entries = [
        Entry(naming.term(kind, code), kind, code, boxes.get(code), NATURAL_EARTH)
        for _rank_of, kind, code in found
    ]
    return [*entries, *_places(session, wanted, most - len(entries))]


def named(session: Session, name: str) -> Entry | None:
    """The place of exactly this name, countries and continents before places of records."""
    wanted = plain(name[:LONGEST_NAME])
    return next((entry for entry in find(session, name) if wanted in _names_of(entry)), None)


def outline(session: Session, entry: Entry) -> BaseGeometry | None:
    """What Natural Earth draws of a country or continent; None for any other place."""
    drawn = session.scalar(select(Outline.geometry).where(Outline.code == entry.code))
    return None if drawn is None or entry.source != NATURAL_EARTH else to_shape(drawn)


def _names_of(entry: Entry) -> tuple[str, ...]:
    names = _lands().get((entry.kind, entry.code or ""), ())
    return (*names, plain(entry.name))


@cache
def _lands() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Every name of every country and continent, folded, by kind and code; codes are names, too."""
    return {
        (kind, code): tuple(dict.fromkeys(map(plain, _all_names(kind, code))))
        for kind in KINDS
        for code in vocabulary.terms(kind)
    }


def _all_names(kind: str, code: str) -> Iterable[str]:
    label = vocabulary.label(kind, code)
    yield label
    yield from (catalogue(language).pgettext(kind, label) for language in LANGUAGES)
    yield from vocabulary.words(kind, code)
    yield code


def _rank(names: Iterable[str], wanted: str) -> int | None:
    """How well names fit: 0 the same, 1 begins with it, 2 a word in it begins with it; None not at all."""
    ranks = [
        0 if name == wanted else 1 if name.startswith(wanted) else 2
        for name in names
        if f" {wanted}" in f" {name}"
    ]
    return min(ranks, default=None)


def _boxes(session: Session, codes: list[str]) -> dict[str, Box]:
    if not codes:
        return {}
    rows = session.execute(select(Outline.code, Outline.geometry).where(Outline.code.in_(codes)))
    boxes = {code: around(shapely.get_parts(to_shape(drawn)).tolist()) for code, drawn in rows}
    return {code: box.values() for code, box in boxes.items() if box is not None}


def _places(session: Session, wanted: str, most: int) -> list[Entry]:
    """Places of records, those that begin with the words first; each name once."""
    if most <= 0:
        return []
    folded = func.lower(func.unaccent(DatasetArea.name))
    at = func.strpos(folded, wanted)
    once = (
        select(DatasetArea.name, DatasetArea.precision, DatasetArea.geometry, at.label("at"))
        .ext(distinct_on(DatasetArea.name))
        .where(at > 0)
        .order_by(DatasetArea.name, DatasetArea.id)
        .subquery()
    )
    statement = select(once.c.name, once.c.precision, once.c.geometry)
    order = (once.c.at, func.length(once.c.name), cast(once.c.name, Text))
    return [
        Entry(name, precision, None, _box_of(to_shape(drawn)), CATALOGUE)
        for name, precision, drawn in session.execute(statement.order_by(*order).limit(most))
    ]


def _box_of(drawn: BaseGeometry) -> Box | None:
    box = around(shapely.get_parts(drawn).tolist())
    return None if box is None else box.values()
