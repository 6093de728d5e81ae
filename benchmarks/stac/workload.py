"""Made-up items as patch datasets have them: small squares around regions that are asked for often.

The same number of items is the same bytes on every machine. Items come by collection, in an order that is
random in space and time. The collections differ in size as real ones do: the largest of twenty holds 18 %.
"""

import json
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SEED = 7
COLLECTIONS = 20
REGIONS = 250
# West, south, east, north, weight: rough boxes of land in which regions lie.
LANDS = (
    (-9, 37, 25, 60, 60), (-122, 26, -72, 49, 45), (70, 9, 88, 30, 25), (100, 22, 121, 41, 30),
    (-75, -34, -38, -3, 25), (-15, 5, 40, 14, 20), (12, -33, 38, 3, 15), (115, -37, 152, -18, 10),
    (30, 45, 90, 62, 12), (96, -8, 125, 18, 8),
)  # fmt: skip
SIDES_M = (1280.0, 1200.0, 1920.0, 2560.0)
GSD_M = (0.6, 3, 10, 30)
DEGREE_M = 111_320.0
SEASONS = ("winter", "spring", "summer", "autumn")
SPLITS = ("train",) * 7 + ("val",) * 2 + ("test",)
PLATFORMS = (
    "sentinel-1a", "sentinel-1b", "sentinel-2a", "sentinel-2b", "landsat-8", "landsat-9", "naip",
    "planetscope",
)  # fmt: skip
LAND_COVER = (
    "artificial", "arable", "pasture", "permanent-crop", "broadleaf", "conifer", "mixed-forest", "grassland",
    "shrub", "wetland", "water", "bare", "snow-ice",
)  # fmt: skip
TASKS = ("classification", "segmentation", "change detection", "detection")
BEGIN = datetime(2015, 7, 1, tzinfo=UTC)
END = datetime(2024, 12, 31, tzinfo=UTC)
SECONDS = int((END - BEGIN).total_seconds())

GEOTIFF = "image/tiff; application=geotiff"
ITEM = (
    '{"type":"Feature","stac_version":"1.0.0","stac_extensions":'
    '["https://stac-extensions.github.io/eo/v1.1.0/schema.json"],'
    '"id":"%(id)s","collection":"%(slug)s","geometry":{"type":"Polygon","coordinates":'
    "[[[%(west)s,%(south)s],[%(east)s,%(south)s],[%(east)s,%(north)s],[%(west)s,%(north)s],"
    "[%(west)s,%(south)s]]]},"
    '"bbox":[%(west)s,%(south)s,%(east)s,%(north)s],'
    '"properties":{"datetime":"%(moment)s","eo:cloud_cover":%(cloud)s,"season":"%(season)s",'
    '"split":"%(split)s","lc:class":"%(cover)s","lc:fraction":%(fraction)s,"platform":"%(platform)s",'
    '"gsd":%(gsd)s},"links":[],'
    '"assets":{"s1":{"href":"https://data.example.org/%(slug)s/%(id)s/S1.tif",'
    f'"type":"{GEOTIFF}","roles":["data"]}},'
    '"s2":{"href":"https://data.example.org/%(slug)s/%(id)s/S2.tif",'
    f'"type":"{GEOTIFF}; profile=cloud-optimized","roles":["data"]}},'
    '"label":{"href":"https://data.example.org/%(slug)s/%(id)s/label.json","type":"application/json",'
    '"roles":["labels"]}}}\n'
)

Region = tuple[float, float, float]
"""Longitude, latitude, and how far its items are spread (metres, one standard deviation)."""


def slug(number: int) -> str:
    """The identifier of a collection."""
    return f"eo-patches-{number:03d}"


def regions() -> list[Region]:
    """Where items lie and searches look."""
    draw, weights = random.Random(f"{SEED}-roi"), [land[4] for land in LANDS]
    found = []
    for _ in range(REGIONS):
        west, south, east, north, _weight = draw.choices(LANDS, weights)[0]
        found.append((draw.uniform(west, east), draw.uniform(south, north), draw.uniform(8e3, 45e3)))
    return found


