"""Keeps weights in fewer bits inside an ONNX file; what runs it reckons in float32 all the same.

ONNX Runtime undoes both ways once, when it opens the file, so that a run takes no longer.
"""

from typing import Literal

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Kept = Literal["float32", "float16", "int8"]

LEAST_VALUES = 1024
"""Smaller arrays (biases, norms) stay as they are: they weigh little and count much."""
LARGEST_BYTE = 127


def compress(model: ModelProto, kept: Kept) -> ModelProto:
    """The same network with its large weights as float16, or as int8 with a scale for each output channel."""
    if kept == "float32":
        return model
    graph = model.graph
    arrays, nodes = [], []
    for array in graph.initializer:
        values = numpy_helper.to_array(array)
        if values.dtype != np.float32 or values.size < LEAST_VALUES:
            arrays.append(array)
            continue
        small, undone = _halved(array.name, values) if kept == "float16" else _in_bytes(array.name, values)
        arrays += small
        nodes += undone
    whole = [*nodes, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(arrays)
    graph.node.extend(whole)
    return model


def _halved(name: str, values: np.ndarray) -> tuple[list[TensorProto], list[NodeProto]]:
    small = numpy_helper.from_array(values.astype(np.float16), f"{name}_half")
    return [small], [helper.make_node("Cast", [small.name], [name], to=TensorProto.FLOAT)]


def _in_bytes(name: str, values: np.ndarray) -> tuple[list[TensorProto], list[NodeProto]]:
    largest = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True)
    scale = np.where(largest > 0, largest / LARGEST_BYTE, 1).astype(np.float32)
    whole = np.rint(values / scale).astype(np.int8)
    tensors = [
        numpy_helper.from_array(whole, f"{name}_bytes"),
        numpy_helper.from_array(scale, f"{name}_scale"),
    ]
    cast = helper.make_node("Cast", [f"{name}_bytes"], [f"{name}_cast"], to=TensorProto.FLOAT)
    return tensors, [cast, helper.make_node("Mul", [f"{name}_cast", f"{name}_scale"], [name])]
