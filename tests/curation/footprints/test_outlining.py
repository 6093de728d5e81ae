"""One outline of many shapes: mended, dissolved, small enough, with every loss told."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.errors import TooLarge
from app.catalogue.footprint import MOST_VERTICES, outline_of
from app.curation.footprints import outlining
from app.curation.footprints.shapes import Gathered, Shape, from_json


def outline(*polygons):
    return outlining.outline(Gathered(tuple(Shape(polygon) for polygon in polygons)))


def test_a_polygon_that_crosses_itself_is_mended_and_that_is_told():
    found = outline(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]))

    assert found.geometry.area == 50
    assert found.notes == ("1 polygon crossed itself and was mended.",)


def test_tiles_that_touch_are_dissolved():
    tiles = [shapely.box(x, y, x + 1, y + 1) for x in range(10) for y in range(10)]

    found = outline(*tiles)

    assert found.geometry.equals(shapely.box(0, 0, 10, 10))
    assert found.notes == ("100 polygons that touch or overlap were dissolved into 1.",)
    assert not found.simplified


def test_a_long_coast_is_simplified_and_the_loss_is_told():
    coast = shapely.Point(10, 50).buffer(3, quad_segs=4000)

    found = outline(coast)

    assert found.simplified
    assert found.vertices <= MOST_VERTICES
    assert found.geometry.symmetric_difference(coast).area < coast.area / 1000
    assert found.notes[0].startswith("Simplified from 16,001 to ")
    assert found.notes[0].endswith("; the outline moves by at most 1.11 m.")


def test_thousands_of_separate_chips_are_covered_by_squares_and_the_gain_is_told():
    chips = [shapely.box(x / 4, y / 4, x / 4 + 0.02, y / 4 + 0.02) for x in range(50) for y in range(40)]

    found = outline(*chips)

    assert found.vertices <= MOST_VERTICES
    assert found.geometry.buffer(1e-5).covers(shapely.MultiPolygon(chips))
    assert "2,000 separate parts are too many to keep" in found.notes[0]
    assert found.notes[1].startswith("That makes the area larger by")


def test_the_summary_says_parts_area_and_vertices():
    found = outline(shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6))

    assert found.summary == "2 polygons, 24\u202f700 km² with 10 vertices."
    assert outline(shapely.box(0, 0, 1, 1)).summary == "One polygon, 12\u202f400 km² with 5 vertices."


def test_more_positions_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr(outlining, "MOST_POSITIONS", 10)

    with pytest.raises(TooLarge, match="at most 10 are read"):
        outline(shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 2), shapely.box(0, 0, 3, 3))


corners = st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=3, max_size=12)


@settings(max_examples=60)
@given(st.lists(corners, min_size=1, max_size=5))
def test_whatever_is_drawn_a_record_can_hold(rings):
    polygons = [shapely.Polygon(ring) for ring in rings]
    mended = shapely.union_all([shapely.make_valid(one, method="structure") for one in polygons])
    if mended.area == 0:
        return

    found = outline(*polygons)

    assert outline_of(found.geometry).type == found.geometry.geom_type
    assert found.geometry.area == pytest.approx(mended.area, rel=1e-3)
    assert from_json(found.as_json()).geometry.equals(found.geometry)
