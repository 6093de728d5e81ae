"""uncrtaints-small: a clear image and its variance from three cloudy dates and radar."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from app.scenes.layout import make_layout
from app.scenes.optical import acquire_optical
from app.scenes.radar import acquire_radar
from app.scenes.series import cloudy_days
from app.zoo import metrics
from app.zoo.scaling import BACKSCATTER, REFLECTANCE, scale
from training.data import made, turned
from training.losses import gaussian
from training.networks.uncrtaints import BANDS_OUT, SMALL, UnCRtainTS
from training.recipe import Claim, Data, Figures, Found, Recipe, Split, Step, Verdict, in_all, pairs

SIZE = 64
SCENES: Mapping[Split, int] = {"train": 700, "validation": 100, "test": 120}
WARM_UP = 1 / 3
ENLARGED = 10.0
"""Small reflectances must not meet tiny variances, so both are enlarged inside the loss."""
DAY_ZERO = 1200
SIZES = {
    "multi": SMALL,
    "iso": replace(SMALL, covariance="iso"),
    "mono": replace(SMALL, temporal=False),
    "optical": replace(SMALL, temporal=False, bands=BANDS_OUT),
}
LEAST_CLOUDY = "least cloudy"
THICK_COVER, CLEAR_COVER = 0.9, 0.2


def _tile(seed: int) -> Data:
    """Three acquisitions five days apart, with the ground as it was on the middle one."""
    layout = make_layout(seed, SIZE)
    days = cloudy_days(seed)
    optical = [acquire_optical(layout, day, time=number) for number, day in enumerate(days)]
    radar = [acquire_radar(layout, day, time=number) for number, day in enumerate(days)]
    return {
        "radar": np.stack([scale(one.values, [BACKSCATTER] * 2) for one in radar]).astype(np.float16),
        "optical": np.stack([scale(one.values, [REFLECTANCE] * 13) for one in optical]).astype(np.float16),
        "truth": optical[len(days) // 2].clear.astype(np.float16),
        "cover": np.array([one.coverage for one in optical], dtype=np.float32),
        "days": np.array(days, dtype=np.float32) + DAY_ZERO,
    }


def data(split: Split) -> Data:
    """Radar [n, 3, 2, 64, 64], cloudy bands [n, 3, 13, 64, 64], middle date clear, covers and days."""
    return made("clouds", split, SCENES[split], _tile)


def network(variant: str) -> nn.Module:
    """The network with three dates or one, with radar or without, with a variance per band or per pixel."""
    return UnCRtainTS(SIZES[variant])


def _eaten(data: Data, rows: np.ndarray, variant: str, quarters: int = 0) -> tuple[Tensor, Tensor]:
    """Prepared dates and their days; one date is the middle one."""
    bands = [data["optical"][rows]] if variant == "optical" else [data["radar"][rows], data["optical"][rows]]
    values, days = np.concatenate(bands, axis=2).astype(np.float32), data["days"][rows]
    if variant in ("mono", "optical"):
        values, days = values[:, 1:2], days[:, 1:2]
    return torch.from_numpy(turned(values, quarters).copy()), torch.from_numpy(days)


def loss(network: nn.Module, data: Data, variant: str, step: Step) -> Tensor:
    """Squared error for the first third of the steps, then the Gaussian likelihood."""
    rows = step.random.integers(0, len(data["truth"]), RECIPE.batch)
    quarters = int(step.random.integers(4))
    truth = torch.from_numpy(turned(data["truth"][rows].astype(np.float32), quarters).copy())
    mean, variance = network(*_eaten(data, rows, variant, quarters))
    if step.share < WARM_UP:
        # The variances must take part, or their weights would be without gradient.
        return nn.functional.mse_loss(mean * ENLARGED, truth * ENLARGED) + 0 * variance.mean()
    return gaussian(truth * ENLARGED, mean * ENLARGED, variance)


def predicted(network: nn.Module, data: Data, variant: str) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances [n, 13, 64, 64] in reflectance."""
    means, variances = [], []
    with torch.no_grad():
        for rows in np.array_split(np.arange(len(data["truth"])), max(1, len(data["truth"]) // 10)):
            mean, variance = network(*_eaten(data, rows, variant))
            means.append(mean.numpy())
            variances.append(variance.numpy() / ENLARGED**2)
    return np.concatenate(means), np.concatenate(variances)


def figures(network: nn.Module, data: Data, variant: str) -> Figures:
    """Errors by cover, and how honest the variance is."""
    means, variances = predicted(network, data, variant)
    truth = data["truth"].astype(np.float32)
    squared = np.square(truth - means)
    tile_errors, tile_variances = squared.mean(axis=(1, 2, 3)), variances.mean(axis=(1, 2, 3))
    curve = np.sqrt(metrics.discard_curve(tile_variances, tile_errors, 4))
    return {
        **_errors(truth, means, data["cover"][:, 1]),
        "nll": _likelihood(squared, variances),
        "nll_constant": _likelihood(
            squared, np.broadcast_to(squared.mean(axis=(0, 2, 3), keepdims=True), squared.shape)
        ),
        "correlation": float(np.corrcoef(tile_variances, tile_errors)[0, 1]),
        "surest_quarter": float(curve[0] / curve[-1]),
        "rises": float((np.diff(curve) > 0).all()),
        "within_1": metrics.within(truth, means, variances, metrics.ONE_SIGMA),
        "within_1.96": metrics.within(truth, means, variances, metrics.TWO_SIGMA),
        "uce": metrics.calibration_error(tile_variances, tile_errors),
    }


def _errors(truth: np.ndarray, means: np.ndarray, cover: np.ndarray) -> dict[str, float]:
    pairs = list(zip(truth, means, strict=True))
    absolute = np.array([metrics.mean_absolute_error(*pair) for pair in pairs])
    angles = np.array([metrics.spectral_angle(*pair) for pair in pairs])
    thick, clear = cover > THICK_COVER, cover < CLEAR_COVER
    return {
        "mae": float(absolute.mean()),
        "rmse": float(np.mean([metrics.root_mean_square_error(*pair) for pair in pairs])),
        "psnr": float(np.mean([metrics.peak_signal_to_noise(*pair) for pair in pairs])),
        "ssim": float(np.mean([metrics.structural_similarity(*pair) for pair in pairs])),
        "sam": float(angles.mean()),
        "mae_thick": float(absolute[thick].mean()),
        "sam_thick": float(angles[thick].mean()),
        "mae_clear": float(absolute[clear].mean()),
    }


def _likelihood(squared: np.ndarray, variances: np.ndarray) -> float:
    """Negative Gaussian log-likelihood of a value, without its constant."""
    return float(0.5 * (np.log(variances) + squared / variances).mean())


def _yardsticks(data: Data) -> Mapping[str, Figures]:
    """The errors of taking the date with the fewest clouds as it is."""
    rows = np.arange(len(data["truth"]))
    taken = data["optical"][rows, data["cover"].argmin(axis=1)].astype(np.float32)
    return {LEAST_CLOUDY: _errors(data["truth"].astype(np.float32), taken, data["cover"][:, 1])}


def _every(found: Found, variant: str, *names: str) -> list[tuple[float, ...]]:
    return list(zip(*(found[variant][name] for name in names), strict=True))


def _more_dates(found: Found) -> Verdict:
    gains = zip(_every(found, "multi", "psnr", "sam"), _every(found, "mono", "psnr", "sam"), strict=True)
    return in_all([ours[0] >= theirs[0] + 1 and ours[1] < theirs[1] for ours, theirs in gains])


def _restored(found: Found) -> Verdict:
    return in_all([ours < theirs for ours, theirs in pairs(found, "rmse", "multi", LEAST_CLOUDY)])


def _radar(found: Found) -> Verdict:
    names = ("mae_thick", "sam_thick", "mae_clear")
    both = zip(_every(found, "mono", *names), _every(found, "optical", *names), strict=True)
    return in_all(
        [
            ours[0] <= 0.96 * theirs[0]
            and ours[1] <= 0.95 * theirs[1]
            and abs(ours[2] / theirs[2] - 1) <= 0.04
            for ours, theirs in both
        ]
    )


def _usable(found: Found) -> Verdict:
    names = (
        "correlation",
        "surest_quarter",
        "rises",
        "within_1",
        "within_1.96",
        "uce",
        "rmse",
        "nll",
        "nll_constant",
    )
    return in_all(
        [
            correlation >= 0.5
            and quarter <= 0.9
            and rises == 1
            and 0.60 <= one <= 0.82
            and 0.90 <= two <= 0.98
            and uce <= rmse / 3
            and likelihood < constant
            for correlation, quarter, rises, one, two, uce, rmse, likelihood, constant in _every(
                found, "multi", *names
            )
        ]
    )


def _per_band(found: Found) -> Verdict:
    return in_all([ours < theirs for ours, theirs in pairs(found, "nll", "multi", "iso")])


class Served(nn.Module):
    """The network with its variance in squared reflectance, as readers expect it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, series: Tensor, days: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance [n, 13, 64, 64]."""
        mean, variance = self.network(series, days)
        return mean, variance / ENLARGED**2


def example(data: Data) -> dict[str, np.ndarray]:
    """One series and its days."""
    series, days = _eaten(data, np.array([0]), "multi")
    return {"series": series.numpy(), "days": days.numpy()}


RECIPE = Recipe(
    id="uncrtaints-small",
    variants=("multi", "mono", "optical", "iso"),
    steps=1000,
    batch=8,
    rate=2e-3,
    data=data,
    network=network,
    loss=loss,
    figures=figures,
    yardsticks=_yardsticks,
    scenes=SCENES,
    example=example,
    kept="float32",
    served=Served,
    claims=(
        Claim("Three dates beat one.", "PSNR +1 dB, angle lower", _more_dates, ("multi", "mono")),
        Claim("Three dates beat the least cloudy one.", "RMSE lower", _restored, ("multi",)),
        Claim(
            "Radar helps under thick clouds, and does no harm without.",
            "over 90 % cover error −4 % and angle −5 %; below 20 % within ±4 %",
            _radar,
            ("mono", "optical"),
        ),
        Claim(
            "The predicted variance is usable.",
            "correlation ≥ 0.5; surest quarter ≤ 0.9; 1σ 60–82 %, 1.96σ 90–98 %; "
            "error of calibration ≤ ⅓ RMSE; likelier than the best constant",
            _usable,
            ("multi",),
        ),
        Claim("A variance per band is likelier than one per pixel.", "above 0", _per_band, ("multi", "iso")),
    ),
)
