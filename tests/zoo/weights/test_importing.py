"""Published weights become a model that the service can run."""

import numpy as np
import pytest

from app.base.errors import Invalid
from app.commands.models import import_weights
from app.zoo.adapters import ADAPTERS
from app.zoo.cards import REFERENCE, read_cards
from app.zoo.onnx import open_network
from app.zoo.weights import sen2lcz
from app.zoo.weights.importing import import_sen2lcz
from tests.zoo.conftest import make_tile


def test_imported_weights_run_on_a_tile_and_give_their_reference_answer(keras_file, tmp_path):
    folder = tmp_path / "models"

    import_weights("sen2lcz", keras_file, folder)

    card = read_cards(folder)["sen2lcz-authors"]
    network = open_network(card, folder)
    outcome = ADAPTERS[card.kind](card, make_tile(64, bands=card.bands), network)
    assert outcome.labels.shape == (2, 2)
    with np.load(folder / card.id / REFERENCE) as kept:
        found = network({"reflectance": kept["in_reflectance"]})["probabilities"]
        np.testing.assert_allclose(found, kept["out_probabilities"], atol=1e-5)
    assert card.parameters == 791_428 and not card.training.simulated and not card.measured


def test_a_network_that_answers_otherwise_than_its_weights_is_not_written(keras_file, tmp_path, monkeypatch):
    monkeypatch.setattr(sen2lcz, "EPSILON", 0.5)
    right = sen2lcz.graph

    def wrong(weights):
        model = right(weights)
        for node in model.graph.node:
            for attribute in node.attribute:
                if attribute.name == "epsilon":
                    attribute.f = 1e-3
        return model

    monkeypatch.setattr(sen2lcz, "graph", wrong)

    with pytest.raises(Invalid, match="nothing was written"):
        import_sen2lcz(keras_file, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_networks_without_a_reader_are_named(keras_file, tmp_path):
    with pytest.raises(Invalid, match="there is sen2lcz"):
        import_weights("resnet", keras_file, tmp_path)
