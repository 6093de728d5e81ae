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
    drawn = select_datasets(session, SearchQuery())

    assert found == 2
    assert (drawn.size, drawn.total) == (1, 1)


def test_the_page_of_the_figures_counts_as_the_figures_do(session, client, add_dataset):
    add_dataset("eurosat", year=2019)
    publish(session, read_file(RECORD))

    page = client.get("/insights").text

    assert "drawn from all 1 datasets" in page
    assert "The simulated scenes of this service are not counted." in page


def test_an_empty_catalogue_has_no_datasets_to_draw(session):
    assert select_datasets(session, SearchQuery()).size == 0
