"""mimo-unet-small: vegetation index from radar, with both parts of its uncertainty."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from app.scenes.layout import Cover, Layout, make_layout
from app.scenes.optical import vegetation_index
from app.scenes.radar import acquire_radar
from app.scenes.series import FOREIGN
from app.zoo import metrics
from app.zoo.scaling import BACKSCATTER_DOWN_VH, BACKSCATTER_DOWN_VV, scale
from training.data import made, turned
from training.losses import laplace
from training.networks.mimo_unet import LOCATION, LOG_SCALE, MimoUNet
from training.recipe import Claim, Data, Figures, Found, Recipe, Split, Step, Verdict, in_all, pairs

SIZE = 64
SCENES: Mapping[Split, int] = {"train": 1000, "validation": 120, "test": 120}
BUFFER, TEMPERATURE = 10, 0.3
FOREIGN_PIXELS = 4000


def _tile(seed: int) -> Data:
    day = 15 + seed * 37 % 335
    found = {}
    # Foreign ground is the same land under snow, which no training scene shows.
    for name, layout in (("", make_layout(seed, SIZE)), ("foreign_", _snowed(seed))):
        radar = acquire_radar(layout, day).values
        found[f"{name}values"] = scale(radar, [BACKSCATTER_DOWN_VV, BACKSCATTER_DOWN_VH])
        found[f"{name}truth"] = vegetation_index(layout, day)
    return found


def _snowed(seed: int) -> Layout:
    layout = make_layout(seed + FOREIGN.start, SIZE)
    return replace(layout, cover=np.full_like(layout.cover, Cover.SNOW))


def data(split: Split) -> Data:
    """Backscatter [n, 2, 64, 64] and index [n, 64, 64] of known ground, and of ground under snow."""
    return made("ndvi", split, SCENES[split], _tile)


def network(variant: str) -> nn.Module:
    """Two networks in one, or a plain one of the same size."""
    return MimoUNet(1, 16) if variant == "plain" else MimoUNet(2, 8)


def loss(network: nn.Module, data: Data, variant: str, step: Step) -> Tensor:
    """Each subnetwork sees its own order of the tiles; the one that lags counts more."""
    count = 1 if variant == "plain" else 2
    rows = step.random.integers(0, len(data["values"]), RECIPE.batch)
    orders = [rows, *(step.random.permutation(rows) for _ in range(count - 1))]
    quarters = int(step.random.integers(4))
    values, truth = (
        torch.from_numpy(np.stack([turned(data[name][order], quarters) for order in orders], axis=1))
        for name in ("values", "truth")
    )
    answer = network(values).float()
    losses = laplace(truth, answer[:, :, LOCATION], answer[:, :, LOG_SCALE]).mean(dim=(0, 2, 3))
    buffer = step.memory.setdefault("losses", torch.zeros(BUFFER, count))
    weights = count * (buffer.mean(dim=0) / TEMPERATURE).softmax(dim=0)
    step.memory["losses"] = torch.cat([buffer[1:], losses.detach()[None]])
    return losses.mean() if variant == "unbuffered" else (weights * losses).mean()


def answers(network: nn.Module, values: np.ndarray, variant: str) -> dict[str, np.ndarray]:
    """Mean, mean Laplace scale, aleatoric and epistemic variance of each pixel [n, 64, 64]."""
    count = 1 if variant == "plain" else 2
    with torch.no_grad():
        parts = [
            network(torch.from_numpy(np.repeat(part[:, None], count, axis=1)))
            for part in np.array_split(values, max(1, len(values) // 20))
        ]
    answer = torch.cat(parts).numpy()
    location, scales = answer[:, :, LOCATION], np.clip(np.exp(answer[:, :, LOG_SCALE]), 1e-5, 1e3)
    spread = location.var(axis=1, ddof=1) if count > 1 else np.zeros_like(location[:, 0])
    return {
        "mean": location.mean(axis=1),
        "scale": scales.mean(axis=1),
        "aleatoric": (2 * scales**2).mean(axis=1),
        "epistemic": spread,
        "each": location,
        "scales": scales,
    }


def figures(network: nn.Module, data: Data, variant: str) -> Figures:
    """Errors, calibration, and how well uncertainty tells foreign ground from known."""
    known, foreign = (answers(network, data[name], variant) for name in ("values", "foreign_values"))
    truth = data["truth"]
    combined, strange = (one["aleatoric"] + one["epistemic"] for one in (known, foreign))
    pixels = np.random.default_rng(1).integers(0, truth.size, FOREIGN_PIXELS)
    spread = np.sqrt(combined / 2)
    each = np.abs(known["each"] - truth[:, None]) / known["scales"] + np.log(known["scales"])
    levels = each.mean(axis=(0, 2, 3))
    return {
        "mae": metrics.mean_absolute_error(np.clip(truth, 0, 1), np.clip(known["mean"], 0, 1)),
        "rmse": metrics.root_mean_square_error(np.clip(truth, 0, 1), np.clip(known["mean"], 0, 1)),
        "calibration": metrics.laplace_calibration_error(truth, known["mean"], spread),
        "foreign_auroc": metrics.area_under_curve(combined.ravel()[pixels], strange.ravel()[pixels]),
        "epistemic": float(known["epistemic"].mean()),
        "foreign_epistemic": float(foreign["epistemic"].mean()),
        "gap": float(np.ptp(levels)),
    }


def _pairs(found: Found, name: str, other: str = "plain") -> list[tuple[float, float]]:
    return pairs(found, name, "mimo", other)


def _calibrated(found: Found) -> Verdict:
    return in_all([ours <= 1.05 * theirs for ours, theirs in _pairs(found, "calibration")])


def _accurate(found: Found) -> Verdict:
    return in_all([ours <= 1.08 * theirs for ours, theirs in _pairs(found, "mae")])


def _wary(found: Found) -> Verdict:
    return in_all([ours > theirs for ours, theirs in _pairs(found, "foreign_auroc")])


def _unsure(found: Found) -> Verdict:
    ours = found["mimo"]
    return in_all(
        [far > near for near, far in zip(ours["epistemic"], ours["foreign_epistemic"], strict=True)]
    )


def _level(found: Found) -> Verdict:
    return in_all([ours < theirs for ours, theirs in _pairs(found, "gap", "unbuffered")])


def example(data: Data) -> dict[str, np.ndarray]:
    """Two tiles, each for both subnetworks."""
    return {"backscatter": np.repeat(data["values"][:2, None], 2, axis=1).astype(np.float32)}


RECIPE = Recipe(
    id="mimo-unet-small",
    variants=("mimo", "plain", "unbuffered"),
    steps=1000,
    batch=8,
    rate=1e-3,
    data=data,
    network=network,
    loss=loss,
    figures=figures,
    scenes=SCENES,
    example=example,
    kept="float16",
    claims=(
        Claim(
            "Its quantiles are calibrated as well as the plain network's, or better.",
            "× 1.05",
            _calibrated,
            ("mimo", "plain"),
        ),
        Claim("It is about as accurate at equal size.", "error × 1.08", _accurate, ("mimo", "plain")),
        Claim(
            "Its uncertainty tells foreign ground better than the plain network's own.",
            "above 0",
            _wary,
            ("mimo", "plain"),
        ),
        Claim("Its subnetworks disagree more on foreign ground.", "above 0", _unsure, ("mimo",)),
        Claim("The buffer of losses keeps its subnetworks level.", "above 0", _level, ("mimo", "unbuffered")),
    ),
    halved=True,
)
