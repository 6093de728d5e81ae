"""Areas that are pasted: GeoJSON and well-known text, and what is said where they are wrong."""

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Invalid, TooLarge
from app.curation.footprints import geojson, outlining, shapes, texts
from app.curation.footprints.shapes import LARGEST_FILE, Spot

SQUARE = [[5, 47], [15, 47], [15, 55], [5, 55], [5, 47]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}


def outline(text):
    return outlining.outline(texts.read(text if isinstance(text, str) else json.dumps(text)))


@pytest.mark.parametrize(
    "text",
    [
        POLYGON,
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "Feature", "properties": None, "geometry": POLYGON},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POLYGON}]},
        {"type": "GeometryCollection", "geometries": [POLYGON]},
        {"type": "Polygon", "coordinates": [[[*position, 300.5] for position in SQUARE]]},
        "POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))",
        "  polygon (( 5 47,15 47,\n15 55, 5 55, 5 47 ))\n",
        "SRID=4326;MULTIPOLYGON(((5 47, 15 47, 15 55, 5 55, 5 47)))",
        "POLYGON Z((5 47 1, 15 47 1, 15 55 1, 5 55 1, 5 47 1))",
        "GEOMETRYCOLLECTION(POLYGON((5 47, 15 47, 15 55, 5 55, 5 47)))",
        "\ufeff" + json.dumps(POLYGON),
    ],
)
def test_every_way_to_write_a_square_gives_the_square(text):
    assert outline(text).geometry.equals(shapely.box(5, 47, 15, 55))


def test_points_become_places_under_their_names():
    named = {
        "type": "Feature",
        "properties": {"name": "Munich"},
        "geometry": {"type": "Point", "coordinates": [11.6, 48.1]},
    }
    bare = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [2.3, 48.9]}}

    found = outline({"type": "FeatureCollection", "features": [named, bare]})

    assert found.geometry is None
    assert found.spots == (Spot("Munich", 11.6, 48.1), Spot("Point 2", 2.3, 48.9))


def test_another_system_named_by_ewkt_is_transformed():
    found = outline("SRID=32632;POLYGON((500000 5300000, 600000 5300000, 600000 5400000, 500000 5300000))")

    assert found.geometry.bounds == pytest.approx((9.0, 47.84, 10.37, 48.75), abs=0.01)
    assert found.notes == ("Transformed from WGS 84 / UTM zone 32N (EPSG:32632) to WGS 84.",)


