"""Whole scenes: ground, acquisitions and truth together, alone or as a series over a year."""

from dataclasses import dataclass

import numpy as np

from app.base.errors import Invalid
from app.scenes.layout import Layout, make_layout
from app.scenes.optical import OpticalImage, acquire_optical
from app.scenes.radar import RadarImage, acquire_radar
from app.scenes.randomness import DATES, generator

DAYS = 365
OPTICAL_REVISIT, RADAR_REVISIT = 5, 6
YEAR_DATES = 30
CLOUDY_DATES = 3
TRAINING = range(0, 10_000)
VALIDATION = range(10_000, 20_000)
TEST = range(20_000, 30_000)
FOREIGN = range(30_000, 40_000)
"""Seeds of each split; foreign ones are for telling that data have shifted."""


@dataclass(frozen=True)
class Scene:
    """A ground with what two satellites saw of it, date by date; everything in it is simulated."""

    layout: Layout
    optical: tuple[OpticalImage, ...]
    radar: tuple[RadarImage, ...]


def split_of(seed: int) -> str:
    """The split that a seed belongs to.

    Raises:
        Invalid: none.
    """
    for name, seeds in (
        ("train", TRAINING),
        ("validation", VALIDATION),
        ("test", TEST),
        ("foreign", FOREIGN),
    ):
        if seed in seeds:
            return name
    raise Invalid(f"Seeds of splits lie between 0 and {FOREIGN.stop - 1}; {seed} does not.")


def single(seed: int, size: int = 64, *, day: int = 200, cloudy: bool = True) -> Scene:
    """One optical and one radar image of the scene `seed` on one day.

    Raises:
        Invalid: the seed, size or day is out of range.
    """
    layout = make_layout(seed, size)
    return Scene(layout, (acquire_optical(layout, day, cloudy=cloudy),), (acquire_radar(layout, day),))


def clear_day(seed: int) -> int:
    """The day of summer or autumn, 150 to 269, on which a scene is seen without clouds."""
    return 150 + seed * 7 % 120


def cloudy_days(seed: int) -> tuple[int, ...]:
    """Three days five apart, from day 20 to 349, on which a scene is seen through its clouds."""
    first = 20 + seed * 37 % 320
    return tuple(first + OPTICAL_REVISIT * number for number in range(CLOUDY_DATES))


def dates(seed: int, count: int = YEAR_DATES) -> tuple[tuple[int, int], ...]:
    """Days of a year on which the optical satellite came by, each with the nearest day of the radar one.

    Raises:
        Invalid: more dates than the optical satellite has in a year, or none.
    """
    random = generator(seed, DATES)
    optical = np.arange(random.integers(1, OPTICAL_REVISIT + 1), DAYS + 1, OPTICAL_REVISIT)
    radar = np.arange(random.integers(1, RADAR_REVISIT + 1), DAYS + 1, RADAR_REVISIT)
    if not 1 <= count <= len(optical):
        raise Invalid(f"A year has 1 to {len(optical)} dates; not {count}.")
    taken = np.sort(random.choice(optical, count, replace=False))
    nearest = radar[np.abs(radar[None, :] - taken[:, None]).argmin(axis=1)]
    return tuple((int(day), int(other)) for day, other in zip(taken, nearest, strict=True))


def series(seed: int, size: int = 64, *, count: int = YEAR_DATES) -> Scene:
    """A year of the scene `seed`: `count` optical dates and the radar image nearest to each.

    Raises:
        Invalid: the seed, size or count is out of range.
    """
    layout = make_layout(seed, size)
    taken = dates(seed, count)
    return Scene(
        layout,
        tuple(acquire_optical(layout, day, time=time) for time, (day, _radar) in enumerate(taken)),
        tuple(acquire_radar(layout, day, time=time) for time, (_optical, day) in enumerate(taken)),
    )
