"""U-Net whose convolutions eat what is skipped and what comes from below one after the other."""

from typing import cast

import torch
from torch import Tensor, nn

from training.forms.parts import convolution, folded, plain
from training.networks.unet import UNet

FIRST, SECOND = 0, 3


class PartedUNet(nn.Module):
    """Answers as the network does; nothing is put together only to be convolved.

    ONNX Runtime lets a convolution start from what another one found, which costs less than a copy of both.
    """

    def __init__(self, network: UNet) -> None:
        super().__init__()
        self.down = nn.ModuleList(_two(one) for one in network.down)
        kept = [cast(nn.Sequential, one)[SECOND].out_channels for one in reversed(network.down)][1:]
        starts = [folded(one, FIRST) for one in network.up]
        self.skipped = nn.ModuleList(
            convolution((weight[:, :width].clone(), bias))
            for (weight, bias), width in zip(starts, kept, strict=True)
        )
        self.below = nn.ModuleList(
            Enlarged(weight[:, width:]) for (weight, _), width in zip(starts, kept, strict=True)
        )
        self.up = nn.ModuleList(convolution(folded(one, SECOND)) for one in network.up)
        self.answer = convolution(plain(network.answer))

    def forward(self, values: Tensor) -> Tensor:
        """Scores of the classes."""
        kept = []
        for number, one in enumerate(self.down):
            values = one(nn.functional.max_pool2d(values, 2) if number else values)
            kept.append(values)
        parts = zip(self.skipped, self.below, self.up, reversed(kept[:-1]), strict=True)
        for skipped, below, one, skip in parts:
            values = one((skipped(skip) + below(values)).relu()).relu()
        return self.answer(values)


class Enlarged(nn.Module):
    """Bilinear enlarging by two with a convolution of 3 × 3 behind it, in half the products.

    Enlarging rows and weighing channels can change places: each row of the weights goes over images that are
    only enlarged across, and what comes of it is enlarged along and moved to its row.
    """

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        outputs, inputs = weight.shape[:2]
        self.rows = nn.ModuleList()
        for row in range(3):
            layer = nn.Conv2d(inputs, outputs, (1, 3), padding=(0, 1), bias=False)
            layer.weight = nn.Parameter(weight[:, :, row : row + 1].clone())
            self.rows.append(layer)
        self.down, self.up = (_moved(outputs, row) for row in (0, 2))

    def forward(self, values: Tensor) -> Tensor:
        """Values [n, inputs, h, w] to [n, outputs, 2 h, 2 w]."""
        wide = _enlarged(values, (1, 2))
        above, level, under = (_enlarged(one(wide), (2, 1)) for one in self.rows)
        return self.up(under) + (self.down(above) + level)


def _enlarged(values: Tensor, by: tuple[int, int]) -> Tensor:
    return nn.functional.interpolate(values, scale_factor=by, mode="bilinear", align_corners=True)


def _moved(channels: int, row: int) -> nn.Conv2d:
    """A convolution that moves an image by one row: down for row 0 of its weights, up for row 2."""
    layer = nn.Conv2d(channels, channels, (3, 1), padding=(1, 0), groups=channels, bias=False)
    weight = torch.zeros_like(layer.weight)
    weight[:, :, row] = 1
    layer.weight = nn.Parameter(weight)
    return layer


def _two(layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(
        convolution(folded(layers, FIRST)), nn.ReLU(), convolution(folded(layers, SECOND)), nn.ReLU()
    )
