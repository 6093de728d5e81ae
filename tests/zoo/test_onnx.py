"""ONNX files are opened only when they are what their card says, and run on arrays."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.base.errors import Invalid
from app.zoo.adapters.segmentation import segment
from app.zoo.cards import File, read_card, read_cards, write_card
from app.zoo.onnx import open_network
from tests.zoo.conftest import make_card, make_tile

ROOT = Path(__file__).parents[2]


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


def _card_of(folder):
    content = (folder / "toy" / "model.onnx").read_bytes()
    return make_card(file=File(sha256=hashlib.sha256(content).hexdigest(), size=len(content), opset=18))


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


def _with_input(kind=TensorProto.FLOAT, axes=("n", 2, "h", "w")):
    """The convolution with an input of another kind; a cast keeps its graph right."""
    model = _model()
    cast = helper.make_node("Cast", ["tile"], ["floats"], to=TensorProto.FLOAT)
    model.graph.node[0].input[0] = "floats"
    model.graph.node.insert(0, cast)
    model.graph.input[0].CopyFrom(helper.make_tensor_value_info("tile", kind, list(axes)))
    if len(axes) == 3:
        model.graph.initializer.append(numpy_helper.from_array(np.array([0]), "first"))
        model.graph.node.insert(1, helper.make_node("Unsqueeze", ["floats", "first"], ["four"]))
        model.graph.node[2].input[0] = "four"
    elif axes[1] != 2:
        weights = np.zeros((3, axes[1], 1, 1), dtype=np.float32)
        model.graph.initializer[0].CopyFrom(numpy_helper.from_array(weights, "w"))
    return model


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (_with_input(TensorProto.UINT8), "only 32-bit floats"),
        (_with_input(axes=(2, "h", "w")), "3 axes; its card says 4"),
        (_with_input(axes=("n", 5, "h", "w")), "takes 5 bands as tile; its card names 2"),
    ],
)
def test_a_file_that_takes_other_arrays_than_its_card_says_is_refused(tmp_path, model, words):
    with pytest.raises(Invalid, match=words):
        open_network(_saved(tmp_path, model), tmp_path)


def test_a_network_that_makes_no_numbers_of_a_good_tile_is_told_so(tmp_path):
    model = _model()
    model.graph.node.append(helper.make_node("Log", ["negative"], ["scores"]))
    model.graph.node[0].output[0] = "some"
    model.graph.node.insert(1, helper.make_node("Sub", ["some", "much"], ["negative"]))
    model.graph.initializer.append(numpy_helper.from_array(np.float32(1e6), "much"))
    card = _saved(tmp_path, model)

    with pytest.raises(Invalid, match="no numbers"):
        segment(card, make_tile(32), open_network(card, tmp_path))


def _of_size(elements: int) -> onnx.ModelProto:
    """A graph of a few bytes that asks for an array of so many elements while it is opened."""
    model = _model()
    shape = numpy_helper.from_array(np.array([elements], dtype=np.int64), "shape")
    model.graph.initializer.append(shape)
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["long"]),
        helper.make_node("ReduceSum", ["long"], ["sum"], keepdims=0),
        helper.make_node("Add", ["some", "sum"], ["scores"]),
    ]
    model.graph.node[0].output[0] = "some"
    model.graph.node.extend(nodes)
    return model


def test_a_small_file_that_asks_for_huge_arrays_is_told_so(tmp_path):
    card = _saved(tmp_path, _of_size(10**15))

    with pytest.raises(Invalid, match=r"cannot be run|does not take this tile"):
        segment(card, make_tile(32), open_network(card, tmp_path))


def test_a_huge_graph_ends_the_run_and_not_the_process_whose_memory_is_bound(tmp_path):
    _saved(tmp_path, _of_size(2 * 10**9))
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from app.base.errors import Invalid\n"
        "from app.zoo.cards import read_card\n"
        "from app.zoo.adapters.segmentation import segment\n"
        "from app.zoo.onnx import open_network\n"
        "from app.zoo.tiles import Tile\n"
        "import numpy\n"
        "tile = Tile(('B4', 'VV'), numpy.zeros((2, 32, 32), dtype=numpy.float32))\n"
        "folder = Path(sys.argv[1])\n"
        "card = read_card(folder / 'toy' / 'card.yaml')\n"
        "resource.setrlimit(resource.RLIMIT_AS, (6 * 10**9, 6 * 10**9))\n"
        "try:\n"
        "    segment(card, tile, open_network(card, folder))\n"
        "except Invalid as error:\n"
        "    print('told:', error)\n"
        "print('alive')\n"
    )
    write_card(_card_of(tmp_path), tmp_path / "toy" / "card.yaml")

    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, timeout=60
    )

    assert done.stdout.startswith("told: "), done.stderr
    assert done.stdout.endswith("alive\n")


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
