"""Vector tiles of footprints: what they take by zoom, how large they are, and whether all is counted."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count, islice
from typing import Any
from urllib.parse import quote

import mapbox_vector_tile

from benchmarks.clock import MILLI
from benchmarks.stac.client import Caller, replay
from benchmarks.stac.questions import Request
from benchmarks.stac.systems import System
from benchmarks.stac.timing import AT_ONCE, BySystem, Effort, Figures, in_turns
from benchmarks.stac.workload import regions

ZOOMS = range(10)
PLACES = 12
MOST_TILES = 6
LARGEST_KB = 300
DEEPEST_COUNTED = 7
FRESH_ZOOMS = range(0, 10, 3)
FRESH_TILES = 48
"""At least so many tiles are timed at a stretch, since the clock counts hundredths of a second."""
MOST_FRESH_TILES = 480

SINCE = datetime(2016, 1, 1, tzinfo=UTC)
NUMBERS = count()

Tile = tuple[int, int, int]


@dataclass(frozen=True)
class Tiles:
    """Where a system has the tiles of all items: a path with {z}, {x} and {y}."""

    system: System
    path: str

    def request(self, tile: Tile) -> Request:
        """The request for a tile."""
        z, x, y = tile
        return Request(self.path.format(z=z, x=x, y=y))

    def view(self, zoom: int) -> list[Request]:
        """The tiles that a map shows under a filter nobody has asked for: a split, and its own moment."""
        moment = SINCE + timedelta(seconds=next(NUMBERS))
        condition = f"split = 'train' AND datetime > TIMESTAMP('{moment:%Y-%m-%dT%H:%M:%SZ}')"
        return [Request(f"{self.request(tile).path}?filter={quote(condition)}") for tile in populated(zoom)]


def ours(system: System) -> Tiles:
    """The tiles of our service."""
    return Tiles(system, "/tiles/items/{z}/{x}/{y}.mvt")


def of_tipg(system: System) -> Tiles:
    """The tiles of tipg."""
    return Tiles(system, "/collections/public.footprint/tiles/WebMercatorQuad/{z}/{x}/{y}")


def drawing(compared: Sequence[Tiles], zoom: int, effort: Effort) -> BySystem:
    """What the tiles of a zoom take."""
    paths = {one.system.name: one for one in compared}

    def measure(system: System) -> Figures:
        requests = [paths[system.name].request(tile) for tile in populated(zoom)]
        replay(system.origin, requests, connections=1, seconds=0)
        before = system.cpu_seconds()
        alone = replay(system.origin, requests, connections=1, seconds=effort.seconds / 2)
        spent = (system.cpu_seconds() - before) * MILLI / len(alone.waits)
        many = replay(system.origin, requests, connections=AT_ONCE, seconds=0)
        return Figures(spent, alone.median, alone.p95, many.rate, alone.kilobytes)

    return in_turns([one.system for one in compared], measure, effort.repeats)


def drawing_filtered(compared: Sequence[Tiles], zoom: int, effort: Effort) -> BySystem:
    """What the tiles of a zoom take under filters that differ from view to view."""
    paths = {one.system.name: one for one in compared}

    def measure(system: System) -> Figures:
        views = iter(lambda: paths[system.name].view(zoom), None)
        practice = replay(system.origin, next(views), connections=1, seconds=0)
        asked = max(FRESH_TILES, min(MOST_FRESH_TILES, int(effort.seconds * practice.rate)))
        count = -(-asked // len(populated(zoom)))
        alone, many = (list(chain.from_iterable(islice(views, count))) for _ in range(2))
        before = system.cpu_seconds()
        seen = replay(system.origin, alone, connections=1, seconds=0)
        spent = (system.cpu_seconds() - before) * MILLI / len(seen.waits)
        rate = replay(system.origin, many, connections=AT_ONCE, seconds=0).rate
        return Figures(spent, seen.median, seen.p95, rate, seen.kilobytes)

    return in_turns([one.system for one in compared], measure, effort.repeats)


def largest_kb(tiles: Tiles) -> dict[int, float]:
    """The largest of the tiles that are timed, by zoom."""
    caller = Caller(tiles.system.origin)
    return {
        zoom: max(len(caller.fetch(tiles.request(tile).path)) / 1000 for tile in populated(zoom))
        for zoom in ZOOMS
    }


def counted(tiles: Tiles) -> dict[int, tuple[int, int, float]]:
    """By zoom, over all tiles that hold items: their sum by the notes, by what is drawn, and the largest, kB.

    Tiles below an empty one are not asked for.
    """
    caller, level, found = Caller(tiles.system.origin), [(0, 0, 0)], {}
    for zoom in range(DEEPEST_COUNTED + 1):
        told = {tile: caller.fetch(tiles.request(tile).path) for tile in level}
        sums = {tile: _sums(content) for tile, content in told.items() if content}
        noted, drawn = (sum(pair[which] for pair in sums.values()) for which in (0, 1))
        found[zoom] = (noted, drawn, max(map(len, told.values())) / 1000)
        level = [child for tile, (noted, _) in sums.items() if noted for child in _children(tile)]
    return found


def _sums(content: bytes) -> tuple[int, int]:
    """What the note of a tile says, and what its cells add up to; footprints count by the note alone."""
    layers = mapbox_vector_tile.decode(content)
    note: dict[str, Any] = layers["tile"]["features"][0]["properties"]
    cells = layers.get("cells", {"features": []})["features"]
    drawn = sum(cell["properties"]["n"] for cell in cells)
    return note["n"], drawn if note["shows"] == "cells" else note["n"]


def _children(tile: Tile) -> Iterator[Tile]:
    z, x, y = tile
    return ((z + 1, 2 * x + right, 2 * y + down) for right in (0, 1) for down in (0, 1))


def populated(zoom: int) -> list[Tile]:
    """Tiles in which the items of the first regions lie."""
    found = {_at(longitude, latitude, zoom) for longitude, latitude, _spread in regions()[:PLACES]}
    return sorted(found)[:MOST_TILES]


def _at(longitude: float, latitude: float, zoom: int) -> Tile:
    across = (longitude + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return zoom, int(across * 2**zoom), int(down * 2**zoom)
