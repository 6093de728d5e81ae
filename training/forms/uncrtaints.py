"""UnCRtainTS as products of small matrices, one date after the other."""

from typing import cast

import torch
from torch import Tensor, nn

from training.forms.parts import Weights, affine, behind
from training.networks.uncrtaints import (
    BANDS_OUT,
    KEY_SIZE,
    LEAST_VARIANCE,
    MASKED,
    Attention,
    MbConv,
    UnCRtainTS,
)


class QuickUnCRtainTS(nn.Module):
    """Answers as the network does, for one series of the edge that it was trained on.

    Dates go through the encoder one by one, so that what is worked on stays in the near cache. Convolutions
    of 1 × 1 are products of matrices, which need no other order of the channels; folding pixels into channels
    and back is left to the strides of the first and last convolution.
    """

    def __init__(self, network: UnCRtainTS, edge: int, divisor: float) -> None:
        super().__init__()
        size, stem = network.size, cast(nn.Conv2d, network.stem[0])
        self.edge, self.divisor, self.heads = edge // size.fold, divisor, size.heads
        self.stem = nn.Conv2d(size.bands, size.width, size.fold, stride=size.fold)
        self.stem.weight = nn.Parameter(stem.weight.detach().reshape(self.stem.weight.shape))
        self.stem.bias = stem.bias
        self.norm = network.stem[1]
        self.encoder = Encoder(network.encoder)
        self.attention = Scores(cast(Attention, network.attention), self.edge)
        shift = torch.zeros(size.width, dtype=torch.double)
        blocks = []
        for one in network.decoder:
            blocks.append(Decoder(cast(MbConv, one), self.edge, shift))
            shift = blocks[-1].shift
        self.decoder = nn.Sequential(*blocks)
        self.head = _unfolding(network.head, shift, size.fold)
        self.register_buffer("ones", torch.ones(1, self.edge**2))

    def forward(self, values: Tensor, days: Tensor) -> tuple[Tensor, Tensor]:
        """The clear image and the variance of each of its values."""
        folded = self.stem(values.flatten(0, 1)).flatten(2)
        features = [self.encoder(self.norm(one).relu(), self.edge) for one in folded.split(1)]
        weights = self.attention(features, days, _missing(values.flatten(0, 1)))
        grouped = [one.unflatten(1, (self.heads, -1)) for one in features]
        merged = [one * weight for one, weight in zip(grouped, weights.split(1), strict=True)]
        clear = merged[0]
        for one in merged[1:]:
            clear = clear + one
        refined = self.decoder(clear.reshape(-1, self.edge**2).T).T
        wide = torch.cat([refined, self.ones])
        answer = self.head(wide.reshape(1, -1, self.edge, self.edge))
        mean, log = answer[:, :BANDS_OUT].sigmoid(), answer[:, BANDS_OUT:]
        # Softplus, of which the logarithm is the only part that is slow.
        variance = log.relu() - log.abs().sigmoid().log()
        return mean, (variance + LEAST_VARIANCE) * (1 / self.divisor)


def gelu(values: Tensor) -> Tensor:
    """The activation in the order of steps that ONNX Runtime knows and does at once."""
    return values * ((values / 2**0.5).erf() + 1) * 0.5


class Squeeze(nn.Module):
    """Factors [1, inner] of the channels from their means: they weigh weights, of which there are few."""

    def __init__(self, block: MbConv) -> None:
        super().__init__()
        weigh = block.body[7].weigh
        self.narrow, self.wide = weigh[0], weigh[2]

    def forward(self, means: Tensor) -> Tensor:
        """What each channel counts."""
        return self.wide(gelu(self.narrow(means))).sigmoid()


class Encoder(nn.Module):
    """One date [1, width, pixels] to the same, normed in groups."""

    def __init__(self, block: MbConv) -> None:
        super().__init__()
        body = block.body
        self.norms = nn.ModuleList(body[place] for place in (0, 2, 5, 9))
        self.first = nn.Parameter(cast(nn.Conv2d, body[1]).weight.detach().flatten(1))
        self.depthwise = body[4]
        self.squeeze = Squeeze(block)
        self.last = nn.Parameter(cast(nn.Conv2d, body[8]).weight.detach().flatten(1))

    def forward(self, values: Tensor, edge: int) -> Tensor:
        """The date, refined."""
        inner = gelu(self.norms[1](self.first @ self.norms[0](values)))
        inner = self.depthwise(inner.unflatten(2, (edge, edge))).flatten(2)
        inner = gelu(self.norms[2](inner))
        return values + self.norms[3]((self.last * self.squeeze(inner.mean(dim=2))) @ inner)


