"""A picture lies where its pixels lie, on grids that stand askew on the globe as well."""

import pytest
from affine import Affine
from rasterio.crs import CRS

from app.base.extent import BBox
from app.tiles.corners import corners_of
from app.tiles.documents import description_of, item_of
from app.tiles.stacking import DAMAGED
from tests.tiles.viewed import tile

UTM_32 = CRS.from_epsg(32632).to_wkt()


def test_a_grid_in_degrees_has_the_corners_of_its_box():
    found = corners_of("", Affine(0.1, 0, 10, 0, -0.1, 50), (10, 20))

    assert found == ((10, 50), (12, 50), (12, 49), (10, 49))


def test_a_grid_in_metres_beside_its_meridian_is_askew():
    upper_left, upper_right, lower_right, lower_left = corners_of(
        UTM_32, Affine(10, 0, 691_000, 0, -10, 5_335_000), (256, 256)
    )

    # North on this grid is 1.9 degrees off the meridian: 2.6 km make some 85 m.
    assert upper_right[1] - upper_left[1] == pytest.approx(-0.00078, abs=0.0001)
    assert upper_left[0] - lower_left[0] == pytest.approx(0.00115, abs=0.0001)
    assert lower_right[1] < upper_right[1]


def test_a_grid_that_is_turned_has_its_first_pixel_where_the_file_says():
    turned = Affine.translation(500_000, 5_300_000) @ Affine.rotation(30) @ Affine.scale(10, -10)

    upper_left, upper_right, _lower_right, _lower_left = corners_of(UTM_32, turned, (100, 100))

    assert upper_left == pytest.approx((9.0, 47.8527), abs=0.001)
    assert upper_right[1] > upper_left[1]


def test_longitudes_run_on_across_the_antimeridian():
    found = corners_of(CRS.from_epsg(32601).to_wkt(), Affine(100, 0, 300_000, 0, -100, 100_000), (100, 1000))
    across = corners_of(CRS.from_epsg(32660).to_wkt(), Affine(1000, 0, 700_000, 0, -1000, 100_000), (9, 400))

    assert all(-180 <= longitude < -170 for longitude, _latitude in found)
    assert across[0][0] < 180 < across[1][0]


def test_what_lies_nowhere_has_no_corners():
    with pytest.raises(DAMAGED):
        corners_of(UTM_32, Affine(1e12, 0, 0, 0, -1e12, 0), (10, 10))


def test_an_item_tells_the_corners_and_outlines_the_pixels():
    corners = ((10.0, 50.0), (12.0, 49.9), (11.9, 48.9), (9.9, 49.0))
    item = item_of(tile(box=BBox(9.9, 48.9, 12, 50), corners=corners))

    assert item["properties"]["eod:corners"][1] == [12.0, 49.9]
    assert set(item["geometry"]["coordinates"][0]) == set(corners)
    assert description_of(item).corners == corners
    assert item_of(tile(box=BBox(179, 48.9, -179, 50), corners=corners))["geometry"]["type"] == "MultiPolygon"
    assert description_of(item_of(tile(box=BBox(9.9, 48.9, 12, 50)))).corners is None
