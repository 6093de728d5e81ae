"""Boxes, outlines and intervals that visitors type."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import AppError, Invalid, TooLarge
from app.base.extent import BBox, Interval, last_day, parse_bbox, parse_interval, parse_outline

SQUARE = {"type": "Polygon", "coordinates": [[[5, 47], [15, 47], [15, 55], [5, 55], [5, 47]]]}


def test_box_that_crosses_the_antimeridian_becomes_two():
    box = parse_bbox("170,-30,-170,0")

    assert [part.bounds for part in box.geometry().geoms] == [(170, -30, 180, 0), (-180, -30, -170, 0)]


@pytest.mark.parametrize(
    ("box", "shape"),
    [
        ((1, 2, 1, 5), "LINESTRING (1 2, 1 5)"),
        ((1, 2, 1, 2), "POINT (1 2)"),
        ((180, 3, -180, 3), "GEOMETRYCOLLECTION (POINT (180 3), POINT (-180 3))"),
    ],
)
def test_flat_box_is_a_line_or_a_point(box, shape):
    assert BBox(*box).geometry().wkt == shape


def test_heights_of_a_box_are_left_out():
    assert parse_bbox("1,2,-5,3,4,900") == BBox(1, 2, 3, 4)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,2,3", "four"),
        ("1,2,3,4,5", "four"),
        ("a,b,c,d", "four numbers"),
        ("nan,0,1,1", "finite"),
        ("0,0,inf,1", "finite"),
        ("0,50,10,40", "swap"),
        ("-200,0,10,10", "-180 and 180"),
        ("0,-91,10,10", "-90 and 90"),
    ],
)
def test_box_that_cannot_be_is_refused_with_the_reason(text, says):
    with pytest.raises(Invalid, match=says):
        parse_bbox(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text):
    for read in (parse_bbox, parse_outline, parse_interval):
        try:
            read(text)
        except AppError as error:
            assert error.status in (400, 413)


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90))
def test_written_box_reads_back_within_a_micro_degree(west, south, east, north):
    box = BBox(west, min(south, north), east, max(south, north))

    again = parse_bbox(box.text())

    assert again.values() == pytest.approx(box.values(), abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(SQUARE),
        json.dumps({"type": "Feature", "properties": {}, "geometry": SQUARE}),
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": SQUARE}]}),
        "POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))",
        "SRID=4326;POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))",
    ],
)
def test_outline_is_read_from_every_form(text):
    assert parse_outline(text).bounds == (5, 47, 15, 55)


def test_outline_drawn_across_the_antimeridian_is_split():
    geometry = parse_outline("POLYGON((170 -20, 190 -20, 190 -10, 170 -10, 170 -20))")

    assert geometry.is_valid
    assert geometry.bounds == (-180, -20, 180, -10)
    assert geometry.area == pytest.approx(200)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))", "Self-intersection"),
        ("POLYGON((0 0, 2 2, 2 0))", "neither GeoJSON nor WKT"),
        ("POINT EMPTY", "no position"),
        ('{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0]]]}', "not closed"),
        ('{"type":"MultiPolygon","coordinates":[[[[0,0],[1,1],[1,0]]]]}', "not closed"),
        ('{"type":"Polygon","coordinates":[]}', "not valid"),
        ("POINT(0 95)", "beyond 90"),
        ('{"type": "Polygon"}', "not valid GeoJSON"),
        ('{"type": "Feature", "geometry": null}', "no geometry"),
        ('{"type": "FeatureCollection", "features": 3}', "no list"),
        ('{"type": "Point", "coordinates": [1e400, 0]}', "not"),
        ("[" * 5000, "neither GeoJSON nor WKT"),
        (
            '{"type":"GeometryCollection","geometries":' * 400 + "[]" + "}" * 400,
            "nested|not valid|no position",
        ),
    ],
)
def test_outline_that_cannot_be_is_refused_with_the_reason(text, says):
    with pytest.raises(Invalid, match=says):
        parse_outline(text)


def test_outline_beyond_its_bounds_is_too_large():
    ring = ", ".join(f"{x / 1000} {x % 2}" for x in range(20_001))

    with pytest.raises(TooLarge, match="positions"):
        parse_outline(f"LINESTRING({ring})")
    with pytest.raises(TooLarge, match="characters"):
        parse_outline(" " * 1_000_001)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("2019", Interval(date(2019, 1, 1), date(2019, 12, 31))),
        ("2019-02", Interval(date(2019, 2, 1), date(2019, 2, 28))),
        ("2019-01-01T00:00:00Z/..", Interval(date(2019, 1, 1), None)),
        ("../2020-12-31", Interval(None, date(2020, 12, 31))),
        ("/2020", Interval(None, date(2020, 12, 31))),
        ("2019-06-01T23:30:00-02:00", Interval(date(2019, 6, 2), date(2019, 6, 2))),
    ],
)
def test_interval_is_read_in_whole_days(text, interval):
    assert parse_interval(text) == interval


@pytest.mark.parametrize(
    "text", ["..", "../..", "2020/2019", "yesterday", "2019/2020/2021", "2019-13", "0000"]
)
def test_interval_that_cannot_be_is_refused(text):
    with pytest.raises(Invalid, match="datetime"):
        parse_interval(text)


def test_last_day_knows_leap_years_and_december():
    assert [last_day(text) for text in ("2020-02", "2019-12")] == [date(2020, 2, 29), date(2019, 12, 31)]
