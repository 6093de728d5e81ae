"""Sentinel-2 over a simulated ground: season, sun, terrain light, air, clouds and their shadows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.scenes.clouds import NO_CLOUDS, Clouds, make_clouds
from app.scenes.layout import Cover, Layout
from app.scenes.randomness import OPTICAL, Field, generator
from app.scenes.spectra import AIR, BANDS, DORMANT, PEAK

LATITUDE_DEG = 48.0
HOUR_ANGLE_DEG = -22.5
"""10:30 local time."""
TILT_DEG = 23.44
NOISE = 0.0015
SKY_LIGHT = 0.35
LIGHT_LIMITS = (0.3, 1.7)
MOST_VIEW_DEG = 10.0


@dataclass(frozen=True)
class Sun:
    """Where the sun stands, in degrees; the azimuth clockwise from north."""

    zenith: float
    azimuth: float


@dataclass(frozen=True)
class OpticalImage:
    """One simulated Sentinel-2 acquisition.

    `values` is top-of-atmosphere reflectance [band, row, column], dimensionless 0 to 1, float32; `clear` is
    the same without clouds and shadows. `cloud` and `shadow` are truth masks, `thick` tells where nothing
    shines through.
    """

    day: int
    sun: Sun
    view_zenith: float
    values: NDArray[np.float32]
    clear: NDArray[np.float32]
    cloud: NDArray[np.bool_]
    shadow: NDArray[np.bool_]
    thick: NDArray[np.bool_]

    @property
    def coverage(self) -> float:
        """Share of pixels under cloud or shadow, 0 to 1."""
        return float((self.cloud | self.shadow).mean())


def sun_at(day: int) -> Sun:
    """Where the sun stands at 10:30 on a day of the year (1 to 366), at 48° north.

    Raises:
        Invalid: no such day.
    """
    if not 1 <= day <= 366:
        raise Invalid(f"A year has days 1 to 366; not {day}.")
    tilt = np.radians(TILT_DEG) * np.sin(2 * np.pi * (day - 81) / 365.25)
    latitude, hour = np.radians(LATITUDE_DEG), np.radians(HOUR_ANGLE_DEG)
    height = np.sin(latitude) * np.sin(tilt) + np.cos(latitude) * np.cos(tilt) * np.cos(hour)
    east = -np.cos(tilt) * np.sin(hour)
    north = np.sin(tilt) * np.cos(latitude) - np.cos(tilt) * np.sin(latitude) * np.cos(hour)
    azimuth = np.degrees(np.arctan2(east, north)) % 360
    return Sun(float(np.degrees(np.arccos(height))), float(azimuth))


def greenness(layout: Layout, day: int) -> Field:
    """How green each pixel is [row, column], 0 dormant to 1 at its peak."""
    parcels = layout.parcels
    seasons = np.where(
        (layout.cover == Cover.CROP)[..., None],
        parcels.crop_season[parcels.number],
        parcels.natural_season[parcels.number],
    )
    rise, fall = seasons[..., 0], seasons[..., 1]
    return 1 / (1 + np.exp(-(day - rise) / 9)) - 1 / (1 + np.exp(-(day - fall) / 11))


def surface_reflectance(layout: Layout, day: int) -> Field:
    """Reflectance at the ground [band, row, column], without noise."""
    green = greenness(layout, day)
    parcels = layout.parcels
    dormant, peak = DORMANT.T[:, layout.cover], PEAK.T[:, layout.cover]
    brightness = np.exp(0.10 * parcels.brightness[parcels.number] + 0.04 * layout.texture)
    gains = parcels.gains.T[:, parcels.number]
    return np.asarray((dormant + (peak - dormant) * green) * brightness * gains)


def vegetation_index(layout: Layout, day: int) -> NDArray[np.float32]:
    """NDVI of the ground without air, light and noise [row, column], −1 to 1."""
    ground = surface_reflectance(layout, day)
    near, red = ground[BANDS.index("B8")], ground[BANDS.index("B4")]
    return np.asarray((near - red) / (near + red), dtype=np.float32)


def terrain_light(layout: Layout, sun: Sun) -> Field:
    """How much brighter or darker a slope is lit than flat ground [row, column]; 0.3 to 1.7."""
    zenith, azimuth = np.radians(sun.zenith), np.radians(sun.azimuth)
    lit = (
        np.cos(zenith)
        - layout.east * np.sin(zenith) * np.sin(azimuth)
        - layout.north * np.sin(zenith) * np.cos(azimuth)
    ) / np.sqrt(1 + layout.east**2 + layout.north**2)
    return np.asarray(np.clip((lit + SKY_LIGHT) / (np.cos(zenith) + SKY_LIGHT), *LIGHT_LIMITS))


def acquire_optical(
    layout: Layout, day: int, *, time: int = 0, cloudy: bool = True, cover: float | None = None
) -> OpticalImage:
    """Look at a ground from above on a day of the year.

    Args:
        time: number of the acquisition; it alone decides clouds and noise.
        cloudy: whether there may be clouds.
        cover: share of the image under clouds, 0 to 1; drawn when None.
    Raises:
        Invalid: the day or cover is out of range.
    """
    sun = sun_at(day)
    random = generator(layout.seed, OPTICAL + time)
    view = float(random.uniform(0, MOST_VIEW_DEG))
    speckles = np.exp(0.03 * random.standard_normal((layout.size, layout.size)))
    ground = surface_reflectance(layout, day) * speckles * terrain_light(layout, sun)
    noise = random.normal(0, NOISE, ground.shape)
    clouds = make_clouds(layout.seed, time, layout.size, sun.zenith, sun.azimuth, cover=cover)
    without = np.clip(_seen(ground, NO_CLOUDS) + noise, 0, 1).astype(np.float32)
    within = np.clip(_seen(ground, clouds) + noise, 0, 1).astype(np.float32) if cloudy else without
    truth = clouds if cloudy else clouds.none()
    return OpticalImage(day, sun, view, within, without, truth.cloud, truth.shadow, truth.thick)


def _seen(ground: Field, clouds: Clouds) -> Field:
    """Reflectance at the top of the atmosphere [band, row, column]."""
    path, through, diffuse, bright, cirrus = (
        one[:, None, None] for one in (AIR.path, AIR.through, AIR.diffuse, AIR.cloud, AIR.cirrus)
    )
    direct = clouds.direct
    lit = ground * ((1 - diffuse) * direct + diffuse * (0.55 + 0.45 * direct))
    layer = clouds.reflected
    seen = (path + through * lit) * (1 - layer) ** 2 / (1 - 0.15 * layer) + layer * bright
    veil = clouds.cirrus_reflected
    seen = seen * (1 - veil) + 0.9 * veil * cirrus
    seen[BANDS.index("B10")] += 0.004 * np.minimum(clouds.depth, 8) / 8
    return np.asarray(seen)
