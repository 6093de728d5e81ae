"""Weights that authors published as PyTorch state dictionaries of paper size, as models of ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from app.base.errors import Invalid
from app.zoo.cards import ModelCard, Training
from app.zoo.weights.writing import file_part, provenance, write_model
from training.descriptions import DESCRIPTIONS, Description
from training.exporting import OPSET, file_of, reference_of
from training.networks.mimo_unet import MimoUNet
from training.networks.sen2lcz import Sen2Lcz
from training.networks.uncrtaints import PAPER, UnCRtainTS
from training.networks.unet import PAPER_WIDTHS, UNet
from training.recipes.uncrtaints import Served

LARGEST_DIFFERENCE = 1e-3
LARGEST_FILE = 2_000_000_000
NESTED = ("state_dict", "model_state_dict", "model")


@dataclass(frozen=True)
class Paper:
    """A network at the size of its paper: of which small model it is the large one, and an example to eat."""

    small: str
    network: Callable[[], nn.Module]
    example: Mapping[str, tuple[int, ...]]
    served: Callable[[nn.Module], nn.Module] = nn.Sequential


PAPERS: Mapping[str, Paper] = {
    "sen2lcz": Paper("sen2lcz", Sen2Lcz, {"reflectance": (4, 10, 32, 32)}),
    "dfc2020-unet": Paper(
        "dfc2020-unet-small", lambda: UNet(12, 10, PAPER_WIDTHS, bias=True), {"bands": (2, 12, 64, 64)}
    ),
    "uncrtaints": Paper(
        "uncrtaints-small", lambda: UnCRtainTS(PAPER), {"series": (1, 3, 15, 64, 64), "days": (1, 3)}, Served
    ),
    "mimo-unet": Paper("mimo-unet-small", lambda: MimoUNet(2, 30), {"backscatter": (1, 2, 2, 64, 64)}),
}


def read_state(path: Path) -> Mapping[str, Tensor]:
    """The arrays of a file, wherever in it they lie; nothing in the file is executed.

    Raises:
        Invalid: no such file, or one that would execute something when read.
    """
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise Invalid(f"{path.name} is no file of weights alone: {str(error).splitlines()[0]}") from None
    for name in NESTED:
        if isinstance(found, dict) and isinstance(found.get(name), dict):
            found = found[name]
    arrays = {name: one for name, one in dict(found).items() if isinstance(one, Tensor)}
    return {name: one for name, one in arrays.items() if not name.endswith("num_batches_tracked")}


def fill(network: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Give a network weights of the same names, or of the same shapes in the same order under other names.

    Raises:
        Invalid: another network; the message names the first array that differs.
    """
    own = {
        name: one for name, one in network.state_dict().items() if not name.endswith("num_batches_tracked")
    }
    if set(own) == set(state):
        state = {name: state[name] for name in own}
    if len(own) != len(state):
        raise Invalid(f"The file has {len(state)} arrays; the network has {len(own)}.")
    for (name, values), (other, given) in zip(own.items(), state.items(), strict=True):
        if values.shape != given.shape:
            raise Invalid(f"{other} has the shape {tuple(given.shape)}; {name} has {tuple(values.shape)}.")
    network.load_state_dict(dict(zip(own, state.values(), strict=True)), strict=False)


def import_state(name: str, path: Path, into: Path) -> ModelCard:
    """Write a model of a network of paper size and the weights in a file; returns its card.

    Raises:
        Invalid: no such network or weights, or the file that is written answers differently.
    """
    if name not in PAPERS:
        raise Invalid(f"There is no network {name}; there is {', '.join(PAPERS)}.")
    paper = PAPERS[name]
    inner = paper.network()
    fill(inner, read_state(path))
    network = paper.served(inner).eval()
    random = np.random.default_rng(1)
    arrays = {key: random.random(shape).astype(np.float32) for key, shape in paper.example.items()}
    description = DESCRIPTIONS[paper.small]
    content = file_of(network, arrays, description, "float32", most=LARGEST_FILE)
    reference, apart = reference_of(content, network, arrays, description)
    if not apart <= LARGEST_DIFFERENCE:
        raise Invalid(f"The file answers {apart:.2g} from what PyTorch does; nothing was written.")
    card = _card(name, description, network, content, path)
    write_model(into, card, content, reference)
    return card


def _card(name: str, description: Description, network: nn.Module, content: bytes, path: Path) -> ModelCard:
    return ModelCard(
        id=f"{name}-authors",
        name=f"{name}, weights brought here",
        summary=f"{name} at the size of its paper, with weights that this installation was given.",
        kind=description.kind,
        answers=description.answers,
        architecture=f"{name}, at the size of the paper",
        parameters=sum(values.numel() for values in network.parameters()),
        inputs=description.inputs,
        outputs=description.outputs,
        gsd_m=10,
        paper=description.paper,
        licence="that of the weights; ask those who published them",
        not_for="Anything that those who published the weights did not mean them for.",
        training=Training(
            recipe=f"by others; {provenance(path)}",
            steps=0,
            batch=1,
            rate=0,
            seed=0,
            data="told by those who published the weights",
            simulated=False,
        ),
        published=description.published,
        file=file_part(content, OPSET),
    )
