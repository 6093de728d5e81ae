"""Boxes round the parts of an outline."""

import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon

from app.catalogue.clusters import clusters, sketched


def boxes(*corners):
    return MultiPolygon([shapely.box(*one) for one in corners])


def test_parts_that_touch_are_one_cluster():
    near = shapely.union_all([shapely.box(0, 0, 2, 2), shapely.Polygon([(1, 5), (3, 1), (3, 5)])])

    assert [box.values() for box in clusters(near)] == [(0, 0, 3, 5)]


def test_parts_apart_are_told_apart():
    found = clusters(boxes((10, 40, 12, 42), (100, -5, 103, 0)))

    assert [box.values() for box in found] == [(10, 40, 12, 42), (100, -5, 103, 0)]


def test_parts_on_both_sides_of_180_degrees_are_one_cluster():
    found = clusters(boxes((177, -20, 180, -15), (-180, -19, -178, -14), (-180, 50, -170, 60)))

    assert sorted(box.values() for box in found) == [(-180, 50, -170, 60), (177, -20, -178, -14)]


def test_the_world_is_not_wound_round_itself():
    assert [box.values() for box in clusters(shapely.box(-180, -90, 180, 90))] == [(-180, -90, 180, 90)]


@given(
    st.lists(st.tuples(st.integers(-179, 178), st.integers(-89, 88)), min_size=1, max_size=80, unique=True)
)
def test_few_clusters_hold_every_part(corners):
    parts = shapely.union_all([shapely.box(x, y, x + 0.5, y + 0.5) for x, y in corners])

    found = clusters(parts, most=10)

    assert len(found) <= 10
    assert shapely.union_all([box.geometry() for box in found]).buffer(1e-9).covers(parts)


def test_a_small_outline_is_sketched_as_it_is_and_a_coast_by_boxes():
    coast = shapely.Point(0, 0).buffer(5, quad_segs=100)

    assert sketched(shapely.box(0, 0, 1, 1)) == [shapely.box(0, 0, 1, 1)]
    assert sketched(coast) == [shapely.box(-5, -5, 5, 5)]
    assert sketched(shapely.Point(1, 2)) == [shapely.Point(1, 2)]
