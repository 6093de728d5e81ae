"""Where a dataset lies, and what is said when that is not known."""

from collections.abc import Callable, Mapping

import pytest

from app.catalogue import places
from app.catalogue.record import DatasetRecord

Make = Callable[..., DatasetRecord]

MUNICH = {"name": "Munich", "country": "DEU", "lon": 11.6, "lat": 48.1, "precision": "city"}
FRANCE = {"name": "France", "country": "FRA", "lon": 2.5, "lat": 46.6, "precision": "country"}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"spatial": {"places": [MUNICH]}}, "located"),
        ({"spatial": {"bbox": [5, 50, 9, 52]}}, "located"),
        ({"spatial": {"countries": ["FRA"], "places": [FRANCE]}}, "approximate"),
        ({"spatial": {"places": [FRANCE]}}, "approximate"),
        ({"spatial": {"extent": "global", "countries": ["FRA", "BRA"]}}, "approximate"),
        ({"spatial": {"extent": "continental", "continents": ["europe"]}}, "approximate"),
        ({"spatial": {"extent": "global", "continents": ["europe", "asia"]}}, "global"),
        ({"spatial": {"extent": "global"}}, "global"),
        ({"spatial": {"extent": "synthetic"}}, "none"),
        ({"platforms": ["synthetic"]}, "none"),
        ({"platforms": ["synthetic", "uav"]}, "unknown"),
        ({"modalities": ["text"]}, "none"),
        ({"modalities": ["text"], "platforms": ["satellite"]}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_status_follows_from_what_is_known(make_record: Make, fields: dict[str, object], status: str) -> None:
    assert places.geo_status(make_record(**fields)) == status


def test_all_inhabited_continents_together_say_nothing(make_record: Make) -> None:
    everywhere = ["africa", "asia", "europe", "north-america", "oceania", "south-america"]

    assert places.geo_status(make_record(spatial={"continents": everywhere})) == "unknown"


def test_the_reason_tells_why_there_is_no_location(make_record: Make) -> None:
    record = make_record(spatial={"extent": "synthetic"})

    assert places.geo_reason(record) == "No location, because the scenes are synthetic."


def test_every_record_has_a_reason_that_is_a_sentence(records: Mapping[str, DatasetRecord]) -> None:
    reasons = {places.geo_reason(record) for record in records.values()}

    assert all(reason.endswith(".") and "  " not in reason and "None" not in reason for reason in reasons)


def test_cities_are_points_and_countries_outlines(make_record: Make) -> None:
    record = make_record(spatial={"countries": ["DEU", "FRA"], "places": [MUNICH, FRANCE]})

    kinds = [(area.kind, area.name, area.code) for area in places.areas(record)]

    assert kinds == [("point", "Munich", "DEU"), ("outline", "France", "FRA")]


def test_an_outline_leaves_its_geometry_to_the_base_map(make_record: Make) -> None:
    (area,) = places.areas(make_record(spatial={"countries": ["FRA"]}))

    assert area.geometry is None


def test_boxes_of_places_replace_the_box_around_them(make_record: Make) -> None:
    box = {"name": "Ghana", "country": "GHA", "precision": "footprint", "bbox": [-2.3, 6.3, 0.2, 11.9]}
    record = make_record(spatial={"bbox": [-95, -28, 106, 41], "places": [box]})

    (area,) = places.areas(record)

    assert area.name == "Ghana"
    assert area.geometry is not None
    assert area.geometry.bounds == (-2.3, 6.3, 0.2, 11.9)


def test_the_box_of_a_dataset_stands_beside_its_cities(make_record: Make) -> None:
    record = make_record(spatial={"bbox": [5, 47, 15, 55], "countries": ["DEU", "FRA"], "places": [MUNICH]})

    assert [area.kind for area in places.areas(record)] == ["footprint", "point"]
    assert places.outlines(record) == ()


def test_a_box_across_the_antimeridian_is_split_at_180_degrees(make_record: Make) -> None:
    (area,) = places.areas(make_record(spatial={"bbox": [176, -20, -178, -15]}))

    assert area.geometry is not None
    assert area.geometry.geom_type == "MultiPolygon"
    assert area.geometry.is_valid
    assert area.geometry.area == pytest.approx(6 * 5)


def test_continents_stand_in_only_without_countries(make_record: Make) -> None:
    alone = make_record(spatial={"extent": "continental", "continents": ["europe"]})
    beside = make_record(spatial={"extent": "continental", "continents": ["europe"], "countries": ["DEU"]})

    assert places.outlines(alone) == ("europe",)
    assert places.outlines(beside) == ("DEU",)


def test_global_datasets_have_no_areas(make_record: Make) -> None:
    record = make_record(spatial={"extent": "global", "continents": ["africa", "asia"]})

    assert places.areas(record) == []


def test_continents_follow_from_countries_where_none_are_stated(make_record: Make) -> None:
    record = make_record(spatial={"countries": ["FRA", "GHA", "DEU"]})

    assert places.continents(record) == ("africa", "europe")


def test_sen1floods11_lies_in_its_twelve_boxes(records: Mapping[str, DatasetRecord]) -> None:
    areas = places.areas(records["sen1floods11"])

    assert [area.kind for area in areas] == ["footprint"] * 12
    assert places.geo_reason(records["sen1floods11"]) == "The record states 12 boxes."


def test_every_located_record_can_be_drawn(records: Mapping[str, DatasetRecord]) -> None:
    undrawn = [
        slug
        for slug, record in records.items()
        if places.geo_status(record) in ("located", "approximate") and not places.areas(record)
    ]

    assert undrawn == []


TRIANGLE = {"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [0, 10], [0, 0]]]}


def test_the_real_outline_goes_before_the_box_and_locates_a_dataset(make_record: Make) -> None:
    record = make_record(spatial={"bbox": [0, 0, 10, 10], "footprint": TRIANGLE, "countries": ["FRA"]})

    (area,) = places.areas(record)

    assert places.geo_status(record) == "located"
    assert places.geo_reason(record) == "The record states the real outline."
    assert (area.kind, area.precision) == ("footprint", "footprint")
    assert area.geometry is not None
    assert area.geometry.area == 50


def test_boxes_of_places_are_stated_but_not_searched_where_the_outline_is_known(make_record: Make) -> None:
    box = {"name": "Ghana", "country": "GHA", "precision": "footprint", "bbox": [-2.3, 6.3, 0.2, 11.9]}
    record = make_record(spatial={"footprint": TRIANGLE, "places": [box, MUNICH]})

    assert [area.name for area in places.areas(record)] == [None, "Ghana", "Munich"]
    assert [area.name for area in places.covered(record)] == [None, "Munich"]
    assert places.geo_reason(record) == "The record states the real outline and 1 city or region."
