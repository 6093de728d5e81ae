"""Sen2LCZ-Net whose pooled maps and answers are added up as they come."""

from typing import cast

import torch
from torch import Tensor, nn

from training.forms.parts import convolution, folded
from training.networks.sen2lcz import CONVOLUTIONS, Sen2Lcz

LAYERS = 3
"""Convolution, norm and ReLU."""


class PooledSen2Lcz(nn.Module):
    """Answers as the network does.

    Features are pooled as ONNX Runtime keeps them, in blocks of channels; maximum and mean go each through a
    convolution of its own, of which the second starts from what the first found.
    """

    def __init__(self, network: Sen2Lcz) -> None:
        super().__init__()
        weights = [[folded(one, LAYERS * place) for place in range(CONVOLUTIONS)] for one in network.blocks]
        self.start = convolution(weights[0][0])
        self.largest, self.mean = nn.ModuleList(), nn.ModuleList()
        for (weight, bias), *_ in weights[1:]:
            half = weight.shape[1] // 2
            self.largest.append(convolution((weight[:, :half].clone(), bias)))
            self.mean.append(convolution((weight[:, half:].clone(), torch.zeros_like(bias))))
        self.rest = nn.ModuleList(nn.Sequential(*_rest(one[1:])) for one in weights)
        self.heads = network.heads

    def forward(self, reflectance: Tensor) -> Tensor:
        """Probabilities of the zones."""
        values = self.rest[0](self.start(reflectance).relu())
        features = []
        for largest, mean, rest in zip(self.largest, self.mean, list(self.rest)[1:], strict=True):
            parts = nn.functional.max_pool2d(values, 2), nn.functional.avg_pool2d(values, 2)
            features.append(torch.cat([_pooled(one) for one in parts], dim=1))
            values = rest((largest(parts[0]) + mean(parts[1])).relu())
        features.append(_pooled(values))
        chosen = features[-len(self.heads) :]
        answer = cast(nn.Linear, self.heads[0])(chosen[0]).softmax(dim=1)
        for head, feature in zip(list(self.heads)[1:], chosen[1:], strict=True):
            answer = answer + head(feature).softmax(dim=1)
        return answer * (1 / len(self.heads))


def _rest(weights: list[tuple[Tensor, Tensor]]) -> list[nn.Module]:
    return [layer for one in weights for layer in (convolution(one), nn.ReLU())]


def _pooled(values: Tensor) -> Tensor:
    """The mean of each channel [n, width]."""
    return nn.functional.avg_pool2d(values, values.shape[2:]).flatten(1)
