"""The requests that are timed: fixed ones by class, the same for every system."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.stac.workload import Region, regions, slug

SEED = 7
PER_CLASS = 40
COUNTED = 15
HALF_SIDES = {"bbox": 0.05, "wide": 0.4, "hexagon": 0.3}
"""Half sides of the areas, degrees."""

Body = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A request below the root of an API; with a body it is a POST."""

    path: str
    body: Body | None = None

    def with_body(self, more: Mapping[str, Any]) -> "Request":
        """The same with more in its body."""
        return Request(self.path, {**(self.body or {}), **more})

    def encoded(self, root: str, host: str) -> bytes:
        """The bytes to send, for an API below `root`."""
        lines = [f"{'GET' if self.body is None else 'POST'} {root}{self.path} HTTP/1.1", f"Host: {host}"]
        content = b"" if self.body is None else json.dumps(self.body).encode()
        if content:
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(frozen=True)
class Kind:
    """A class of requests; the tuned peer must take at least `at_least` times our processor time."""

    what: str
    at_least: float
    requests: tuple[Request, ...] = field(repr=False)


def kinds(items: int) -> dict[str, Kind]:
    """Every class by its letter, for a workload of that many items."""
    drawn = _Drawn(random.Random(f"{SEED}-queries"), regions())
    # The order of the draws decides what comes out, so it is that of the letters.
    near, wide, shaped = (drawn.many(one) for one in (drawn.near, drawn.wide, drawn.shaped))
    one = drawn.many(lambda: drawn.item(items))
    filtered = drawn.many(drawn.filtered)
    return {
        "a": Kind("box 0.1° and one collection, 10 items", 8, near),
        "b": Kind("box 0.8° and one year, 100 items", 15, wide),
        "c": Kind("polygon, CQL2 and sort, 50 items", 8, shaped),
        "d": Kind("newest 10 of everything", 8, (_search(limit=10),) * PER_CLASS),
        "d2": Kind("newest 100 of everything", 15, (_search(limit=100),) * PER_CLASS),
        "e": Kind("collections, 100 a page", 30, (Request("/collections?limit=100"),) * PER_CLASS),
        "e20": Kind("collections, 20 a page", 30, (Request("/collections?limit=20"),) * PER_CLASS),
        "g": Kind("one item", 5, one),
        "i": Kind("CQL2 in one collection without area, 10 items", 15, filtered),
    }


def counts(items: int) -> dict[str, tuple[Request, ...]]:
    """Requests for the number of items alone, by what narrows them."""
    of = kinds(items)
    whole = _search(limit=1)
    scopes = {
        "everything": (whole,) * 3,
        "one collection": tuple(_search(limit=1, collections=[slug(number)]) for number in range(3)),
        "box and year": of["b"].requests[:COUNTED],
        "polygon and CQL2": of["c"].requests[:COUNTED],
        "CQL2 without area": of["i"].requests[: COUNTED // 2],
    }
    return {name: tuple(one.with_body({"limit": 1}) for one in requests) for name, requests in scopes.items()}


LISTS = {
    "100 of everything": Request("/search", {"limit": 100}),
    "10 of one collection": Request("/search", {"limit": 10, "collections": [slug(0)]}),
}
"""Where pages are turned."""


def _search(**body: Any) -> Request:
    return Request("/search", body)


@dataclass(frozen=True)
class _Drawn:
    """Draws requests, the same each time."""

    random: random.Random
    places: list[Region]

    def many(self, draw: Any) -> tuple[Request, ...]:
        return tuple(draw() for _ in range(PER_CLASS))

    def near(self) -> Request:
        place = self._place()
        return _search(
            collections=[slug(self.random.randrange(6))], bbox=_box(*place, HALF_SIDES["bbox"]), limit=10
        )

    def wide(self) -> Request:
        place, year = self._place(), self.random.randrange(2016, 2024)
        span = f"{year}-01-01T00:00:00Z/{year + 1}-01-01T00:00:00Z"
        return _search(bbox=_box(*place, HALF_SIDES["wide"]), limit=100, datetime=span)

    def shaped(self) -> Request:
        return _search(
            intersects=_hexagon(*self._place(), HALF_SIDES["hexagon"]),
            limit=50,
            filter=_compared("<", "eo:cloud_cover", 20),
            sortby=[{"field": "properties.datetime", "direction": "desc"}],
            **{"filter-lang": "cql2-json"},
        )

    def item(self, items: int) -> Request:
        name = slug(self.random.randrange(3))
        return Request(f"/collections/{name}/items/{name}_{self.random.randrange(items // 40):07d}")

    def filtered(self) -> Request:
        parts = [
            _compared("<", "eo:cloud_cover", 5),
            _compared("=", "lc:class", "wetland"),
            _compared("=", "split", "test"),
        ]
        return _search(
            collections=[slug(self.random.randrange(6))],
            limit=10,
            filter={"op": "and", "args": parts},
            **{"filter-lang": "cql2-json"},
        )

    def _place(self) -> tuple[float, float]:
        longitude, latitude, _spread = self.random.choice(self.places)
        return longitude, latitude


def _compared(sign: str, name: str, value: object) -> Body:
    return {"op": sign, "args": [{"property": name}, value]}


def _box(longitude: float, latitude: float, half: float) -> list[float]:
    corners = (longitude - half, latitude - half, longitude + half, latitude + half)
    return [round(corner, 5) for corner in corners]


def _hexagon(longitude: float, latitude: float, half: float) -> Body:
    ring = [[round(x, 5), round(y, 5)] for x, y in _corners(longitude, latitude, half)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _corners(longitude: float, latitude: float, half: float) -> Iterator[tuple[float, float]]:
    for across, up in ((1, 0), (0.5, 0.87), (-0.5, 0.87), (-1, 0), (-0.5, -0.87), (0.5, -0.87)):
        yield longitude + half * across, latitude + half * up