class Decoder(nn.Module):
    """A block [pixels, width] to the same, whose norms are folded into its weights.

    Channels come last: each shift and the identity go with a product, and edges are mirrored by pixels.

    Args:
        shift: what is still to be added to values that come in; the attribute is the same for what goes out.
    """

    def __init__(self, block: MbConv, edge: int, shift: Tensor) -> None:
        super().__init__()
        body = block.body
        scale, start = affine(cast(nn.BatchNorm2d, body[0]))
        weight, bias = (one.double() for one in behind(body[1], body[2]))
        weight = weight.flatten(1)
        self.edge = edge
        self.first = nn.Parameter((weight * scale).T.float())
        self.bias = nn.Parameter((bias + weight @ (start + scale * shift)).float())
        self.depthwise = _same(body[4], behind(body[4], body[5]))
        last, added = behind(body[8], body[9])
        self.squeeze = Squeeze(block)
        self.last = nn.Parameter(last.flatten(1).T)
        self.register_buffer("share", torch.full((1, edge**2), 1 / edge**2))
        self.shift = shift + added.double()

    def forward(self, values: Tensor) -> Tensor:
        """The values, refined."""
        inner = gelu(torch.addmm(self.bias, values, self.first))
        image = inner.reshape(1, self.edge, self.edge, -1).permute(0, 3, 1, 2)
        inner = gelu(self.depthwise(image).permute(0, 2, 3, 1).reshape(inner.shape))
        return torch.addmm(values, inner, self.squeeze(self.share @ inner).T * self.last)


class Scores(nn.Module):
    """How much each date counts for each pixel and head, with two products where the network has five."""

    def __init__(self, attention: Attention, edge: int) -> None:
        super().__init__()
        self.attention = attention
        self.edge, self.step = edge, edge // attention.attended
        self.register_buffer("enlarging", _enlarging(attention.attended, edge))

    def forward(self, features: list[Tensor], days: Tensor, missing: Tensor) -> Tensor:
        """Weights [t, heads, 1, pixels] that sum to one over the dates."""
        old, small = self.attention, self.attention.attended
        images = [one.unflatten(2, (self.edge, self.edge)) for one in features]
        pooled = torch.cat([nn.functional.max_pool2d(one, self.step) for one in images])
        keys = old.keys.weight.reshape(old.heads, KEY_SIZE, -1) * old.query[..., None]
        asked = keys.sum(dim=1) / KEY_SIZE**0.5
        widened = asked @ old.widen.weight
        start = (old.keys.bias.reshape(old.heads, KEY_SIZE) * old.query).sum(dim=1) / KEY_SIZE**0.5
        start = start + asked @ old.widen.bias + widened @ old.norm.bias + old.code(days)[0] @ asked.T
        scores = (widened * old.norm.weight) @ self._normed(pooled) + start[..., None]
        weights = torch.where(missing, MASKED, scores).softmax(dim=0).unflatten(2, (small, small))
        return (self.enlarging @ weights @ self.enlarging.T).flatten(2)[:, :, None]

    def _normed(self, pooled: Tensor) -> Tensor:
        """Pooled dates [t, width, pixels], each group of channels normed at each pixel."""
        norm = self.attention.norm
        grouped = pooled.reshape(len(pooled), norm.num_groups, -1, pooled.shape[-1] ** 2)
        centred = grouped - grouped.mean(dim=2, keepdim=True)
        return (centred / (centred.square().mean(dim=2, keepdim=True) + norm.eps).sqrt()).flatten(1, 2)


def _missing(values: Tensor) -> Tensor:
    """Which dates [t, 1, 1] are of zeros: those whose absolute values add up to none."""
    return (values.flatten(1).abs().sum(dim=1) == 0)[:, None, None]


def _enlarging(small: int, large: int) -> Tensor:
    """A matrix [large, small] that enlarges a row as bilinear interpolation does."""
    rows = torch.eye(small)[None]
    return nn.functional.interpolate(rows, size=large, mode="linear", align_corners=False)[0].T.contiguous()


def _same(layer: nn.Module, weights: Weights) -> nn.Conv2d:
    """A depthwise convolution with other weights."""
    old = cast(nn.Conv2d, layer)
    new = nn.Conv2d(
        old.in_channels, old.out_channels, 3, padding=1, padding_mode="reflect", groups=old.groups
    )
    new.weight, new.bias = nn.Parameter(weights[0]), nn.Parameter(weights[1])
    return new


def _unfolding(head: nn.Conv2d, shift: Tensor, fold: int) -> nn.ConvTranspose2d:
    """A product of each pixel that lays what it makes out as squares of pixels."""
    weight = head.weight.detach().double().flatten(1)
    bias = cast(Tensor, head.bias).detach().double() + weight @ shift
    outputs, inputs = len(weight) // fold**2, weight.shape[1]
    # Each place in a square has a bias of its own, which no layer keeps: the weight of a channel of ones.
    layer = nn.ConvTranspose2d(inputs + 1, outputs, fold, stride=fold, bias=False)
    whole = torch.cat([weight, bias[:, None]], dim=1)
    layer.weight = nn.Parameter(whole.T.reshape(inputs + 1, outputs, fold, fold).float())
    return layer
