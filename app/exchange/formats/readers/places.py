"""Places of other catalogues as the places of a record: countries, named boxes and points, one whole box."""

import re
from dataclasses import dataclass
from typing import Any

from app.exchange.formats.readers.reading import Gathering, quoted
from app.exchange.formats.readers.recognising import coded, country

MOST_PLACES = 500
_NUMBERS = re.compile(r"[\s,]+")


@dataclass(frozen=True)
class Found:
    """One place of a document: `box` is west, south, east, north, `point` longitude, latitude, in degrees."""

    where: str
    name: str | None = None
    code: str | None = None
    box: tuple[float, float, float, float] | None = None
    point: tuple[float, float] | None = None


def put_places(gathering: Gathering, found: list[Found]) -> None:
    """Take places: the world is an extent, the bare name of a country its code, the rest are places."""
    if len(found) > MOST_PLACES:
        gathering.leave(found[0].where, f"{len(found):,} places; only the first {MOST_PLACES} are read.")
    for place in found[:MOST_PLACES]:
        if _is_world(place):
            gathering.put("spatial.extent", "global", place.where)
        elif place.box is None and place.point is None:
            _put_named(gathering, place)
        elif place.name is None:
            _put_bare(gathering, place)
        else:
            gathering.add("spatial.places", [_place(place)], place.where)


def box_of(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a box in the order of schema.org: south, west, north, east."""
    numbers = numbers_of(text)
    if len(numbers) != 4:
        return None
    south, west, north, east = numbers
    return west, south, east, north


def around(positions: list[tuple[float, float]]) -> tuple[float, float, float, float] | None:
    """The box around positions (longitude, latitude)."""
    if not positions:
        return None
    longitudes, latitudes = zip(*positions, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def numbers_of(text: str) -> list[float]:
    """The numbers of a text that holds nothing else; none where it does."""
    try:
        return [float(part) for part in _NUMBERS.split(text.strip()) if part]
    except ValueError:
        return []


def _is_world(place: Found) -> bool:
    named = (place.name or "").casefold() in {"global", "world", "worldwide", "earth"}
    return place.box == (-180, -90, 180, 90) or (named and place.box is None and place.point is None)


def _put_named(gathering: Gathering, place: Found) -> None:
    """A name or code without a position: a country, a continent, or a name that only people understand."""
    for word in (place.code, place.name):
        if code := country(word):
            gathering.add("spatial.countries", [code], place.where)
            return
        if code := coded("continent", word):
            gathering.add("spatial.continents", [code], place.where)
            return
    if place.name or place.code:
        said = quoted(place.name or place.code)
        gathering.leave(place.where, f"The place {said} has no position and is no country or continent.")


def _put_bare(gathering: Gathering, place: Found) -> None:
    if place.box is None:
        gathering.leave(place.where, "A point without a name is no place of a record; name it.")
    elif "spatial.bbox" in gathering.facts:
        gathering.leave(place.where, f"A record has one box; {quoted(place.box)} is a further one.")
    else:
        gathering.put("spatial.bbox", place.box, place.where)


def _place(place: Found) -> dict[str, Any]:
    """A named place. Documents do not say how exact a point is, so it stands for a region, not for a city."""
    within = country(place.code)
    if place.box is not None:
        west, south, east, north = place.box
        middle = ((west + east) / 2 if west <= east else west, (south + north) / 2)
        position: dict[str, Any] = {"bbox": place.box, "precision": "footprint"}
    else:
        middle = place.point or (0.0, 0.0)
        position = {"precision": "region"}
    return {"name": place.name, "country": within, "lon": middle[0], "lat": middle[1], **position}
