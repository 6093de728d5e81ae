"""The ground of a scene: terrain, parcels, land cover and what stands on it; it never changes with time.

Pixels are 10 m wide; rows run south, columns east.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.scenes.randomness import LAYOUT, Field, above_share, blur, check_size, generator, random_field

PIXEL_M = 10.0
RELIEFS_M = (4.0, 25.0, 120.0)
BASE_M = (50.0, 900.0)
PIXELS_PER_PARCEL = 110
PARCEL_STRETCH = 2.2
FOREST_SHARE = (0.15, 0.55)
URBAN_SHARES = (0.0, 0.05, 0.15, 0.4)
WATER_SHARES = (0.0, 0.03, 0.08, 0.2)
DENSE_FROM = 0.35
WETLAND_RIM = 0.12
SNOW_LINE_M = 1800.0
OPEN_BUILT_SHARE = 0.45
MOST_HEIGHT_M = 80.0


class Cover(IntEnum):
    """Land cover of a pixel."""

    BROADLEAF = 0
    CONIFER = 1
    SHRUB = 2
    GRASS = 3
    CROP = 4
    WETLAND = 5
    WATER = 6
    URBAN_DENSE = 7
    URBAN_OPEN = 8
    BARE = 9
    SNOW = 10


class Crop(IntEnum):
    """What grows on a parcel of cropland."""

    WINTER_CEREAL = 0
    MAIZE = 1
    FODDER = 2


PARCEL_COVERS = ((Cover.CROP, 0.45), (Cover.GRASS, 0.30), (Cover.SHRUB, 0.20), (Cover.BARE, 0.05))
GROWING = {Crop.WINTER_CEREAL: (80, 195), Crop.MAIZE: (160, 265), Crop.FODDER: (105, 290)}
"""Days of the year when a crop comes up and ripens, each with a standard deviation of six days."""


@dataclass(frozen=True)
class Parcels:
    """What a field or patch has of its own, one value each for `count` parcels."""

    number: NDArray[np.int32]
    cover: NDArray[np.uint8]
    brightness: Field
    gains: Field
    natural_season: Field
    crop_season: Field


@dataclass(frozen=True)
class Layout:
    """The ground of one scene; arrays are [row, column].

    `elevation` and `height` (above ground) are metres, `east` and `north` the rise of the ground in metres
    per metre, `cover` the code of `Cover`, `texture` a random field of mean 0 and variance 1.
    """

    seed: int
    elevation: Field
    east: Field
    north: Field
    cover: NDArray[np.uint8]
    height: Field
    texture: Field
    parcels: Parcels

    @property
    def size(self) -> int:
        """Pixels along an edge."""
        return int(self.cover.shape[0])

    @property
    def buildings(self) -> NDArray[np.bool_]:
        """Where a building higher than three metres stands."""
        urban = (self.cover == Cover.URBAN_DENSE) | (self.cover == Cover.URBAN_OPEN)
        return np.asarray(urban & (self.height > 3))


def make_layout(seed: int, size: int = 64, *, snow: bool = False) -> Layout:
    """The ground of the scene `seed`, `size` pixels of 10 m along each edge.

    Args:
        snow: covers the highest tenth of the ground with snow wherever it lies; else snow begins at 1800 m.
    Raises:
        Invalid: the seed or size is out of range.
    """
    check_size(size)
    random = generator(seed, LAYOUT)
    elevation = random.choice(RELIEFS_M) * random_field(random, 3.4, size) + random.uniform(*BASE_M)
    smooth = blur(elevation, 1.0)
    down, east = (np.asarray(rise) for rise in np.gradient(smooth, PIXEL_M))
    parcels = _parcels(random, size)
    cover = _cover(random, smooth, np.hypot(down, east), parcels)
    cover[above_share(elevation, 0.1) if snow else elevation > SNOW_LINE_M] = Cover.SNOW
    height = _heights(random, cover)
    return Layout(seed, elevation, east, -down, cover, height, random_field(random, 2.2, size), parcels)


def _parcels(random: Generator, size: int) -> Parcels:
    """Elongated fields: the cells of nearest seeds on a turned and stretched plane."""
    count = max(1, size * size // PIXELS_PER_PARCEL)
    seeds = random.uniform(0, size, (count, 2))
    angle = random.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    axes = turn * np.array([[1.0], [PARCEL_STRETCH]])
    pixels = np.stack(np.meshgrid(*[np.arange(size) + 0.5] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
    number = _nearest(pixels @ axes.T, seeds @ axes.T).reshape(size, size)
    covers, shares = zip(*PARCEL_COVERS, strict=True)
    return Parcels(
        number=number,
        cover=random.choice(np.array(covers, dtype=np.uint8), count, p=shares),
        brightness=random.standard_normal(count),
        gains=np.exp(random.normal(0, 0.03, (count, 13))),
        natural_season=random.normal((115, 285), (9, 10), (count, 2)),
        crop_season=_crop_seasons(random, count),
    )


def _nearest(pixels: Field, seeds: Field) -> NDArray[np.int32]:
    # |p - s|^2 without |p|^2, which is the same for every seed.
    nearness = pixels @ (2 * seeds.T) - (seeds * seeds).sum(axis=1)
    return np.asarray(nearness.argmax(axis=1), dtype=np.int32)


def _crop_seasons(random: Generator, count: int) -> Field:
    crops = random.integers(0, len(Crop), count)
    days = np.array([GROWING[crop] for crop in Crop], dtype=float)
    return np.asarray(random.normal(days[crops], 6.0))


def _cover(random: Generator, smooth: Field, steepness: Field, parcels: Parcels) -> NDArray[np.uint8]:
    size = smooth.shape[0]
    cover = parcels.cover[parcels.number]
    forest = above_share(random_field(random, 3.0, size) + 3.3 * steepness, random.uniform(*FOREST_SHARE))
    needles = random_field(random, 3.5, size) > 0
    cover[forest] = np.where(needles[forest], Cover.CONIFER, Cover.BROADLEAF)
    _build(random, cover, steepness)
    _flood(random, cover, smooth)
    return cover


def _build(random: Generator, cover: NDArray[np.uint8], steepness: Field) -> None:
    field = random_field(random, 3.2, cover.shape[0]) - 8 * steepness
    urban = above_share(field, random.choice(URBAN_SHARES))
    if urban.any():
        threshold = field[urban].min()
        cover[urban] = np.where(field[urban] > threshold + DENSE_FROM, Cover.URBAN_DENSE, Cover.URBAN_OPEN)


def _flood(random: Generator, cover: NDArray[np.uint8], smooth: Field) -> None:
    lowness = 0.5 * random_field(random, 3.0, cover.shape[0]) - (smooth - smooth.mean()) / smooth.std()
    water = above_share(lowness, random.choice(WATER_SHARES))
    if water.any():
        threshold = lowness[water].min()
        cover[lowness > threshold - WETLAND_RIM] = Cover.WETLAND
        cover[water] = Cover.WATER


def _heights(random: Generator, cover: NDArray[np.uint8]) -> Field:
    """Metres above ground; buildings stand in blocks of two by two pixels."""
    size = cover.shape[0]
    crowns = 5 * random_field(random, 2.2, size)
    blocks = random.standard_normal((size // 2, size // 2)).repeat(2, axis=0).repeat(2, axis=1)
    built = random.random((size // 2, size // 2)).repeat(2, axis=0).repeat(2, axis=1) < OPEN_BUILT_SHARE
    by_cover = {
        Cover.BROADLEAF: 18 + crowns,
        Cover.CONIFER: 22 + crowns,
        Cover.SHRUB: np.full((size, size), 2.0),
        Cover.URBAN_DENSE: 15 * np.exp(0.45 * blocks),
        Cover.URBAN_OPEN: np.where(built, 6 * np.exp(0.45 * blocks), 0.0),
    }
    height = np.zeros((size, size))
    for one, heights in by_cover.items():
        height = np.where(cover == one, heights, height)
    return np.clip(height, 0, MOST_HEIGHT_M)
