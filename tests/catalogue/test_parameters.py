"""Addresses read into queries and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import AppError, Invalid
from app.catalogue.parameters import PARAMETERS, parse_query
from app.catalogue.query import Between, SearchQuery


@pytest.mark.parametrize(
    ("pair", "nearest"),
    [
        (("taks", "x"), "Did you mean task?"),
        (("gsd_mni", "1"), "Did you mean gsd_min?"),
        (("task", "semantic-segmentatoin"), "Did you mean semantic-segmentation?"),
        (("modality", "SAR"), "Did you mean sar?"),
        (("country", "Germany"), "Did you mean DEU?"),
        (("sensor", "Sentinel2"), "Did you mean Sentinel-2?"),
        (("sort", "relevanc"), "Did you mean relevance?"),
        (("facets", "tasks:5"), "Did you mean task?"),
    ],
)
def test_unknown_parameter_or_value_names_the_nearest_right_one(pair, nearest):
    with pytest.raises(Invalid) as refused:
        parse_query([pair])

    assert nearest in refused.value.message


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        (("limit", "0"), "1 to 100"),
        (("limit", "-1"), "1 to 100"),
        (("limit", "1000000000"), "1 to 100"),
        (("limit", "²"), "1 to 100"),
        # Its first twelve digits alone would be 1.
        (("limit", "0000000000019999"), "1 to 100"),
        (("gsd_min", "nan"), "finite"),
        (("gsd_min", "-3"), "from 0"),
        (("year_min", "2019.5"), "whole"),
        (("q", "x" * 10_000), "10,000 characters"),
        (("q", "a\0b"), "NUL"),
        (("include_global", "maybe"), "true or false"),
        (("facets", "task:0"), "1 to 300"),
    ],
)
def test_value_that_cannot_be_is_refused_with_the_reason(pair, says):
    with pytest.raises(Invalid, match=says):
        parse_query([pair])


def test_range_upside_down_is_refused():
    with pytest.raises(Invalid, match="swap"):
        parse_query([("gsd_min", "10"), ("gsd_max", "1")])


def test_parameter_given_twice_is_refused_unless_it_is_a_facet():
    assert parse_query([("task", "counting"), ("task", "regression")]).task == ("counting", "regression")
    with pytest.raises(Invalid, match="give it once"):
        parse_query([("q", "a"), ("q", "b")])


def test_empty_values_as_forms_send_them_ask_for_nothing():
    assert parse_query([("q", " "), ("gsd_min", ""), ("bbox", ""), ("task", "")]) == SearchQuery()


codes = st.lists(st.sampled_from(["counting", "regression", "change-detection"]), unique=True)
bounds = st.floats(0, 1e6, allow_nan=False)


@given(codes, bounds, bounds, st.sampled_from(["newest", "name", None]), st.integers(1, 100))
def test_written_address_reads_back_as_the_same_query(tasks, one, other, sort, limit):
    gsd = Between(min(one, other), max(one, other))
    query = SearchQuery(q="flood -sar", task=tuple(tasks), gsd=gsd, sort=sort, limit=limit)

    again = parse_query(query.pairs())

    assert (again.q, again.task, again.sort, again.limit) == (query.q, query.task, query.sort, query.limit)
    assert again.gsd.min == pytest.approx(gsd.min) and again.gsd.max == pytest.approx(gsd.max)


@given(st.lists(st.tuples(st.sampled_from(sorted(PARAMETERS)), st.text(max_size=30)), max_size=4))
def test_no_address_breaks_the_reader(pairs):
    try:
        parse_query(pairs)
    except AppError as error:
        assert error.status in (400, 413)
