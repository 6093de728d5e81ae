"""Sen2LCZ-Net whose answers are added up as they come."""

import torch
from torch import Tensor, nn

from training.networks.sen2lcz import Sen2Lcz


class PooledSen2Lcz(nn.Module):
    """Answers as the network does; features are pooled as ONNX Runtime keeps them, in blocks of channels."""

    def __init__(self, network: Sen2Lcz) -> None:
        super().__init__()
        self.blocks, self.heads = network.blocks, network.heads

    def forward(self, reflectance: Tensor) -> Tensor:
        """Probabilities of the zones."""
        features, values = [], reflectance
        for number, one in enumerate(self.blocks):
            values = one(values)
            if number < len(self.blocks) - 1:
                parts = [nn.functional.max_pool2d(values, 2), nn.functional.avg_pool2d(values, 2)]
                values = torch.cat(parts, dim=1)
            features.append(nn.functional.avg_pool2d(values, values.shape[2:]).flatten(1))
        chosen = features[-len(self.heads) :]
        answer = self.heads[0](chosen[0]).softmax(dim=1)
        for head, feature in zip(list(self.heads)[1:], chosen[1:], strict=True):
            answer = answer + head(feature).softmax(dim=1)
        return answer * (1 / len(self.heads))
