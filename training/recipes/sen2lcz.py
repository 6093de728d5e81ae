"""sen2lcz: the local climate zone of a patch of 320 m."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from app.scenes.series import clear_day, single
from app.scenes.spectra import BANDS
from app.scenes.zones import zones
from app.zoo import metrics
from app.zoo.weights.parts import TEN_BANDS
from training.data import made, turned
from training.losses import entropy_of_probabilities
from training.networks.sen2lcz import Sen2Lcz
from training.recipe import Claim, Data, Figures, Found, Judge, Recipe, Split, Step, Verdict, in_all, pairs

COLOURS = (0, 1, 2)
PATCH = 32
SCENES: Mapping[Split, int] = {"train": 2000, "validation": 300, "test": 300}
BUILT = slice(0, 10)


def _patches(seed: int) -> Data:
    """Four patches of one scene, seen clear on a day of summer or autumn that the seed decides."""
    scene = single(seed, 2 * PATCH, day=clear_day(seed), cloudy=False)
    values = scene.optical[0].values[[BANDS.index(band) for band in TEN_BANDS]]
    cut = values.reshape(len(TEN_BANDS), 2, PATCH, 2, PATCH).transpose(1, 3, 0, 2, 4)
    return {
        "values": cut.reshape(4, len(TEN_BANDS), PATCH, PATCH).astype(np.float16),
        "zone": zones(scene.layout, PATCH).ravel(),
    }


def data(split: Split) -> Data:
    """Patches [n, 10, 32, 32] as reflectance, and their zones 1 to 17."""
    found = made("lcz", split, SCENES[split], _patches)
    return {key: values.reshape(-1, *values.shape[2:]) for key, values in found.items()}


def network(variant: str) -> nn.Module:
    """The network of the paper, with one head only, or with three bands only."""
    return Sen2Lcz(len(COLOURS) if variant == "rgb" else len(TEN_BANDS), fusion=variant != "single")


def _eaten(values: np.ndarray, variant: str) -> Tensor:
    chosen = values[:, COLOURS] if variant == "rgb" else values
    return torch.from_numpy(chosen.astype(np.float32))


def loss(network: nn.Module, data: Data, variant: str, step: Step) -> Tensor:
    """Cross-entropy of the mean probabilities on patches drawn so that no zone is rare."""
    zone = data["zone"]
    present, counts = np.unique(zone, return_counts=True)
    weights = (1 / np.sqrt(counts))[np.searchsorted(present, zone)]
    rows = step.random.choice(len(zone), RECIPE.batch, p=weights / weights.sum())
    values = turned(data["values"][rows], int(step.random.integers(4))).copy()
    return entropy_of_probabilities(
        torch.from_numpy(zone[rows].astype(np.int64)) - 1, network(_eaten(values, variant))
    )


def figures(network: nn.Module, data: Data, variant: str) -> Figures:
    """Accuracies of all, built and natural patches, and the share of confusions between neighbours."""
    with torch.no_grad():
        parts = [network(_eaten(part, variant)) for part in np.array_split(data["values"], 20)]
    found = torch.cat(parts).argmax(dim=1).numpy()
    truth = data["zone"].astype(int) - 1
    matrix = metrics.confusion(truth, found, 17)
    built = matrix[BUILT]
    wrong = built.sum() - np.trace(built)
    near = sum(int(built[row, column]) for row, column in _neighbours())
    return {
        **metrics.accuracies(matrix),
        "built_accuracy": float(np.trace(built) / max(1, built.sum())),
        "natural_accuracy": float(np.trace(matrix[10:, 10:]) / max(1, matrix[10:].sum())),
        "near_confusions": float(near / max(1, wrong)),
    }


def _neighbours() -> set[tuple[int, int]]:
    """Zones that differ by one step of density or height, and the large low ones beside the low ones."""
    steps = {(row, column) for row in range(6) for column in range(6) if abs(row - column) in (1, 3)}
    around = {(7, 5), (5, 7), (7, 2), (2, 7), (8, 5), (5, 8), (8, 4), (4, 8), (7, 4), (4, 7), (8, 7), (7, 8)}
    return steps | around


def _against(other: str, margin: float) -> Judge:
    def judge(found: Found) -> Verdict:
        both = pairs(found, "overall_accuracy", "fusion", other)
        return in_all([ours >= theirs + margin for ours, theirs in both])

    return judge


def _near(found: Found) -> Verdict:
    return in_all([share >= 0.5 for share in found["fusion"]["near_confusions"]])


def example(data: Data) -> dict[str, np.ndarray]:
    """Eight patches."""
    return {"reflectance": data["values"][:8].astype(np.float32)}


RECIPE = Recipe(
    id="sen2lcz",
    variants=("fusion", "single", "rgb"),
    steps=1500,
    batch=32,
    rate=2e-3,
    data=data,
    network=network,
    loss=loss,
    figures=figures,
    scenes=SCENES,
    example=example,
    kept="float16",
    claims=(
        Claim(
            "Answers of four scales are no worse than the last one alone.",
            "−0.005",
            _against("single", -0.005),
            ("fusion", "single"),
        ),
        Claim("Ten bands beat three by five points.", "+0.05", _against("rgb", 0.05), ("fusion", "rgb")),
        Claim(
            "Confusions of built zones concentrate between neighbours.", "half of them", _near, ("fusion",)
        ),
    ),
    optimiser=torch.optim.NAdam,
)
