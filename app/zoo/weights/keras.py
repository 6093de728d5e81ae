"""Reads weights that Keras kept in HDF5, by name, shape and order; nothing in the file is ever executed."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import h5py
import numpy as np

from app.base.errors import Invalid
from app.zoo.weights.sen2lcz import HEADS, ZONES, Convolution, Head, Values, Weights, shapes

LARGEST_FILE = 100_000_000
LARGEST_ARRAY = 1_000_000
MOST_ARRAYS = 1_000
WEIGHTS_GROUP = "model_weights"
_KINDS = {"kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"}


def sen2lcz_weights(path: Path) -> Weights:
    """The weights of Sen2LCZ-Net with all four answers, as Keras 2 names and orders its layers.

    Raises:
        Invalid: no such file of Keras, or of another network; the message says which layer is amiss.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise Invalid(f"{path.name} has more than {LARGEST_FILE:,} bytes; this network needs 4 million.")
    layers = _layers(path)
    convolutions = _having(layers, "kernel", dimensions=4)
    norms = _having(layers, "gamma", dimensions=1)
    heads = _having(layers, "kernel", dimensions=2)
    counts = (len(convolutions), len(norms), len(heads))
    expected = (len(shapes()), len(shapes()), len(HEADS))
    if counts != expected:
        raise Invalid(
            f"{path.name} has {counts[0]} convolutions, {counts[1]} batch norms and {counts[2]} answers; "
            f"Sen2LCZ-Net with fusion has {expected[0]}, {expected[1]} and {expected[2]}."
        )
    return Weights(
        tuple(_convolution(*one) for one in zip(convolutions, norms, shapes(), strict=True)),
        tuple(_head(*one) for one in zip(heads, HEADS, strict=True)),
    )


Layer = tuple[str, Mapping[str, Values]]


def _layers(path: Path) -> dict[str, dict[str, Values]]:
    """Arrays by layer and what they are, read from the weights of a model or from a file of weights alone."""
    try:
        with h5py.File(path, "r") as file:
            # Only what lies in this file: a link could lead to another one.
            inside = isinstance(file.get(WEIGHTS_GROUP, getlink=True), h5py.HardLink)
            root = file[WEIGHTS_GROUP] if inside else file
            found: dict[str, dict[str, Values]] = {}
            for name, values in _arrays(root):
                layer, *_between, last = name.split("/")
                kind = last.split(":")[0]
                if kind in _KINDS:
                    found.setdefault(layer, {})[kind] = values
            return found
    except OSError as error:
        raise Invalid(f"{path.name} is no HDF5 file: {error}") from None


def _arrays(group: h5py.Group) -> Iterator[tuple[str, Values]]:
    """All arrays below a group; links to other files are not followed."""
    names: list[str] = []
    group.visit(names.append)
    if len(names) > MOST_ARRAYS:
        raise Invalid(f"The file has more than {MOST_ARRAYS:,} entries, which this network does not.")
    for name in names:
        one = group[name]
        if not isinstance(one, h5py.Dataset):
            continue
        if one.size > LARGEST_ARRAY or one.dtype.kind != "f" or one.is_virtual or one.external:
            raise Invalid(f"{name} is no array of weights of this network.")
        yield name, one[()].astype(np.float32)


def _having(layers: Mapping[str, Mapping[str, Values]], kind: str, *, dimensions: int) -> list[Layer]:
    """Layers that hold such an array, in the order in which Keras numbered them when they were made."""
    chosen = [one for one in layers.items() if kind in one[1] and one[1][kind].ndim == dimensions]
    return sorted(chosen, key=lambda one: _number(one[0]))


def _number(layer: str) -> int:
    """conv2d is the first, conv2d_1 the next; files that begin with conv2d_1 sort alike."""
    found = re.search(r"_(\d+)$", layer)
    return int(found[1]) if found else 0


def _array(layer: Layer, kind: str, shape: tuple[int, ...]) -> Values:
    name, arrays = layer
    values = arrays.get(kind)
    if values is None or values.shape != shape:
        found = "nothing" if values is None else f"the shape {values.shape}"
        raise Invalid(f"Layer {name} has {found} as {kind}; Sen2LCZ-Net has {shape} there.")
    if not np.isfinite(values).all():
        raise Invalid(f"Layer {name} holds what is no number in {kind}.")
    return values


def _convolution(layer: Layer, norm: Layer, shape: tuple[int, int]) -> Convolution:
    inputs, width = shape
    # Keras keeps kernels as [row, column, input, output].
    kernel = _array(layer, "kernel", (3, 3, inputs, width)).transpose(3, 2, 0, 1)
    return Convolution(
        np.ascontiguousarray(kernel),
        _array(layer, "bias", (width,)),
        *(_array(norm, kind, (width,)) for kind in ("gamma", "beta", "moving_mean", "moving_variance")),
    )


def _head(layer: Layer, inputs: int) -> Head:
    return Head(_array(layer, "kernel", (inputs, ZONES)), _array(layer, "bias", (ZONES,)))
