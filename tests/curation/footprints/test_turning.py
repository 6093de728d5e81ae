"""Polygons across the antimeridian, in every way that programs write them."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon

from app.curation.footprints import outlining, turning
from app.curation.footprints.measuring import area_km2
from app.curation.footprints.shapes import Gathered, Shape


def outline(*polygons):
    return outlining.outline(Gathered(tuple(Shape(polygon) for polygon in polygons)))


def jumping(polygon):
    """The polygon with every longitude between -180 and 180, as most programs write it."""
    return shapely.transform(polygon, lambda at: np.column_stack([(at[:, 0] + 180) % 360 - 180, at[:, 1]]))


longitudes = st.floats(172, 188).map(lambda value: round(value, 3))
latitudes = st.floats(-75, 75).map(lambda value: round(value, 3))


@st.composite
def across_180(draw):
    """A polygon of 3 to 12 corners that is valid and reaches over 180 degrees, longitudes running on."""
    corners = draw(st.lists(st.tuples(longitudes, latitudes), min_size=3, max_size=12, unique=True))
    hull = shapely.convex_hull(shapely.MultiPoint(corners))
    if hull.geom_type != "Polygon" or hull.area < 0.01 or not hull.bounds[0] < 179.9 < 180.1 < hull.bounds[2]:
        hull = Polygon([(175, -10), (185, -8), (184, 12), (176, 10)])
    return hull


@given(across_180())
def test_running_on_and_jumping_are_the_same_two_sides(polygon):
    running, jumped = outline(polygon), outline(jumping(polygon))

    assert running.geometry.is_valid
    assert running.geometry.bounds[0] == -180
    assert running.geometry.bounds[2] == 180
    assert running.geometry.area == pytest.approx(polygon.area, rel=1e-3)
    assert running.geometry.symmetric_difference(jumped.geometry).area < 1e-3


@given(across_180(), st.sampled_from([-360, 360]))
def test_a_whole_turn_more_or_less_changes_nothing(polygon, turn):
    moved = shapely.transform(polygon, lambda at: at + np.array([turn, 0]))

    assert outline(moved).geometry.symmetric_difference(outline(polygon).geometry).area < 1e-3


def test_what_was_read_as_crossing_is_told():
    found = outline(Polygon([(179, 0), (-179, 1), (-178, 3), (178, 3), (179, 0)]))

    assert found.notes == ("An edge spans more than half the globe; it was read as crossing 180 degrees.",)


def test_a_box_is_taken_at_its_word_but_asked_about():
    found = outline(shapely.box(-170, -10, 170, 10))

    assert found.geometry.area == 340 * 20
    assert "west above its east" in found.notes[0]


def test_the_whole_world_stays_whole():
    found = outline(shapely.box(-180, -90, 180, 90))

    assert found.geometry.area == 360 * 180
    assert found.notes == ()
    assert found.area_km2 == pytest.approx(510_065_622, rel=1e-3)


@pytest.mark.parametrize(("latitude", "pole"), [(-70, -90), (72, 90)])
@pytest.mark.parametrize("turn", [1, -1])
def test_a_ring_round_a_pole_reaches_it_whichever_way_it_is_wound(latitude, pole, turn):
    ring = [(-150, latitude), (-30, latitude + 1), (90, latitude), (-150, latitude)][::turn]

    found = outline(Polygon(ring))

    assert found.geometry.is_valid
    assert pole in (found.geometry.bounds[1], found.geometry.bounds[3])
    assert found.geometry.bounds[0] == -180
    assert found.area_km2 < 20_000_000


def test_a_hole_across_180_degrees_stays_a_hole():
    outer = [(170, -10), (190, -10), (190, 10), (170, 10)]
    hole = [(178, -2), (182, -2), (182, 2), (178, 2)]

    found = outline(Polygon(outer, [hole]))

    assert found.geometry.area == pytest.approx(20 * 20 - 4 * 4)
    assert not found.geometry.intersects(shapely.Point(179, 0))


def test_parts_without_an_area_are_left_out():
    parts = shapely.GeometryCollection(
        [shapely.Point(0, 0), shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])]
    )

    assert turning.polygons_of(parts) == [shapely.box(0, 0, 1, 1)]


def test_areas_agree_with_the_surface_of_the_globe():
    north = shapely.box(10, 60, 11, 61)

    assert area_km2(north) == pytest.approx(6_088, rel=0.005)
    assert area_km2(shapely.box(0, -90, 180, 90)) == pytest.approx(510_065_622 / 2, rel=1e-4)
    assert area_km2(north.difference(shapely.box(10.2, 60.2, 10.8, 60.8))) < area_km2(north) * 0.7
