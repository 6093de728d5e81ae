import pytest
from shapely.geometry import shape

from app.stac import finding, records


def test_record_has_what_the_core_demands(make_record, context):
    record = records.record(make_record(spatial={"bbox": (5, 47, 15, 55)}), context)

    assert record["type"] == "Feature" and record["id"] == "plain"
    assert record["conformsTo"] == ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"]
    assert record["time"] is None
    assert shape(record["geometry"]).bounds == record["bbox"] == (5, 47, 15, 55)
    assert {"type", "title", "description", "updated"} <= set(record["properties"])
    assert record["links"][0]["href"] == "https://example.org/ogc/collections/datasets/items/plain"


def test_days_are_said_as_days_and_open_sides_as_dots(make_record, context):
    record = records.record(make_record(temporal_extent={"start": "2019-02"}), context)

    assert record["time"] == {"interval": ["2019-02-01", ".."]}


def test_record_without_a_place_has_no_geometry_and_says_why(make_record, context):
    record = records.record(make_record(), context)

    assert record["geometry"] is None and "bbox" not in record
    assert record["properties"]["eod:geo_reason"].startswith("Location unknown")


def test_every_scheme_of_identifiers_can_be_searched(make_record):
    shelves = {"huggingface": ("a/b",), "torchgeo": ("torchgeo.A",), "tfds": "a", "aws_open_data": "a"}
    record = make_record(data_doi="10.5281/zenodo.1", libraries=shelves)

    assert {one["scheme"] for one in records.external_ids(record)} == set(finding.SCHEMES)


@pytest.mark.parametrize("licence", [None, {"text": "ask the authors"}])
def test_rights_are_quoted_where_they_are_only_words(make_record, context, licence):
    properties = records.record(make_record(licence=licence), context)["properties"]

    assert properties["license"] == "other"
    assert properties.get("rights") == (licence or {}).get("text")
