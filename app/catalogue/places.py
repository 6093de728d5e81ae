"""Where a dataset lies, as far as its record says: status, reason, its own areas, outlines that stand in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.base.extent import BBox
from app.catalogue import footprint, vocabulary
from app.catalogue.record import Box, DatasetRecord, Place

PRECISE = frozenset({"footprint", "city", "region"})

AreaKind = Literal["footprint", "point", "outline"]


@dataclass(frozen=True)
class Area:
    """One area of a dataset on the map.

    A footprint is the real outline, or a box that the record states; a point is the middle of a city or
    region; an outline is that of the country or continent `code`, which stands in, and its geometry (None
    here) comes from the base map.
    """

    kind: AreaKind
    name: str | None
    precision: str
    code: str | None
    geometry: BaseGeometry | None


def geo_status(record: DatasetRecord) -> str:
    """located, approximate, global, none or unknown; see the vocabulary `geo_status`."""
    if _is_outlined(record) or any(_precise_places(record)):
        return "located"
    if _countries(record) or _is_bound_to_continents(record):
        return "approximate"
    if record.spatial.extent == "global":
        return "global"
    return "none" if _why_nowhere(record) else "unknown"


def geo_reason(record: DatasetRecord) -> str:
    """One plain sentence that says how well the location is known, and why not better."""
    status = geo_status(record)
    if status == "located":
        return _located_reason(record)
    if status == "approximate":
        return _approximate_reason(record)
    if status == "global":
        return "Spread over the world; no places are recorded."
    if status == "none":
        return f"No location, because {_why_nowhere(record)}."
    return "Location unknown: no source used here says where the data lie."


def areas(record: DatasetRecord) -> list[Area]:
    """Every area that the record states: the whole first, then its boxes and points, then outlines that
    stand in for the rest.

    The whole is the real outline; without one it is the box, unless boxes of places say more.
    """
    own = [_own_area(place) for place in _precise_places(record)]
    whole = _whole(record)
    if whole is not None and (record.spatial.footprint or not any(area.kind == "footprint" for area in own)):
        own.insert(0, Area("footprint", None, "footprint", None, whole))
    return [*own, *(_outline(code) for code in outlines(record))]


def covered(record: DatasetRecord) -> list[Area]:
    """The areas that searches and maps compare: boxes of places give way to the real outline.

    A box round a sparse dataset would be found where the dataset has nothing.
    """
    stated = areas(record)
    if record.spatial.footprint is None:
        return stated
    return [area for area in stated if area.kind != "footprint" or area.name is None]


def outlines(record: DatasetRecord) -> tuple[str, ...]:
    """Countries (alpha-3) in which no precise place lies, or continents where nothing finer is known."""
    if _is_outlined(record):
        return ()
    placed = {place.country for place in _precise_places(record)}
    countries = _countries(record)
    if countries:
        return tuple(code for code in countries if code not in placed)
    return record.spatial.continents if not placed and _is_bound_to_continents(record) else ()


def continents(record: DatasetRecord) -> tuple[str, ...]:
    """The continents stated, else those of the countries, in the order of the vocabulary."""
    if record.spatial.continents:
        return record.spatial.continents
    known = vocabulary.terms("country")
    touched = {known[code].group for code in _countries(record) if code in known}
    return tuple(code for code in vocabulary.terms("continent") if code in touched)


def _is_outlined(record: DatasetRecord) -> bool:
    """Whether an outline or a box of the whole is stated."""
    return record.spatial.footprint is not None or record.spatial.bbox is not None


def _whole(record: DatasetRecord) -> BaseGeometry | None:
    """The real outline of the dataset, or its box."""
    if record.spatial.footprint is not None:
        return footprint.geometry(record.spatial.footprint)
    return None if record.spatial.bbox is None else _polygon(record.spatial.bbox)


def _precise_places(record: DatasetRecord) -> Iterator[Place]:
    """Places that can be drawn: a box, or the middle of a city or region."""
    return (place for place in record.spatial.places if place.precision in PRECISE and _shape(place))


def _countries(record: DatasetRecord) -> tuple[str, ...]:
    """Countries of the record and of its places, each once."""
    named = [*record.spatial.countries, *(place.country for place in record.spatial.places if place.country)]
    return tuple(dict.fromkeys(named))


def _is_bound_to_continents(record: DatasetRecord) -> bool:
    """Continents say something only where they are not the whole world."""
    spatial = record.spatial
    named = set(spatial.continents)
    everywhere = set(vocabulary.terms("continent")) - {"antarctica"}
    return bool(named) and spatial.extent != "global" and not named >= everywhere


def _why_nowhere(record: DatasetRecord) -> str | None:
    if record.spatial.extent == "synthetic" or record.platforms == ("synthetic",):
        return "the scenes are synthetic"
    carried = record.platforms or record.sensors or record.image_sources
    if record.modalities == ("text",) and not carried:
        return "the data are text"
    return None


def _own_area(place: Place) -> Area:
    kind: AreaKind = "point" if place.bbox is None else "footprint"
    return Area(kind, place.name, place.precision, place.country, _shape(place))


def _shape(place: Place) -> BaseGeometry | None:
    if place.bbox is not None:
        return _polygon(place.bbox)
    return Point(place.lon, place.lat) if place.lon is not None and place.lat is not None else None


def _outline(code: str) -> Area:
    name = "country" if code in vocabulary.terms("country") else "continent"
    return Area("outline", vocabulary.label(name, code), name, code, None)


def _polygon(box: Box) -> BaseGeometry:
    """A box that crosses the antimeridian (west > east) becomes two polygons."""
    return BBox(*box).geometry()


def _located_reason(record: DatasetRecord) -> str:
    kinds = [area.kind for area in covered(record)]
    drawn = _joined(
        "the real outline"
        if record.spatial.footprint
        else _counted(kinds.count("footprint"), "box", "boxes"),
        _counted(kinds.count("point"), "city or region", "cities and regions"),
    )
    standing = kinds.count("outline")
    if not standing:
        return f"The record states {drawn}."
    rest = "the outline of 1 country stands" if standing == 1 else f"outlines of {standing} countries stand"
    return f"The record states {drawn}; for the rest, {rest} in."


def _approximate_reason(record: DatasetRecord) -> str:
    codes = outlines(record)
    one, many = ("country", "countries") if _countries(record) else ("continent", "continents")
    if len(codes) == 1:
        return f"Only the {one} is known; its outline stands in."
    return f"Only the {many} are known; their outlines stand in."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def _joined(*parts: str) -> str:
    return " and ".join(part for part in parts if part)
