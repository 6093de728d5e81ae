"""Boxes and places: possible, in order, and drawn where their country lies."""

from collections.abc import Iterator

from app.base.sentences import Sentence
from app.base.sentences import sentence as _
from app.catalogue.record import Box, DatasetRecord
from app.curation.checks.check import Check, Said, Subject

WORLD_SHARE = 0.9
WORLD_DEGREES = 360.0 * 180.0


def impossible(record: DatasetRecord) -> Iterator[Said]:
    """Boxes whose south lies above their north; they can neither be drawn nor searched."""
    spatial = record.spatial
    if spatial.bbox is not None and _is_upside_down(spatial.bbox):
        yield "spatial.bbox", _upside_down(spatial.bbox)
    for place in spatial.places:
        if place.bbox is not None and _is_upside_down(place.bbox):
            yield (
                "spatial.places",
                Sentence("%(place)s: %(told)s", {"place": place.name, "told": _upside_down(place.bbox)}),
            )


def _is_upside_down(box: Box) -> bool:
    return box[1] > box[3]


def _upside_down(box: Box) -> Sentence:
    return _(
        "The south (%(south)s) lies above the north (%(north)s). A box is west, south, east, north.",
        south=box[1],
        north=box[3],
    )


def _half_positions(subject: Subject) -> Iterator[Said]:
    for place in subject.record.spatial.places:
        if (place.lon is None) != (place.lat is None):
            yield (
                "spatial.places",
                _("%(place)s has only half a position. Give longitude and latitude.", place=place.name),
            )


def _no_position(subject: Subject) -> Iterator[Said]:
    for place in subject.record.spatial.places:
        has_position = place.lon is not None or place.bbox is not None
        if place.precision in ("city", "region", "footprint") and not has_position:
            yield (
                "spatial.places",
                _("%(place)s cannot be drawn. Give longitude and latitude, or a box.", place=place.name),
            )


def _zero_zero(subject: Subject) -> Iterator[Said]:
    for place in subject.record.spatial.places:
        if place.lon == 0 and place.lat == 0:
            yield (
                "spatial.places",
                _("%(place)s lies at 0, 0 in the Atlantic. Mend its position.", place=place.name),
            )


def _countries_differ(subject: Subject) -> Iterator[Said]:
    spatial = subject.record.spatial
    placed = {place.country for place in spatial.places if place.country}
    missing = sorted(placed - set(spatial.countries)) if spatial.countries else []
    if missing:
        yield (
            "spatial.countries",
            _(
                "Places lie in %(countries)s, which the countries do not name. Add them.",
                countries=", ".join(missing),
            ),
        )


def _world_box(subject: Subject) -> Iterator[Said]:
    spatial = subject.record.spatial
    if spatial.bbox is None or spatial.extent == "global":
        return
    west, south, east, north = spatial.bbox
    if (east - west) * (north - south) > WORLD_SHARE * WORLD_DEGREES:
        yield (
            "spatial.bbox",
            _("The box holds nearly the whole world. Choose the extent “global”, or draw it closer."),
        )


def _scattered(subject: Subject) -> Iterator[Said]:
    spatial = subject.record.spatial
    if spatial.extent == "national" and len(spatial.countries) > 1:
        yield (
            "spatial.extent",
            _(
                "“National” with %(n)s countries. Choose “multi-country”, or mend the countries.",
                n=len(spatial.countries),
            ),
        )


CHECKS = (
    Check("place-half", "warning", "Has each position both longitude and latitude?", _half_positions),
    Check("place-without-position", "warning", "Can cities and regions be drawn?", _no_position),
    Check("place-at-zero", "warning", "Does no place lie at 0, 0?", _zero_zero),
    Check("countries-differ", "warning", "Are the countries of all places named?", _countries_differ),
    Check("box-of-world", "warning", "Is a box of the whole world meant as “global”?", _world_box),
    Check("extent-differs", "warning", "Has a national dataset one country?", _scattered),
)
