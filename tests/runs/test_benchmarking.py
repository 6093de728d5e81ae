"""All models are measured on the same simulated test tiles, and one that fails spoils no other."""

from dataclasses import replace
from statistics import stdev

import orjson
import pytest

from app.base.storage import LocalStorage
from app.runs.benchmarking import PATH, compare
from app.runs.executing import Networks
from app.scenes.series import TEST
from app.tiles.making import make_clear
from app.zoo.fitting import known_cards

MODELS = ("nan", "other", "toy")


@pytest.fixture
def compared(models, tmp_path):
    storage = LocalStorage(tmp_path)
    tiles = [make_clear(storage, seed, 64) for seed in TEST[:3]]
    foreign = [
        replace(tiles[0], id="seen", simulated=False),
        replace(tiles[0], id="train", split="train"),
    ]
    cards = {name: card for name, card in known_cards(models).items() if name in MODELS}
    lines = []
    document = compare(storage, [*tiles, *foreign], cards, Networks(models, 1).of, lines.append)
    return document, storage, lines


def test_each_figure_has_mean_spread_and_the_value_of_each_tile(compared):
    document, storage, _lines = compared

    first = document["models"]["toy"]["figures"][0]
    assert first["what"] == "Overall accuracy"
    assert len(first["values"]) == 3
    assert first["mean"] == pytest.approx(sum(first["values"].values()) / 3)
    assert first["spread"] == pytest.approx(stdev(first["values"].values()))
    assert orjson.loads(storage.get(PATH)) == document


def test_only_simulated_tiles_of_the_test_split_count(compared):
    assert len(compared[0]["tiles"]) == 3
    assert not {"seen", "train"} & set(compared[0]["tiles"])


def test_a_model_that_fails_says_why_and_spoils_no_other(compared):
    document, _storage, lines = compared

    assert "no numbers" in document["models"]["nan"]["fault"]
    assert document["models"]["nan"]["figures"] == []
    assert document["models"]["other"]["fault"] == ""
    assert any(line.startswith("nan: 0 tiles; ") for line in lines)
