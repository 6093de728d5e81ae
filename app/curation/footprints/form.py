"""The part of the form that gives an area, and what a draft becomes with it.

Its inputs are `footprint.way` (draw, box, text, file or places), `footprint.text` (GeoJSON or well-known
text, drawn or pasted), `footprint.west`, `.south`, `.east`, `.north`, `footprint.file` and `footprint.places`
(names, one on each line).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.base.errors import Invalid
from app.base.language import N_, _
from app.catalogue.footprint import outline_of
from app.curation.footprints import apart, boxes, outlining, texts
from app.curation.footprints.shapes import Footprint, Gathered, Spot

PREFIX = "footprint."
WAYS: Mapping[str, str] = {
    "draw": N_("Draw it on the map"),
    "box": N_("Type west, south, east, north"),
    "text": N_("Paste GeoJSON or well-known text"),
    "file": N_("Upload a file"),
    "places": N_("Name countries and places"),
}
ORIGINS: Mapping[str, str] = {
    "draw": "Drawn by hand",
    "box": "Typed as a box",
    "text": "Pasted",
    "file": "Uploaded",
    "places": "Composed of places by name",
}
OUTLINE, BOX, PLACES = "spatial.footprint", "spatial.bbox", "spatial.places"
MOST_NAMES = 100
LONGEST_NOTE = 500

Draft = Mapping[str, Any]
Compose = Callable[[list[str]], Gathered]


def parse_footprint(form: Mapping[str, str], file: bytes | None, compose: Compose) -> Footprint:
    """The outline that the form gives; the parser of the form calls it with what the browser sent.

    Args:
        form: the inputs by name, `footprint.way` among them; without a way, the first that was filled in.
        file: the bytes of `footprint.file`, None or empty without one.
        compose: the shapes of countries and places by name; raises Invalid for a name it does not know.
    Raises:
        Invalid, TooLarge: nothing that can be used; the message says how to mend it.
    """
    way = way_of(form, file)
    if way == "file":
        if not file:
            raise Invalid(_("Choose a file first."))
        return apart.read(file)
    return outlining.outline(_gathered(way, form, compose))


def way_of(form: Mapping[str, str], file: bytes | None) -> str:
    """The way that was chosen, or else the one whose inputs are filled in.

    Drawing is chosen from the start, and without scripts nobody can draw or see that it is.
    """
    chosen = form.get(f"{PREFIX}way", "")
    is_drawn = chosen == "draw" and form.get(f"{PREFIX}text", "").strip()
    if chosen in WAYS and (chosen != "draw" or is_drawn):
        return chosen
    if file:
        return "file"
    if any(form.get(PREFIX + side, "").strip() for side in boxes.SIDES):
        return "box"
    if form.get(f"{PREFIX}places", "").strip():
        return "places"
    return chosen if chosen == "draw" else "text"


def _gathered(way: str, form: Mapping[str, str], compose: Compose) -> Gathered:
    if way == "box":
        return boxes.read({side: form.get(PREFIX + side, "") for side in boxes.SIDES})
    if way == "places":
        return compose(names_of(form.get(f"{PREFIX}places", "")))
    text = form.get(f"{PREFIX}text", "")
    if way == "draw" and not text.strip():
        raise Invalid(_("Nothing is drawn. Draw a box or a polygon on the map first."))
    return texts.read(text)


def names_of(text: str) -> list[str]:
    """Names of a text, one on each line or apart by semicolons, each once.

    Raises:
        Invalid: none, or more than are looked up.
    """
    names = [name.strip() for line in text.splitlines() for name in line.split(";") if name.strip()]
    if not names:
        raise Invalid(_("Name at least one country or place."))
    if len(names) > MOST_NAMES:
        raise Invalid(_("At most %(most)s names; choose a continent, or upload an outline.", most=MOST_NAMES))
    return list(dict.fromkeys(names))


def placed(draft: Draft, footprint: Footprint, way: str) -> dict[str, Any]:
    """The draft with the outline, and with points as places beside those it has.

    What was lost on the way is noted with the source, so that a reviewer reads it, too.
    """
    spatial = dict(draft.get("spatial") or {})
    provenance = dict(draft.get("provenance") or {})
    note = " ".join([f"{ORIGINS[way]}.", *footprint.notes])[:LONGEST_NOTE]
    origin = {"sources": ["suggestion"], "note": note}
    if footprint.geometry is not None:
        spatial["footprint"] = outline_of(footprint.geometry).model_dump(mode="json")
        provenance[OUTLINE] = origin
    if footprint.spots:
        spatial["places"] = [*_without(spatial.get("places"), footprint.spots), *map(_place, footprint.spots)]
        provenance.setdefault(PLACES, origin)
    return {**draft, "spatial": spatial, "provenance": provenance}


def _without(places: Any, spots: Iterable[Spot]) -> list[Any]:
    """The places of a draft less those that the spots name anew."""
    named = {spot.name for spot in spots}
    listed = places if isinstance(places, list | tuple) else []
    return [one for one in listed if not (isinstance(one, Mapping) and one.get("name") in named)]


def _place(spot: Spot) -> dict[str, Any]:
    return {"name": spot.name, "lon": spot.lon, "lat": spot.lat, "precision": "city"}


def removed(draft: Draft, what: str) -> dict[str, Any]:
    """The draft without its outline, its box, its places, or one of them: `spatial.places:2`.

    Raises:
        Invalid: there is nothing of that name to remove.
    """
    path, _sign, number = what.partition(":")
    if path not in (OUTLINE, BOX, PLACES):
        raise Invalid(_("There is nothing of this name to remove."))
    spatial = dict(draft.get("spatial") or {})
    key = path.partition(".")[2]
    before = spatial.pop(key, None)
    left = _but(before, number) if number else []
    if left:
        spatial[key] = left
    provenance = dict(draft.get("provenance") or {})
    if not left:
        provenance.pop(path, None)
    return {**draft, "spatial": spatial, "provenance": provenance}


def _but(places: Any, number: str) -> list[Any]:
    if not isinstance(places, list | tuple):
        return []
    return [one for at, one in enumerate(places) if str(at) != number]
