"""Clouds over a scene: low water clouds that throw shadows, and a veil of cirrus."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.scenes.layout import PIXEL_M
from app.scenes.randomness import CLOUDS, Field, blur, generator, random_field

ASYMMETRY = 0.85
THIN_SHARE = 0.35
THIN_FACTOR = 0.06
HEIGHT_M = (800.0, 3000.0)
CLOUD_DEPTH = 0.5
CIRRUS_DEPTH = 0.35
SHADOW_DEPTH = 0.8
THICK_DEPTH = 8.0


@dataclass(frozen=True)
class Clouds:
    """Optical depths [row, column]: of low clouds, of these moved to where their shadow falls, of cirrus."""

    depth: Field
    shadowing: Field
    cirrus: Field

    @cached_property
    def reflected(self) -> Field:
        """What the low clouds reflect, 0 to 0.92: two streams, asymmetry 0.85, no absorption."""
        back = (1 - ASYMMETRY) * self.depth
        return np.asarray(np.minimum(0.92, 1.05 * back / (2 + back)))

    @cached_property
    def cirrus_reflected(self) -> Field:
        """What the cirrus reflects, strengthened since its crystals scatter more than drops."""
        back = 0.15 * self.cirrus
        return np.asarray(4 * back / (2 + back))

    @cached_property
    def direct(self) -> Field:
        """Share of the sun's direct light that comes to the ground."""
        return np.asarray(np.exp(-0.35 * np.minimum(self.shadowing, 30)))

    @property
    def cloud(self) -> NDArray[np.bool_]:
        """Where a cloud hides or veils the ground."""
        return (self.depth > CLOUD_DEPTH) | (self.cirrus > CIRRUS_DEPTH)

    @property
    def shadow(self) -> NDArray[np.bool_]:
        """Where the shadow of a cloud falls and no cloud hides it."""
        return (self.shadowing > SHADOW_DEPTH) & ~self.cloud

    @property
    def thick(self) -> NDArray[np.bool_]:
        """Where nothing of the ground shines through."""
        return self.depth > THICK_DEPTH

    def none(self) -> "Clouds":
        """A clear sky of the same size."""
        clear = np.zeros_like(self.depth)
        return Clouds(clear, clear, clear)


NO_CLOUDS = Clouds(*[np.zeros((1, 1))] * 3)


def make_clouds(
    seed: int, time: int, size: int, zenith_deg: float, azimuth_deg: float, *, cover: float | None = None
) -> Clouds:
    """The clouds of one acquisition; `cover` (0 to 1) is the share under low clouds, drawn when None.

    Raises:
        Invalid: the cover is no share.
    """
    if cover is not None and not 0 <= cover <= 1:
        raise Invalid(f"A cloud cover lies between 0 and 1; {cover} does not.")
    random = generator(seed, CLOUDS + time)
    drawn = random.beta(0.5, 0.65)
    depth = _low(random, size, drawn if cover is None else cover)
    veil = random_field(random, 3.6, size) + random.uniform(-2.2, 0.6)
    cirrus = 0.25 * np.clip(veil, 0, 3)
    if cover == 0:
        cirrus = np.zeros_like(cirrus)
    height = random.uniform(*HEIGHT_M)
    return Clouds(depth, _cast(depth, height, zenith_deg, azimuth_deg), cirrus)


def _low(random: Generator, size: int, cover: float) -> Field:
    field = 0.9 * random_field(random, 3.3, size) + 0.25 * random_field(random, 2.2, size)
    thin = random.random() < THIN_SHARE
    if cover == 0:
        return np.zeros((size, size))
    above = field - np.quantile(field, 1 - cover)
    depth = np.where(above > 0, 0.6 + 18 * np.maximum(above, 0) ** 1.3, 0.0)
    return blur(depth * (THIN_FACTOR if thin else 1.0), 0.8)


def _cast(depth: Field, height_m: float, zenith_deg: float, azimuth_deg: float) -> Field:
    """The depths moved away from the sun, the farther the higher the clouds; they wrap at the edges."""
    length = height_m * np.tan(np.radians(zenith_deg)) / PIXEL_M
    azimuth = np.radians(azimuth_deg)
    down, right = round(float(length * np.cos(azimuth))), round(float(-length * np.sin(azimuth)))
    return np.roll(depth, (down, right), axis=(0, 1))
