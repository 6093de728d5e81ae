"""The part of the form that gives an area, without pages."""

import pytest
import shapely

from app.base.errors import Invalid
from app.catalogue.record import Spatial
from app.curation.footprints import form
from app.curation.footprints.shapes import Footprint, Gathered, Shape, Spot

SQUARE = shapely.box(5, 47, 15, 55)
BOX = {"footprint.west": "5", "footprint.south": "47", "footprint.east": "15", "footprint.north": "55"}


def composed(names):
    return Gathered((Shape(shapely.box(0, 0, len(names), 1)),))


@pytest.mark.parametrize(
    ("sent", "file", "way"),
    [
        ({"footprint.way": "box"}, None, "box"),
        ({"footprint.way": "draw", "footprint.text": "POLYGON((…))"}, None, "draw"),
        ({"footprint.way": "draw", **BOX}, None, "box"),
        ({"footprint.way": "draw"}, b"x", "file"),
        ({"footprint.way": "draw", "footprint.places": "France"}, None, "places"),
        ({"footprint.way": "draw"}, None, "draw"),
        ({"footprint.text": "x"}, None, "text"),
        ({"footprint.way": "other"}, None, "text"),
    ],
)
def test_what_is_filled_in_goes_before_the_way_that_is_chosen_from_the_start(sent, file, way):
    assert form.way_of(sent, file) == way


def test_each_way_gives_its_outline():
    typed = form.parse_footprint({"footprint.way": "box", **BOX}, None, composed)
    pasted = form.parse_footprint({"footprint.way": "text", "footprint.text": SQUARE.wkt}, None, composed)
    loaded = form.parse_footprint({"footprint.way": "file"}, shapely.to_geojson(SQUARE).encode(), composed)
    named = form.parse_footprint({"footprint.way": "places", "footprint.places": "a; b\nc"}, None, composed)

    assert typed.geometry.equals(SQUARE) and pasted.geometry.equals(SQUARE) and loaded.geometry.equals(SQUARE)
    assert named.geometry.equals(shapely.box(0, 0, 3, 1))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"footprint.way": "draw"}, "Nothing is drawn"),
        ({"footprint.way": "file"}, "Choose a file first"),
        ({"footprint.way": "places", "footprint.places": " ;\n"}, "Name at least one"),
        (
            {"footprint.way": "places", "footprint.places": "\n".join(map(str, range(101)))},
            "At most 100 names",
        ),
        ({"footprint.way": "text"}, "Nothing was given"),
    ],
)
def test_a_way_without_its_inputs_says_what_is_missing(sent, told):
    with pytest.raises(Invalid, match=told):
        form.parse_footprint(sent, None, composed)


def test_the_draft_takes_the_outline_and_notes_how_it_was_given():
    found = Footprint(SQUARE, "", notes=("Transformed from X.",))

    draft = form.placed({"name": "a", "spatial": {"bbox": [0, 0, 1, 1]}}, found, "file")

    assert Spatial.model_validate(draft["spatial"]).footprint.type == "Polygon"
    assert draft["spatial"]["bbox"] == [0, 0, 1, 1]
    assert draft["provenance"]["spatial.footprint"] == {
        "sources": ["suggestion"],
        "note": "Uploaded. Transformed from X.",
    }


def test_points_join_the_places_and_replace_those_of_the_same_name():
    found = Footprint(None, "", spots=(Spot("Paris", 2.3, 48.9), Spot("Lyon", 4.8, 45.8)))
    before = {
        "spatial": {
            "places": [{"name": "Paris", "precision": "country"}, {"name": "Nice", "precision": "city"}]
        }
    }

    draft = form.placed(before, found, "text")

    assert [place["name"] for place in draft["spatial"]["places"]] == ["Nice", "Paris", "Lyon"]
    assert "footprint" not in draft["spatial"]
    assert len(Spatial.model_validate(draft["spatial"]).places) == 3


def test_what_was_given_can_be_taken_back():
    places = [{"name": "a", "precision": "city"}, {"name": "b", "precision": "city"}]
    draft = {
        "spatial": {"bbox": [0, 0, 1, 1], "places": places},
        "provenance": {"spatial.bbox": {"sources": ["x"]}},
    }

    assert form.removed(draft, "spatial.places:0")["spatial"]["places"] == places[1:]
    assert "places" not in form.removed(draft, "spatial.places")["spatial"]
    assert form.removed(draft, "spatial.bbox") == {"spatial": {"places": places}, "provenance": {}}
    with pytest.raises(Invalid):
        form.removed(draft, "name")
