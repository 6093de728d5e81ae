"""Outlines of countries and continents from Natural Earth, as the front-end build leaves them on disk."""

import json
from collections import defaultdict
from pathlib import Path

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.base.errors import Unavailable
from app.catalogue import vocabulary

COUNTRIES = Path(__file__).parents[2] / "static" / "vendor" / "countries-50m.json"

# Two lands that Natural Earth draws without a number of ISO 3166-1.
UNNUMBERED = {"Kosovo": "XKX"}


def read_outlines(path: Path = COUNTRIES) -> list[tuple[str, str, str, BaseGeometry]]:
    """(code, kind, name, geometry in degrees) of every country of the vocabulary and every continent.

    Raises:
        Unavailable: the file is missing; `npm run vendor` makes it.
    """
    if not path.exists():
        raise Unavailable(f"{path.name} is missing; run `make serve` or `npm run vendor`, which make it.")
    features = json.loads(path.read_text())["features"]
    by_number = {term.numeric: term for term in vocabulary.terms("country").values() if term.numeric}
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for feature in features:
        properties = feature["properties"]
        term = by_number.get(properties["id"])
        code = term.code if term else UNNUMBERED.get(properties["name"])
        if code:
            parts[code].append(shape(feature["geometry"]))
    countries = {code: shapely.union_all(shapes) for code, shapes in parts.items()}
    return [
        *((code, "country", vocabulary.label("country", code), shape_) for code, shape_ in countries.items()),
        *_continents(countries),
    ]


def _continents(countries: dict[str, BaseGeometry]) -> list[tuple[str, str, str, BaseGeometry]]:
    """Each continent as the union of its countries."""
    members: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, geometry in countries.items():
        group = vocabulary.terms("country")[code].group
        if group:
            members[group].append(geometry)
    return [
        (code, "continent", vocabulary.label("continent", code), shapely.union_all(shapes))
        for code, shapes in members.items()
    ]
