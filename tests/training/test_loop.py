"""Trainings go on where they were stopped, and untrained variants are told; skipped without PyTorch."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only; see docs/training.md")

from training import evaluation, loop  # noqa: E402
from training.recipe import Claim, Recipe, in_all  # noqa: E402


def _loss(network, data, _variant, step):
    rows = step.random.integers(0, len(data["x"]), 4)
    return ((network(torch.from_numpy(data["x"][rows])) - 1) ** 2).mean()


def _toy(**changes):
    random = np.random.default_rng(1)
    fields = {
        "id": "toy",
        "variants": ("whole", "part"),
        "steps": 12,
        "batch": 4,
        "rate": 1e-2,
        "data": lambda _split: {"x": random.random((16, 3)).astype(np.float32)},
        "network": lambda _variant: torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Dropout(0.5)),
        "loss": _loss,
        "figures": lambda _network, _data, variant: {"error": 1.0 if variant == "whole" else 2.0},
        "claims": (
            Claim("One.", "above 0", lambda found: in_all([found["whole"]["error"][0] > 0]), ("whole",)),
            Claim("Two.", "above 0", lambda found: in_all([found["part"]["error"][0] > 0]), ("part",)),
        ),
        "scenes": {},
        "example": dict,
        "kept": "float32",
    }
    return Recipe(**{**fields, **changes})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "FOLDER", tmp_path / "runs")
    monkeypatch.setattr(loop, "KEEP_EVERY", 5)
    return tmp_path


def test_a_training_that_was_stopped_ends_as_one_that_was_not(folder, monkeypatch):
    data = {"x": np.random.default_rng(1).random((16, 3)).astype(np.float32)}
    recipe = _toy(data=lambda _split: data)
    through = loop.train(recipe, "whole", 1).state_dict()
    loop.place(recipe, "whole", 1).unlink()
    seen = []

    def stopping(network, data, variant, step):
        seen.append(step)
        if len(seen) == 8:
            raise KeyboardInterrupt
        return _loss(network, data, variant, step)

    with pytest.raises(KeyboardInterrupt):
        loop.train(_toy(data=lambda _split: data, loss=stopping), "whole", 1)
    assert not loop.is_trained(recipe, "whole", 1)
    again = loop.train(recipe, "whole", 1).state_dict()

    for name, values in through.items():
        torch.testing.assert_close(again[name], values)


def test_claims_whose_variants_are_not_trained_are_told_as_not_tried(folder):
    recipe = _toy()
    loop.train(recipe, "whole", 1)

    evaluation.evaluate(recipe, (1,), "test", folder)

    found = json.loads((folder / "toy" / "measured-test.json").read_text())
    assert found["figures"] == {"whole": {"error": [1.0]}}
    assert [one["claim"] for one in found["claims"]] == ["One."]
    assert found["not_tried"] == ["Two."]
