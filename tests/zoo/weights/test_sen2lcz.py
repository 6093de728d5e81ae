"""The graph of given weights answers as an independent reckoning does."""

import numpy as np
import onnx
import onnxruntime

from app.zoo.weights import sen2lcz
from app.zoo.weights.keras import sen2lcz_weights


def _run(weights, patches):
    session = onnxruntime.InferenceSession(sen2lcz.graph(weights).SerializeToString())
    return session.run(None, {"reflectance": patches})[0]


def test_graph_and_numpy_agree_and_answer_with_probabilities(keras_file):
    weights = sen2lcz_weights(keras_file)
    patches = np.random.default_rng(3).random((5, 10, 32, 32)).astype(np.float32)

    found = _run(weights, patches)

    assert found.shape == (5, 17)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(found, sen2lcz.answer(weights, patches), atol=1e-5)
    assert np.ptp(found, axis=0).max() > 0.002


def test_the_graph_is_valid_and_has_the_parameters_of_the_paper(keras_file):
    weights = sen2lcz_weights(keras_file)

    onnx.checker.check_model(sen2lcz.graph(weights), full_check=True)
    assert weights.parameters == 791_428


def test_every_scale_takes_part_in_the_answer(keras_file):
    weights = sen2lcz_weights(keras_file)
    patches = np.random.default_rng(3).random((1, 10, 32, 32)).astype(np.float32)
    before = _run(weights, patches)

    for number, head in enumerate(weights.heads):
        heads = list(weights.heads)
        heads[number] = sen2lcz.Head(head.weights, head.bias + np.eye(17, dtype=np.float32)[number] * 5)
        changed = sen2lcz.Weights(weights.convolutions, tuple(heads))
        assert abs(_run(changed, patches) - before).max() > 0.05
