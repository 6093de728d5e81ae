"""UnCRtainTS: one clear image with its variance from several cloudy ones (Ebel et al. 2023).

The size of the paper works at full resolution; ours folds two by two pixels into channels first, which is a
quarter of the work.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

Covariance = Literal["none", "iso", "diag"]
BANDS_OUT = 13
KEY_SIZE = 4
LEAST_VARIANCE = 1e-3
MASKED = -1000.0


@dataclass(frozen=True)
class Size:
    """How large the network is.

    `fold` is the edge of the squares of pixels that are folded into channels, `attended` the edge to which
    each date is pooled before the attention.
    """

    width: int = 128
    heads: int = 16
    model_width: int = 256
    decoder_blocks: int = 5
    fold: int = 1
    attended: int = 32
    head_groups: int = 16
    temporal: bool = True
    covariance: Covariance = "diag"
    bands: int = 15


PAPER = Size()
SMALL = Size(width=40, heads=8, model_width=64, decoder_blocks=3, fold=2, attended=8, head_groups=8)


def _norm(kind: str, width: int) -> nn.Module:
    return nn.BatchNorm2d(width) if kind == "batch" else nn.GroupNorm(4, width)


class SqueezeExcite(nn.Module):
    """Weights channels by what the whole image holds; [n, width, h, w] to the same."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.weigh = nn.Sequential(
            nn.Linear(width, inner, bias=False), nn.GELU(), nn.Linear(inner, width, bias=False), nn.Sigmoid()
        )

    def forward(self, values: Tensor) -> Tensor:
        """The weighted channels."""
        return values * self.weigh(values.mean(dim=(2, 3)))[:, :, None, None]


