"""Where a dataset lies, as GeoJSON (RFC 7946): longitude latitude, cut at the antimeridian.

Each feature says how far it can be trusted: a country that stands in for an unknown place is not a footprint.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from app.catalogue.clusters import around
from app.catalogue.places import Area, areas, geo_reason, geo_status
from app.catalogue.record import DatasetRecord, Provenance
from app.exchange.formats.context import Context

PLACES = ("spatial.places",)
WHOLE = ("spatial.footprint", "spatial.bbox")
STANDING_IN = ("spatial.countries", "spatial.places", "spatial.continents")
NO_OUTLINE = "The outline of this country or continent is not at hand; only its code is given."
STAND_IN = "The outline stands in for places within it that are not known."


def write(record: DatasetRecord, context: Context) -> bytes:
    """The collection as JSON."""
    return orjson.dumps(document(record, context), option=orjson.OPT_APPEND_NEWLINE)


def document(record: DatasetRecord, context: Context) -> dict[str, Any]:
    """All areas of a record; a collection without features says why in `reason`."""
    placed = [(area, _geometry(area, context)) for area in areas(record)]
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "dataset": context.page(record.slug),
        "name": record.name,
        "geo_status": geo_status(record),
    }
    if not placed:
        collection["reason"] = geo_reason(record)
    box = bbox([geometry for _, geometry in placed if geometry is not None])
    if box is not None:
        collection["bbox"] = box
    collection["features"] = [_feature(record, area, geometry) for area, geometry in placed]
    return collection


def bbox(geometries: Iterable[BaseGeometry]) -> list[float] | None:
    """West, south, east, north of all; west > east where something crosses the antimeridian."""
    box = around(geometries)
    return None if box is None else list(box.values())


def _geometry(area: Area, context: Context) -> BaseGeometry | None:
    """The area's own geometry, or the outline that the context has for its code."""
    if area.geometry is not None:
        return area.geometry
    outline = context.outlines.get(area.code) if area.code else None
    return None if outline is None else shape(dict(outline))


def _feature(record: DatasetRecord, area: Area, geometry: BaseGeometry | None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        # The box of the whole dataset has no name of its own.
        "name": area.name or record.name,
        "kind": area.kind,
        "precision": area.precision,
        "approximate": area.precision != "footprint",
        "code": area.code,
        **_origin(record.provenance, _paths(area)),
    }
    if area.kind == "outline":
        properties["note"] = NO_OUTLINE if geometry is None else STAND_IN
    return {
        "type": "Feature",
        "geometry": None if geometry is None else mapping(shapely.orient_polygons(geometry)),
        "properties": properties,
    }


def _paths(area: Area) -> tuple[str, ...]:
    """The fields of the record that an area may come from, likeliest first."""
    if area.kind == "outline":
        return STANDING_IN
    return PLACES if area.name else WHOLE


def _origin(provenance: Mapping[str, Provenance], paths: Iterable[str]) -> dict[str, Any]:
    """Keys of the sources, and how they give the fact, of the first path that is recorded."""
    for path in paths:
        if path in provenance:
            return {"sources": list(provenance[path].sources), "how": provenance[path].how}
    return {"sources": [], "how": None}
