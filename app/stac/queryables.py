"""JSON Schemas of what can be filtered and sorted by."""

from collections.abc import Mapping
from typing import Any

from app.catalogue import vocabulary
from app.catalogue.query import FACET_NAMES, RANGE_NAMES
from app.items.properties import Known
from app.portal.parameters import UNITS, WHOLE
from app.stac.paging import SORTABLES

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# What every STAC item has.
ITEM_PROPERTIES: dict[str, dict[str, Any]] = {
    "id": {"title": "Identifier of the item", "type": "string"},
    "collection": {"title": "Identifier of the dataset", "type": "string"},
    "geometry": {"title": "Footprint", "$ref": "https://geojson.org/schema/Geometry.json"},
    "datetime": {"title": "When it was acquired", "type": "string", "format": "date-time"},
}


def of_items(address: str, title: str, more: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Properties by which items are filtered: those of all items, and `more` of theirs by name."""
    return _schema(address, title, {**ITEM_PROPERTIES, **(more or {})})


def of_properties(known: Known) -> dict[str, dict[str, Any]]:
    """The properties that items hold, with their types; lists and objects are left out."""
    types = {"number": "number", "text": "string", "boolean": "boolean"}
    return {name: {"title": name, "type": types[kind]} for name, kind in known.kinds.items() if kind in types}


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
