"""Speckle, terrain and resolution of simulated radar."""

import dataclasses

import numpy as np
import pytest

from app.base.errors import Invalid
from app.scenes.layout import Cover, make_layout
from app.scenes.radar import acquire_radar, local_incidence
from app.scenes.very_high import Town, acquire_very_high, make_town


def _uniform(size: int = 256):
    """Flat grassland without any texture."""
    layout = make_layout(1, size)
    flat = np.zeros((size, size))
    parcels = dataclasses.replace(layout.parcels, brightness=np.zeros_like(layout.parcels.brightness))
    cover = np.full((size, size), Cover.URBAN_DENSE, dtype=np.uint8)
    return dataclasses.replace(
        layout, elevation=flat, east=flat, north=flat, cover=cover, texture=flat, parcels=parcels
    )


def test_speckle_of_a_uniform_field_has_its_known_mean_and_spread():
    image = acquire_radar(_uniform(), 200)

    speckle = image.values[0] - image.clean[0]

    assert speckle.mean() == pytest.approx(-0.51, abs=0.03)
    assert speckle.std() == pytest.approx(2.19, abs=0.04)


def test_speckle_of_the_two_polarisations_is_independent():
    image = acquire_radar(_uniform(), 200)
    speckle = image.values - image.clean

    assert abs(np.corrcoef(speckle[0].ravel(), speckle[1].ravel())[0, 1]) < 0.02


def test_ground_that_rises_away_from_the_sensor_is_met_more_steeply():
    layout = _uniform(32)
    rising_east = dataclasses.replace(layout, east=np.full((32, 32), 0.2))

    ascending = local_incidence(rising_east, 38.0, "ascending")
    descending = local_incidence(rising_east, 38.0, "descending")

    assert ascending.mean() < 38 < descending.mean()


def test_moisture_and_wind_change_between_dates_but_not_within_one():
    layout = make_layout(5)

    first, again, later = (acquire_radar(layout, 40, time=time).values for time in (0, 0, 1))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)


def _one_building(height: float = 20.0) -> Town:
    heights = np.zeros((16, 128))
    heights[:, 60:75] = height
    building = heights > 0
    nothing = np.zeros_like(building)
    return Town(heights, building, nothing, nothing)


def test_a_building_of_twenty_metres_lays_over_and_shades_as_geometry_has_it():
    image = acquire_very_high(_one_building(), 1, incidence=36.0, side="left")
    columns = np.nonzero(image.image_height.max(axis=0) >= 19)[0]
    shaded = np.nonzero(image.shadow.any(axis=0))[0]

    # The roof's edge at column 60 appears 20 m / tan 36° nearer; the shadow is 20 m · tan 36° long.
    assert 60 - columns.min() == pytest.approx(27.5, abs=1)
    assert len(shaded) == pytest.approx(14.5, abs=1) and shaded.min() == 75


def test_from_the_right_everything_is_mirrored():
    town = _one_building()
    mirrored = Town(*(one[:, ::-1] for one in (town.height, town.building, town.tree, town.road)))

    left = acquire_very_high(town, 1, incidence=40.0, side="left")
    right = acquire_very_high(mirrored, 1, incidence=40.0, side="right")

    assert np.allclose(left.clean, right.clean[:, ::-1])


def test_the_foot_of_a_wall_is_the_brightest_line():
    image = acquire_very_high(_one_building(), 1, incidence=36.0, side="left")

    assert image.clean.mean(axis=0).argmax() == 60


def test_shadow_holds_noise_only():
    image = acquire_very_high(_one_building(), 1, incidence=36.0, side="left")
    dark = image.clean[:, 76:85]

    assert np.allclose(dark, -22, atol=0.5)


def test_towns_have_streets_and_buildings_of_plausible_height():
    towns = [make_town(seed) for seed in range(10)]
    shares = [float(town.building.mean()) for town in towns]
    heights = np.concatenate([town.height[town.building] for town in towns])

    assert 0.08 < np.mean(shares) < 0.4
    assert 8 < np.median(heights) < 15
    assert not any((town.building & town.road).any() for town in towns)


def test_an_angle_that_no_image_has_is_refused():
    with pytest.raises(Invalid, match="25 and 50"):
        acquire_very_high(make_town(1), 1, incidence=80.0)
