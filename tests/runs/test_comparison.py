"""Models on equal ground: what the document says, and how the page and the interface tell it."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from app.base.errors import Invalid
from app.runs.comparison import FILE, Question, read_comparison, rows_of
from app.runs.comparison_view import LINE, sections
from app.tiles import making
from app.zoo.cards import read_cards

MODELS = Path(__file__).parents[2] / "data" / "models"


def question(*compared):
    return Question.model_validate(
        {
            "answers": "land-cover",
            "tiles": ["one", "two"],
            "compared": [
                {
                    "model": model,
                    "name": model or "The coarse labels themselves",
                    "figures": [{"what": "Mean IoU", "unit": "1", "values": values}],
                }
                for model, values in compared
            ],
        }
    )


def test_mean_is_over_tiles_and_seeds_and_each_spread_is_its_own():
    (row,) = rows_of(question(("unet", {"1": (0.2, 0.6), "2": (0.4, 0.8)})))

    assert row.mean == pytest.approx(0.5)
    assert row.each == pytest.approx((0.3, 0.7))
    assert row.seeds == pytest.approx(0.1414, abs=1e-4)
    assert row.tiles == pytest.approx(0.2828, abs=1e-4)


def test_what_nobody_trained_has_no_spread_of_seeds():
    (row,) = rows_of(question(("", {"0": (0.2, 0.6)})))

    assert row.seeds is None
    assert row.tiles is not None


def test_folder_without_a_comparison_has_none(tmp_path):
    assert read_comparison(tmp_path) is None


def test_file_that_is_no_comparison_is_refused_with_its_name(tmp_path):
    (tmp_path / FILE).write_text('{"made": "yesterday"}')

    with pytest.raises(Invalid, match=r"comparison\.json is no comparison"):
        read_comparison(tmp_path)


def test_shipped_comparison_is_of_the_shipped_models_and_tiles_with_three_seeds():
    found = read_comparison(MODELS)

    assert found is not None and found.simulated
    assert {one.compared[0].model for one in found.questions} == set(read_cards(MODELS))
    for one in found.questions:
        assert one.tiles and set(one.tiles) <= set(making.ALL.identifiers)
        for figure in one.compared[0].figures:
            assert set(figure.values) == {"1", "2", "3"}
            assert {len(values) for values in figure.values.values()} == {len(one.tiles)}


def test_every_dot_of_a_drawing_lies_between_its_first_and_last_tick():
    found = read_comparison(MODELS)
    assert found is not None

    for one in sections(found):
        first, last = one.drawing.ticks[0][0], one.drawing.ticks[-1][0]
        dots = [dot.x for line in one.drawing.lines for dot in line.dots]
        assert first <= min(dots) and max(dots) <= last
        assert one.drawing.height > LINE * len(one.drawing.lines)


def test_page_tells_models_beside_what_nobody_trained_and_that_all_is_simulated(client):
    page = client.get("/benchmarks").text

    assert "simulated" in page
    assert "/models/dfc2020-unet-small" in page
    assert "The coarse labels themselves" in page
    assert "/tiles/simulated-clear-20000" in page


def test_spreadsheet_has_a_row_for_each_value_of_the_document(client):
    document = client.get("/api/benchmarks").json()

    rows = list(csv.DictReader(io.StringIO(client.get("/api/benchmarks.csv").text)))

    wanted = sum(
        len(values)
        for one in document["questions"]
        for compared in one["compared"]
        for figure in compared["figures"]
        for values in figure["values"].values()
    )
    assert len(rows) == wanted > 500
    assert {row["seed"] for row in rows} == {"0", "1", "2", "3"}


def test_where_nothing_was_compared_the_page_says_so_and_the_interface_answers_404(client, tmp_path):
    shutil.copytree(MODELS / "sen2lcz", tmp_path / "sen2lcz")
    settings = client.app.state.settings
    client.app.state.settings = settings.model_copy(update={"models": tmp_path})
    try:
        page, answer = client.get("/benchmarks"), client.get("/api/benchmarks")
    finally:
        client.app.state.settings = settings

    assert page.status_code == 200
    assert "No comparison of models was made here." in page.text
    assert answer.status_code == 404
