"""What a recipe of training says: data, networks, loss, figures and the claims that are tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

from training.compressing import Kept

Split = Literal["train", "validation", "test"]
Data = Mapping[str, np.ndarray]
Figures = Mapping[str, float]
Verdict = Literal["reproduced", "partly", "not reproduced"]
Found = Mapping[str, Mapping[str, list[float]]]
"""Figures by variant and name, one value for each seed."""
Judge = Callable[[Found], Verdict]


@dataclass(frozen=True)
class Claim:
    """What a paper says, in one sentence, and whether figures of our seeds agree.

    `margin` was fixed on validation scenes before the test scenes were looked at; `needs` are the variants
    that have to be trained to try it.
    """

    text: str
    margin: str
    judge: Judge
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Where training stands: `share` rises from 0 to 1; `memory` is what a loss keeps between steps."""

    share: float
    random: Generator
    memory: dict[str, Tensor]


@dataclass(frozen=True)
class Recipe:
    """How one reference model is trained.

    `variants` are the model, which comes first, and the yardsticks it is compared with; all see the same data
    in the same order. `halved` trainings run their convolutions in bfloat16, which processors with matrix
    units do in about half the time; what comes out is weights in float32 all the same. `yardsticks` are
    figures of answers that nobody has to train, by name.

    `example` is what the exported network eats, by name; `served` puts what is left to do between training
    and service around it; `kept` says in how many bits the file holds large weights.
    """

    id: str
    variants: tuple[str, ...]
    steps: int
    batch: int
    rate: float
    data: Callable[[Split], Data]
    network: Callable[[str], nn.Module]
    loss: Callable[[nn.Module, Data, str, Step], Tensor]
    figures: Callable[[nn.Module, Data, str], Figures]
    claims: tuple[Claim, ...]
    scenes: Mapping[Split, int]
    example: Callable[[Data], dict[str, np.ndarray]]
    kept: Kept
    optimiser: Callable[..., torch.optim.Optimizer] = torch.optim.Adam
    halved: bool = False
    yardsticks: Callable[[Data], Mapping[str, Figures]] | None = None
    served: Callable[[nn.Module], nn.Module] = nn.Sequential


def pairs(found: Found, name: str, ours: str, theirs: str) -> list[tuple[float, float]]:
    """A figure of two variants, seed by seed."""
    return list(zip(found[ours][name], found[theirs][name], strict=True))


def in_all(holds: list[bool]) -> Verdict:
    """Reproduced where every seed agrees, partly where most do."""
    return "reproduced" if all(holds) else "partly" if sum(holds) * 2 > len(holds) else "not reproduced"
