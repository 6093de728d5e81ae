"""Sen2LCZ-Net: local climate zones of patches, from features of four scales (Qiu et al. 2020)."""

import torch
from torch import Tensor, nn

WIDTHS = (16, 32, 64, 128)
CONVOLUTIONS = 4
DROPOUT = 0.2
KERAS_EPSILON = 1e-3


def block(inputs: int, width: int) -> nn.Sequential:
    """Four times convolution, batch norm and ReLU; [n, inputs, h, w] to [n, width, h, w]."""
    layers: list[nn.Module] = []
    for number in range(CONVOLUTIONS):
        layers += [
            nn.Conv2d(inputs if number == 0 else width, width, 3, padding=1),
            nn.BatchNorm2d(width, eps=KERAS_EPSILON),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers)


class Sen2Lcz(nn.Module):
    """Reflectance [n, bands, 32, 32] in, probabilities of 17 zones [n, 17] out.

    With `fusion` each pooled map answers as well, and the answer is the mean of the four; else the last
    block answers alone.
    """

    def __init__(self, bands: int = 10, zones: int = 17, *, fusion: bool = True) -> None:
        super().__init__()
        # Maximum and mean stand side by side after each pooling, which doubles the channels.
        inputs = (bands, *WIDTHS[1:])
        self.blocks = nn.ModuleList(block(*one) for one in zip(inputs, WIDTHS, strict=True))
        self.dropout = nn.Dropout(DROPOUT)
        heads = (*WIDTHS[1:], WIDTHS[-1]) if fusion else WIDTHS[-1:]
        self.heads = nn.ModuleList(nn.Linear(width, zones) for width in heads)

    def forward(self, reflectance: Tensor) -> Tensor:
        """Probabilities of the zones."""
        features = []
        values = reflectance
        for number, one in enumerate(self.blocks):
            values = one(values)
            if number < len(self.blocks) - 1:
                values = torch.cat(
                    [nn.functional.max_pool2d(values, 2), nn.functional.avg_pool2d(values, 2)], dim=1
                )
            features.append(values.mean(dim=(2, 3)))
            if number in (1, 2):
                values = self.dropout(values)
        answers = [
            head(feature).softmax(dim=1)
            for head, feature in zip(self.heads, features[-len(self.heads) :], strict=True)
        ]
        return torch.stack(answers).mean(dim=0)
