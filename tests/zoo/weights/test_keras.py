"""Weights are found by name, shape and order, and what is amiss is said."""

import h5py
import numpy as np
import pytest

from app.base.errors import Invalid
from app.zoo.weights.keras import sen2lcz_weights
from tests.zoo.weights.conftest import write_keras


def test_files_of_weights_alone_and_of_whole_models_hold_the_same(tmp_path):
    whole = sen2lcz_weights(write_keras(tmp_path / "whole.h5"))
    alone = sen2lcz_weights(write_keras(tmp_path / "alone.h5", group="/"))

    for one, other in zip(whole.convolutions, alone.convolutions, strict=True):
        np.testing.assert_array_equal(one.kernel, other.kernel)


def test_kernels_are_turned_to_output_channels_first(tmp_path):
    kernel = np.zeros((3, 3, 10, 16))
    kernel[0, 1, 4, 9] = 1
    path = write_keras(tmp_path / "w.h5", changed={"conv2d/conv2d/kernel:0": kernel})

    assert sen2lcz_weights(path).convolutions[0].kernel[9, 4, 0, 1] == 1


def test_the_tenth_layer_comes_after_the_ninth(tmp_path):
    bias = np.arange(64.0)
    path = write_keras(tmp_path / "w.h5", changed={"conv2d_10/conv2d_10/bias:0": bias})

    np.testing.assert_array_equal(sen2lcz_weights(path).convolutions[10].bias, bias)


@pytest.mark.parametrize(
    ("without", "changed", "words"),
    [
        (("dense_3",), None, "3 answers"),
        (("conv2d_15",), None, "15 convolutions"),
        ((), {"conv2d_4/conv2d_4/kernel:0": np.zeros((3, 3, 16, 32))}, "conv2d_4 has the shape"),
        ((), {"dense/dense/bias:0": np.full(17, np.nan)}, "no number"),
        ((), {"conv2d/conv2d/bias:0": np.zeros(2_000_000)}, "no array of weights"),
    ],
    ids=["head", "convolution", "shape", "nan", "large"],
)
def test_weights_of_another_network_are_refused(tmp_path, without, changed, words):
    path = write_keras(tmp_path / "w.h5", without=without, changed=changed)

    with pytest.raises(Invalid, match=words):
        sen2lcz_weights(path)


def test_what_is_no_hdf5_is_refused(tmp_path):
    path = tmp_path / "w.hdf5"
    path.write_bytes(b"not a file of Keras")

    with pytest.raises(Invalid, match="no HDF5"):
        sen2lcz_weights(path)


def test_links_to_other_files_are_not_followed(tmp_path):
    secret = write_keras(tmp_path / "secret.h5")
    path = tmp_path / "w.h5"
    with h5py.File(path, "w") as file:
        file["model_weights"] = h5py.ExternalLink(secret.name, "/model_weights")

    with pytest.raises(Invalid):
        sen2lcz_weights(path)


def test_a_truncated_file_is_refused(tmp_path):
    path = write_keras(tmp_path / "w.h5")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    with pytest.raises(Invalid):
        sen2lcz_weights(path)
