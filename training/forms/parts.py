"""Folded and joined weights, of which the quick forms are built."""

from collections.abc import Iterable, Sequence
from typing import Literal, cast

import torch
from torch import Tensor, nn

Edges = Literal["zeros", "reflect"]
Weights = tuple[Tensor, Tensor]
"""Weight and shift of a convolution."""


def plain(layer: nn.Module) -> Weights:
    """A convolution as it is."""
    convolution = cast(nn.Conv2d, layer)
    return convolution.weight.detach(), cast(Tensor, convolution.bias).detach()


def folded(layers: nn.Module, place: int) -> Weights:
    """A convolution of a sequence together with the batch norm behind it."""
    convolution, norm = (cast(nn.Sequential, layers)[place + one] for one in (0, 1))
    return behind(convolution, norm)


def behind(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> Weights:
    """A convolution that does what a batch norm behind it did as well."""
    scale, shift = affine(norm)
    bias = shift if convolution.bias is None else shift + scale * convolution.bias.detach().double()
    return (convolution.weight.detach().double() * scale[:, None, None, None]).float(), bias.float()


def affine(norm: nn.BatchNorm2d) -> Weights:
    """Factor and shift of a trained batch norm, in double precision."""
    mean, variance = cast(Tensor, norm.running_mean).double(), cast(Tensor, norm.running_var).double()
    scale = norm.weight.detach().double() / (variance + norm.eps).sqrt()
    return scale, norm.bias.detach().double() - mean * scale


def diagonal(parts: Sequence[Tensor]) -> Tensor:
    """Weights [outputs, inputs, …] of networks that stand side by side; zeros between them."""
    rows = [
        torch.cat([part if one == other else torch.zeros_like(part) for one in range(len(parts))], dim=1)
        for other, part in enumerate(parts)
    ]
    return torch.cat(rows)


def joined(each: Iterable[Weights]) -> Weights:
    """Convolutions of networks that stand side by side, as one."""
    weights, biases = zip(*each, strict=True)
    return diagonal(weights), torch.cat(biases)


def placed(each: Sequence[Weights]) -> list[Weights]:
    """Convolutions that answer in channels of their own, so that their sum is all of them side by side."""
    places = range(len(each))
    return [
        (
            torch.cat([weight if one == number else torch.zeros_like(weight) for one in places]),
            torch.cat([bias if one == number else torch.zeros_like(bias) for one in places]),
        )
        for number, (weight, bias) in enumerate(each)
    ]


def convolution(weights: Weights, edges: Edges = "zeros", groups: int = 1) -> nn.Conv2d:
    """A layer with these weights that keeps height and width."""
    weight, bias = weights
    size = weight.shape[-1]
    layer = nn.Conv2d(
        weight.shape[1] * groups,
        weight.shape[0],
        size,
        padding=size // 2,
        padding_mode=edges if size > 1 else "zeros",
        groups=groups,
    )
    layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
    return layer