def sizes(count: int) -> list[int]:
    """Items per collection; they add up to `count`."""
    shares = [1 / (place + 1) ** 0.8 for place in range(COLLECTIONS)]
    found = [int(count * share / sum(shares)) for share in shares]
    found[0] += count - sum(found)
    return found


def collections() -> Iterator[dict[str, Any]]:
    """The collections as the peer takes them; ours are made from records of datasets."""
    draw = random.Random(f"{SEED}-coll")
    for number in range(COLLECTIONS):
        task = draw.choice(TASKS)
        yield {
            "type": "Collection",
            "stac_version": "1.0.0",
            "id": slug(number),
            "title": f"EO patches {number:03d}: {task}",
            "description": f"Made-up collection {number} for {task} on {draw.choice(PLATFORMS)} patches.",
            "license": draw.choice(("CC-BY-4.0", "CC0-1.0", "other", "MIT")),
            "keywords": [*draw.sample(LAND_COVER, 3), task],
            "providers": [{"name": "bench", "roles": ["producer"]}],
            "extent": {
                "spatial": {"bbox": [[-180, -90, 180, 90]]},
                "temporal": {"interval": [[_written(BEGIN), _written(END)]]},
            },
            "summaries": {"eo:cloud_cover": {"minimum": 0, "maximum": 100}},
            "item_assets": {
                "s1": {"type": GEOTIFF, "roles": ["data"]},
                "s2": {"type": f"{GEOTIFF}; profile=cloud-optimized", "roles": ["data"]},
                "label": {"type": "application/json", "roles": ["labels"]},
            },
            "links": [],
        }


def items(number: int, size: int) -> Iterator[str]:
    """The items of one collection, each a line of JSON."""
    draw, name = random.Random(f"{SEED}-{number}"), slug(number)
    # Small collections cover fewer regions.
    mine = draw.sample(regions(), max(20, REGIONS - 8 * number))
    side, gsd = draw.choice(SIDES_M), draw.choice(GSD_M)
    for place in range(size):
        yield ITEM % {"id": f"{name}_{place:07d}", "slug": name, "gsd": gsd, **_drawn(draw, mine, side)}


def _drawn(draw: random.Random, mine: Sequence[Region], side: float) -> dict[str, object]:
    """What differs from item to item; the order of the draws decides what comes out."""
    longitude, latitude, spread = mine[int(draw.random() ** 1.5 * len(mine))]
    across = round(draw.gauss(0, spread) / side) * side
    up = round(draw.gauss(0, spread) / side) * side
    south = latitude + up / DEGREE_M
    degree = DEGREE_M * math.cos(math.radians(south))
    west = longitude + across / degree
    moment = BEGIN + timedelta(seconds=int(draw.random() * SECONDS))
    return {
        "west": round(west, 6),
        "south": round(south, 6),
        "east": round(west + side / degree, 6),
        "north": round(south + side / DEGREE_M, 6),
        "moment": _written(moment),
        "cloud": round(100 * draw.random() ** 2, 2),
        "season": SEASONS[(moment.month % 12) // 3],
        "split": SPLITS[int(draw.random() * len(SPLITS))],
        "cover": LAND_COVER[int(draw.random() ** 1.7 * len(LAND_COVER))],
        "fraction": round(draw.random(), 3),
        "platform": PLATFORMS[int(draw.random() * len(PLATFORMS))],
    }


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def written_items(count: int, folder: Path) -> Iterator[Path]:
    """A file with the items of all collections, which is gone after the block."""
    with TemporaryDirectory(dir=folder) as made:
        path = Path(made) / "items.ndjson"
        with path.open("w") as file:
            for number, size in enumerate(sizes(count)):
                file.writelines(items(number, size))
        yield path


@contextmanager
def written_collections(folder: Path) -> Iterator[Path]:
    """A file with all collections, which is gone after the block."""
    with TemporaryDirectory(dir=folder) as made:
        path = Path(made) / "collections.ndjson"
        path.write_text("".join(f"{json.dumps(one)}\n" for one in collections()))
        yield path
