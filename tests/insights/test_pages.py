import gzip
import re

from starlette.testclient import TestClient

from app.insights.figures import FIGURES


def test_page_shows_every_figure_with_count_table_and_csv(seeded_client: TestClient):
    page = seeded_client.get("/insights").text

    for name in FIGURES:
        figure = page[page.index(f'id="{name}"') :].partition("</figure>")[0]
        assert re.search(r"\d of \d+ shown, \d+ lacks? ", figure)
        assert f'href="/insights/{name}.csv"' in figure
        assert "<table>" in figure


def test_page_needs_neither_script_nor_inline_style(seeded_client: TestClient):
    page = seeded_client.get("/insights").text

    body = page.partition("<body>")[2]
    assert "<script" not in body and "style=" not in body and "onclick" not in body


def test_page_stays_small(seeded_client: TestClient):
    assert len(gzip.compress(seeded_client.get("/insights").content, 5)) < 100_000


def test_filters_are_chips_that_lead_to_the_figures_without_them(seeded_client: TestClient):
    page = seeded_client.get("/insights?q=ship&modality=sar&year_min=2018").text

    assert 'href="/insights?modality=sar&amp;year_min=2018"' in page
    assert 'href="/insights?q=ship&amp;modality=sar"' in page
    assert 'href="/datasets?q=ship&amp;modality=sar&amp;year_min=2018"' in page
    assert "this search finds" in page


def test_a_search_without_results_says_so(seeded_client: TestClient):
    answer = seeded_client.get("/insights?q=zzzzqqqq")

    assert answer.status_code == 200
    assert "Nothing matches." in answer.text and "<figure" not in answer.text


def test_an_empty_catalogue_has_a_page(client: TestClient):
    assert client.get("/insights").status_code == 200


def test_words_of_a_search_are_escaped(seeded_client: TestClient):
    page = seeded_client.get("/insights", params={"q": "<script>alert(1)</script>"}).text

    assert "<script>alert" not in page


def test_htmx_gets_the_whole_page(seeded_client: TestClient):
    assert "<!doctype html>" in seeded_client.get("/insights", headers={"HX-Request": "true"}).text
