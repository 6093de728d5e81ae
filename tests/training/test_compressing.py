"""Weights in fewer bits give nearly the same answers, reckoned in float32."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from training.compressing import compress


def _model(weights):
    node = helper.make_node("Conv", ["x", "w"], ["y"], pads=[1, 1, 1, 1])
    graph = helper.make_graph(
        [node],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 16, "h", "w"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 8, "h", "w"])],
        [numpy_helper.from_array(weights, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def _run(model, values):
    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": values})[0]


@pytest.mark.parametrize(("kept", "smaller", "apart"), [("float16", 1.9, 1e-3), ("int8", 3.2, 2e-2)])
def test_a_file_shrinks_and_answers_nearly_the_same(kept, smaller, apart):
    random = np.random.default_rng(1)
    # One channel is a thousand times larger, as batch norms make them: each has a scale of its own.
    weights = random.standard_normal((8, 16, 3, 3)).astype(np.float32)
    weights[3] *= 1000
    values = random.random((1, 16, 8, 8)).astype(np.float32)
    before, size = _run(_model(weights), values), len(_model(weights).SerializeToString())

    small = compress(_model(weights), kept)

    assert size / len(small.SerializeToString()) > smaller
    spread = before.std(axis=(0, 2, 3), keepdims=True)
    assert (np.abs(_run(small, values) - before) / spread).max() < apart * 10
    assert (np.abs(_run(small, values) - before) / spread).mean() < apart


def test_small_arrays_and_channels_of_zeros_stay_as_they_are():
    weights = np.zeros((8, 16, 3, 3), dtype=np.float32)
    values = np.ones((1, 16, 8, 8), dtype=np.float32)

    assert not _run(compress(_model(weights), "int8"), values).any()
    assert compress(_model(weights[:, :, :1, :1]), "int8").graph.initializer[0].data_type == TensorProto.FLOAT
