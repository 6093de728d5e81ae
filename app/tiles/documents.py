"""A tile as a STAC Item 1.1, and back.

Only what is known is said. Fields that no extension has carry the prefix `eod:`; docs/sample-tiles.md lists
them. The stored document names its files by key; `with_links` gives them addresses.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shapely import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from app.base.extent import BBox
from app.tiles.layers import Band, ClassOfPixels, Corners, Layer, TileDescription
from app.tiles.opened import corners_from

VERSION = "1.1.0"
COG = "image/tiff; application=geotiff; profile=cloud-optimized"
EXTENSIONS = tuple(
    f"https://stac-extensions.github.io/{name}/schema.json"
    for name in (
        "eo/v2.0.0",
        "raster/v2.0.0",
        "classification/v2.0.0",
        "file/v2.1.0",
        "projection/v2.0.0",
        "view/v1.0.0",
        "sat/v1.1.0",
    )
)
CLOUDS = "eo:cloud_cover"
SENSED = ("view:", "sat:", CLOUDS)
"""How fields begin that tell how a layer was seen."""
SHA256 = "1220"
"""How a multihash of SHA-256 begins: its kind, and its length of 32 bytes."""
STATISTICS = {"minimum": "minimum", "maximum": "maximum", "mean": "mean", "stddev": "deviation"}
Document = dict[str, Any]
_SIGNS = re.compile(r"[^0-9A-Za-z]+")
"""What the names of classes may not hold."""


def item_of(tile: TileDescription) -> Document:
    """The STAC Item of a tile; geometry and box are null and absent where it lies nowhere on Earth."""
    document: Document = {
        "type": "Feature",
        "stac_version": VERSION,
        "stac_extensions": list(EXTENSIONS),
        "id": tile.id,
        "geometry": tile.box and _outline(tile.box, tile.corners).__geo_interface__,
        "properties": _properties(tile),
        "links": [],
        "assets": {layer.key: _asset(layer) for layer in tile.layers},
    }
    if tile.box is not None:
        document["bbox"] = list(tile.box.values())
    if tile.dataset is not None:
        document["collection"] = tile.dataset
    return document


def _outline(box: BBox, corners: Corners | None) -> BaseGeometry:
    """The outline of the pixels; that of the box where no corners are known, or where it crosses 180°."""
    if corners is None or box.west > box.east:
        return box.geometry()
    outline = Polygon(corners)
    return orient(outline) if outline.is_valid and outline.area else box.geometry()


def _properties(tile: TileDescription) -> Document:
    moments = sorted({layer.moment for layer in tile.seen if layer.moment})
    many = len(moments) > 1
    return _said(
        {
            "datetime": _text(tile.moment),
            "start_datetime": _text(moments[0]) if many else None,
            "end_datetime": _text(moments[-1]) if many else None,
            "title": tile.title,
            "description": tile.note,
            "license": tile.licence,
            "gsd": tile.gsd_m,
            "split": tile.split,
            CLOUDS: next(_clouds(tile), None),
            "proj:shape": list(tile.shape),
            "eod:simulated": tile.simulated,
            "eod:imitates": list(tile.imitates),
            "eod:seed": tile.seed,
            "eod:corners": tile.corners and [list(one) for one in tile.corners],
            # An object in a row of PostgreSQL keeps no order of its own.
            "eod:layers": [layer.key for layer in tile.layers],
        },
        keep=("datetime",),
    )


def _clouds(tile: TileDescription) -> Iterator[float | str]:
    """The percent of clouds at the moment of the tile."""
    for layer in tile.seen:
        if layer.moment == tile.moment:
            yield from (value for name, value in layer.sensed if name == CLOUDS)


def _asset(layer: Layer) -> Document:
    return _said(
        {
            "href": f"{layer.key}.tif",
            "type": COG,
            "title": layer.title,
            "roles": ["labels", "truth"] if layer.is_truth else ["data"],
            "datetime": _text(layer.moment),
            "gsd": layer.gsd_m,
            "file:size": layer.size,
            "file:checksum": SHA256 + layer.sha256,
            "data_type": layer.dtype,
            "nodata": "nan" if layer.no_data is None else layer.no_data,
            "raster:scale": layer.scale,
            "raster:offset": layer.offset,
            "bands": [_band(band) for band in layer.bands],
            "classification:classes": [_class(one) for one in layer.classes],
            "eod:shows": layer.shows,
            "eod:answers": layer.answers,
            "eod:step": layer.step,
            "eod:path": layer.path,
            **dict(layer.sensed),
        }
    )


def _class(one: ClassOfPixels) -> Document:
    return {
        "value": one.value,
        "name": _SIGNS.sub("-", one.name).strip("-").lower(),
        "title": one.name,
        "color_hint": one.colour.removeprefix("#").upper(),
    }


def _band(band: Band) -> Document:
    return _said(
        {
            "name": band.name,
            "description": band.title,
            "unit": band.unit,
            "eo:common_name": band.common_name,
            "eo:center_wavelength": band.centre_um,
            "eo:full_width_half_max": band.width_um,
            "statistics": {key: getattr(band, name) for key, name in STATISTICS.items()},
            "eod:percentile_2": band.low,
            "eod:percentile_98": band.high,
        }
    )


def _said(fields: Mapping[str, Any], keep: tuple[str, ...] = ()) -> Document:
    """The fields that say something."""
    return {key: value for key, value in fields.items() if key in keep or value not in (None, "", [])}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def description_of(document: Mapping[str, Any]) -> TileDescription:
    """The opposite of `item_of`."""
    properties = document["properties"]
    box = document.get("bbox")
    rows, columns = properties["proj:shape"]
    return TileDescription(
        id=document["id"],
        title=properties["title"],
        dataset=document.get("collection"),
        imitates=tuple(properties.get("eod:imitates", ())),
        simulated=properties["eod:simulated"],
        licence=properties["license"],
        split=properties.get("split"),
        moment=_moment(properties["datetime"]),
        shape=(rows, columns),
        gsd_m=properties.get("gsd"),
        box=BBox(*box) if box else None,
        layers=tuple(_layers(document["assets"], properties["eod:layers"])),
        seed=properties.get("eod:seed"),
        note=properties.get("description", ""),
        corners=corners_from(properties.get("eod:corners")),
    )


def _layers(assets: Mapping[str, Mapping[str, Any]], keys: Sequence[str]) -> Iterator[Layer]:
    for key in keys:
        asset = assets[key]
        yield Layer(
            key=key,
            title=asset["title"],
            shows=asset["eod:shows"],
            bands=tuple(_band_of(band) for band in asset["bands"]),
            path=asset["eod:path"],
            sha256=asset["file:checksum"].removeprefix(SHA256),
            size=asset["file:size"],
            gsd_m=asset.get("gsd"),
            moment=_moment(asset.get("datetime")),
            step=asset["eod:step"],
            answers=asset.get("eod:answers"),
            classes=tuple(
                ClassOfPixels(one["value"], one.get("title", one["name"]), f"#{one['color_hint'].lower()}")
                for one in asset.get("classification:classes", ())
            ),
            sensed=tuple(sorted((name, asset[name]) for name in asset if name.startswith(SENSED))),
            dtype=asset.get("data_type", "float32"),
            scale=asset.get("raster:scale", 1.0),
            offset=asset.get("raster:offset", 0.0),
            no_data=None if asset.get("nodata", "nan") == "nan" else asset["nodata"],
        )


def _band_of(band: Mapping[str, Any]) -> Band:
    statistics = {name: band["statistics"][key] for key, name in STATISTICS.items()}
    return Band(
        name=band["name"],
        unit=band.get("unit", ""),
        low=band["eod:percentile_2"],
        high=band["eod:percentile_98"],
        title=band.get("description", ""),
        common_name=band.get("eo:common_name"),
        centre_um=band.get("eo:center_wavelength"),
        width_um=band.get("eo:full_width_half_max"),
        **statistics,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def with_links(document: Mapping[str, Any], base: str) -> Document:
    """A stored document as it is sent: files, page and models by address, paths of the storage left out.

    Args:
        base: address of the service, without a slash at its end.
    """
    own = f"{base}/api/tiles/{document['id']}"
    assets = {
        key: {
            **{name: value for name, value in asset.items() if name != "eod:path"},
            "href": f"{own}/files/{key}.tif",
        }
        for key, asset in document["assets"].items()
    }
    links = [
        {"rel": "self", "href": own, "type": "application/geo+json"},
        {"rel": "root", "href": f"{base}/stac", "type": "application/json"},
        {
            "rel": "alternate",
            "href": f"{base}/tiles/{document['id']}",
            "type": "text/html",
            "title": "Viewer",
        },
    ]
    if collection := document.get("collection"):
        place = f"{base}/stac/collections/{collection}"
        links.insert(1, {"rel": "collection", "href": place, "type": "application/json"})
    return {**document, "assets": assets, "links": links}
