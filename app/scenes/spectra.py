"""What surfaces reflect and scatter: typical values from public knowledge, plausible but not measured."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.scenes.layout import Cover
from app.scenes.randomness import Field

BANDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")

_TEN_THOUSANDTHS: Mapping[Cover, tuple[tuple[int, ...], tuple[int, ...]]] = {
    Cover.BROADLEAF: (
        (300, 350, 480, 520, 800, 1250, 1400, 1500, 1600, 1600, 15, 1700, 1050),
        (200, 230, 420, 260, 750, 2300, 2900, 3050, 3200, 3200, 15, 1550, 700),
    ),
    Cover.CONIFER: (
        (180, 210, 320, 260, 480, 1150, 1350, 1450, 1550, 1550, 15, 850, 420),
        (170, 200, 340, 240, 520, 1500, 1800, 1900, 2000, 2000, 15, 900, 420),
    ),
    Cover.SHRUB: (
        (420, 520, 720, 820, 1150, 1500, 1650, 1750, 1900, 1900, 15, 2300, 1650),
        (350, 420, 680, 620, 1050, 1900, 2200, 2350, 2500, 2450, 15, 2050, 1300),
    ),
    Cover.GRASS: (
        (420, 520, 780, 850, 1250, 1750, 1900, 2000, 2150, 2150, 15, 2600, 1750),
        (300, 360, 720, 420, 1050, 2800, 3400, 3600, 3750, 3600, 15, 1900, 950),
    ),
    Cover.CROP: (
        (650, 850, 1150, 1450, 1700, 1850, 1950, 2050, 2200, 2200, 15, 2900, 2300),
        (300, 340, 680, 360, 980, 3000, 3800, 4050, 4200, 4000, 15, 1800, 850),
    ),
    Cover.WETLAND: (
        (350, 420, 560, 560, 750, 1000, 1100, 1150, 1200, 1150, 12, 900, 500),
        (320, 370, 560, 450, 800, 1700, 2000, 2100, 2200, 2100, 12, 1150, 600),
    ),
    Cover.WATER: ((650, 600, 480, 300, 260, 210, 200, 180, 160, 140, 8, 80, 50),) * 2,
    Cover.URBAN_DENSE: ((1050, 1150, 1250, 1350, 1450, 1550, 1600, 1700, 1750, 1750, 20, 2000, 1900),) * 2,
    Cover.URBAN_OPEN: (
        (650, 720, 880, 950, 1150, 1500, 1650, 1750, 1850, 1850, 18, 1950, 1550),
        (550, 620, 850, 780, 1150, 2000, 2350, 2500, 2600, 2550, 18, 1900, 1350),
    ),
    Cover.BARE: ((950, 1200, 1650, 2150, 2450, 2600, 2750, 2850, 3000, 3000, 20, 3700, 3300),) * 2,
    Cover.SNOW: ((9000, 9100, 9000, 8900, 8800, 8600, 8450, 8300, 8000, 7600, 60, 1200, 900),) * 2,
}
DORMANT: Field = np.array([_TEN_THOUSANDTHS[one][0] for one in Cover]) / 10_000
PEAK: Field = np.array([_TEN_THOUSANDTHS[one][1] for one in Cover]) / 10_000
"""Reflectance at the ground [cover, band], dimensionless, without and with full green."""


@dataclass(frozen=True)
class Atmosphere:
    """What the air does to each of the 13 bands, dimensionless.

    `path` is what it reflects itself, `through` what comes through both ways, `diffuse` the share of light
    from the sky, `cloud` and `cirrus` how bright clouds look in a band beside the visible.
    """

    path: Field
    through: Field
    diffuse: Field
    cloud: Field
    cirrus: Field


AIR = Atmosphere(
    path=np.array(
        [0.105, 0.072, 0.040, 0.022, 0.018, 0.014, 0.012, 0.009, 0.007, 0.005, 0.001, 0.0012, 0.0006]
    ),
    through=np.array([0.78, 0.83, 0.87, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.60, 0.02, 0.97, 0.96]),
    diffuse=np.array([0.45, 0.38, 0.28, 0.20, 0.17, 0.14, 0.12, 0.10, 0.09, 0.08, 0.05, 0.03, 0.02]),
    cloud=np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 0.80, 0, 0.72, 0.55]),
    cirrus=np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.55, 0.55, 0.45]),
)

_DECIBELS: Mapping[Cover, tuple[float, ...]] = {
    Cover.BROADLEAF: (-9.5, -15.5, -9.0, -14.3, -0.10, -0.10),
    Cover.CONIFER: (-9.3, -15.0, -9.1, -14.6, -0.10, -0.10),
    Cover.SHRUB: (-11.5, -18.5, -10.8, -17.3, -0.11, -0.11),
    Cover.GRASS: (-12.5, -20.5, -11.8, -19.0, -0.12, -0.12),
    Cover.CROP: (-11.0, -20.0, -10.5, -16.5, -0.13, -0.12),
    Cover.WETLAND: (-10.5, -18.5, -9.8, -17.2, -0.15, -0.13),
    Cover.WATER: (-19.5, -27.5, -19.5, -27.5, -0.35, -0.20),
    Cover.URBAN_DENSE: (-3.5, -11.5, -3.5, -11.5, -0.06, -0.06),
    Cover.URBAN_OPEN: (-6.8, -14.8, -6.8, -14.5, -0.08, -0.08),
    Cover.BARE: (-15.0, -24.5, -15.0, -24.5, -0.16, -0.12),
    Cover.SNOW: (-13.5, -21.5, -13.5, -21.5, -0.15, -0.12),
}
POLARISATIONS = ("VV", "VH")
_ROWS = np.array([_DECIBELS[one] for one in Cover])
SCATTER_DORMANT: Field = _ROWS[:, 0:2]
SCATTER_PEAK: Field = _ROWS[:, 2:4]
SCATTER_SLOPE: Field = _ROWS[:, 4:6]
"""Backscatter [cover, VV and VH] in dB at 39° incidence, and its slope in dB per degree."""
