"""A box of four typed numbers."""

import pytest
import shapely

from app.base.errors import Invalid
from app.curation.footprints import boxes, outlining


def outline(west, south, east, north):
    return outlining.outline(boxes.read({"west": west, "south": south, "east": east, "north": north}))


@pytest.mark.parametrize(
    "typed",
    [("5", "47", "15", "55"), ("5.0", " 47 ", "+15", "55°"), ("5,0", "47° N", "15 E", "55n")],
)
def test_degrees_are_read_as_people_write_them(typed):
    assert outline(*typed).geometry.equals(shapely.box(5, 47, 15, 55))


def test_west_and_south_are_negative_by_sign_or_by_letter():
    assert outline("10° W", "5S", "−2", "-1").geometry.bounds == (-10, -5, -2, -1)


def test_west_above_east_crosses_the_antimeridian():
    found = outline("176", "-20", "-178", "-15")

    assert found.geometry.area == 6 * 5
    assert "crosses the antimeridian" in found.notes[0]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("", "47", "15", " "), "missing: West, North"),
        (("a", "47", "15", "55"), "West is a number of degrees"),
        (("5", "47", "190", "55"), "East lies between -180 and 180"),
        (("5", "-91", "15", "55"), "South lies between -90 and 90"),
        (("5", "55", "15", "47"), r"South \(55\) lies above north \(47\); swap them"),
        (("5", "47", "5", "55"), "no area"),
        (("1e2", "47", "5", "55"), "West is a number"),
        (("５", "47", "15", "55"), "West is a number"),
    ],
)
def test_what_is_no_box_is_told_by_its_side(typed, told):
    with pytest.raises(Invalid, match=told):
        outline(*typed)