class MbConv(nn.Module):
    """Inverted bottleneck with depthwise convolution and squeeze-excite, plus identity."""

    def __init__(self, width: int, norm: str) -> None:
        super().__init__()
        inner = 2 * width
        self.body = nn.Sequential(
            _norm(norm, width),
            nn.Conv2d(width, inner, 1, bias=False),
            _norm(norm, inner),
            nn.GELU(),
            nn.Conv2d(inner, inner, 3, padding=1, padding_mode="reflect", groups=inner, bias=False),
            _norm(norm, inner),
            nn.GELU(),
            SqueezeExcite(inner, width // 4),
            nn.Conv2d(inner, width, 1, bias=False),
            _norm(norm, width),
        )

    def forward(self, values: Tensor) -> Tensor:
        """The values, refined."""
        return values + self.body(values)


class Attention(nn.Module):
    """How much each date counts for each pixel and head.

    Features [n, t, width, h, w] and days [n, t] in, weights [n, t, heads, edge, edge] of the pooled map out.
    """

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.attended, self.heads = size.attended, size.heads
        self.norm = nn.GroupNorm(size.head_groups, size.width)
        self.widen = nn.Linear(size.width, size.model_width)
        self.keys = nn.Linear(size.model_width, size.heads * KEY_SIZE)
        self.query = nn.Parameter(torch.empty(size.heads, KEY_SIZE).normal_(0, (2 / KEY_SIZE) ** 0.5))
        self.positions = size.model_width // size.heads

    def forward(self, values: Tensor, days: Tensor, masked: Tensor) -> Tensor:
        """Weights that sum to one over the dates."""
        count, dates, width = values.shape[:3]
        step = values.shape[-1] // self.attended
        pooled = nn.functional.max_pool2d(values.flatten(0, 1), step)
        edge = pooled.shape[-1]
        pixels = pooled.reshape(count, dates, width, edge * edge).permute(0, 3, 1, 2).flatten(0, 1)
        # Each date is normed by itself, so that one that is missing does not change the others.
        normed = self.norm(pixels.flatten(0, 1)).reshape(pixels.shape)
        code = self.code(days).repeat_interleave(edge * edge, dim=0)
        keys = self.keys(self.widen(normed) + code).reshape(-1, dates, self.heads, KEY_SIZE)
        scores = (keys * self.query).sum(dim=-1) / KEY_SIZE**0.5
        hidden = masked.repeat_interleave(edge * edge, dim=0)[..., None]
        weights = torch.where(hidden, torch.full_like(scores, MASKED), scores).softmax(dim=1)
        return weights.reshape(count, edge, edge, dates, self.heads).permute(0, 3, 4, 1, 2)

    def code(self, days: Tensor) -> Tensor:
        """Sine and cosine of the day at several rates, the same for each head: [n, t, model width]."""
        places = torch.arange(self.positions, device=days.device)
        rates = 1000 ** (2 * (places // 2) / self.positions)
        angles = days[..., None] / rates
        code = torch.where(places % 2 == 0, angles.sin(), angles.cos())
        return code.repeat(1, 1, self.heads)


class UnCRtainTS(nn.Module):
    """Cloudy dates [n, t, bands, h, w] and days since 3 April 2014 [n, t] in.

    Mean reflectance [n, 13, h, w], 0 to 1, and its variance [n, 13, h, w] out; the variance is None without
    covariance. A date of zeros counts as missing.
    """

    def __init__(self, size: Size = SMALL) -> None:
        super().__init__()
        self.size = size
        folded = size.fold**2
        self.stem = nn.Sequential(
            nn.Conv2d(size.bands * folded, size.width, 1), nn.GroupNorm(4, size.width), nn.ReLU()
        )
        self.encoder = MbConv(size.width, "group")
        self.attention = Attention(size) if size.temporal else None
        self.dropout = nn.Dropout(0.1)
        self.decoder = nn.Sequential(*(MbConv(size.width, "batch") for _ in range(size.decoder_blocks)))
        variances = {"none": 0, "iso": 1, "diag": BANDS_OUT}[size.covariance]
        self.head = nn.Conv2d(size.width, (BANDS_OUT + variances) * folded, 1)
        self.apply(_start)

    def forward(self, values: Tensor, days: Tensor) -> tuple[Tensor, Tensor | None]:
        """The clear image and the variance of each of its values."""
        count, dates = values.shape[:2]
        masked = (values == 0).all(dim=4).all(dim=3).all(dim=2)
        folded = nn.functional.pixel_unshuffle(values.flatten(0, 1), self.size.fold)
        features = self.encoder(self.stem(folded))
        features = features.reshape(count, dates, *features.shape[1:])
        merged = self._merge(features, days, masked)
        answer = nn.functional.pixel_shuffle(self.head(self.decoder(merged)), self.size.fold)
        mean = answer[:, :BANDS_OUT].sigmoid()
        if self.size.covariance == "none":
            return mean, None
        variance = nn.functional.softplus(answer[:, BANDS_OUT:]) + LEAST_VARIANCE
        return mean, variance.expand(-1, BANDS_OUT, -1, -1)

    def _merge(self, features: Tensor, days: Tensor, masked: Tensor) -> Tensor:
        """One image of features from all dates: each head weighs its own group of channels."""
        if self.attention is None:
            return features[:, 0]
        count, dates, width, height, across = features.shape
        weights = self.attention(features, days, masked)
        heads = weights.shape[2]
        full = nn.functional.interpolate(
            weights.flatten(0, 1), size=(height, across), mode="bilinear", align_corners=False
        )
        full = self.dropout(full).reshape(count, dates, heads, 1, height, across)
        grouped = features.reshape(count, dates, heads, width // heads, height, across)
        return (grouped * full).sum(dim=1).flatten(1, 2)


def _start(layer: nn.Module) -> None:
    """The authors' first weights: Xavier for convolutions and linear layers, normal ones for their shifts."""
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.xavier_normal_(layer.weight)
        if layer.bias is not None:
            nn.init.normal_(layer.bias)
    if isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight)
