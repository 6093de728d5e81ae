"""What the part of the form that gives an area shows of a draft: a map, a sentence, the places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from markupsafe import Markup
from pydantic import ValidationError

from app.base.language import _
from app.catalogue.footprint import geometry
from app.catalogue.record import Place, Spatial
from app.curation import review_map
from app.curation.footprints import boxes, form
from app.curation.footprints.outlining import said


@dataclass(frozen=True)
class Given:
    """What somebody typed, by the names of the inputs, and what is wrong with it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class ShownArea:
    """All that the template needs.

    `drawing` is None where there is nothing to draw; `outline` is GeoJSON for the drawing map, "" without.
    """

    drawing: Markup | None
    reason: str
    summary: str
    note: str
    outline: str
    box: str
    places: tuple[Place, ...]
    ways: Mapping[str, str]
    way: str
    sides: Mapping[str, str]
    given: Given


def shown(draft: Mapping[str, Any], given: Given | None = None) -> ShownArea:
    """The area of a draft; a location that cannot be read is shown as none."""
    given = given or Given()
    spatial = _spatial(draft)
    scene = review_map.scene(draft)
    outline = spatial.footprint
    return ShownArea(
        drawing=None if scene.is_empty else review_map.drawing(scene, review_map.frame([scene])),
        reason=review_map.said(draft),
        summary=said(geometry(outline)) if outline else "",
        note=_note(draft) if outline else "",
        outline=orjson.dumps(outline.model_dump(mode="json")).decode() if outline else "",
        box=", ".join(f"{side:g}" for side in spatial.bbox) if spatial.bbox else "",
        places=spatial.places,
        ways={way: _(label) for way, label in form.WAYS.items()},
        way=form.way_of(given.texts, None) if given.texts else "draw",
        sides={side: _(label) for side, label in boxes.SIDES.items()},
        given=given,
    )


def _spatial(draft: Mapping[str, Any]) -> Spatial:
    try:
        return Spatial.model_validate(draft.get("spatial") or {})
    except ValidationError:
        return Spatial()


def _note(draft: Mapping[str, Any]) -> str:
    """How the outline was given, and what was lost."""
    provenance = draft.get("provenance")
    origin = provenance.get(form.OUTLINE) if isinstance(provenance, Mapping) else None
    return str(origin.get("note") or "") if isinstance(origin, Mapping) else ""
