"""GeoJSON: valid geometries in the order of RFC 7946 for every record, and honest about what they are."""

import dataclasses
import json

from shapely import box
from shapely.geometry import mapping, shape

from app.catalogue.places import geo_status
from app.exchange.formats import geojson

INDIA = mapping(box(68, 8, 97, 35))


def _read(record, site):
    return json.loads(geojson.write(record, site))


def test_every_geometry_of_every_record_is_valid(records, site):
    seen = 0
    for record in records:
        collection = _read(record, site)
        assert collection["type"] == "FeatureCollection"
        for feature in collection["features"]:
            assert feature["properties"]["name"]
            if feature["geometry"] is None:
                assert feature["properties"]["note"]
                continue
            geometry = shape(feature["geometry"])
            west, south, east, north = geometry.bounds
            assert geometry.is_valid and not geometry.is_empty
            assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
            seen += 1
    assert seen > 300


def test_positions_are_longitude_then_latitude(by_slug, site):
    collection = _read(by_slug["sen1floods11"], site)

    bolivia = next(part for part in collection["features"] if part["properties"]["name"] == "Bolivia")
    assert shape(bolivia["geometry"]).bounds == (-65.636, -15.959, -64.362, -11.391)


def test_outer_rings_run_counter_clockwise(by_slug, site):
    for feature in _read(by_slug["sen1floods11"], site)["features"]:
        assert shape(feature["geometry"]).exterior.is_ccw


def test_footprint_is_exact_and_a_city_is_approximate(make_record, site):
    places = [
        {"name": "Box", "lon": 1, "lat": 1, "precision": "footprint", "bbox": [0, 0, 2, 2]},
        {"name": "Paris", "lon": 2.35, "lat": 48.86, "precision": "city"},
    ]
    provenance = {"spatial.places": {"sources": ["paper"], "how": "inferred"}}

    features = _read(make_record(spatial={"places": places}, provenance=provenance), site)["features"]

    found = {part["properties"]["name"]: part["properties"] for part in features}
    assert found["Box"]["approximate"] is False
    assert found["Paris"]["approximate"] is True
    assert (found["Paris"]["sources"], found["Paris"]["how"]) == (["paper"], "inferred")


def test_box_of_the_whole_dataset_bears_its_name_and_its_own_source(make_record, site):
    provenance = {"spatial.bbox": {"sources": ["repo"]}, "spatial.places": {"sources": ["paper"]}}

    feature = _read(make_record(spatial={"bbox": [0, 0, 2, 2]}, provenance=provenance), site)["features"][0]

    assert feature["properties"]["name"] == "Example"
    assert feature["properties"]["sources"] == ["repo"]


def test_shape_across_the_antimeridian_is_cut_and_its_box_crosses(make_record, site):
    place = {"name": "Fiji", "lon": 178, "lat": -17, "precision": "footprint", "bbox": [176, -20, -178, -15]}

    collection = _read(make_record(spatial={"places": [place]}), site)

    geometry = shape(collection["features"][0]["geometry"])
    assert geometry.geom_type == "MultiPolygon"
    assert collection["bbox"] == [176, -20, -178, -15]


def test_box_holds_all_features(by_slug, site):
    assert _read(by_slug["sen1floods11"], site)["bbox"] == [-95.692, -28.187, 106.427, 41.062]


def test_outline_comes_from_the_context_and_says_that_it_stands_in(by_slug, site):
    record = by_slug["10-000-crop-field-boundaries-across-india"]
    drawn = _read(record, dataclasses.replace(site, outlines={"IND": INDIA}))["features"]
    undrawn = _read(record, site)["features"]

    assert shape(drawn[0]["geometry"]).equals(shape(INDIA))
    assert drawn[0]["properties"]["approximate"] is True
    assert "stands in" in drawn[0]["properties"]["note"]
    assert undrawn[0]["geometry"] is None
    assert "not at hand" in undrawn[0]["properties"]["note"]


def test_collection_without_features_says_why(records, site):
    for record in records:
        collection = _read(record, site)
        assert bool(collection["features"]) != ("reason" in collection), record.slug
        assert collection["geo_status"] == geo_status(record)
        assert bool(collection["features"]) == (collection["geo_status"] in {"located", "approximate"})
