"""Parts of exported graphs in forms that ONNX Runtime works through faster; the answers stay the same."""

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

BLOCK = 16
PIXELS_FIRST, CHANNELS_FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
Arrays = Mapping[str, np.ndarray]


def rewrite(model: ModelProto) -> ModelProto:
    """The same network with its mirrored edges and norms of groups in quicker forms."""
    _norms_at_once(model.graph)
    _edges_by_pixels(model.graph)
    _sums_of_equals(model.graph)
    return model


def _edges_by_pixels(graph: GraphProto) -> None:
    """Mirror whole pixels instead of rows of each channel.

    ONNX Runtime keeps what its convolutions eat in blocks of sixteen channels and goes back to plain rows for
    each `Pad`. Where channels come last, way and way back are copies of blocks, and so is the padding.
    """
    arrays, made = _arrays(graph), {node.output[0]: node for node in graph.node}
    widths = {node.input[0]: _blocks(node, arrays) for node in graph.node if node.op_type == "Conv"}
    nodes: list[NodeProto] = []
    for node in graph.node:
        blocks = widths.get(node.output[0], 0)
        nodes += _turned(graph, node, arrays, blocks) if blocks and _mirrors(node, arrays, made) else [node]
    _replace(graph, nodes)


def _blocks(node: NodeProto, arrays: Arrays) -> int:
    """Blocks of channels that a convolution eats; none where channels stay apart or fill no block."""
    groups = next((one.i for one in node.attribute if one.name == "group"), 1)
    inputs = arrays[node.input[1]].shape[1] * groups
    return int(inputs // BLOCK) if inputs % BLOCK == 0 else 0


def _mirrors(node: NodeProto, arrays: Arrays, made: Mapping[str, NodeProto]) -> bool:
    """Whether this mirrors edges of an image that lies in blocks; one that was cut anew does not."""
    mode = [one.s for one in node.attribute if one.name == "mode"]
    cut = node.input[0] in made and made[node.input[0]].op_type == "Reshape"
    return node.op_type == "Pad" and mode == [b"reflect"] and arrays[node.input[1]].shape == (8,) and not cut


def _turned(graph: GraphProto, node: NodeProto, arrays: Arrays, blocks: int) -> Iterator[NodeProto]:
    name, pads = node.output[0], arrays[node.input[1]]
    # Channels are cut in two axes while they are padded, else ONNX Runtime would take both turns away again.
    cut = _constant(graph, f"{name}_cut", [0, 0, 0, blocks, BLOCK])
    whole = _constant(graph, f"{name}_whole", [0, 0, 0, blocks * BLOCK])
    moved = _constant(graph, f"{name}_pads", [*pads[[0, 2, 3, 1]], 0, *pads[[4, 6, 7, 5]], 0])
    yield helper.make_node("Transpose", [node.input[0]], [f"{name}_last"], perm=PIXELS_FIRST)
    yield helper.make_node("Reshape", [f"{name}_last", cut], [f"{name}_parts"])
    yield helper.make_node("Pad", [f"{name}_parts", moved], [f"{name}_padded"], mode="reflect")
    yield helper.make_node("Reshape", [f"{name}_padded", whole], [f"{name}_back"])
    yield helper.make_node("Transpose", [f"{name}_back"], [name], perm=CHANNELS_FIRST)


def _norms_at_once(graph: GraphProto) -> None:
    """Apply factor and shift behind a norm of groups in one pass, as a batch norm without figures does."""
    arrays, made = _arrays(graph), {node.output[0]: node for node in graph.node}
    uses = Counter(name for node in graph.node for name in node.input)
    nodes: list[NodeProto] = []
    for node in graph.node:
        factor = made.get(node.input[0]) if node.op_type == "Add" else None
        if factor is not None and uses[node.input[0]] == 1 and _after_norm(factor, node, arrays, made):
            nodes.remove(factor)
            nodes.append(_affine(graph, factor, node, arrays))
        else:
            nodes.append(node)
    _replace(graph, nodes)


def _after_norm(factor: NodeProto, shift: NodeProto, arrays: Arrays, made: Mapping[str, NodeProto]) -> bool:
    """Whether these are product and sum, by channel, of what left a norm of groups."""
    if factor.op_type != "Mul" or factor.input[1] not in arrays or shift.input[1] not in arrays:
        return False
    reshaped = made.get(factor.input[0])
    normed = made.get(reshaped.input[0]) if reshaped is not None and reshaped.op_type == "Reshape" else None
    return normed is not None and normed.op_type == "InstanceNormalization"


def _affine(graph: GraphProto, factor: NodeProto, shift: NodeProto, arrays: Arrays) -> NodeProto:
    values = {one.input[1]: arrays[one.input[1]].ravel() for one in (factor, shift)}
    width = len(values[factor.input[1]])
    values |= {"none": np.zeros(width, dtype=np.float32), "one": np.ones(width, dtype=np.float32)}
    names = [_constant(graph, f"{name}_of_{width}", one) for name, one in values.items()]
    return helper.make_node("BatchNormalization", [factor.input[0], *names], [shift.output[0]], epsilon=0.0)


def _sums_of_equals(graph: GraphProto) -> None:
    """Say that images that are added have one shape, whatever it is, if convolutions are among them.

    ONNX Runtime cannot know it of heights that were halved and doubled; where it does, a convolution starts
    from what it would be added to, and nothing is left to add.
    """
    arrays, made = _arrays(graph), {node.output[0]: node for node in graph.node}
    widths = {node.output[0]: len(arrays[node.input[1]]) for node in graph.node if node.op_type == "Conv"}
    shapes: dict[str, list[str | int]] = {}
    for node in graph.node:
        if node.op_type == "Add" and all(name in made for name in node.input):
            names = [*node.input, node.output[0]]
            known = next((shapes[name] for name in names if name in shapes), None)
            width = next((widths[name] for name in names if name in widths), None)
            if width is not None:
                one = known or [f"{node.output[0]}_n", width, f"{node.output[0]}_h", f"{node.output[0]}_w"]
                shapes |= dict.fromkeys(names, one)
    for name, one in shapes.items():
        graph.value_info.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, one))


def _constant(graph: GraphProto, name: str, values: list[int] | np.ndarray) -> str:
    """The name of an array in the graph, which is put there once."""
    if all(one.name != name for one in graph.initializer):
        graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    return name


def _arrays(graph: GraphProto) -> dict[str, np.ndarray]:
    return {one.name: numpy_helper.to_array(one) for one in graph.initializer}


def _replace(graph: GraphProto, nodes: list[NodeProto]) -> None:
    """Put other nodes in place, and drop the arrays that none of them eats any more."""
    used = {name for node in nodes for name in node.input}
    kept = [one for one in graph.initializer if one.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept)
