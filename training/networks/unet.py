"""The U-Net of the land cover baseline (Schmitt et al. 2020): four levels down, four up, bilinear."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

PAPER_WIDTHS = (64, 128, 256, 512, 512)
SMALL_WIDTHS = (16, 32, 64, 128, 256)


def double(inputs: int, width: int, *, bias: bool) -> nn.Sequential:
    """Twice convolution, batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, width, 3, padding=1, bias=bias),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Conv2d(width, width, 3, padding=1, bias=bias),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    )


class UNet(nn.Module):
    """Bands [n, bands, h, w] in, scores of classes [n, classes, h, w] out; h and w are multiples of 16.

    The authors' convolutions have a bias, which the batch norm behind them takes away again; ours have none.
    """

    def __init__(
        self,
        bands: int = 12,
        classes: int = 10,
        widths: Sequence[int] = SMALL_WIDTHS,
        *,
        bias: bool = False,
    ) -> None:
        super().__init__()
        self.down = nn.ModuleList(
            double(inputs, width, bias=bias) for inputs, width in zip((bands, *widths), widths, strict=False)
        )
        below, ups = widths[-1], []
        for level in range(len(widths) - 2, -1, -1):
            width = max(below // 2, widths[0])
            ups.append(double(below + widths[level], width, bias=bias))
            below = width
        self.up = nn.ModuleList(ups)
        self.answer = nn.Conv2d(below, classes, 1)

    def forward(self, values: Tensor) -> Tensor:
        """Scores of the classes."""
        kept = []
        for number, one in enumerate(self.down):
            values = one(nn.functional.max_pool2d(values, 2) if number else values)
            kept.append(values)
        for one, skip in zip(self.up, reversed(kept[:-1]), strict=True):
            values = nn.functional.interpolate(values, scale_factor=2, mode="bilinear", align_corners=True)
            values = one(torch.cat([skip, values], dim=1))
        return self.answer(values)
