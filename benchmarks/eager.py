"""`python -m benchmarks.eager`: the shipped files in ONNX Runtime against their networks in PyTorch, as JSON.

One thread each, on the arrays of the reference answers. It wants a Python that has PyTorch, which nothing
that serves needs, and says so where it has none. The networks of PyTorch have weights as they are drawn,
which take as long as trained ones.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from app.zoo.cards import REFERENCE
from app.zoo.fitting import known_cards
from app.zoo.onnx import open_network

try:
    import torch

    from training.recipes import RECIPES
except ImportError as error:
    print(json.dumps({"skipped": f"No PyTorch here: {error}."}))
    sys.exit(0)

MODELS = Path(__file__).parents[1] / "data" / "models"
ROUNDS, LEAST_SECONDS = 12, 0.02


def main(models: Path) -> None:
    """Print the milliseconds of both by model."""
    torch.set_num_threads(1)
    cards = known_cards(models)
    told = {}
    for name in sorted(set(cards) & set(RECIPES)):
        with np.load(models / name / REFERENCE) as kept:
            arrays = {key.removeprefix("in_"): kept[key] for key in kept.files if key.startswith("in_")}
        network = partial(open_network(cards[name], models), arrays)
        ours, theirs = fastest([network, eager(name, arrays)])
        shape = next(iter(arrays.values())).shape
        told[name] = {"onnx_ms": ours, "eager_ms": theirs, "shape": " × ".join(map(str, shape))}
    print(json.dumps({"torch": torch.__version__, "models": told}))


def eager(name: str, arrays: Mapping[str, np.ndarray]) -> Callable[[], object]:
    """The network of a recipe as it is exported, on these arrays."""
    recipe = RECIPES[name]
    network = recipe.served(recipe.network(recipe.variants[0])).eval()
    eaten = [torch.from_numpy(one) for one in arrays.values()]

    def answer() -> object:
        with torch.inference_mode():
            return network(*eaten)

    return answer


def fastest(works: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of each work, the least of rounds that are taken in turns after one for practice."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS + 1):
        for work, times in zip(works, found, strict=True):
            times.append(_once(work))
    return [min(times[1:]) for times in found]


def _once(work: Callable[[], object]) -> float:
    """Milliseconds of a work, which is done again and again until the clock can tell."""
    began, times = time.perf_counter(), 0
    while times == 0 or time.perf_counter() - began < LEAST_SECONDS:
        work()
        times += 1
    return (time.perf_counter() - began) * 1000 / times


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else MODELS)
