"""A file of weights as Keras 2 writes it, with weights drawn by chance."""

import h5py
import numpy as np
import pytest

from app.zoo.weights.sen2lcz import HEADS, ZONES, shapes


def write_keras(path, *, group="model_weights", prefix="", without=(), changed=None):
    """A file with the layers of Sen2LCZ-Net; `changed` replaces arrays by their name."""
    random = np.random.default_rng(7)
    arrays = {}
    for number, (inputs, width) in enumerate(shapes()):
        suffix = f"_{number}" if number else ""
        conv, norm = f"conv2d{suffix}", f"batch_normalization{suffix}"
        arrays[f"{conv}/{conv}/kernel:0"] = random.normal(0, (2 / 9 / inputs) ** 0.5, (3, 3, inputs, width))
        arrays[f"{conv}/{conv}/bias:0"] = random.normal(0, 0.1, width)
        arrays[f"{norm}/{norm}/gamma:0"] = random.uniform(0.5, 1.5, width)
        arrays[f"{norm}/{norm}/beta:0"] = random.normal(0, 0.1, width)
        arrays[f"{norm}/{norm}/moving_mean:0"] = random.normal(0, 0.1, width)
        arrays[f"{norm}/{norm}/moving_variance:0"] = random.uniform(0.5, 1.5, width)
    for number, inputs in enumerate(HEADS):
        dense = f"dense_{number}" if number else "dense"
        arrays[f"{dense}/{dense}/kernel:0"] = random.normal(0, 0.2, (inputs, ZONES))
        arrays[f"{dense}/{dense}/bias:0"] = random.normal(0, 0.1, ZONES)
    with h5py.File(path, "w") as file:
        for name, values in {**arrays, **(changed or {})}.items():
            if not name.startswith(tuple(without)) or not without:
                file[f"{group}/{prefix}{name}"] = values.astype(np.float32)
    return path


@pytest.fixture
def keras_file(tmp_path):
    return write_keras(tmp_path / "weights.hdf5")
