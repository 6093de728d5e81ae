"""Simulated tiles: scenes of `app.scenes` as files with truth, the same for every seed on every machine.

There are two kinds. A clear one was seen once, by an optical and a radar satellite; its truth is land cover,
finely and coarsely, local climate zones, the vegetation index, and heights. A cloudy one is a series of three
dates; its truth is what the middle date looks like without clouds, and where the clouds are. Neither lies
anywhere on Earth, so neither has a box.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.base.storage import Storage
from app.scenes.layout import PIXEL_M, Cover, Layout, make_layout
from app.scenes.optical import OpticalImage, acquire_optical, surface_reflectance
from app.scenes.radar import RadarImage, acquire_radar
from app.scenes.series import TEST, split_of
from app.scenes.spectra import BANDS
from app.scenes.zones import zones
from app.tiles.layers import Answers, ClassOfPixels, TileDescription
from app.tiles.legends import CLOUD, LAND_COVER, LOCAL_CLIMATE_ZONES, sentinel_1, sentinel_2
from app.tiles.rasters import CLASSES, DECIBELS, INDEX, METRES, REFLECTANCE
from app.tiles.writing import Draft, named, write_layer

DATASET = "simulated-scenes"
LICENCE = "CC0-1.0"
SIZE, COARSE, CELL = 128, 16, 32
DATES, REVISIT = 3, 5
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
TO_DFC = {
    Cover.BROADLEAF: 0,
    Cover.CONIFER: 0,
    Cover.SHRUB: 1,
    Cover.GRASS: 3,
    Cover.WETLAND: 4,
    Cover.CROP: 5,
    Cover.URBAN_DENSE: 6,
    Cover.URBAN_OPEN: 6,
    Cover.SNOW: 7,
    Cover.BARE: 8,
    Cover.WATER: 9,
}
_LAND_COVER_OF_COVER = np.array([TO_DFC[one] for one in Cover], dtype=np.uint8)
RECORD = Path(__file__).parents[2] / "data" / "simulated" / f"{DATASET}.yaml"
"""What the catalogue says of the dataset."""
_APP = Path(__file__).parents[1]
_CODE = (
    "scenes/*.py",
    "tiles/making.py",
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
    day = 150 + seed * 7 % 120
    layout = make_layout(seed, size)
    optical = acquire_optical(layout, day, cloudy=False)
    radar = acquire_radar(layout, day)
    drafts = (_optical("s2", optical), _radar("s1", radar), *_ground_truth(layout, day))
    title = f"Simulated: {_ground(layout)}, {_spoken(day)}"
    return _written(storage, clear_id(seed), title, seed, drafts, IMITATED_BY_CLEAR, moment_of(day))


def make_cloudy(storage: Storage, seed: int, size: int = SIZE) -> TileDescription:
    """A series of three dates five days apart under clouds; truth is the middle date without them.

    Raises:
        Invalid: the seed or size is out of range.
    """
    layout = make_layout(seed, size)
    days = [20 + seed * 37 % 320 + REVISIT * number for number in range(DATES)]
    optical = [acquire_optical(layout, day, time=number) for number, day in enumerate(days)]
    radar = [acquire_radar(layout, day, time=number) for number, day in enumerate(days)]
    drafts = [
        draft
        for number in range(DATES)
        for draft in (
            _optical(f"s2-{number + 1}", optical[number], number),
            _radar(f"s1-{number + 1}", radar[number], number),
            _cloud(f"cloud-{number + 1}", optical[number], number),
        )
    ]
    middle = DATES // 2
    drafts.append(_clear_image(optical[middle], middle))
    first, second, third = (f"{one.coverage * 100:.0f}" for one in optical)
    title = f"Simulated: {_ground(layout)}, {_spoken(days[middle])}, {first}, {second} and {third} % hidden"
    moment = moment_of(days[middle])
    return _written(storage, cloudy_id(seed), title, seed, drafts, IMITATED_BY_CLOUDY, moment)


def moment_of(day: int) -> datetime:
    """A date with the season of a day of the year, 1 to 366, at half past ten.

    Simulated scenes have a day but no year. It is one of the two in which the days since launch lie among
    those that the models of series were trained with.
    """
    return datetime(2017 if day > 205 else 2018, 1, 1, 10, 30, tzinfo=UTC) + timedelta(days=day - 1)


def _spoken(day: int) -> str:
    return f"{moment_of(day):%-d %B}"


def _ground(layout: Layout) -> str:
    """The two classes that cover most of it, in words."""
    shares = np.bincount(_LAND_COVER_OF_COVER[layout.cover].ravel(), minlength=len(LAND_COVER))
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


def _optical(key: str, image: OpticalImage, step: int = 0) -> Draft:
    is_cloudy = image.values is not image.clear
    sensed = {
        "view:sun_elevation": round(90 - image.sun.zenith, 2),
        "view:sun_azimuth": round(image.sun.azimuth, 2),
        "view:incidence_angle": round(image.view_zenith, 2),
        "eo:cloud_cover": round(100 * float(image.cloud.mean()), 2) if is_cloudy else 0.0,
    }
    return Draft(
        key,
        "Sentinel-2, simulated, top of atmosphere",
        "optical",
        image.values,
        sentinel_2(),
        REFLECTANCE,
        PIXEL_M,
        moment_of(image.day),
        step,
        sensed=sensed,
    )


def _radar(key: str, image: RadarImage, step: int = 0) -> Draft:
    sensed: dict[str, float | str] = {
        "sat:orbit_state": image.orbit,
        "view:incidence_angle": round(image.incidence, 2),
    }
    return Draft(
        key,
        "Sentinel-1, simulated, VV and VH",
        "radar",
        image.values,
        sentinel_1(),
        DECIBELS,
        PIXEL_M,
        moment_of(image.day),
        step,
        sensed=sensed,
    )


def _ground_truth(layout: Layout, day: int) -> Iterator[Draft]:
    cover = _LAND_COVER_OF_COVER[layout.cover]
    zone = zones(layout, CELL).repeat(CELL, axis=0).repeat(CELL, axis=1)
    yield _classes("land-cover", "Land cover of every pixel", cover, LAND_COVER)
    yield _classes("coarse-land-cover", "Land cover as labels of 160 m tell it", coarsened(cover), LAND_COVER)
    yield _classes("local-climate-zone", "Local climate zone of each 320 m", zone, LOCAL_CLIMATE_ZONES)
    yield _values("ndvi", "Vegetation index at the ground", "1", vegetation_index(layout, day))
    yield _values("height", "Height above ground", "m", layout.height)


def vegetation_index(layout: Layout, day: int) -> NDArray[np.float32]:
    """The index of the ground without air, light and noise [row, column], −1 to 1."""
    ground = surface_reflectance(layout, day)
    near, red = ground[BANDS.index("B8")], ground[BANDS.index("B4")]
    return np.asarray((near - red) / (near + red), dtype=np.float32)


def coarsened(cover: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The most frequent class of each block of 16 × 16 pixels, repeated over the block."""
    rows, columns = (length // COARSE for length in cover.shape)
    blocks = cover.reshape(rows, COARSE, columns, COARSE).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    counts = np.stack([(blocks == one.value).sum(axis=-1) for one in LAND_COVER])
    most = counts.argmax(axis=0).astype(np.uint8)
    return np.asarray(most.repeat(COARSE, axis=0).repeat(COARSE, axis=1))


def _classes(
    answers: Answers, title: str, values: NDArray[np.uint8], classes: tuple[ClassOfPixels, ...]
) -> Draft:
    return Draft(
        answers,
        f"{title}, simulated",
        "classes",
        values[None],
        (named(answers, ""),),
        CLASSES,
        PIXEL_M,
        answers=answers,
        classes=classes,
    )


def _values(answers: Answers, title: str, unit: str, values: NDArray[np.floating]) -> Draft:
    encoding = METRES if unit == "m" else INDEX
    return Draft(
        answers,
        f"{title}, simulated",
        "values",
        values[None],
        (named(answers, unit, title=title),),
        encoding,
        PIXEL_M,
        answers=answers,
    )


def _cloud(key: str, image: OpticalImage, step: int) -> Draft:
    hidden = (image.cloud | image.shadow).astype(np.uint8)
    draft = _classes("cloud", "Clouds and their shadows", hidden, CLOUD)
    return replace(draft, key=key, step=step, moment=moment_of(image.day))


def _clear_image(image: OpticalImage, step: int) -> Draft:
    return Draft(
        "clear-image",
        "The middle date without clouds, simulated",
        "optical",
        image.clear,
        sentinel_2(),
        REFLECTANCE,
        PIXEL_M,
        moment_of(image.day),
        step,
        answers="clear-image",
    )
