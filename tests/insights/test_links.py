from collections.abc import Callable

import pytest

from app.catalogue.parameters import parse_query
from app.catalogue.query import Between, SearchQuery
from app.insights.figures import FIGURES
from app.insights.links import LONGEST_ADDRESS, Links, filters, narrowed, within
from app.insights.selection import Selection


def test_a_chosen_value_is_narrowed_to_one():
    assert narrowed(SearchQuery(country=("DEU", "FRA")), "country", "DEU") == SearchQuery(country=("DEU",))


def test_a_value_beside_the_chosen_ones_cannot_be_linked():
    assert narrowed(SearchQuery(country=("DEU",)), "country", "FRA") is None


def test_a_range_is_cut_to_what_the_search_asks_for():
    query = SearchQuery(gsd=Between(5, None))

    assert within(query, "gsd", 2, 10) == SearchQuery(gsd=Between(5, 10))
    assert within(query, "gsd", 1, 2) is None


def test_only_filters_are_kept():
    query = parse_query([("q", "ship"), ("sort", "name"), ("limit", "5"), ("facets", "task:3")])

    assert filters(query) == SearchQuery(q="ship")


def test_a_very_long_search_is_not_repeated_behind_every_mark(everything: Selection):
    figure = FIGURES["licences"](everything)

    assert Links(SearchQuery()).of(figure, figure.rows[0]) is not None
    assert Links(SearchQuery(q="x" * LONGEST_ADDRESS)).of(figure, figure.rows[0]) is None


@pytest.mark.parametrize(
    "name", ["datasets-per-year", "sensors-by-year", "countries", "licences", "label-types"]
)
def test_a_mark_leads_to_as_many_datasets_as_it_shows(name: str, select: Callable[..., Selection]):
    query = parse_query([("modality", "sar"), ("year_min", "2018")])
    chosen = select(*query.pairs())
    figure = FIGURES[name](chosen)
    links = Links(query)

    found = {row: links.of(figure, row) for row in (*figure.rows[:4], figure.rows[-1])}

    assert any(found.values())
    for row, href in found.items():
        if href is not None:
            pairs = [tuple(pair.split("=")) for pair in href.partition("?")[2].split("&")]
            assert select(*pairs).size == row[-1]
