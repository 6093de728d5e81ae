"""The bundled catalogue as visitors meet it: search pages, and the tiles of the map."""

import math
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from benchmarks.clock import Timed, percentile, take_turns
from benchmarks.databases import Loaded, backends
from benchmarks.report import Line
from benchmarks.service import Client, serving

KILOBYTE = 1000
DEEPEST = 8

# Forty searches as the portal's own forms and links make them.
SEARCHES: tuple[dict[str, str], ...] = (
    {}, {"q": "eurosat"}, {"q": "eurosatt"}, {"q": "land cover"}, {"q": "ship detection sar"},
    {"q": "building damage"}, {"q": "crop field boundaries"}, {"q": "local climate zones"},
    {"q": "sar to optical"}, {"q": "hyperspectral biomass"}, {"q": "flood sentinel-1"}, {"q": "wilderness"},
    {"q": "super resolution"}, {"q": "visual question answering"}, {"q": "land cover land use germany"},
    {"q": "fields of the world"}, {"q": '"change detection" -sar'}, {"q": "satellite"},
    {"task": "semantic-segmentation"}, {"task": "object-detection", "modality": "sar"},
    {"modality": "hyperspectral"}, {"platform": "uav"}, {"sensor": "Sentinel-2"}, {"theme": "agriculture"},
    {"licence_class": "open"}, {"country": "DEU"}, {"continent": "africa"}, {"geo_status": "located"},
    {"library": "torchgeo"}, {"kind": "product"}, {"label_type": "bounding-box"}, {"extent": "global"},
    {"gsd_max": "1"}, {"year_min": "2020", "samples_min": "10000"}, {"volume_max": "10", "sort": "size"},
    {"bbox": "5,47,15,55"}, {"bbox": "5,47,15,55", "include_global": "true"}, {"bbox": "170,-45,-170,-30"},
    {"q": "forest", "bbox": "-80,-35,-35,10"}, {"sort": "name", "limit": "100"},
)  # fmt: skip
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"task": "semantic-segmentation"},
    {"q": "flood"},
    {"gsd_max": "1"},
)
# Longitude, latitude where tiles are asked for: where datasets lie close, and where few lie.
SPOTS = ((8.0, 50.0), (-77.0, 39.0), (116.0, 34.0), (78.0, 20.0), (36.0, -1.0), (-60.0, -10.0), (-150.0, 0.0))


def search_pages(loaded: Loaded, rounds: int) -> tuple[list[Line], dict[str, Any]]:
    """Server time and size of the search page."""
    with serving(loaded.address) as running:
        client = Client(running.address)
        paths = [_path("/datasets", search) for search in SEARCHES]
        if not client.offers(paths[0]):
            return _skipped(), {}
        accepted = [path for path in paths if client.offers(path)]
        timed = take_turns(
            {"page": [(path, partial(client.get, path, "gzip")) for path in accepted]},
            rounds=rounds,
            processes={"page": [running.pid, *backends(loaded.address)]},
        )
        sizes = {path: len(client.get(path, "gzip")) / KILOBYTE for path in accepted}
    pages = timed["page"]
    largest = max(sizes, key=lambda path: sizes[path])
    note = f"{len(accepted)} addresses, {_middle(pages)}; {_slowest(pages)}"
    return [
        Line(f"Search page, {loaded.records:,} real records, p95", pages.p95, "ms", at_most=50, note=note),
        Line("Search page, compressed HTML, largest", sizes[largest], "kB", at_most=60, note=f"`{largest}`"),
    ], {**pages.figures(), "kilobytes": sizes, "refused": sorted(set(paths) - set(accepted))}


def _skipped() -> list[Line]:
    note = "this service has no page /datasets"
    return [Line("Search page, p95", None, "ms", at_most=50, note=note)]


def _middle(timed: Timed) -> str:
    return f"median {timed.median:.1f} ms, {timed.cpu_ms:.1f} ms of processor time"


def _slowest(timed: Timed) -> str:
    medians = {path: percentile(all_, 0.5) for path, all_ in timed.kinds.items()}
    slowest = max(medians, key=lambda path: medians[path])
    return f"slowest `{slowest}` {medians[slowest]:.0f} ms"


def tiles(loaded: Loaded, rounds: int, *, bounded: bool) -> tuple[list[Line], dict[str, Any]]:
    """Server time and size of map tiles, warm; without bounds for catalogues larger than the real one."""
    with serving(loaded.address) as running:
        client = Client(running.address)
        paths = list(_tile_paths())
        client.get(paths[0])
        timed = take_turns(
            {"tile": [(path, partial(client.get, path)) for path in paths]},
            rounds=rounds,
            processes={"tile": [running.pid, *backends(loaded.address)]},
        )
        sizes = {path: len(client.get(path)) / KILOBYTE for path in paths}
    drawn = timed["tile"]
    largest = max(sizes, key=lambda path: sizes[path])
    note = f"{len(paths)} tiles of zooms 0–{DEEPEST}, {_middle(drawn)}; {_slowest(drawn)}"
    what = f"Map tile, {loaded.records:,} records"
    return [
        Line(f"{what}, warm, p95", drawn.p95, "ms", at_most=30 if bounded else None, note=note),
        Line(f"{what}, largest", sizes[largest], "kB", at_most=100 if bounded else None, note=f"`{largest}`"),
    ], {**drawn.figures(), "kilobytes": sizes}


def _tile_paths() -> Iterator[str]:
    """Every filter over every spot at every zoom, each tile once."""
    for given in FILTERS:
        seen = set()
        for zoom in range(DEEPEST + 1):
            seen |= {(zoom, *_column_and_row(longitude, latitude, zoom)) for longitude, latitude in SPOTS}
        for z, x, y in sorted(seen):
            yield _path(f"/tiles/datasets/{z}/{x}/{y}.mvt", given)


def _column_and_row(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """The tile of a web map that holds a position."""
    across = (longitude + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int(across * 2**zoom), int(down * 2**zoom)


def _path(path: str, given: dict[str, str]) -> str:
    return f"{path}?{urlencode(given)}" if given else path
