"""Graphs in quicker forms give the same answers."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from training.rewriting import rewrite

RANDOM = np.random.default_rng(1)


def _model(nodes, arrays, channels):
    graph = helper.make_graph(
        nodes,
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", channels, "h", "w"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", "c", "rows", "columns"])],
        [numpy_helper.from_array(values, name) for name, values in arrays.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def _weights(*shape):
    return RANDOM.standard_normal(shape).astype(np.float32)


def _mirrored(channels):
    nodes = [
        helper.make_node("Relu", ["x"], ["r"]),
        helper.make_node("Pad", ["r", "pads"], ["p"], mode="reflect"),
        helper.make_node("Conv", ["p", "w"], ["y"]),
    ]
    pads = np.array([0, 0, 1, 2, 0, 0, 3, 1], dtype=np.int64)
    return _model(nodes, {"pads": pads, "w": _weights(8, channels, 3, 3)}, channels)


def _normed():
    nodes = [
        helper.make_node("Reshape", ["x", "groups"], ["g"]),
        helper.make_node("InstanceNormalization", ["g", "ones", "zeros"], ["i"]),
        helper.make_node("Reshape", ["i", "channels"], ["c"]),
        helper.make_node("Mul", ["c", "factor"], ["m"]),
        helper.make_node("Add", ["m", "shift"], ["y"]),
    ]
    arrays = {
        "groups": np.array([0, 4, -1], dtype=np.int64),
        "channels": np.array([0, 16, 8, 6], dtype=np.int64),
        "ones": np.ones(4, dtype=np.float32),
        "zeros": np.zeros(4, dtype=np.float32),
        "factor": _weights(16, 1, 1),
        "shift": _weights(16, 1, 1),
    }
    return _model(nodes, arrays, 16)


def _summed():
    nodes = [
        helper.make_node("Conv", ["x", "v"], ["a"], pads=[1] * 4),
        helper.make_node("Conv", ["x", "w"], ["b"], pads=[1] * 4),
        helper.make_node("Add", ["a", "b"], ["s"]),
        helper.make_node("Relu", ["s"], ["y"]),
    ]
    return _model(nodes, {"v": _weights(16, 16, 3, 3), "w": _weights(16, 16, 3, 3)}, 16)


def _run(model, values):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": values})[0]


@pytest.mark.parametrize(
    ("make", "channels", "kinds"),
    [
        (lambda: _mirrored(32), 32, {"Transpose", "Reshape"}),
        (_normed, 16, {"BatchNormalization"}),
        (_summed, 16, set()),
    ],
)
def test_a_rewritten_graph_gives_the_same_answers(make, channels, kinds):
    model = make()
    values = RANDOM.random((2, channels, 8, 6)).astype(np.float32)
    wanted, before = _run(model, values), {node.op_type for node in model.graph.node}

    found = rewrite(model)

    onnx.checker.check_model(found, full_check=True)
    assert kinds <= {node.op_type for node in found.graph.node} and not kinds & before - {"Reshape"}
    np.testing.assert_allclose(_run(found, values), wanted, atol=1e-4)


def test_edges_of_channels_that_fill_no_block_stay_as_they_are():
    before = _mirrored(12)

    assert rewrite(_mirrored(12)).graph.node == before.graph.node


def test_convolutions_that_are_added_are_told_to_have_one_shape():
    told = {one.name: one.type.tensor_type.shape for one in rewrite(_summed()).graph.value_info}

    assert told["a"] == told["b"]
