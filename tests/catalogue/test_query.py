"""Queries as values, and the addresses they are written as."""

from dataclasses import fields

from app.base.extent import BBox
from app.catalogue.parameters import PARAMETERS
from app.catalogue.query import Between, SearchQuery


def test_what_is_not_asked_for_stands_in_no_address():
    assert SearchQuery().pairs() == []


def test_every_field_has_its_place_in_the_address():
    query = SearchQuery(
        q="flood",
        task=("counting", "regression"),
        gsd=Between(0.3, 10),
        year=Between(None, 2020),
        bbox=BBox(5, 47, 15, 55),
        include_global=True,
        limit=5,
        facets={"task": 20, "sensor": 10},
    )

    assert query.pairs() == [
        ("q", "flood"),
        ("task", "counting"),
        ("task", "regression"),
        ("gsd_min", "0.3"),
        ("gsd_max", "10"),
        ("year_max", "2020"),
        ("bbox", "5,47,15,55"),
        ("include_global", "true"),
        ("limit", "5"),
        ("facets", "task:20,sensor:10"),
    ]


def test_every_field_has_a_parameter_in_the_same_order():
    filled = list(dict.fromkeys(parameter.attribute for parameter in PARAMETERS.values()))

    assert filled == [field.name for field in fields(SearchQuery)]


def test_another_filter_starts_from_the_first_page():
    query = SearchQuery(q="flood", cursor="somewhere")

    assert query.with_("task", "regression").cursor is None
    assert query.without("q").cursor is None
    assert query.with_("task", "regression").without("task", "regression") == SearchQuery(q="flood")
