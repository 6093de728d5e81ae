"""A real outline is what the search, the map and every format show of a dataset."""

import mapbox_vector_tile
import pytest

TRIANGLE = {"type": "Polygon", "coordinates": [[[0, 0], [20, 0], [0, 20], [0, 0]]]}
BOTH_SIDES = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[177, -20], [180, -20], [180, -15], [177, -20]]],
        [[[-180, -20], [-178, -20], [-180, -15], [-180, -20]]],
    ],
}


def found(client, **parameters):
    answer = client.get("/api/datasets", params=parameters)
    return [dataset["slug"] for dataset in answer.json()["datasets"]]


@pytest.fixture
def triangle(add_dataset):
    return add_dataset("triangle", spatial={"bbox": [0, 0, 20, 20], "footprint": TRIANGLE})


def test_an_area_in_the_empty_corner_of_the_box_finds_nothing(client, triangle):
    assert found(client, bbox="1,1,2,2") == ["triangle"]
    assert found(client, bbox="15,15,19,19") == []
    assert found(client, intersects="POLYGON((15 15, 19 15, 19 19, 15 15))") == []


def test_the_map_draws_the_outline(client, triangle):
    tile = mapbox_vector_tile.decode(client.get("/tiles/datasets/0/0/0.mvt").content)

    (feature,) = tile["footprints"]["features"]
    (ring,) = feature["geometry"]["coordinates"]
    assert len(ring) == 4
    assert feature["properties"]["slug"] == "triangle"


def test_stac_lists_the_overall_box_then_the_parts_and_joins_those_at_180_degrees(client, add_dataset):
    add_dataset("fiji", spatial={"footprint": BOTH_SIDES})
    apart = {"type": "MultiPolygon", "coordinates": [*BOTH_SIDES["coordinates"], TRIANGLE["coordinates"]]}
    add_dataset("apart", spatial={"footprint": apart})

    alone = client.get("/stac/collections/fiji").json()["extent"]["spatial"]["bbox"]
    several = client.get("/stac/collections/apart").json()["extent"]["spatial"]["bbox"]

    assert alone == [[177, -20, -178, -15]]
    assert several[1:] == [[0, 0, 20, 20], [177, -20, -178, -15]]


def test_geojson_and_records_hold_the_outline_itself(client, triangle):
    feature = client.get("/datasets/triangle.geojson").json()["features"][0]
    record = client.get("/ogc/collections/datasets/items/triangle").json()

    assert feature["properties"]["kind"] == "footprint"
    assert feature["geometry"]["coordinates"] == TRIANGLE["coordinates"]
    assert record["geometry"]["coordinates"] == TRIANGLE["coordinates"]


def test_an_outline_beyond_the_end_of_the_map_is_still_found(client, add_dataset):
    pole = [[[-180, -90], [180, -90], [180, -88], [-180, -88], [-180, -90]]]
    add_dataset("pole", spatial={"footprint": {"type": "Polygon", "coordinates": pole}})

    assert found(client, bbox="-180,-90,180,-89") == ["pole"]
    assert client.get("/tiles/datasets/0/0/0.mvt").status_code == 200
