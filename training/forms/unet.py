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
            convolution((weight[:, :width].clone(), torch.zeros_like(bias)))
            for (weight, bias), width in zip(starts, kept, strict=True)
        )
        self.below = nn.ModuleList(
            convolution((weight[:, width:].clone(), bias))
            for (weight, bias), width in zip(starts, kept, strict=True)
        )
        self.up = nn.ModuleList(convolution(folded(one, SECOND)) for one in network.up)
        self.answer = convolution(plain(network.answer))

    def forward(self, values: Tensor) -> Tensor:
        """Scores of the classes."""
        kept = []
        for number, one in enumerate(self.down):
            values = one(nn.functional.max_pool2d(values, 2) if number else values)
            kept.append(values)
        for skipped, below, one, skip in zip(
            self.skipped, self.below, self.up, reversed(kept[:-1]), strict=True
        ):
            values = nn.functional.interpolate(values, scale_factor=2, mode="bilinear", align_corners=True)
            values = one((skipped(skip) + below(values)).relu()).relu()
        return self.answer(values)


def _two(layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(
        convolution(folded(layers, FIRST)), nn.ReLU(), convolution(folded(layers, SECOND)), nn.ReLU()
    )
