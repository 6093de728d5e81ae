"""A model of weights of others lies where the service finds it, and says which file it came from."""

import hashlib

import numpy as np

from app.zoo.cards import MODEL, REFERENCE, read_cards
from app.zoo.weights.writing import file_part, provenance, write_model
from tests.zoo.conftest import make_card


def test_network_card_and_reference_answer_lie_in_a_folder_of_the_models_id(tmp_path):
    content = b"a network"
    card = make_card(id="toy", file=file_part(content, 18))

    write_model(tmp_path / "models", card, content, {"in_tile": np.ones(3), "out_scores": np.zeros(2)})

    assert read_cards(tmp_path / "models") == {"toy": card}
    assert (tmp_path / "models" / "toy" / MODEL).read_bytes() == content
    with np.load(tmp_path / "models" / "toy" / REFERENCE) as kept:
        assert {name: kept[name].tolist() for name in kept.files} == {
            "in_tile": [1] * 3,
            "out_scores": [0] * 2,
        }


def test_a_card_names_size_and_digest_of_its_file():
    found = file_part(b"a network", 18)

    assert (found.size, found.opset) == (9, 18)
    assert found.sha256 == hashlib.sha256(b"a network").hexdigest()


def test_the_file_of_the_weights_is_named_by_its_digest(tmp_path):
    (tmp_path / "weights.h5").write_bytes(b"weights")

    assert hashlib.sha256(b"weights").hexdigest() in provenance(tmp_path / "weights.h5")
