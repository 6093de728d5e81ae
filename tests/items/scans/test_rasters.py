"""Where rasters lie, whatever their makers wrote into them."""

import pytest
import shapely
from pyproj import Transformer
from pytest import approx
from rasterio.crs import CRS

from app.base.errors import Invalid
from app.items.scans.rasters import place_of, read_band, read_head

LAMBERT = "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m +no_defs"


def degrees(x, y, zone=32632):
    return Transformer.from_crs(zone, 4326, always_xy=True).transform(x, y)


def test_patch_in_metres_lies_where_its_corners_do(write_raster, tmp_path):
    place = place_of(read_head(write_raster(tmp_path / "a.tif", size=100, x=600_000, y=5_300_000)))

    corners = [degrees(600_000 + x, 5_300_000 + y) for x, y in [(0, 0), (0, -1000), (1000, -1000), (1000, 0)]]
    assert shapely.Polygon(place.geometry).equals_exact(shapely.Polygon(corners), 1e-6, normalize=True)
    assert place.box == approx(shapely.MultiPoint(corners).bounds, abs=1e-6)
    assert place.geometry.exterior.is_ccw
    assert place.note is None


def test_patch_in_degrees_is_its_own_box(write_raster, tmp_path):
    path = write_raster(tmp_path / "a.tif", size=100, x=-70.5, y=-3.25, pixel=0.0001, crs="EPSG:4326")

    place = place_of(read_head(path))

    assert place.box == approx((-70.5, -3.26, -70.49, -3.25))
    assert place.geometry.equals(shapely.box(*place.box))


def test_coordinate_system_without_a_number_is_understood_from_its_words(write_raster, tmp_path):
    raster = read_head(write_raster(tmp_path / "a.tif", x=4_321_000, y=3_210_000, crs=LAMBERT))

    place = place_of(raster)

    assert raster.crs.to_epsg() is None
    assert place.box[0] == approx(10.0) and place.box[3] == approx(52.0)


def test_wide_raster_follows_the_bend_of_its_edges(write_raster, tmp_path):
    path = write_raster(tmp_path / "a.tif", size=100, x=300_000, y=7_500_000, pixel=4_000)

    edge = place_of(read_head(path)).geometry.exterior

    middle = shapely.Point(degrees(500_000, 7_500_000))
    straight = shapely.LineString([degrees(300_000, 7_500_000), degrees(700_000, 7_500_000)])
    assert edge.distance(middle) < 0.002
    assert straight.distance(middle) > 0.05


def test_raster_across_180_degrees_has_two_halves_and_a_box_that_goes_on(write_raster, tmp_path):
    path = write_raster(tmp_path / "a.tif", size=100, x=820_000, y=8_000_000, pixel=100, crs="EPSG:32701")
    east = write_raster(tmp_path / "b.tif", size=100, x=176_000, y=8_000_000, pixel=100, crs="EPSG:32701")

    place, plain = place_of(read_head(east)), place_of(read_head(path))

    assert plain.geometry.geom_type == "Polygon"
    assert place.geometry.geom_type == "MultiPolygon" and place.geometry.is_valid
    assert place.box[0] > 179 and place.box[2] < -179
    assert place.geometry.area < 0.02


def test_degrees_beyond_180_are_brought_back(write_raster, tmp_path):
    path = write_raster(tmp_path / "a.tif", size=10, x=179.95, y=-17, pixel=0.01, crs="EPSG:4326")

    place = place_of(read_head(path))

    assert place.box == approx((179.95, -17.1, -179.95, -17.0))


def test_file_without_coordinate_system_takes_that_of_its_neighbours(write_raster, tmp_path):
    raster = read_head(write_raster(tmp_path / "a.tif", crs=None))

    place = place_of(raster, CRS.from_epsg(32632))

    assert place.box[0] == approx(9.0)
    assert place.note is not None and "beside" in place.note


def test_coordinates_that_can_only_be_degrees_are_degrees(write_raster, tmp_path):
    raster = read_head(write_raster(tmp_path / "a.tif", x=10.5, y=48.5, pixel=0.0001, crs=None))

    place = place_of(raster)

    assert place.box[0] == approx(10.5)
    assert place.note is not None and "degrees" in place.note


@pytest.mark.parametrize(
    "options",
    [
        {"crs": None},
        {"crs": 'LOCAL_CS["somewhere",UNIT["metre",1]]'},
    ],
)
def test_nothing_is_made_up_where_a_file_does_not_say(write_raster, tmp_path, options):
    place = place_of(read_head(write_raster(tmp_path / "a.tif", **options)))

    assert place.geometry is None
    assert place.note


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_plain_picture_has_no_place(write_raster, tmp_path):
    place = place_of(read_head(write_raster(tmp_path / "a.tif", crs=None, x=0, y=0, pixel=1)))

    assert (place.geometry, place.box) == (None, None)


def test_positions_outside_of_their_system_are_refused(write_raster, tmp_path):
    raster = read_head(write_raster(tmp_path / "a.tif", x=500_000, y=5_300_000, crs="EPSG:4326"))

    with pytest.raises(Invalid, match=r"outside|degrees"):
        place_of(raster)


def test_file_that_is_none_or_ends_too_early_is_refused(write_raster, tmp_path):
    text = tmp_path / "text.tif"
    text.write_text("not a raster")
    short = write_raster(tmp_path / "short.tif", 4, size=64)
    short.write_bytes(short.read_bytes()[:-2_000])

    for path in (text, short, tmp_path / "missing.tif"):
        with pytest.raises(Invalid, match="cannot be read"):
            read_head(path)


def test_band_that_is_not_there_is_refused(write_raster, tmp_path):
    path = write_raster(tmp_path / "a.tif", 2)

    with pytest.raises(Invalid, match="2 bands"):
        read_band(path, 3)
