"""What training makes small."""

import math

import torch
from torch import Tensor

LEAST_VARIANCE = 1e-8
SCALE_LIMITS = (1e-5, 1e3)


def gaussian(truth: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """Negative log-likelihood per pixel, summed over bands: [n, b, h, w] each, one number out."""
    bounded = variance + (variance.clamp(min=LEAST_VARIANCE) - variance).detach()
    terms = math.log(2 * math.pi) + bounded.log() + (truth - mean) ** 2 / bounded
    return 0.5 * terms.sum(dim=1).mean()


def laplace(truth: Tensor, location: Tensor, log_scale: Tensor) -> Tensor:
    """Negative log-likelihood without its constant, of each element."""
    scale = log_scale.exp()
    bounded = scale + (scale.clamp(*SCALE_LIMITS) - scale).detach()
    return bounded.log() + (truth - location).abs() / bounded


def entropy_of_probabilities(truth: Tensor, probabilities: Tensor) -> Tensor:
    """Cross-entropy of probabilities [n, classes], as a mean of softmaxes gives them, against labels [n]."""
    chosen = probabilities.gather(1, truth[:, None]).clamp(min=1e-7)
    return -torch.log(chosen).mean()