def test_another_system_named_by_old_geojson_is_transformed():
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    ring = [[0, 0], [1_113_194.9, 0], [1_113_194.9, 1_113_194.9], [0, 0]]

    found = outline({"type": "Polygon", "coordinates": [ring], "crs": named})

    assert found.geometry.bounds == pytest.approx((0, 0, 10, 9.95), abs=0.01)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Nothing was given"),
        ("POLYGON((5 47, 15 47, 15 55, 5 55, 5 47)", "1 missing at its end"),
        ("POLYGON((5 47, 15 47, 15 55, 5 47)))", "Line 1, column 36 of the text: a bracket too many"),
        ("POLYGON((5 47,\n 15,\n 15 55, 5 47))", "Line 2, column 4 of the text: a position with one number"),
        ("POLYGON((5 47, 15 47\n 15 55, 5 47))", "Line 2, column 7 .* 4 numbers; is a comma missing"),
        (
            "POLYGN((5 47, 15 47, 15 55, 5 47))",
            "Line 1, column 1 of the text: POLYGN, which is none of POINT",
        ),
        ("POLYGON((5 47, 15 47, 15 55, 5 46))", "not closed: repeat its first position"),
        ("POLYGON((5 47, 15 47; 15 55, 5 47))", "Line 1, column 21 of the text: a sign"),
        ("POLYGON((5° 47, 15 47, 15 55, 5 47))", "Line 1, column 11 of the text: a sign"),
        ("POLYGON((nan 47, 15 47, 15 55, nan 47))", "NAN, which is none of"),
        ("POLYGON((1e999 47, 15 47, 15 55, 1e999 47))", "not a finite number"),
        ("POLYGON EMPTY", "Nothing of this has an area|no geometry"),
        ("POLYGON((0 0, 1 1, 0 0, 0 0))", "Nothing of this has an area"),
        ("LINESTRING(5 47, 15 47)", "a line, which has no area"),
        ("CURVEPOLYGON((0 0, 1 1, 1 0, 0 0))", "none of POINT"),
        ("SRID=99;POLYGON((5 47, 15 47, 15 55, 5 47))", "'EPSG:99' is not known"),
        ("SRID=32632;POLYGON((5e9 47, 15e9 47, 15e9 55, 5e9 47))", "outside the part of the earth"),
        ("POLYGON((47 105, 47 115, 55 115, 47 105))", "47 105 looks like latitude before longitude"),
        ("POLYGON((691000 5335000, 692000 5335000, 692000 5336000, 691000 5335000))", "looks like metres"),
        ("POLYGON((600 10, 610 10, 610 20, 600 10))", "lies beyond the globe"),
        ("<kml></kml>", "XML .* Save it as GeoJSON"),
        ("[1, 2]", "a list or a single value"),
        ('{"type": "Polygon",\n"coordinates": [[[0, 0] [1, 1]]]}', "line 2, column 25"),
        ('{"type": "Topology"}', "type 'Topology'"),
        ('{"coordinates": []}', "The text is no GeoJSON object"),
        ('{"type": "FeatureCollection"}', "no list of features"),
        ('{"type": "FeatureCollection", "features": []}', "holds no geometry"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_wrong_is_named_and_how_to_mend_it(text, told):
    with pytest.raises(Invalid, match=told):
        outline(text)


@pytest.mark.parametrize(
    ("coordinates", "told"),
    [
        ([[[0, 0], [1, 0], [1, 1], [0, 1]]], r"features\[0\].geometry.coordinates\[0\] is not closed"),
        ([[[0, 0], [1, "a"], [1, 1], [0, 0]]], r"coordinates\[0\]\[1\] is not a position"),
        ([[[0, 0], [1, True], [1, 1], [0, 0]]], r"coordinates\[0\]\[1\] is not a position"),
        ([[[0, 0], [1, 1], [0, 0]]], r"coordinates\[0\] has 3 positions"),
        ([], "is not a list of rings"),
        ("x", "is not a list of rings"),
        ([[0, 0]], r"coordinates\[0\]\[0\] is not a position"),
    ],
)
def test_a_fault_of_geojson_is_told_by_its_path(coordinates, told):
    geometry = {"type": "Polygon", "coordinates": coordinates}

    with pytest.raises(Invalid, match=told):
        outline({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry}]})


def test_lines_of_geojson_are_refused_with_a_way_out():
    with pytest.raises(Invalid, match="is a line, which has no area"):
        outline({"type": "LineString", "coordinates": [[0, 0], [1, 1]]})


def test_collections_in_collections_end_somewhere():
    nested = POLYGON
    for _ in range(20):
        nested = {"type": "GeometryCollection", "geometries": [nested]}

    with pytest.raises(Invalid, match="nested too deeply"):
        outline(nested)


def test_more_text_than_is_read_is_refused():
    with pytest.raises(TooLarge, match="more than 7 MB"):
        outline("POLYGON" + " " * LARGEST_FILE)


def test_more_geometries_than_are_read_are_refused(monkeypatch):
    monkeypatch.setattr(geojson, "MOST_SHAPES", 3)

    with pytest.raises(TooLarge, match="more than 3 geometries"):
        outline({"type": "GeometryCollection", "geometries": [POLYGON] * 4})


def test_more_points_than_a_record_names_are_refused():
    points = {"type": "MultiPoint", "coordinates": [[x / 10, 0] for x in range(shapes.MOST_SPOTS + 1)]}

    with pytest.raises(TooLarge, match="201 points; a record names at most 200 places"):
        outline(points)


@given(st.text(alphabet='POLYGN MUTI()0123456789.,-eE;SRD={}[]":\n', max_size=80))
def test_no_text_is_too_odd_to_be_answered(text):
    try:
        outline(text)
    except (Invalid, TooLarge) as fault:
        assert fault.message


centres = st.tuples(st.integers(-170, 170), st.integers(-80, 80))


@given(st.lists(centres, min_size=1, max_size=6, unique=True), st.integers(3, 12))
def test_well_known_text_and_geojson_are_the_same_outline(places, corners):
    drawn = shapely.MultiPolygon([shapely.Point(x, y).buffer(0.4, quad_segs=corners) for x, y in places])

    from_text = outline(drawn.wkt)
    from_json = outline(shapely.to_geojson(drawn))

    assert from_text.geometry == from_json.geometry
    assert from_text.geometry.symmetric_difference(drawn).area < 1e-4
    assert outline(shapely.to_wkt(from_text.geometry, rounding_precision=-1)).geometry.equals(
        from_text.geometry
    )
