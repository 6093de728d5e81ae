import csv
import io

import pytest
from starlette.testclient import TestClient

from app.insights.figures import FIGURES


def test_json_holds_every_figure_with_its_numbers(seeded_client: TestClient):
    answer = seeded_client.get("/api/insights").json()

    assert list(answer["figures"]) == list(FIGURES)
    for figure in answer["figures"].values():
        assert figure["n"] + figure["lacking"] == answer["number_matched"]
        assert figure["title"] and figure["rule"]
        assert all(len(row) == len(figure["columns"]) for row in figure["rows"])


def test_json_follows_the_filter_as_the_search_does(seeded_client: TestClient):
    search = {"q": "ship", "modality": "sar", "year_min": "2018"}

    found = seeded_client.get("/api/insights", params=search).json()
    listed = seeded_client.get("/api/datasets", params={**search, "limit": 1}).json()

    assert found["number_matched"] == listed["number_matched"] > 0


def test_order_and_page_change_nothing(seeded_client: TestClient):
    plain = seeded_client.get("/api/insights?task=captioning").json()
    paged = seeded_client.get("/api/insights?task=captioning&limit=3&sort=name&facets=task").json()

    assert paged["figures"] == plain["figures"]


@pytest.mark.parametrize("name", FIGURES)
def test_csv_holds_the_same_rows_as_json(name: str, seeded_client: TestClient):
    figure = seeded_client.get("/api/insights?modality=sar").json()["figures"][name]

    answer = seeded_client.get(f"/insights/{name}.csv?modality=sar")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="{name}.csv"' in answer.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert head == figure["columns"]
    assert rows == [["" if value is None else str(value) for value in row] for row in figure["rows"]]


def test_what_a_client_holds_is_not_sent_again(seeded_client: TestClient):
    first = seeded_client.get("/api/insights")

    again = seeded_client.get("/api/insights", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/api/insights", "/insights", "/insights/gsd.csv"])
@pytest.mark.parametrize("pair", ["colour=red", "task=objekt-detection", "year_min=x", "bbox=1,2,3"])
def test_a_wrong_parameter_is_refused(path: str, pair: str, seeded_client: TestClient):
    assert seeded_client.get(f"{path}?{pair}").status_code == 400


def test_an_unknown_figure_names_the_known_ones(seeded_client: TestClient):
    answer = seeded_client.get("/insights/pie.csv", headers={"Accept": "application/json"})

    assert answer.status_code == 404
    assert "volume-by-year" in answer.json()["description"]
