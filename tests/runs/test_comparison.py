"""Models on equal ground: what the document says, and how the page and the interface tell it."""

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import pytest

from app.base.errors import Invalid
from app.base.storage import LocalStorage
from app.runs.comparison import (
    FILE,
    KEPT,
    Compared,
    Comparison,
    Question,
    content_of,
    read_comparison,
    read_own,
    rows_of,
    with_own,
)
from app.runs.comparison_view import LINE, sections
from app.tiles import making
from app.zoo.cards import CARD, read_cards, write_card

MODELS = Path(__file__).parents[2] / "data" / "models"


def one_of(model, values, **changed):
    return {
        "model": model,
        "name": model or "The coarse labels themselves",
        "figures": [{"what": "Mean IoU", "unit": "1", "values": values}],
        **changed,
    }


def question(*compared, tiles=("one", "two")):
    return Question.model_validate({"answers": "land-cover", "tiles": tiles, "compared": compared})


def comparison(*questions, day=1, **changed):
    return Comparison(made=date(2026, 11, day), versions={}, simulated=True, questions=questions, **changed)


BOTH = {"1": (0.2, 0.6), "2": (0.4, 0.8)}
SHIPPED = comparison(question(one_of("unet", BOTH), one_of("", {"0": (0.1, 0.1)})))


def own(*questions, **files):
    return comparison(*questions, day=2, files=files or {"mine": "a", "unet": "u"})


def test_mean_is_over_tiles_and_seeds_and_each_spread_is_its_own():
    (row,) = rows_of(Compared.model_validate(one_of("unet", BOTH)))

    assert row.mean == pytest.approx(0.5)
    assert row.each == pytest.approx((0.3, 0.7))
    assert row.seeds == pytest.approx(0.1414, abs=1e-4)
    assert row.tiles == pytest.approx(0.2828, abs=1e-4)


def test_what_nobody_trained_has_no_spread_of_seeds():
    (row,) = rows_of(Compared.model_validate(one_of("", {"0": (0.2, 0.6)})))

    assert row.seeds is None
    assert row.tiles is not None


def test_a_model_of_the_installation_alone_stands_beside_the_others_and_is_marked():
    mine = own(
        question(one_of("mine", {"1": (0.5, 0.5)}), one_of("unet", {"1": (0, 0)}), one_of("", {"0": (1, 1)}))
    )

    found = with_own(SHIPPED, mine, {"mine": "a", "unet": "u"})

    assert found is not None and found.own is not None and found.own.made == date(2026, 11, 2)
    (both,) = found.questions
    assert [(one.model, one.is_own) for one in both.compared] == [
        ("unet", False),
        ("mine", True),
        ("", False),
    ]
    assert both.compared[::2] == SHIPPED.questions[0].compared


def test_one_that_was_measured_on_other_tiles_stands_apart_with_what_nobody_trained():
    mine = own(question(one_of("mine", {"1": (0.5,)}), one_of("", {"0": (1,)}), tiles=("one",)))

    found = with_own(SHIPPED, mine, {"mine": "a"})

    assert found is not None and found.questions[0] == SHIPPED.questions[0]
    assert [(one.model, one.is_own) for one in found.questions[1].compared] == [("mine", True), ("", True)]
    assert [one.anchor for one in sections(found)] == ["land-cover", "land-cover-2"]


@pytest.mark.parametrize("served", [{}, {"mine": "another file"}])
def test_a_model_that_is_gone_or_has_another_file_by_now_is_left_out(served):
    mine = own(question(one_of("mine", {"1": (0.5, 0.5)})))

    assert with_own(SHIPPED, mine, served) == SHIPPED


def test_where_nothing_was_shipped_all_models_are_the_installations_own():
    mine = own(question(one_of("mine", {"1": (0.5, 0.5)}), one_of("", {"0": (1, 1)})))

    found = with_own(None, mine, {"mine": "a"})

    assert found is not None and not found.versions
    assert [one.is_own for one in found.questions[0].compared] == [True, True]
    assert with_own(None, mine, {}) is None
    assert with_own(SHIPPED, None, {}) == SHIPPED


def test_folder_without_a_comparison_has_none(tmp_path):
    assert read_comparison(tmp_path) is None


def test_file_that_is_no_comparison_is_refused_with_its_name(tmp_path):
    (tmp_path / FILE).write_text('{"made": "yesterday"}')

    with pytest.raises(Invalid, match=r"comparison\.json is no comparison"):
        read_comparison(tmp_path)


