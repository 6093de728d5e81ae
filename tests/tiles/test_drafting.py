"""Layers of simulated scenes before they are written."""

import numpy as np
import pytest

from app.scenes.layout import make_layout
from app.scenes.optical import acquire_optical
from app.tiles import drafting


@pytest.mark.parametrize("day", [1, 20, 150, 205, 206, 269, 350])
def test_dates_have_the_season_of_their_day(day):
    assert drafting.moment_of(day).timetuple().tm_yday == day


def test_what_is_seen_and_what_is_true_below_the_clouds_differ_where_clouds_are_drawn():
    image = acquire_optical(make_layout(20_100), 200)

    seen, clear, hidden = (
        drafting.optical("s2", image).values,
        drafting.clear_image(image, 1).values,
        drafting.cloud("cloud", image, 1).values[0] == 1,
    )

    differs = (seen != clear).any(axis=0)
    assert hidden.any() and differs[hidden].mean() > 0.99
    assert np.array_equal(seen[:, ~differs], clear[:, ~differs])


def test_every_draft_says_that_it_is_simulated_and_truth_what_it_answers():
    drafts = list(drafting.ground_truth(make_layout(20_000), 200))

    assert all("simulated" in one.title for one in drafts)
    assert all(one.key == one.answers for one in drafts)
