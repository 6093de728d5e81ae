"""Sentinel-1 over a simulated ground: incidence, terrain, soil moisture, wind on water and speckle."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.scenes.layout import Cover, Layout
from app.scenes.optical import greenness
from app.scenes.randomness import RADAR, WIND, Field, generator, random_field
from app.scenes.spectra import SCATTER_DORMANT, SCATTER_PEAK, SCATTER_SLOPE

Orbit = Literal["ascending", "descending"]

LOOKS = 4.4
NOISE_POWER = 10**-2.8
REFERENCE_DEG = 39.0
INCIDENCE_DEG = (31.0, 45.0)
LOCAL_LIMITS_DEG = (8.0, 80.0)
LOOK_AZIMUTH_DEG = {"ascending": 78.0, "descending": 282.0}
SOILS = (Cover.GRASS, Cover.CROP, Cover.BARE)
MOISTURE_DB = np.array([1.2, 0.6])
WIND_DB = 2.5


@dataclass(frozen=True)
class RadarImage:
    """One simulated Sentinel-1 image: VV and VH in dB [2, row, column], float32; `clean` has no speckle."""

    day: int
    orbit: Orbit
    incidence: float
    values: NDArray[np.float32]
    clean: NDArray[np.float32]


def acquire_radar(layout: Layout, day: int, *, time: int = 0, orbit: Orbit | None = None) -> RadarImage:
    """Look at a ground with a right-looking radar on a day of the year.

    Args:
        time: number of the acquisition; it alone decides orbit, moisture, wind and speckle.
    Raises:
        Invalid: no such day.
    """
    if not 1 <= day <= 366:
        raise Invalid(f"A year has days 1 to 366; not {day}.")
    random = generator(layout.seed, RADAR + time)
    incidence = float(random.uniform(*INCIDENCE_DEG))
    drawn: Orbit = "ascending" if random.random() < 0.5 else "descending"
    taken = orbit or drawn
    clean = _backscatter(layout, day, local_incidence(layout, incidence, taken), random)
    clean += _wind(layout, time)
    power = 10 ** (clean / 10)
    noisy = power * random.gamma(LOOKS, 1 / LOOKS, power.shape) + NOISE_POWER
    return RadarImage(day, taken, incidence, _decibels(noisy), _decibels(power + NOISE_POWER))


def local_incidence(layout: Layout, incidence: float, orbit: Orbit) -> Field:
    """Angle between beam and ground [row, column] in degrees: less where the ground rises away."""
    azimuth = np.radians(LOOK_AZIMUTH_DEG[orbit])
    rise = layout.east * np.sin(azimuth) + layout.north * np.cos(azimuth)
    return np.asarray(np.clip(incidence - np.degrees(np.arctan(rise)), *LOCAL_LIMITS_DEG))


def _backscatter(layout: Layout, day: int, incidence: Field, random: Generator) -> Field:
    """Backscatter in dB [2, row, column] of still, speckle-free ground."""
    green = greenness(layout, day)
    dormant, peak = SCATTER_DORMANT.T[:, layout.cover], SCATTER_PEAK.T[:, layout.cover]
    mean = dormant + (peak - dormant) * green
    tilted = SCATTER_SLOPE.T[:, layout.cover] * (incidence - REFERENCE_DEG)
    rough = 0.6 * layout.parcels.brightness[layout.parcels.number] + 0.5 * layout.texture
    wet = random.standard_normal() * MOISTURE_DB[:, None, None] * (1 - green) * np.isin(layout.cover, SOILS)
    return np.asarray(mean + tilted + rough * np.array([1.0, 0.8])[:, None, None] + wet)


def _wind(layout: Layout, time: int) -> Field:
    """What wind adds to water, in dB [row, column]."""
    random = generator(layout.seed, WIND + time)
    blown = WIND_DB * random.standard_normal() + 0.8 * random_field(random, 3.0, layout.size)
    return np.where(layout.cover == Cover.WATER, blown, 0.0)


def _decibels(power: Field) -> NDArray[np.float32]:
    return (10 * np.log10(power)).astype(np.float32)
