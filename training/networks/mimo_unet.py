"""MIMO U-Net: several networks in one, whose spread tells what they do not know (Baumann et al. 2023)."""

import torch
from torch import Tensor, nn

LOCATION, LOG_SCALE = 0, 1


def double(inputs: int, inner: int, width: int) -> nn.Sequential:
    """Twice convolution with mirrored edges, batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, inner, 3, padding=1, padding_mode="reflect"),
        nn.BatchNorm2d(inner),
        nn.ReLU(),
        nn.Conv2d(inner, width, 3, padding=1, padding_mode="reflect"),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    )


def twice(values: Tensor) -> Tensor:
    return nn.functional.interpolate(values, scale_factor=2, mode="bilinear", align_corners=True)


class MimoUNet(nn.Module):
    """Bands [n, subnetworks, bands, h, w] in, location and log-scale [n, subnetworks, 2, h, w] out.

    With one subnetwork it is the plain U-Net; h and w are multiples of 16.
    """

    def __init__(self, subnetworks: int = 2, width: int = 8, bands: int = 2) -> None:
        super().__init__()
        together = subnetworks * width
        each = range(subnetworks)
        self.first = nn.ModuleList(double(bands, width, width) for _ in each)
        self.second = nn.ModuleList(double(width, 2 * width, 2 * width) for _ in each)
        self.down = nn.ModuleList(
            double(inputs * together, outputs * together, outputs * together)
            for inputs, outputs in ((2, 4), (4, 8), (8, 8))
        )
        self.up = nn.ModuleList(
            double(inputs * together, inner * together, outputs * together)
            for inputs, inner, outputs in ((16, 8, 4), (8, 4, 2), (4, 2, 1))
        )
        joined = together + width
        self.last = nn.ModuleList(double(joined, joined // 2, width) for _ in each)
        self.answers = nn.ModuleList(nn.Conv2d(width, 2, 1) for _ in each)

    def forward(self, values: Tensor) -> Tensor:
        """Location and log-scale of each subnetwork."""
        firsts = [one(values[:, number]) for number, one in enumerate(self.first)]
        pooled = [nn.functional.max_pool2d(one, 2) for one in firsts]
        shared = torch.cat([one(part) for one, part in zip(self.second, pooled, strict=True)], dim=1)
        kept = [shared]
        for one in self.down:
            shared = one(nn.functional.max_pool2d(shared, 2))
            kept.append(shared)
        for one, skip in zip(self.up, reversed(kept[:-1]), strict=True):
            shared = one(torch.cat([skip, twice(shared)], dim=1))
        shared = twice(shared)
        answers = [
            answer(one(torch.cat([first, shared], dim=1)))
            for answer, one, first in zip(self.answers, self.last, firsts, strict=True)
        ]
        return torch.stack(answers, dim=1)
