"""The base map: valid polygons, nothing drawn across the whole world, everything where it belongs."""

import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry import Point, shape

VENDOR = Path(__file__).parents[2] / "static" / "vendor"
MAPS = ("world-110m.json", "countries-50m.json", "land-110m.json", "land-50m.json")


def features(name: str) -> list[dict]:
    return json.loads((VENDOR / name).read_text())["features"]


@pytest.mark.parametrize("name", MAPS)
def test_every_shape_is_a_valid_multipolygon_on_the_map(name):
    for feature in features(name):
        geometry = shape(feature["geometry"])

        assert geometry.geom_type == "MultiPolygon"
        assert geometry.is_valid
        assert shapely.box(-180, -90, 180, 90).covers(geometry)


@pytest.mark.parametrize("name", ["world-110m.json", "countries-50m.json"])
def test_no_country_is_drawn_as_a_bar_across_the_antimeridian(name):
    for feature in features(name):
        for part in shape(feature["geometry"]).geoms:
            west, _, east, _ = part.bounds
            assert east - west < 170 or feature["properties"]["name"] == "Antarctica"


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ((13.4, 52.5), "276"),
        ((37.6, 55.75), "643"),
        ((-175, 66.5), "643"),
        ((177.8, -17.8), "242"),
        ((-100, 40), "840"),
        ((0, -89), "010"),
        ((2.35, 48.85), "250"),
    ],
)
@pytest.mark.parametrize("name", ["world-110m.json", "countries-50m.json"])
def test_places_lie_in_their_countries(name, place, number):
    found = [one["properties"]["id"] for one in features(name) if shape(one["geometry"]).covers(Point(place))]

    assert found == [number]


def test_land_and_sea_are_told_apart():
    for name in ("land-110m.json", "land-50m.json"):
        land = shapely.union_all([shape(feature["geometry"]) for feature in features(name)])

        assert land.covers(Point(13.4, 52.5))
        assert not land.covers(Point(-30, 30))
        assert 21_000 < land.area < 22_000
