"""Radar of 1 m over streets, buildings and trees: layover, shadow and double bounce."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.scenes.randomness import VERY_HIGH, Field, check_size, generator

Side = Literal["left", "right"]

GROUND_DB, ROOF_DB, TREE_DB, ROAD_DB, WALL_DB, FOOT_DB, NOISE_DB = -12.0, -9.0, -10.0, -17.0, -7.0, 6.0, -22.0
LOOKS = 1.5
ROAD_M = 7
BLOCK_M = (28, 45)
BUILT_SHARE = 0.8
INCIDENCE_DEG = (25.0, 50.0)
WALL_STEP_M = 2.5
TREES_PER_M2 = 1 / 400


@dataclass(frozen=True)
class Town:
    """A ground of one metre a pixel [row, column]: heights in metres, and what each pixel is."""

    height: Field
    building: NDArray[np.bool_]
    tree: NDArray[np.bool_]
    road: NDArray[np.bool_]


@dataclass(frozen=True)
class VeryHighImage:
    """One simulated radar image of 1 m pixels; all arrays [row, column].

    `values` is power in dB with speckle. `image_height` is the largest height in metres that contributes to a
    pixel of the image, in the geometry of the image; `height` and `building` are the truth in that of a map.
    """

    incidence: float
    side: Side
    values: NDArray[np.float32]
    clean: NDArray[np.float32]
    image_height: NDArray[np.float32]
    height: NDArray[np.float32]
    building: NDArray[np.bool_]
    shadow: NDArray[np.bool_]


def make_town(seed: int, size: int = 128) -> Town:
    """Blocks between streets, most with a building, and single trees.

    Raises:
        Invalid: the seed or size is out of range.
    """
    check_size(size)
    random = generator(seed, VERY_HIGH)
    height = np.zeros((size, size))
    building, tree = np.zeros((2, size, size), dtype=bool)
    road = np.ones((size, size), dtype=bool)
    rows, columns = _blocks(random, size), _blocks(random, size)
    for block in ((row, column) for row in rows for column in columns):
        road[block] = False
        _build(random, block, height, building)
    _plant(random, height, tree, building | road)
    return Town(height, building, tree, road)


def _blocks(random: Generator, size: int) -> list[slice]:
    """Stretches between roads along one axis."""
    blocks = []
    start = int(random.integers(0, BLOCK_M[0]))
    if start > ROAD_M:
        blocks.append(slice(0, start - ROAD_M))
    while start < size:
        end = start + int(random.integers(BLOCK_M[0], BLOCK_M[1] + 1))
        blocks.append(slice(start, min(end - ROAD_M, size)))
        start = end
    return blocks


def _build(random: Generator, block: tuple[slice, slice], height: Field, building: NDArray[np.bool_]) -> None:
    """Perhaps put one building on a block, where it fits."""
    deep, wide = int(random.integers(9, 18)), int(random.integers(10, 24))
    if random.random() < 0.5:
        deep, wide = wide, deep
    level = float(np.exp(2.4 + 0.5 * random.standard_normal()))
    stands = random.random() < BUILT_SHARE
    room = [one.stop - one.start for one in block]
    corner = [
        int(random.integers(0, max(1, space - one + 1)))
        for space, one in zip(room, (deep, wide), strict=True)
    ]
    if stands and deep <= room[0] and wide <= room[1]:
        top, left = block[0].start + corner[0], block[1].start + corner[1]
        height[top : top + deep, left : left + wide] = level
        building[top : top + deep, left : left + wide] = True


def _plant(random: Generator, height: Field, tree: NDArray[np.bool_], taken: NDArray[np.bool_]) -> None:
    size = height.shape[0]
    for row, column in random.integers(1, size - 1, (int(size * size * TREES_PER_M2), 2)):
        crown = np.s_[row - 1 : row + 2, column - 1 : column + 2]
        level = random.uniform(4, 14)
        if not taken[crown].any():
            height[crown] = level
            tree[crown] = True


def acquire_very_high(
    town: Town, seed: int, *, incidence: float | None = None, side: Side | None = None
) -> VeryHighImage:
    """Look at a town from the side; rows are the flight direction, columns the range.

    Args:
        incidence: angle from the vertical in degrees, 25 to 50; drawn when None.
        side: where the sensor is; drawn when None.
    Raises:
        Invalid: an angle that the simulation is not made for.
    """
    random = generator(seed, VERY_HIGH + 1)
    angle, drawn = float(random.uniform(*INCIDENCE_DEG)), random.random() < 0.5
    angle = angle if incidence is None else incidence
    if not INCIDENCE_DEG[0] <= angle <= INCIDENCE_DEG[1]:
        raise Invalid(f"The incidence lies between 25 and 50 degrees; {angle} does not.")
    taken: Side = side or ("left" if drawn else "right")
    power, highest, shadow = _project(_seen_from(town, taken), angle)
    noise = 10 ** (NOISE_DB / 10)
    noisy = power * random.gamma(LOOKS, 1 / LOOKS, power.shape) + noise
    arrays = (_turned(one, taken) for one in (noisy, power + noise, highest, shadow))
    values, clean, image_height, unseen = arrays
    return VeryHighImage(
        angle,
        taken,
        (10 * np.log10(values)).astype(np.float32),
        (10 * np.log10(clean)).astype(np.float32),
        image_height.astype(np.float32),
        town.height.astype(np.float32),
        town.building,
        unseen,
    )


def _seen_from(town: Town, side: Side) -> Town:
    return Town(*(_turned(one, side) for one in (town.height, town.building, town.tree, town.road)))


def _turned(array: NDArray[Any], side: Side) -> NDArray[Any]:
    """The array with its columns counted from the sensor; turned twice it is as before."""
    return array if side == "left" else array[:, ::-1]


def _project(town: Town, angle: float) -> tuple[Field, Field, NDArray[np.bool_]]:
    """Power and largest height per pixel of the image, and where the ground lies in shadow."""
    size = town.height.shape[1]
    fall = 1 / np.tan(np.radians(angle))
    range_m = np.arange(size)
    # A shadow line starts at each top and falls by `fall` a metre; the highest one counts.
    tops = np.maximum.accumulate(town.height + range_m * fall, axis=1)
    line = np.full_like(tops, -np.inf)
    line[:, 1:] = tops[:, :-1]
    shadow = town.height < line - range_m * fall
    power, highest = np.zeros_like(town.height), np.zeros_like(town.height)
    decibels = np.select([town.building, town.tree, town.road], [ROOF_DB, TREE_DB, ROAD_DB], GROUND_DB)
    rows, columns = np.nonzero(~shadow)
    seen = town.height[rows, columns]
    _add(power, highest, rows, columns - seen * fall, 10 ** (decibels[rows, columns] / 10), seen)
    _add_walls(town, shadow, fall, power, highest)
    return power, highest, shadow


def _add_walls(town: Town, shadow: NDArray[np.bool_], fall: float, power: Field, highest: Field) -> None:
    """Walls that face the sensor, metre by metre of their height, and the bright line at their foot."""
    below = np.zeros_like(town.height)
    below[:, 1:] = town.height[:, :-1]
    rows, columns = np.nonzero((town.height - below > WALL_STEP_M) & ~shadow)
    foot, top = below[rows, columns], town.height[rows, columns]
    steps = np.arange(int(np.ceil((top - foot).max(initial=0))))
    levels = foot[:, None] + steps[None, :]
    standing = levels < top[:, None]
    level = levels[standing]
    row, column = (np.broadcast_to(one[:, None], levels.shape)[standing] for one in (rows, columns))
    _add(power, highest, row, column - level * fall, np.full(len(level), 10 ** (WALL_DB / 10)), level)
    _add(power, highest, rows, columns - foot * fall, np.full(len(rows), 10 ** (FOOT_DB / 10)), foot)


def _add(
    power: Field,
    highest: Field,
    rows: NDArray[np.intp],
    columns: Field,
    added: Field,
    heights: Field,
) -> None:
    """Add what returns from points to the pixels where it arrives; what falls outside is lost."""
    column = np.round(columns).astype(int)
    inside = (column >= 0) & (column < power.shape[1])
    place = (rows[inside], column[inside])
    np.add.at(power, place, added[inside])
    np.maximum.at(highest, place, heights[inside])
