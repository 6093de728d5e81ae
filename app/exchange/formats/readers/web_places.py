"""Places as schema.org writes them: latitude first, in boxes, polygons and points."""

from collections.abc import Iterator
from typing import Any

from app.exchange.formats.readers import jsonld
from app.exchange.formats.readers.places import Found, around, box_of, numbers_of, put_places
from app.exchange.formats.readers.reading import Gathering, quoted


def put(gathering: Gathering, covered: list[Any]) -> None:
    """Take the values of `spatialCoverage`: places, or names of places."""
    put_places(gathering, [found for place in covered for found in _found(gathering, place)])


def _found(gathering: Gathering, place: Any) -> Iterator[Found]:
    if not isinstance(place, dict):
        yield Found("spatialCoverage", name=jsonld.text_of(place))
        return
    shapes = jsonld.many(place, "geo")
    name, code = jsonld.text(place, "name"), _code(place)
    if not shapes:
        yield Found("spatialCoverage", name=name, code=code)
        return
    boxes = []
    for shape in shapes:
        if isinstance(shape, dict) and "latitude" in shape and "longitude" in shape:
            point = jsonld.number(shape["longitude"]), jsonld.number(shape["latitude"])
            if point[0] is not None and point[1] is not None:
                yield Found("spatialCoverage", name, code, point=(point[0], point[1]))
        elif isinstance(shape, dict) and (box := _box(gathering, shape)):
            boxes.append(box)
    if boxes:
        yield Found("spatialCoverage", name, code, box=_joined(boxes))


def _code(place: dict[str, Any]) -> str | None:
    """The code of a country that a place is, or lies in."""
    within = place.get("containedInPlace")
    inner = within if isinstance(within, dict) else {}
    for value in (place.get("identifier"), inner.get("identifier"), place.get("addressCountry")):
        if isinstance(value, str):
            return value
    return jsonld.text_of(within)


def _box(gathering: Gathering, shape: dict[str, Any]) -> tuple[float, float, float, float] | None:
    """The box of a shape; of a polygon or circle only the box around it can be held."""
    if isinstance(shape.get("box"), str):
        box = box_of(shape["box"])
        if box is None:
            gathering.leave("spatialCoverage", f"{quoted(shape['box'])} is no box of four numbers.")
        return box
    if isinstance(shape.get("polygon"), str):
        numbers = numbers_of(shape["polygon"])
        gathering.leave("spatialCoverage", "A record holds boxes; of a polygon the box around it is kept.")
        return around(list(zip(numbers[1::2], numbers[0::2], strict=False)))
    gathering.leave("spatialCoverage", f"A shape of {', '.join(sorted(shape))[:80]} cannot be read.")
    return None


def _joined(
    boxes: list[tuple[float, float, float, float]],
) -> tuple[float, float, float, float]:
    """One box for all; two halves that meet at the antimeridian become one that crosses it."""
    east_half = [box for box in boxes if box[2] == 180]
    west_half = [box for box in boxes if box[0] == -180]
    if len(boxes) == 2 and len(east_half) == 1 and len(west_half) == 1 and east_half != west_half:
        (west, south, _, north), (_, below, east, above) = east_half[0], west_half[0]
        return west, min(south, below), east, max(north, above)
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
