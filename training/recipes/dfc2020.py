"""dfc2020-unet-small: land cover of 10 m learned from labels of 160 m."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from app.scenes.land_cover import BLOCK, CLASSES, coarsened, land_cover
from app.scenes.series import clear_day, single
from app.scenes.spectra import BANDS
from app.zoo import metrics
from app.zoo.scaling import BACKSCATTER, REFLECTANCE, scale
from app.zoo.weights.parts import TEN_BANDS
from training.data import made, turned
from training.networks.unet import UNet
from training.recipe import Claim, Data, Figures, Found, Recipe, Split, Step, Verdict, in_all, pairs

SIZE, CROP = 128, 64
MARGIN = 0.005
SCENES: Mapping[Split, int] = {"train": 500, "validation": 80, "test": 80}


def _tile(seed: int) -> Data:
    scene = single(seed, SIZE, day=clear_day(seed), cloudy=False)
    optical = scene.optical[0].values[[BANDS.index(band) for band in TEN_BANDS]]
    values = np.concatenate([optical, scene.radar[0].values])
    truth = land_cover(scene.layout.cover)
    scalings = [REFLECTANCE] * len(TEN_BANDS) + [BACKSCATTER] * 2
    return {"values": scale(values, scalings).astype(np.float16), "truth": truth, "coarse": coarsened(truth)}


def data(split: Split) -> Data:
    """Prepared bands [n, 12, 128, 128], the true classes and the coarse ones [n, 128, 128]."""
    return made("dfc", split, SCENES[split], _tile)


def network(_variant: str) -> nn.Module:
    """The same U-Net for both variants; they differ in where their crops lie."""
    return UNet(len(TEN_BANDS) + 2, CLASSES)


def loss(network: nn.Module, data: Data, variant: str, step: Step) -> Tensor:
    """Cross-entropy against the coarse labels; crops lie anywhere, or on the grid of the labels."""
    rows = step.random.integers(0, len(data["values"]), RECIPE.batch)
    shifts = step.random.integers(0, SIZE - CROP + 1, (RECIPE.batch, 2))
    if variant == "aligned":
        shifts = shifts // BLOCK * BLOCK
    quarters = int(step.random.integers(4))
    values, labels = (
        np.stack(
            [turned(_crop(data[name][row], shift), quarters) for row, shift in zip(rows, shifts, strict=True)]
        )
        for name in ("values", "coarse")
    )
    scores = network(torch.from_numpy(values.astype(np.float32)))
    return nn.functional.cross_entropy(scores.float(), torch.from_numpy(labels.astype(np.int64)))


def _crop(values: np.ndarray, shift: np.ndarray) -> np.ndarray:
    top, left = shift
    return values[..., top : top + CROP, left : left + CROP]


def figures(network: nn.Module, data: Data, _variant: str) -> Figures:
    """How near the map is to the truth and to the labels it learned from, and these to the truth."""
    with torch.no_grad():
        parts = np.array_split(data["values"], len(data["values"]) // 4)
        scores = [network(torch.from_numpy(part.astype(np.float32))).argmax(dim=1) for part in parts]
    found = torch.cat(scores).numpy()
    compared = {
        "truth": (data["truth"], found),
        "coarse": (data["coarse"], found),
        "labels": (data["truth"], data["coarse"]),
    }
    return {
        f"{name}_{figure}": value
        for name, pair in compared.items()
        for figure, value in metrics.accuracies(metrics.confusion(*pair, CLASSES)).items()
    }


def _finer(found: Found) -> Verdict:
    ours = found["shifted"]
    both = zip(ours["truth_average_accuracy"], ours["labels_average_accuracy"], strict=True)
    return in_all([map_ >= labels + MARGIN for map_, labels in both])


def _shifted(found: Found) -> Verdict:
    both = pairs(found, "truth_average_accuracy", "shifted", "aligned")
    return in_all([shifted >= aligned + MARGIN for shifted, aligned in both])


def example(data: Data) -> dict[str, np.ndarray]:
    """Two crops."""
    return {"bands": np.ascontiguousarray(data["values"][:2, :, :CROP, :CROP]).astype(np.float32)}


RECIPE = Recipe(
    id="dfc2020-unet-small",
    variants=("shifted", "aligned"),
    steps=800,
    batch=8,
    rate=1e-3,
    data=data,
    network=network,
    loss=loss,
    figures=figures,
    scenes=SCENES,
    example=example,
    kept="int8",
    claims=(
        Claim(
            "The map is nearer to the truth than the labels it learned from.",
            "average accuracy +0.005",
            _finer,
            ("shifted",),
        ),
        Claim(
            "Crops off the grid of the labels give a better map than crops on it.",
            "average accuracy +0.005",
            _shifted,
            ("shifted", "aligned"),
        ),
    ),
    halved=True,
)
