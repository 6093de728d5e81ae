"""The models that are shipped: each file is what its card says, and answers as it did when it was made."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from app.zoo.adapters import ADAPTERS
from app.zoo.cards import MODEL, REFERENCE, read_cards
from app.zoo.fitting import smallest_edge
from app.zoo.onnx import open_network
from app.zoo.tiles import Tile

FOLDER = Path(__file__).parents[2] / "data" / "models"
CARDS = read_cards(FOLDER)
LARGEST_FILE = 3_000_000


def test_the_first_four_models_are_there():
    assert {"sen2lcz", "dfc2020-unet-small", "uncrtaints-small", "mimo-unet-small"} <= set(CARDS)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_a_model_gives_its_reference_answer(name):
    with np.load(FOLDER / name / REFERENCE) as kept:
        eaten = {key.removeprefix("in_"): kept[key] for key in kept.files if key.startswith("in_")}
        wanted = {key.removeprefix("out_"): kept[key] for key in kept.files if key.startswith("out_")}

    found = open_network(CARDS[name], FOLDER)(eaten)

    assert set(found) == set(wanted) == {one.name for one in CARDS[name].outputs}
    for key, values in wanted.items():
        np.testing.assert_allclose(found[key], values, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_a_file_is_small_and_holds_as_many_parameters_as_its_card_says(name):
    assert all(path.stat().st_size <= LARGEST_FILE for path in (FOLDER / name).iterdir())
    model = onnx.load(FOLDER / name / MODEL)
    weights = [one for one in model.graph.initializer if not one.name.endswith("_scale")]

    # Norms, and what only weighs weights, are folded into what is left, which takes some away; zeros and
    # constants add a few.
    count = sum(numpy_helper.to_array(one).size for one in weights)
    assert count == pytest.approx(CARDS[name].parameters, rel=0.05)
    assert all(entry.version == CARDS[name].file.opset for entry in model.opset_import if not entry.domain)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_a_model_answers_a_tile_of_its_bands_with_numbers(name):
    card, edge = CARDS[name], smallest_edge(CARDS[name])
    random = np.random.default_rng(1)
    dates = card.inputs[0].dates or 0
    shape = (dates, len(card.bands), edge, edge) if dates else (len(card.bands), edge, edge)
    low = np.array([min(band.low, band.high) for band in card.inputs[0].bands])[:, None, None]
    high = np.array([max(band.low, band.high) for band in card.inputs[0].bands])[:, None, None]
    values = (low + (high - low) * random.random(shape)).astype(np.float32)
    tile = Tile(card.bands, values, tuple(3000.0 + 5 * number for number in range(dates)), simulated=True)

    outcome = ADAPTERS[card.kind](card, tile, open_network(card, FOLDER))

    maps = [outcome.values, outcome.probabilities, outcome.aleatoric, outcome.epistemic]
    assert any(one is not None for one in maps)
    assert all(np.isfinite(one).all() for one in maps if one is not None)
    assert all((one > 0).all() for one in maps[2:3] if one is not None)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_a_card_says_that_it_was_trained_on_simulated_scenes_and_keeps_figures_of_others_apart(name):
    card = CARDS[name]

    assert card.training.simulated
    assert "simulated" in card.summary and "simulated" in card.not_for
    assert card.claims and card.measured and card.measured_on
    assert all(one.source and "simulated" not in one.data for one in card.published)
