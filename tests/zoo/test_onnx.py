"""ONNX files are opened only when they are what their card says, and run on arrays."""

import hashlib

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.base.errors import Invalid
from app.zoo.adapters.segmentation import segment
from app.zoo.cards import File, read_card, read_cards, write_card
from app.zoo.onnx import open_network
from tests.zoo.conftest import make_card, make_tile


def _model(
    operator: str = "Conv", *, name: str = "tile", output: str = "scores", domain: str = ""
) -> onnx.ModelProto:
    """A 1 × 1 convolution of two bands to three classes."""
    weights = np.arange(6, dtype=np.float32).reshape(3, 2, 1, 1)
    node = helper.make_node(operator, [name, "w"], [output], domain=domain)
    axes = ["n", 2, "h", "w"]
    graph = helper.make_graph(
        [node],
        "toy",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [numpy_helper.from_array(weights, "w")],
    )
    opsets = [helper.make_opsetid("", 18)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def _saved(tmp_path, model: onnx.ModelProto):
    content = model.SerializeToString()
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(content)
    file = File(sha256=hashlib.sha256(content).hexdigest(), size=len(content), opset=18)
    return make_card(file=file)


def test_a_file_that_is_what_its_card_says_runs(tmp_path):
    card = _saved(tmp_path, _model())
    network = open_network(card, tmp_path)
    tile = make_tile(32)

    outcome = segment(card, tile, network)

    assert outcome.labels.shape == (32, 32)
    found = network({"tile": np.ones((1, 2, 4, 4), dtype=np.float32)})["scores"]
    assert found[0, :, 0, 0].tolist() == [1, 5, 9]


def test_a_file_that_was_exchanged_is_not_opened(tmp_path):
    card = _saved(tmp_path, _model())
    path = tmp_path / "toy" / "model.onnx"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))

    with pytest.raises(Invalid, match="checksum"):
        open_network(card, tmp_path)


def test_a_file_of_another_size_or_none_is_not_opened(tmp_path):
    card = _saved(tmp_path, _model())
    path = tmp_path / "toy" / "model.onnx"

    path.write_bytes(b"x")
    with pytest.raises(Invalid, match="size"):
        open_network(card, tmp_path)
    path.unlink()
    with pytest.raises(Invalid, match="missing"):
        open_network(card, tmp_path)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (_model("Steal", domain="com.example"), "cannot be run"),
        (_model(name="other"), "takes"),
        (_model(output="other"), "returns"),
    ],
)
def test_foreign_operators_and_other_names_are_refused(tmp_path, model, words):
    with pytest.raises(Invalid, match=words):
        open_network(_saved(tmp_path, model), tmp_path)


def test_weights_outside_the_file_are_refused(tmp_path):
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.zeros(6, dtype=np.float32).tobytes())
    model = _model()
    weights = model.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="../secret.bin")

    with pytest.raises(Invalid, match="cannot be run"):
        open_network(_saved(tmp_path, model), tmp_path)


def test_rubbish_is_refused(tmp_path):
    content = b"not a network at all" * 10
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(content)
    card = make_card(file=File(sha256=hashlib.sha256(content).hexdigest(), size=len(content), opset=18))

    with pytest.raises(Invalid, match="cannot be run"):
        open_network(card, tmp_path)


def test_a_tile_of_another_shape_is_told_in_words(tmp_path):
    network = open_network(_saved(tmp_path, _model()), tmp_path)

    with pytest.raises(Invalid, match="does not take this tile"):
        network({"tile": np.zeros((1, 5, 4, 4), dtype=np.float32)})


def test_a_card_is_read_as_it_was_written(tmp_path):
    (tmp_path / "toy").mkdir()
    card = make_card()

    write_card(card, tmp_path / "toy" / "card.yaml")

    assert read_cards(tmp_path) == {"toy": card}


@pytest.mark.parametrize("text", ["id: toy", "- a\n- b", "{", "id: !!python/object:os.system x", "\x00"])
def test_what_is_no_card_is_refused_by_name(tmp_path, text):
    (tmp_path / "toy").mkdir()
    path = tmp_path / "toy" / "card.yaml"
    path.write_text(text)

    with pytest.raises(Invalid, match=r"toy/card\.yaml"):
        read_card(path)


def test_a_card_in_a_folder_of_another_name_is_refused(tmp_path):
    (tmp_path / "other").mkdir()
    write_card(make_card(), tmp_path / "other" / "card.yaml")

    with pytest.raises(Invalid, match="toy lies in the folder other"):
        read_cards(tmp_path)


def test_a_model_that_labels_must_name_its_classes():
    with pytest.raises(ValueError, match="names its classes"):
        make_card(outputs=(make_card().outputs[0].model_copy(update={"classes": ()}),))
