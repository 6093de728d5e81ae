"""JSON Schemas of what can be filtered and sorted by."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from app.catalogue import vocabulary
from app.catalogue.parameters import WHOLE
from app.catalogue.query import FACET_NAMES, RANGE_NAMES
from app.items.properties import Known
from app.portal.parameters import UNITS
from app.stac.paging import SORTABLES

DIALECT = "https://json-schema.org/draft/2020-12/schema"

TYPES = {"number": "number", "text": "string", "boolean": "boolean"}

# What every STAC item has.
ITEM_PROPERTIES: dict[str, dict[str, Any]] = {
    "id": {"title": "Identifier of the item", "type": "string"},
    "collection": {"title": "Identifier of the dataset", "type": "string"},
    "geometry": {"title": "Footprint", "$ref": "https://geojson.org/schema/Geometry.json"},
    "datetime": {"title": "When it was acquired", "type": "string", "format": "date-time"},
}


Write = Callable[[str, str, Known], dict[str, Any]]
"""Writes a schema: its address, its title, and what the items of some datasets hold."""


def of_items(address: str, title: str, known: Known) -> dict[str, Any]:
    """Properties by which items are filtered: those of all items, and what they hold; lists and objects are
    left out."""
    return _schema(address, title, {**ITEM_PROPERTIES, **_held(known, TYPES)})


def item_sortables(address: str, title: str, known: Known) -> dict[str, Any]:
    """Names by which items are sorted: what has one value that is a number, a text or the moment."""
    own = {name: told for name, told in ITEM_PROPERTIES.items() if name != "geometry"}
    return _schema(address, title, {**own, **_held(known, ("number", "text"))})


def _held(known: Known, kinds: Collection[str]) -> dict[str, dict[str, Any]]:
    """The properties of some kinds that items hold, with their types."""
    return {name: {"title": name, "type": TYPES[kind]} for name, kind in known.kinds.items() if kind in kinds}


def of_records(address: str) -> dict[str, Any]:
    """Codes and ranges by which records are filtered, each a parameter of its own."""
    codes = {
        name: {"title": name.replace("_", " "), "type": "string", "enum": list(vocabulary.terms(name))}
        for name in FACET_NAMES
    }
    bounds = {
        f"{name}_{side}": {
            "title": f"{'lowest' if side == 'min' else 'highest'} {UNITS[name]}",
            "type": "integer" if name in WHOLE else "number",
        }
        for name in RANGE_NAMES
        for side in ("min", "max")
    }
    return _schema(address, "Parameters by which datasets are filtered", {**codes, **bounds})


def sortables(address: str) -> dict[str, Any]:
    """Names that `sortby` takes for datasets."""
    names = {name: {"title": one.description, "type": one.kind} for name, one in SORTABLES.items()}
    return _schema(address, "Properties by which datasets are sorted", names)


def _schema(address: str, title: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": address,
        "title": title,
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
