"""Simulated scenes look like what they imitate: figures of 120 scenes on day 200 against those expected."""

from collections.abc import Mapping

import numpy as np
import pytest

from app.scenes.layout import Cover
from app.scenes.optical import surface_reflectance
from app.scenes.series import single
from app.scenes.spectra import BANDS

SCENES = 120
CLEAR = ("B2", "B3", "B4", "B8", "B11")
REFLECTANCE = {
    Cover.BROADLEAF: (0.088, 0.071, 0.042, 0.254, 0.128),
    Cover.CONIFER: (0.086, 0.065, 0.040, 0.161, 0.075),
    Cover.GRASS: (0.098, 0.096, 0.056, 0.312, 0.165),
    Cover.CROP: (0.105, 0.100, 0.069, 0.315, 0.175),
    Cover.WATER: (0.112, 0.076, 0.046, 0.025, 0.008),
    Cover.URBAN_DENSE: (0.165, 0.145, 0.139, 0.173, 0.189),
    Cover.BARE: (0.159, 0.166, 0.193, 0.246, 0.315),
}
NDVI = {
    Cover.BROADLEAF: (0.84, 0.49),
    Cover.CONIFER: (0.78, 0.70),
    Cover.GRASS: (0.79, 0.40),
    Cover.CROP: (0.71, 0.17),
    Cover.WATER: (-0.24, -0.25),
    Cover.URBAN_DENSE: (0.14, 0.11),
    Cover.BARE: (0.14, 0.14),
}
BACKSCATTER = {
    Cover.BROADLEAF: (-9.6, -14.8, 3.0, 2.9),
    Cover.CONIFER: (-9.7, -15.1, 3.0, 2.9),
    Cover.GRASS: (-12.3, -19.2, 3.1, 2.8),
    Cover.CROP: (-11.0, -17.5, 3.3, 3.1),
    Cover.WATER: (-19.5, -25.9, None, 2.6),
    Cover.URBAN_DENSE: (-3.9, -11.9, 2.4, 2.4),
    Cover.BARE: (-15.5, -23.9, 3.4, 2.3),
}
# Follow from the shares that parcels, forest, towns and water are drawn with.
SHARES = {
    Cover.BROADLEAF: 0.15,
    Cover.CONIFER: 0.15,
    Cover.CROP: 0.22,
    Cover.GRASS: 0.14,
    Cover.WATER: 0.076,
    Cover.BARE: 0.023,
}


class Pixels:
    """All pixels of a cover: reflectance above the air, at the ground in two seasons, and backscatter."""

    def __init__(self) -> None:
        self.clear: list[np.ndarray] = []
        self.july: list[np.ndarray] = []
        self.january: list[np.ndarray] = []
        self.radar: list[np.ndarray] = []
        self.count = 0


@pytest.fixture(scope="module")
def pixels() -> Mapping[Cover, Pixels]:
    found = {cover: Pixels() for cover in Cover}
    for seed in range(SCENES):
        scene = single(seed, 64, day=200)
        grounds = [surface_reflectance(scene.layout, day) for day in (200, 15)]
        for cover, kept in found.items():
            here = scene.layout.cover == cover
            kept.count += int(here.sum())
            kept.clear.append(scene.optical[0].clear[:, here])
            kept.july.append(grounds[0][:, here])
            kept.january.append(grounds[1][:, here])
            kept.radar.append(scene.radar[0].values[:, here])
    return found


@pytest.mark.parametrize("cover", REFLECTANCE)
def test_clear_reflectance_is_as_expected(pixels, cover):
    values = np.concatenate(pixels[cover].clear, axis=1)

    means = [float(values[BANDS.index(band)].mean()) for band in CLEAR]

    assert means == pytest.approx(REFLECTANCE[cover], rel=0.08, abs=0.004)


@pytest.mark.parametrize("cover", NDVI)
def test_vegetation_index_follows_the_season(pixels, cover):
    found = [_ndvi(np.concatenate(one, axis=1)) for one in (pixels[cover].july, pixels[cover].january)]

    assert found == pytest.approx(NDVI[cover], abs=0.06)


@pytest.mark.parametrize("cover", BACKSCATTER)
def test_backscatter_is_as_expected(pixels, cover):
    values = np.concatenate(pixels[cover].radar, axis=1)
    vv, vh, spread_vv, spread_vh = BACKSCATTER[cover]

    # One N(0, 1) a date moves all soil and water of a scene, which is what the means may differ by.
    assert values[0].mean() == pytest.approx(vv, abs=0.8)
    assert values[1].mean() == pytest.approx(vh, abs=1.5 if cover is Cover.WATER else 1.1)
    assert spread_vv is None or values[0].std() == pytest.approx(spread_vv, abs=0.4)
    assert values[1].std() == pytest.approx(spread_vh, abs=0.4)


@pytest.mark.parametrize("cover", SHARES)
def test_covers_have_the_shares_they_are_drawn_with(pixels, cover):
    total = sum(one.count for one in pixels.values())

    assert pixels[cover].count / total == pytest.approx(SHARES[cover], rel=0.2)


def _ndvi(values: np.ndarray) -> float:
    near, red = values[BANDS.index("B8")], values[BANDS.index("B4")]
    return float(((near - red) / (near + red)).mean())
