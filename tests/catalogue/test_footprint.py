"""The outline a record keeps."""

import pytest
import shapely
from pydantic import ValidationError

from app.catalogue.footprint import MOST_VERTICES, geometry, outline_of
from app.catalogue.record import Spatial

TRIANGLE = [[0, 0], [10, 0], [10, 10], [0, 0]]


def spatial(**outline):
    return Spatial.model_validate({"footprint": outline})


def test_a_polygon_is_kept_as_it_was_written():
    kept = spatial(type="Polygon", coordinates=[TRIANGLE])

    assert kept.model_dump(mode="json", exclude_defaults=True) == {
        "footprint": {"type": "Polygon", "coordinates": [TRIANGLE]}
    }


def test_both_sides_of_the_antimeridian_are_two_polygons():
    fiji = [shapely.box(177, -20, 180, -15), shapely.box(-180, -20, -178, -15)]

    kept = outline_of(shapely.MultiPolygon(fiji))

    assert geometry(kept).equals(shapely.MultiPolygon(fiji))


@pytest.mark.parametrize(
    ("ring", "told"),
    [
        ([[0, 0], [10, 0], [10, 10], [0, 10]], "not closed"),
        ([[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]], "Self-intersection"),
        ([[0, 0], [0, 0], [0, 0], [0, 0]], "not valid"),
        ([[170, 0], [190, 0], [190, 10], [170, 0]], "less than or equal to 180"),
        ([[0, 0], [10, 91], [10, 10], [0, 0]], "less than or equal to 90"),
        ([[0, 0], [float("nan"), 1], [10, 10], [0, 0]], "finite"),
        ([[0, 0], [1, 1], [0, 0]], "at least 4"),
        ([[0, 0, 5], [10, 0, 5], [10, 10, 5], [0, 0, 5]], "at most 2"),
    ],
)
def test_an_outline_that_cannot_be_drawn_is_refused(ring, told):
    with pytest.raises(ValidationError, match=told):
        spatial(type="Polygon", coordinates=[ring])


def test_vertices_are_bounded_over_all_rings():
    rings = [list(shapely.Point(0, 0).buffer(size, quad_segs=700).exterior.coords) for size in (40, 20)]

    with pytest.raises(ValidationError, match=f"at most {MOST_VERTICES} are kept"):
        spatial(type="Polygon", coordinates=rings)


def test_heights_are_left_out():
    kept = outline_of(shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5), (0, 0, 5)]))

    assert kept.coordinates == (((0, 0), (1, 0), (1, 1), (0, 0)),)
