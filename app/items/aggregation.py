"""Counts of the items that a query finds: by value of a property, by month, by square of the map."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.items.indexes import current
from app.items.matching import Some, match_some
from app.items.ordering import all_rows, values_of
from app.items.properties import known_properties, must_know
from app.items.query import ItemQuery

FINEST_SQUARES = 12
HIGHEST_LATITUDE = 85.0511287798066

Counts = list[tuple[str, int]]


def count_by(session: Session, query: ItemQuery, name: str, most: int = 100) -> Counts:
    """Items per value of a property, most frequent first; items that lack it are left out.

    An item counts once for each member of a list, such as the classes of a patch.


    Raises:
        Invalid: a property that no item asked for has.
    """
    index = current(session)
    some = match_some(session, index, query)
    known = known_properties(index, query.collections)
    must_know(known, name)
    if name == "collection":
        return _named(index.collections[_as_selection(some)], index.slugs, most)
    if name in known.columns and name in index.texts:
        return _named(index.texts[name][_as_selection(some)], index.words, most)
    if name in known.columns and name in index.numbers:
        values = index.numbers[name][_as_selection(some)]
        return _most_frequent(*np.unique(values[~np.isnan(values)], return_counts=True), most)
    read = values_of(session, index, known, all_rows(index, some), name)
    counts = Counter(word for value in read for word in _words(value))
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:most]


def _words(value: Any) -> Iterator[str]:
    """What a value counts for, as JSON writes it; an object counts for nothing."""
    if isinstance(value, list):
        yield from {word for one in value if not isinstance(one, list) for word in _words(one)}
    elif isinstance(value, bool):
        yield str(value).lower()
    elif value is not None and not isinstance(value, dict):
        yield str(value)


def count_by_month(session: Session, query: ItemQuery) -> Counts:
    """Items per month of their start, `2020-06`, oldest first."""
    index = current(session)
    starts = index.start[_as_selection(match_some(session, index, query))]
    months = starts.astype("datetime64[us]").astype("datetime64[M]")
    values, counts = np.unique(months, return_counts=True)
    return [(str(value), int(count)) for value, count in zip(values, counts, strict=True)]


def count_by_square(session: Session, query: ItemQuery, zoom: int) -> Counts:
    """Items per square `z/x/y` of the Web Mercator map that holds the middle of their box, most first.

    What lies beyond the latitudes of that map counts in its outermost squares; what has no place in none.

    Raises:
        Invalid: a zoom that is not offered.
    """
    if not 0 <= zoom <= FINEST_SQUARES:
        raise Invalid(f"The precision of squares is a zoom from 0 to {FINEST_SQUARES}; got {zoom}.")
    index = current(session)
    selection = _as_selection(match_some(session, index, query))
    lon = (index.west[selection] + index.east[selection]) / 2
    lat = (index.south[selection] + index.north[selection]) / 2
    lon, lat = lon[~np.isnan(lon)], lat[~np.isnan(lon)]
    x, y = _squares(lon, lat, zoom)
    values, counts = np.unique(x * 2**zoom + y, return_counts=True)
    names = np.asarray([f"{zoom}/{value >> zoom}/{value & (2**zoom - 1)}" for value in values.tolist()])
    return _most_frequent(names, counts, len(names))


def _squares(lon: Any, lat: Any, zoom: int) -> tuple[Any, Any]:
    """Column and line of squares, both counted from the north-west."""
    angle = np.radians(np.clip(lat, -HIGHEST_LATITUDE, HIGHEST_LATITUDE))
    down = (1 - np.arcsinh(np.tan(angle)) / np.pi) / 2
    x = np.floor((lon + 180) / 360 * 2**zoom).astype(np.int64)
    y = np.floor(down * 2**zoom).astype(np.int64)
    return np.clip(x, 0, 2**zoom - 1), np.clip(y, 0, 2**zoom - 1)


def _as_selection(some: Some) -> Any:
    return slice(None) if some is None else some


def _named(codes: Any, names: Any, most: int) -> Counts:
    values, counts = np.unique(codes, return_counts=True)
    named = [
        (names[code], count) for code, count in zip(values.tolist(), counts, strict=True) if code in names
    ]
    return sorted(((name, int(count)) for name, count in named), key=lambda one: (-one[1], one[0]))[:most]


def _most_frequent(values: Any, counts: Any, most: int) -> Counts:
    pairs = [(str(value), int(count)) for value, count in zip(values.tolist(), counts, strict=True)]
    return sorted(pairs, key=lambda one: (-one[1], one[0]))[:most]
