"""Sen2LCZ-Net of given weights: as a graph of ONNX, and once more in NumPy, to hold the graph to account."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Values = NDArray[np.float32]

BANDS, ZONES, PATCH = 10, 17, 32
WIDTHS, CONVOLUTIONS = (16, 32, 64, 128), 4
HEADS = (32, 64, 128, 128)
EPSILON = 1e-3
OPSET, IR_VERSION = 18, 9
INPUT, OUTPUT = "reflectance", "probabilities"


@dataclass(frozen=True)
class Convolution:
    """One 3 × 3 convolution and the batch norm behind it.

    Attributes:
        kernel: [width, inputs, 3, 3].
        bias, gamma, beta, mean, variance: [width].
    """

    kernel: Values
    bias: Values
    gamma: Values
    beta: Values
    mean: Values
    variance: Values


@dataclass(frozen=True)
class Head:
    """One linear answer: weights [inputs, zones] and bias [zones]."""

    weights: Values
    bias: Values


@dataclass(frozen=True)
class Weights:
    """All sixteen convolutions in order, and the answers of the four scales, finest first."""

    convolutions: tuple[Convolution, ...]
    heads: tuple[Head, ...]

    @property
    def parameters(self) -> int:
        """Trainable ones: running means and variances do not count."""
        trained = [[one.kernel, one.bias, one.gamma, one.beta] for one in self.convolutions]
        linear = [[one.weights, one.bias] for one in self.heads]
        return sum(values.size for part in (*trained, *linear) for values in part)


def shapes() -> tuple[tuple[int, int], ...]:
    """Inputs and width of each convolution, in order."""
    # Maximum and mean stand side by side after each pooling, which doubles the channels.
    inputs = (BANDS, *WIDTHS[1:])
    return tuple(
        (first if number == 0 else width, width)
        for first, width in zip(inputs, WIDTHS, strict=True)
        for number in range(CONVOLUTIONS)
    )


def answer(weights: Weights, reflectance: Values) -> Values:
    """Probabilities [n, 17] of patches [n, 10, 32, 32], in NumPy alone."""
    values, answers = reflectance, []
    for number, one in enumerate(weights.convolutions):
        values = np.maximum(_normed(one, _convolved(one, values)), 0)
        level, place = divmod(number, CONVOLUTIONS)
        if place < CONVOLUTIONS - 1:
            continue
        if level < len(WIDTHS) - 1:
            values = _pooled(values)
        answers.append(_softmax(weights.heads[level], values.mean(axis=(2, 3))))
    return np.asarray(np.mean(answers, axis=0), dtype=np.float32)


def _convolved(one: Convolution, values: Values) -> Values:
    padded = np.pad(values, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    found = np.tensordot(windows, one.kernel, axes=((1, 4, 5), (1, 2, 3)))
    return np.asarray(found.transpose(0, 3, 1, 2) + one.bias[:, None, None])


def _normed(one: Convolution, values: Values) -> Values:
    factor = one.gamma / np.sqrt(one.variance + EPSILON)
    return np.asarray((values - one.mean[:, None, None]) * factor[:, None, None] + one.beta[:, None, None])


def _pooled(values: Values) -> Values:
    count, width, rows, columns = values.shape
    squares = values.reshape(count, width, rows // 2, 2, columns // 2, 2)
    return np.concatenate([squares.max(axis=(3, 5)), squares.mean(axis=(3, 5))], axis=1)


def _softmax(head: Head, features: Values) -> Values:
    scores = features @ head.weights + head.bias
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def graph(weights: Weights) -> ModelProto:
    """The network as a file of ONNX; any number of patches at once."""
    tensors = {name: values for name, values in _tensors(weights)}
    shape_in: list[str | int | None] = ["n", BANDS, PATCH, PATCH]
    shape_out: list[str | int | None] = ["n", ZONES]
    found = helper.make_graph(
        list(_nodes(len(weights.convolutions))),
        "sen2lcz",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, shape_in)],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, shape_out)],
        [numpy_helper.from_array(values, name) for name, values in tensors.items()],
    )
    return helper.make_model(found, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def _tensors(weights: Weights) -> Iterator[tuple[str, Values]]:
    for number, one in enumerate(weights.convolutions):
        for name, values in vars(one).items():
            yield f"{name}{number}", values
    for number, head in enumerate(weights.heads):
        yield f"weights{number}", head.weights
        yield f"shift{number}", head.bias


def _nodes(convolutions: int) -> Iterator[NodeProto]:
    """All nodes in the order in which they are run."""
    values = INPUT
    for number in range(convolutions):
        yield from _convolution(number, values)
        values = f"active{number}"
        level, place = divmod(number, CONVOLUTIONS)
        if place < CONVOLUTIONS - 1:
            continue
        if level < len(WIDTHS) - 1:
            yield from _pooling(level, values)
            values = f"merged{level}"
        yield from _head(level, values)
    yield helper.make_node("Mean", [f"answer{level}" for level in range(len(HEADS))], [OUTPUT])


def _convolution(number: int, values: str) -> Iterator[NodeProto]:
    yield helper.make_node(
        "Conv", [values, f"kernel{number}", f"bias{number}"], [f"conv{number}"], pads=[1, 1, 1, 1]
    )
    names = [f"{name}{number}" for name in ("conv", "gamma", "beta", "mean", "variance")]
    yield helper.make_node("BatchNormalization", names, [f"norm{number}"], epsilon=EPSILON)
    yield helper.make_node("Relu", [f"norm{number}"], [f"active{number}"])


def _pooling(level: int, values: str) -> Iterator[NodeProto]:
    for kind in ("Max", "Average"):
        yield helper.make_node(
            f"{kind}Pool", [values], [f"{kind}{level}"], kernel_shape=[2, 2], strides=[2, 2]
        )
    yield helper.make_node("Concat", [f"Max{level}", f"Average{level}"], [f"merged{level}"], axis=1)


def _head(level: int, values: str) -> Iterator[NodeProto]:
    yield helper.make_node("GlobalAveragePool", [values], [f"mean_of{level}"])
    yield helper.make_node("Flatten", [f"mean_of{level}"], [f"features{level}"])
    inputs = [f"features{level}", f"weights{level}", f"shift{level}"]
    yield helper.make_node("Gemm", inputs, [f"scores{level}"])
    yield helper.make_node("Softmax", [f"scores{level}"], [f"answer{level}"], axis=1)
