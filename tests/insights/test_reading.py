"""Which datasets the figures are drawn of."""

from app.catalogue.changes import publish
from app.catalogue.content import read_file
from app.catalogue.query import SearchQuery
from app.insights.reading import select_datasets
from app.tiles.making import RECORD


def test_simulated_scenes_are_found_by_a_search_and_counted_in_no_figure(session, client, add_dataset):
    add_dataset("eurosat", year=2019)
    publish(session, read_file(RECORD))

    found = client.get("/api/datasets").json()["total"]

    assert found == 2
    assert select_datasets(session, SearchQuery()).size == 1


def test_an_empty_catalogue_has_no_datasets_to_draw(session):
    assert select_datasets(session, SearchQuery()).size == 0
