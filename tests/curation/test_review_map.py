"""Maps of two states of a record."""

import numpy as np

from app.curation import review_map
from app.insights import world


def view_of(drawing):
    return drawing.split('viewBox="')[1].split('"')[0]


def test_both_maps_show_the_same_extract():
    found = review_map.maps({"spatial": {"bbox": [5, 47, 15, 55]}}, {"spatial": {"bbox": [6, 47, 15, 55]}})

    assert view_of(found.before) == view_of(found.after)
    assert float(view_of(found.before).split()[2]) == review_map.LEAST_WIDTH


def test_a_record_without_a_place_has_no_map():
    assert review_map.maps(None, {"spatial": {"extent": "global"}}) is None
    assert review_map.maps({}, {}) is None


def test_countries_stand_in_and_the_map_shows_their_mainland():
    found = review_map.maps(None, {"spatial": {"countries": ["FRA"]}})

    left, top, width, height = map(float, view_of(found.after).split())
    x, y = world.drawn(np.asarray([[2.5, 46.5]]))[0]
    assert found.after.count('class="stands-in"') == 1
    assert found.before.count('class="stands-in"') == 0
    assert left < x < left + width and top < y < top + height
    assert width < world.WIDTH / 2


def test_an_area_over_the_antimeridian_is_drawn_on_both_sides():
    found = review_map.maps(None, {"spatial": {"bbox": [170, -20, -170, -10]}})

    own = found.after.split('class="own-area"')[1]
    assert own.count("<path") == 1
    assert own.count("M") == 2


def test_a_location_that_cannot_be_read_draws_nothing():
    assert review_map.scene({"spatial": {"bbox": "everywhere"}}).is_empty
    assert review_map.scene({"spatial": ["x"]}).is_empty
