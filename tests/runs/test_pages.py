"""The page of a run without scripts: what it shows of one model and of several, before and after the end."""

from uuid import UUID

import pytest
from sqlalchemy import update

from app.runs.tables import Run
from tests.accounts.conftest import browser_of
from tests.runs.test_api import application, client, tile, work

__all__ = ["application", "browser_of", "client", "tile", "work"]


@pytest.fixture
def done(client, work):
    """Does a run and gives the address of its page."""

    def do(*models: str, occlusion: bool = False) -> str:
        asked = {"tile": "simulated-clear-20000", "models": models, "options": {"occlusion": occlusion}}
        number = client.post("/api/runs", json=asked).json()["id"]
        work(UUID(number))
        return f"/runs/{number}"

    return do


def test_one_model_shows_scores_certainty_confusion_inputs_and_receipt(client, done):
    page = client.get(done("toy", occlusion=True)).text

    for words in (
        "Against the truth",
        "One tile, not a benchmark.",
        "Is it as sure as it is right?",
        "Does it know where it is wrong?",
        "What is taken for what",
        "Which inputs matter",
        "python -m app runs replay receipt-",
        "Prediction, GeoTIFF",
        "made by a program, not seen by a sensor",
    ):
        assert words in page
    assert "Side by side" not in page


def test_several_models_share_a_table_and_one_divider(client, done):
    page = client.get(done("toy", "other")).text

    assert "Side by side" in page
    assert (page.count('class="swipe"'), page.count('id="seam"')) == (2, 1)


def test_the_right_side_is_chosen_by_links_and_the_left_by_an_address(client, done):
    place = done("toy")

    page = client.get(f"{place}?left=ndvi&right=error").text

    assert f'src="/api{place}/files/toy/error.png"' in page
    assert "/pictures/ndvi.png" in page
    assert f'href="{place}?left=ndvi&amp;right=truth"' in page


def test_htmx_gets_the_part_that_changes_and_the_address_of_the_choice(client, done):
    place = done("toy")

    answer = client.get(f"{place}?left=ndvi&date=1&stretch=", headers={"HX-Request": "true"})

    assert answer.headers["hx-replace-url"] == f"{place}?left=ndvi"
    assert answer.text.lstrip().startswith("<div id=")


def test_a_date_that_the_tile_lacks_is_its_last(client, done):
    assert client.get(f"{done('toy')}?date=9").status_code == 200


def test_a_run_that_failed_says_why_and_leads_back_to_the_tile(client, done):
    page = client.get(done("nan")).text

    assert "Try again from the tile" in page
    assert "Failed" in page


def test_runs_are_listed_by_tile_and_by_model(client, done):
    toy, other = done("toy"), done("other")

    of_tile = client.get("/runs?tile=simulated-clear-20000").text
    of_model = client.get("/runs?model=other").text

    assert other in of_tile and toy in of_tile
    assert other in of_model and toy not in of_model
    assert "There are no runs yet" in client.get("/runs?tile=nothing").text


def test_htmx_gets_a_few_of_the_runs_without_the_page(client, done):
    for _number in range(2):
        place = done("toy")

    answer = client.get("/runs?tile=simulated-clear-20000", headers={"HX-Request": "true"})

    assert place in answer.text
    assert "<html" not in answer.text


def test_a_run_whose_worker_died_says_that_it_starts_again(client, session, tile):
    asked = {"tile": "simulated-clear-20000", "models": ["toy"]}
    number = client.post("/api/runs", json=asked).json()["id"]
    waiting = client.get(f"/runs/{number}").text

    session.execute(update(Run).values(state="running", stage="running: Toy", progress=40))
    session.expire_all()

    words = "The worker that was at work on this run has stopped."
    assert words not in waiting
    page = client.get(f"/runs/{number}").text
    assert words in page and "Running: Toy, 40 %" in page
