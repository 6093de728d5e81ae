"""Sun, clouds and shadows over simulated scenes."""

import numpy as np
import pytest

from app.scenes.clouds import make_clouds
from app.scenes.layout import make_layout
from app.scenes.optical import acquire_optical, greenness, sun_at, terrain_light
from app.scenes.spectra import BANDS


def test_the_sun_stands_high_in_summer_and_in_the_south_east_at_half_past_ten():
    summer, winter = sun_at(172), sun_at(355)

    assert summer.zenith == pytest.approx(31.5, abs=1.5)
    assert winter.zenith == pytest.approx(74, abs=1.5)
    assert 120 < summer.azimuth < 170 and 140 < winter.azimuth < 175


def test_slopes_towards_the_sun_are_brighter():
    layout = next(one for one in map(make_layout, range(20)) if np.ptp(one.elevation) > 200)
    sun = sun_at(60)
    towards = -(
        layout.east * np.sin(np.radians(sun.azimuth)) + layout.north * np.cos(np.radians(sun.azimuth))
    )

    light = terrain_light(layout, sun)

    assert np.corrcoef(light.ravel(), towards.ravel())[0, 1] > 0.8
    assert light.min() >= 0.3 and light.max() <= 1.7


def test_cirrus_band_is_dark_without_clouds():
    images = [acquire_optical(make_layout(seed), 200).clear for seed in range(10)]
    values = np.stack([image[BANDS.index("B10")] for image in images])

    # Single pixels carry the sensor's noise of 0.0015.
    assert values.mean() < 0.003
    assert np.median(values) < 0.003


def test_a_thick_low_cloud_is_bright_in_blue_and_dark_in_the_cirrus_band():
    means = []
    for seed in range(40):
        layout = make_layout(seed)
        image = acquire_optical(layout, 200, cover=0.9)
        sun = image.sun
        clouds = make_clouds(seed, 0, layout.size, sun.zenith, sun.azimuth, cover=0.9)
        core = (clouds.depth > 15) & (clouds.cirrus == 0)
        if core.any():
            means.append(image.values[:, core].mean(axis=1))

    blue, cirrus = np.array(means)[:, [BANDS.index("B2"), BANDS.index("B10")]].T

    assert len(means) > 5
    assert (blue > 0.5).all() and (blue < 0.92).all()
    assert (cirrus < 0.01).all()


def test_cirrus_shows_first_in_its_band():
    layout = make_layout(1)
    veiled = [acquire_optical(layout, 200, time=time, cover=0.0001) for time in range(8)]
    image = max(veiled, key=lambda one: one.values[BANDS.index("B10")].mean())
    ratio = image.values.mean(axis=(1, 2)) / image.clear.mean(axis=(1, 2))

    assert ratio.argmax() == BANDS.index("B10") and ratio.max() > 3


def test_no_cover_means_no_cloud():
    image = acquire_optical(make_layout(9), 200, cover=0)

    assert image.coverage == 0
    assert np.array_equal(image.values, image.clear)


def test_about_half_the_images_lie_under_clouds_and_shadows():
    covers = [acquire_optical(make_layout(seed, 32), 200).coverage for seed in range(200)]

    assert 0.4 < np.mean(covers) < 0.62
    assert np.mean(np.array(covers) < 0.1) > 0.1 and np.mean(np.array(covers) > 0.9) > 0.1


def test_shadows_darken_what_they_fall_on():
    for seed in range(30):
        image = acquire_optical(make_layout(seed), 200, cover=0.3)
        if image.shadow.mean() > 0.05:
            break

    assert image.values[7, image.shadow].mean() < 0.75 * image.clear[7, image.shadow].mean()


def test_shadows_fall_away_from_the_sun():
    found = make_clouds(0, 0, 64, 60.0, 90.0, cover=0.2)
    shifted = [np.abs(np.roll(found.depth, -shift, axis=1) - found.shadowing).max() for shift in range(64)]

    # The sun stands in the east, so the shadow lies in the west: fewer columns, and no other row.
    assert min(shifted) < 1e-9


def test_green_comes_and_goes_with_the_year():
    layout = make_layout(2)
    forest = layout.cover <= 1

    january, july, december = (greenness(layout, day)[forest].mean() for day in (15, 200, 350))

    assert january < 0.05 and july > 0.95 and december < 0.05
