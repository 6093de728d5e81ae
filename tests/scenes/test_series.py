"""Scenes are repeatable, their parts do not disturb each other, and series keep the satellites' rhythm."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from app.base.errors import Invalid
from app.scenes.layout import make_layout
from app.scenes.optical import acquire_optical
from app.scenes.radar import acquire_radar
from app.scenes.series import clear_day, cloudy_days, dates, series, single, split_of

REFERENCE = Path(__file__).with_name("scene-1-16px.npz")


def test_the_same_seed_makes_the_same_scene():
    first, second = single(7), single(7)

    assert np.array_equal(first.optical[0].values, second.optical[0].values)
    assert np.array_equal(first.radar[0].values, second.radar[0].values)
    assert np.array_equal(first.layout.height, second.layout.height)


def test_another_seed_makes_another_scene():
    assert not np.array_equal(single(7).layout.cover, single(8).layout.cover)


def test_other_clouds_leave_the_ground_as_it_is():
    layout = make_layout(3)

    first, second = (acquire_optical(layout, 200, time=time) for time in (0, 1))

    assert not np.array_equal(first.cloud, second.cloud)
    assert np.abs(first.clear - second.clear).max() < 0.1


def test_values_are_what_they_are_called():
    scene = single(11, 64)
    image = scene.optical[0]

    assert image.values.shape == (13, 64, 64) and image.values.dtype == np.float32
    assert scene.radar[0].values.shape == (2, 64, 64)
    assert image.values.min() >= 0 and image.values.max() <= 1
    assert scene.layout.height.min() >= 0 and scene.layout.height.max() <= 80


def test_a_series_holds_thirty_dates_with_the_nearest_radar_image():
    taken = dates(5)
    days = [day for day, _radar in taken]

    assert len(taken) == 30 and days == sorted(set(days))
    assert {(later - days[0]) % 5 for later in days} == {0}
    assert max(abs(day - radar) for day, radar in taken) <= 5


def test_a_short_series_looks_at_one_ground_on_many_days():
    scene = series(4, 32, count=4)

    assert len(scene.optical) == len(scene.radar) == 4
    assert len({image.day for image in scene.optical}) == 4


def test_a_scene_is_as_it_was_when_its_reference_was_kept():
    reference = np.load(REFERENCE)
    scene = single(1, 16)

    assert np.allclose(scene.optical[0].values, reference["optical"], atol=1e-5)
    assert np.allclose(scene.radar[0].values, reference["radar"], atol=1e-4)
    assert np.allclose(scene.layout.height, reference["height"], atol=1e-5)
    assert np.array_equal(scene.layout.cover, reference["cover"])


@pytest.mark.parametrize(
    ("seed", "split"),
    [(0, "train"), (9_999, "train"), (10_000, "validation"), (20_000, "test"), (30_000, "foreign")],
)
def test_seeds_tell_their_split(seed, split):
    assert split_of(seed) == split


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_layout(-1),
        lambda: make_layout(2**40),
        lambda: make_layout(1, 15),
        lambda: make_layout(1, 65),
        lambda: make_layout(1, 4096),
        lambda: single(1, 32, day=0),
        lambda: acquire_radar(make_layout(1, 32), 400),
        lambda: acquire_optical(make_layout(1, 32), 1, cover=1.5),
        lambda: dates(1, 100),
        lambda: split_of(40_000),
    ],
)
def test_what_no_scene_can_have_is_refused_in_words(make):
    with pytest.raises(Invalid, match=r"\d"):
        make()


def test_arrays_of_a_layout_share_one_size():
    layout = make_layout(2, 48)
    fields = [getattr(layout, field.name) for field in dataclasses.fields(layout)]

    assert {field.shape for field in fields if isinstance(field, np.ndarray)} == {(48, 48)}


def test_clear_days_lie_in_summer_and_autumn_and_cloudy_ones_all_over_the_year_five_apart():
    clear = {clear_day(seed) for seed in range(1000)}
    cloudy = [cloudy_days(seed) for seed in range(1000)]

    assert (min(clear), max(clear)) == (150, 269)
    assert {tuple(np.diff(days)) for days in cloudy} == {(5, 5)}
    assert (min(map(min, cloudy)), max(map(max, cloudy))) == (20, 349)
