"""Small networks as files, good ones and such as break their promises."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from app.tiles.legends import LAND_COVER
from app.zoo.cards import CARD, MODEL, ClassName, File, Input, InputBand, ModelCard, Output, write_card
from tests.zoo.conftest import make_card

BANDS = ("B4", "B8", "VV")
CLASSES = tuple(ClassName(name=one.name, colour=one.colour) for one in LAND_COVER)
WITHOUT_END = 1_000_000
HUGE = (60_000, 60_000)
BLOCK = 700


def save_models(folder: Path) -> None:
    """`toy` labels; `other` labels otherwise; `nan`, `hog` and `endless` are what their names say."""
    weights = np.random.default_rng(1).normal(size=(len(CLASSES), len(BANDS), 1, 1)).astype(np.float32)
    save(folder, "toy", labelling(weights))
    save(folder, "other", labelling(-weights))
    save(folder, "nan", labelling(weights * np.nan))
    save(folder, "hog", labelling(weights, added=_huge()))
    save(folder, "endless", labelling(weights, added=_endless()))


def save(folder: Path, name: str, graph: onnx.GraphProto) -> ModelCard:
    """Write a network with its card."""
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    content = model.SerializeToString()
    bands = tuple(
        InputBand(name=band, unit="dB" if band == "VV" else "reflectance", low=-25 * (band == "VV"), high=1)
        for band in BANDS
    )
    card = make_card(
        id=name,
        name=name.capitalize(),
        answers="land-cover",
        inputs=(Input(name="tile", bands=bands, smallest=16, multiple=16),),
        outputs=(Output(name="scores", returned="scores", classes=CLASSES),),
        file=File(sha256=hashlib.sha256(content).hexdigest(), size=len(content), opset=18),
    )
    (folder / name).mkdir()
    (folder / name / MODEL).write_bytes(content)
    write_card(card, folder / name / CARD)
    return card


def labelling(weights: np.ndarray, added: list[onnx.NodeProto] | None = None) -> onnx.GraphProto:
    """A 1 × 1 convolution; what is `added` ends in a number `extra`, which is added to the scores."""
    first = "plain" if added else "scores"
    nodes = [helper.make_node("Conv", ["tile", "weights"], [first])]
    if added:
        nodes = [*nodes, *added, helper.make_node("Add", ["plain", "extra"], ["scores"])]
    axes = ["n", "h", "w"]
    return helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("tile", TensorProto.FLOAT, ["n", len(BANDS), *axes[1:]])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", len(CLASSES), *axes[1:]])],
        [numpy_helper.from_array(weights.astype(np.float32), "weights")],
    )


def _constant(value: np.ndarray, name: str) -> onnx.NodeProto:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value))


def _huge() -> list[onnx.NodeProto]:
    """Fifteen gigabytes of a number that depends on the tile, so that nothing can be reckoned beforehand."""
    return [
        _constant(np.array(HUGE, dtype=np.int64), "huge"),
        helper.make_node("ReduceMax", ["plain"], ["most"], keepdims=0),
        helper.make_node("Expand", ["most", "huge"], ["expanded"]),
        helper.make_node("Exp", ["expanded"], ["grown"]),
        helper.make_node("ReduceMean", ["grown"], ["extra"], keepdims=0),
    ]


def _endless() -> list[onnx.NodeProto]:
    """A loop of large products that ends in no time a test waits for."""
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["state", "state"], ["product"]),
            helper.make_node("Tanh", ["product"], ["next"]),
            helper.make_node("Identity", ["go"], ["goes"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, [BLOCK, BLOCK]),
        ],
        [
            helper.make_tensor_value_info("goes", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, [BLOCK, BLOCK]),
        ],
    )
    return [
        _constant(np.array(WITHOUT_END, dtype=np.int64), "turns"),
        _constant(np.array(True), "always"),
        _constant(np.array([BLOCK, BLOCK], dtype=np.int64), "block"),
        helper.make_node("ReduceMax", ["plain"], ["most"], keepdims=0),
        helper.make_node("Expand", ["most", "block"], ["begin"]),
        helper.make_node("Loop", ["turns", "always", "begin"], ["end"], body=body),
        helper.make_node("ReduceMean", ["end"], ["extra"], keepdims=0),
    ]
