"""Every trained seed is measured, and its figures are written beside the models; skipped without PyTorch."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only; see docs/training.md")

from app.base.errors import Invalid  # noqa: E402
from app.runs.comparison import read_comparison  # noqa: E402
from app.scenes.series import TEST  # noqa: E402
from app.tiles.making import Plan  # noqa: E402
from app.zoo.cards import CARD, read_card, write_card  # noqa: E402
from training import comparing, loop  # noqa: E402
from training.recipes import RECIPES  # noqa: E402

MODELS = Path(__file__).parents[2] / "data" / "models"
PLAN = Plan(clear=tuple(TEST[:2]), cloudy=(), size=64)
SEEDS = (1, 2)
RECIPE = RECIPES["sen2lcz"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of one model, with a state of each seed as it is before the first step."""
    monkeypatch.setattr(loop, "FOLDER", tmp_path / "runs")
    for seed in SEEDS:
        torch.manual_seed(seed)
        place = loop.place(RECIPE, RECIPE.variants[0], seed)
        place.parent.mkdir(parents=True, exist_ok=True)
        state = RECIPE.network(RECIPE.variants[0]).state_dict()
        torch.save({"network": state, "done": RECIPE.steps}, place)
    (tmp_path / RECIPE.id).mkdir()
    shutil.copy(MODELS / RECIPE.id / CARD, tmp_path / RECIPE.id / CARD)
    return tmp_path


def test_each_seed_has_a_value_for_each_tile_and_the_file_says_what_was_found(folder):
    found = comparing.compare(RECIPES, SEEDS, folder, PLAN)

    (question,) = found.questions
    assert question.tiles == PLAN.identifiers
    assert [one.model for one in question.compared] == [RECIPE.id]
    assert {tuple(figure.values) for figure in question.compared[0].figures} == {("1", "2")}
    assert read_comparison(folder) == found
    assert set(found.versions) == {"torch", "numpy"}


def test_a_model_of_others_in_the_folder_is_none_of_ours(folder):
    card = read_card(folder / RECIPE.id / CARD).model_copy(update={"id": "authors"})
    (folder / "authors").mkdir()
    write_card(card, folder / "authors" / CARD)

    found = comparing.compare(RECIPES, SEEDS, folder, PLAN)

    assert [one.model for question in found.questions for one in question.compared] == [RECIPE.id]


def test_a_model_that_fails_is_told_and_nothing_is_written(folder):
    broken = replace(RECIPE, served=lambda network: torch.nn.Sequential(network, Nothing()))

    with pytest.raises(Invalid, match="could not be measured"):
        comparing.compare({RECIPE.id: broken}, SEEDS, folder, PLAN)

    assert read_comparison(folder) is None


class Nothing(torch.nn.Module):
    """Answers no numbers."""

    def forward(self, values):
        return values * float("nan")


def test_a_seed_that_was_never_trained_is_an_error(folder):
    with pytest.raises(FileNotFoundError):
        comparing.compare(RECIPES, (1, 2, 3), folder, PLAN)