def test_what_the_storage_holds_is_read_as_it_was_written(tmp_path):
    storage = LocalStorage(tmp_path)
    mine = own(question(one_of("mine", {}, figures=[], fault="No numbers.")))

    assert read_own(storage) is None
    storage.put(KEPT, content_of(mine).encode())

    assert read_own(storage) == mine


def test_shipped_file_is_written_again_as_it_is():
    found = read_comparison(MODELS)

    assert found is not None
    assert content_of(found, indent=1) == (MODELS / FILE).read_text("utf-8")


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
        assert one.drawing is not None
        first, last = one.drawing.ticks[0][0], one.drawing.ticks[-1][0]
        dots = [dot.x for line in one.drawing.lines for dot in line.dots]
        assert first <= min(dots) and max(dots) <= last
        assert one.drawing.height > LINE * len(one.drawing.lines)


def test_equal_values_are_drawn_as_well():
    (found,) = sections(comparison(question(one_of("unet", {"1": (0.0, 0.0)}))))

    assert found.drawing is not None
    assert [dot.x for dot in found.drawing.lines[0].dots] == [found.drawing.ticks[0][0]] * 2


def test_a_model_without_the_drawn_figure_has_a_dash_and_no_line():
    kappa = [{"what": "Kappa", "unit": "1", "values": {"1": (0.5, 0.5)}}]

    (found,) = sections(comparison(question(one_of("unet", BOTH), one_of("mine", {}, figures=kappa))))

    assert found.drawing is not None and [line.column.name for line in found.drawing.lines] == ["unet"]
    assert [values for _tile, values in found.by_tile] == [("0.300", "–"), ("0.700", "–")]
    assert [what for what, _unit, _rows in found.table] == ["Mean IoU", "Kappa"]


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


@pytest.fixture
def storage(client, tmp_path):
    """A storage of this test alone, in the place of that of the service."""
    shared, client.app.state.storage = client.app.state.storage, LocalStorage(tmp_path / "files")
    yield client.app.state.storage
    client.app.state.storage = shared


@pytest.fixture
def models(client, tmp_path):
    """A folder of models of this test alone."""
    settings = client.app.state.settings
    client.app.state.settings = settings.model_copy(update={"models": tmp_path / "models"})
    yield tmp_path / "models"
    client.app.state.settings = settings


def bring(folder, **changed):
    """Copy the shipped models with their comparison, and write the card of one more."""
    shutil.copytree(MODELS, folder, ignore=shutil.ignore_patterns("*.npz", "*.onnx"))
    cards = read_cards(folder)
    card = cards["dfc2020-unet-small"].model_copy(update={"id": "mine", "name": "Mine <b>", **changed})
    (folder / "mine").mkdir()
    write_card(card, folder / "mine" / CARD)
    return card


def test_page_shows_models_that_only_the_installation_has_and_says_which(client, storage, models):
    card = bring(models)
    shipped = read_comparison(models)
    assert shipped is not None
    tiles = shipped.questions[0].tiles
    mine = own(
        question(one_of("mine", {"1": [0.123] * len(tiles)}, name=card.name), tiles=tiles),
        mine=card.file.sha256,
    )
    storage.put(KEPT, content_of(mine).encode())

    page = client.get("/benchmarks").text
    document = client.get("/api/benchmarks").json()
    rows = list(csv.DictReader(io.StringIO(client.get("/api/benchmarks.csv").text)))

    assert "Mine &lt;b&gt; (only here)" in page and "1 seed, only here" in page and "3 seeds" in page
    assert "measured by this installation on 2 Nov 2026" in page
    assert document["own"]["made"] == "2026-11-02"
    assert {row["measured"] for row in rows if row["model"] == "mine"} == {"2026-11-02"}
    assert {row["measured"] for row in rows if row["model"] != "mine"} == {str(shipped.made)}


def test_page_says_why_a_model_has_no_figures(client, storage, models):
    card = bring(models)
    fault = one_of("mine", {}, name=card.name, figures=[], fault="It answers no numbers.")
    storage.put(KEPT, content_of(own(question(fault), mine=card.file.sha256)).encode())

    page = client.get("/benchmarks").text

    assert "Mine &lt;b&gt; could not be measured:" in page
    assert "It answers no numbers." in page


def test_where_nothing_was_compared_the_page_says_so_and_the_interface_answers_404(client, storage, models):
    shutil.copytree(MODELS / "sen2lcz", models / "sen2lcz")

    page, answer = client.get("/benchmarks"), client.get("/api/benchmarks")

    assert page.status_code == 200
    assert "No comparison of models was made here." in page.text
    assert answer.status_code == 404
