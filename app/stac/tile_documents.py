"""What describes tiles of items: TileJSON 3.0, and sets of tiles by OGC API - Tiles. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue.tiles import DEEPEST_ZOOM
from app.items.splits import SPLITS
from app.items.tiles import HAND_OVER_ZOOM, MOST_FOOTPRINTS
from app.portal.answers import json_bytes
from app.stac.links import JSON, link

MVT = "application/vnd.mapbox-vector-tile"
CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
QUAD = "WebMercatorQuad"
QUAD_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
QUAD_CRS = {"tileMatrixSetURI": QUAD_URI, "crs": CRS}
REL_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
COUNTS = {"n": "Number: items in all", **{name: f"Number: items of split {name}" for name in SPLITS}}
LAYERS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "tile",
        "polygons",
        "One feature as large as the tile, which says what it shows; items are counted by their centres.",
        {
            "shows": "String: footprints or cells",
            "why": "String: why no footprints; far, crowded or heavy",
            "cells": "Number: cells along a side of the tile",
            "touching": "Number: items whose box touches the tile, where known",
            **COUNTS,
        },
    ),
    ("cells", "polygons", "Squares that hold centres of items; a number of 0 is left out.", COUNTS),
    (
        "footprints",
        "polygons",
        "Outlines of items, points where those are too small.",
        {
            "id": "String: id of the item",
            "collection": "String: its dataset",
            "datetime": "String: its moment, or its first",
            "end_datetime": "String: its last moment, where it covers an interval",
            "split": f"String: {', '.join(SPLITS)}",
            "n": "Number: 1 where the item is counted in this tile, else 0",
        },
    ),
)


@dataclass(frozen=True)
class Tiles:
    """Tiles of some items: the address of the service, the question, where the items lie, and how many."""

    base: str
    asks: str
    bounds: tuple[float, float, float, float]
    counts: Mapping[str, int]
    without_place: int

    def template(self, gaps: str) -> str:
        """The address of tiles, with gaps for their place."""
        return asking(f"{self.base}/tiles/items/{gaps}.mvt", self.asks)


def asking(address: str, asks: str) -> str:
    """An address with its question."""
    return f"{address}?{asks}" if asks else address


def tilejson(tiles: Tiles) -> bytes:
    """TileJSON 3.0, with the numbers of items as one member more."""
    west, south, east, north = tiles.bounds
    return json_bytes(
        {
            "tilejson": "3.0.0",
            "name": "Items of Earth observation datasets",
            "description": f"Footprints from zoom {HAND_OVER_ZOOM} on, or earlier where they are large, as "
            f"long as a tile has at most {MOST_FOOTPRINTS:,}; cells with numbers elsewhere. Nothing is left "
            "out.",
            "scheme": "xyz",
            "tiles": [tiles.template("{z}/{x}/{y}")],
            "minzoom": 0,
            "maxzoom": DEEPEST_ZOOM,
            "bounds": tiles.bounds,
            "center": [(west + east) / 2, (south + north) / 2, 1],
            "vector_layers": [
                {"id": name, "description": words, "minzoom": 0, "maxzoom": DEEPEST_ZOOM, "fields": fields}
                for name, _, words, fields in LAYERS
            ],
            "items": {
                "total": sum(tiles.counts.values()) + tiles.without_place,
                "without_place": tiles.without_place,
                **tiles.counts,
            },
        }
    )


def tilesets(address: str, asks: str) -> bytes:
    """OGC API - Tiles: the list of sets of tiles, which has one."""
    one = {
        "title": "Items as vector tiles",
        "dataType": "vector",
        **QUAD_CRS,
        "links": [link("self", asking(f"{address}/{QUAD}", asks), JSON)],
    }
    return json_bytes({"tilesets": [one], "links": [link("self", asking(address, asks), JSON)]})


def tileset(tiles: Tiles, address: str) -> bytes:
    """OGC API - Tiles: where tiles are, what they hold, and how the world is cut."""
    west, south, east, north = tiles.bounds
    described = asking(f"{tiles.base}/tiles/items/tilejson.json", tiles.asks)
    return json_bytes(
        {
            "title": "Items as vector tiles",
            "dataType": "vector",
            **QUAD_CRS,
            "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
            "layers": [_described(*layer) for layer in LAYERS],
            "links": [
                link("self", address, JSON),
                {
                    **link("item", tiles.template("{tileMatrix}/{tileCol}/{tileRow}"), MVT, "Tiles"),
                    "templated": True,
                },
                link("describedby", described, JSON, "TileJSON"),
                link(REL_SCHEME, QUAD_URI, None, "How the world is cut into tiles"),
            ],
        }
    )


def _described(name: str, geometry: str, words: str, fields: dict[str, str]) -> dict[str, Any]:
    """A layer as OGC API - Tiles describes it."""
    kinds = {"String": "string", "Number": "integer"}
    properties = {
        field: {"type": kinds[told.split(":")[0]], "title": told.split(": ", 1)[1]}
        for field, told in fields.items()
    }
    return {
        "id": name,
        "description": words,
        "dataType": "vector",
        "geometryDimension": 2,
        "geometryType": geometry,
        "propertiesSchema": {"type": "object", "properties": properties},
    }
