"""Simulated tiles: scenes of `app.scenes` as files with truth, the same for every seed on every machine.

There are two kinds. A clear one was seen once, by an optical and a radar satellite; its truth is land cover,
finely and coarsely, local climate zones, the vegetation index, and heights. A cloudy one is a series of three
dates; its truth is what the middle date looks like without clouds, and where the clouds are. Neither lies
anywhere on Earth, so neither has a box.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

from app.base.storage import Storage
from app.scenes.land_cover import land_cover
from app.scenes.layout import PIXEL_M, Layout, make_layout
from app.scenes.optical import acquire_optical
from app.scenes.radar import acquire_radar
from app.scenes.series import TEST, clear_day, cloudy_days, split_of
from app.tiles import drafting
from app.tiles.layers import TileDescription
from app.tiles.writing import Draft, write_layer

DATASET = "simulated-scenes"
LICENCE = "CC0-1.0"
SIZE = 128
CLEAR = tuple(TEST[:18])
CLOUDY = tuple(TEST[100:108])
"""Seeds of the tiles of each kind: of the test split, which no model was trained or chosen on."""
IMITATED_BY_CLEAR = (
    "sen12ms",
    "dfc2020",
    "so2sat-lcz42",
    "copernicus-bench-dfc2020-s1",
    "copernicus-bench-dfc2020-s2",
    "copernicus-bench-lcz-s2",
    "geo-bench-m-so2sat",
)
IMITATED_BY_CLOUDY = ("sen12ms-cr", "sen12ms-cr-ts")
"""Slugs of datasets whose bands, pixels and task a kind imitates."""
NOTE = "Simulated by a program: no satellite saw it, its dates are made up, and it lies nowhere on Earth."
GROUNDS = (
    "forest",
    "shrubs",
    "savanna",
    "grassland",
    "wetland",
    "cropland",
    "town",
    "snow",
    "bare ground",
    "water",
)
"""The classes of land cover as titles name them."""
RECORD = Path(__file__).parents[2] / "data" / "simulated" / f"{DATASET}.yaml"
"""What the catalogue says of the dataset."""
_APP = Path(__file__).parents[1]
_CODE = (
    "scenes/*.py",
    "tiles/making.py",
    "tiles/drafting.py",
    "tiles/legends.py",
    "tiles/writing.py",
    "tiles/rasters.py",
    "tiles/documents.py",
    "zoo/weights/parts.py",
)


@cache
def recipe() -> str:
    """What the tiles depend on, as 16 characters; another one means that they are made again."""
    digest = hashlib.sha256()
    for path in (*sorted(path for pattern in _CODE for path in _APP.glob(pattern)), RECORD):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def clear_id(seed: int) -> str:
    """The id of the clear tile of a seed."""
    return f"simulated-clear-{seed}"


def cloudy_id(seed: int) -> str:
    """The id of the cloudy series of a seed."""
    return f"simulated-series-{seed}"


@dataclass(frozen=True)
class Plan:
    """Which tiles are made: the seeds of each kind, and the pixels along an edge."""

    clear: tuple[int, ...] = CLEAR
    cloudy: tuple[int, ...] = CLOUDY
    size: int = SIZE

    @property
    def kinds(self) -> tuple[tuple[Callable[[int], str], tuple[int, ...]], ...]:
        """How the ids of each kind are made, and its seeds."""
        return (clear_id, self.clear), (cloudy_id, self.cloudy)

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The ids of all its tiles."""
        return tuple(of(seed) for of, seeds in self.kinds for seed in seeds)


ALL = Plan()


def make(storage: Storage, tile: str, plan: Plan = ALL) -> TileDescription:
    """Make one tile of a plan by its id; KeyError for an id that is not in it."""
    clear, cloudy = ({of(seed): seed for seed in seeds} for of, seeds in plan.kinds)
    if tile in clear:
        return make_clear(storage, clear[tile], plan.size)
    return make_cloudy(storage, cloudy[tile], plan.size)


def make_clear(storage: Storage, seed: int, size: int = SIZE) -> TileDescription:
    """A single clear date with five kinds of truth; its files are written to the storage.

    Args:
        size: pixels along an edge, at least 32.
    Raises:
        Invalid: the seed or size is out of range.
    """
    day = clear_day(seed)
    layout = make_layout(seed, size)
    optical = acquire_optical(layout, day, cloudy=False)
    radar = acquire_radar(layout, day)
    drafts = (
        drafting.optical("s2", optical),
        drafting.radar("s1", radar),
        *drafting.ground_truth(layout, day),
    )
    title = f"Simulated: {_ground(layout)}, {_spoken(day)}"
    return _written(storage, clear_id(seed), title, seed, drafts, IMITATED_BY_CLEAR, drafting.moment_of(day))


def make_cloudy(storage: Storage, seed: int, size: int = SIZE) -> TileDescription:
    """A series of three dates five days apart under clouds; truth is the middle date without them.

    Raises:
        Invalid: the seed or size is out of range.
    """
    layout = make_layout(seed, size)
    days = cloudy_days(seed)
    optical = [acquire_optical(layout, day, time=number) for number, day in enumerate(days)]
    radar = [acquire_radar(layout, day, time=number) for number, day in enumerate(days)]
    drafts = [
        draft
        for number in range(len(days))
        for draft in (
            drafting.optical(f"s2-{number + 1}", optical[number], number),
            drafting.radar(f"s1-{number + 1}", radar[number], number),
            drafting.cloud(f"cloud-{number + 1}", optical[number], number),
        )
    ]
    middle = len(days) // 2
    drafts.append(drafting.clear_image(optical[middle], middle))
    first, second, third = (f"{one.coverage * 100:.0f}" for one in optical)
    title = f"Simulated: {_ground(layout)}, {_spoken(days[middle])}, {first}, {second} and {third} % hidden"
    moment = drafting.moment_of(days[middle])
    return _written(storage, cloudy_id(seed), title, seed, drafts, IMITATED_BY_CLOUDY, moment)


def _spoken(day: int) -> str:
    return f"{drafting.moment_of(day):%-d %B}"


def _ground(layout: Layout) -> str:
    """The two classes that cover most of it, in words."""
    shares = np.bincount(land_cover(layout.cover).ravel(), minlength=len(GROUNDS))
    first, second = np.argsort(-shares, kind="stable")[:2]
    return f"{GROUNDS[first]} and {GROUNDS[second]}"


def _written(
    storage: Storage,
    tile: str,
    title: str,
    seed: int,
    drafts: Sequence[Draft],
    imitates: tuple[str, ...],
    moment: datetime,
) -> TileDescription:
    layers = tuple(write_layer(storage, tile, draft, simulated=True, licence=LICENCE) for draft in drafts)
    return TileDescription(
        id=tile,
        title=title,
        dataset=DATASET,
        imitates=imitates,
        simulated=True,
        licence=LICENCE,
        split=split_of(seed),
        moment=moment,
        shape=drafts[0].values.shape[-2:],
        gsd_m=PIXEL_M,
        box=None,
        layers=layers,
        seed=seed,
        note=NOTE,
    )
