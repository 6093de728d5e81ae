"""Compares every trained seed of every model on the sample tiles of the service, as the service would."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import nn

from app.base.errors import Invalid
from app.base.storage import LocalStorage
from app.runs import comparing
from app.runs.comparison import FILE, Comparison, content_of
from app.tiles import making
from app.tiles.making import Plan
from app.zoo.cards import ModelCard, read_cards
from app.zoo.tiles import Arrays, Network, Values
from training import loop
from training.recipe import Recipe

VERSIONS = ("torch", "numpy")


def compare(
    recipes: Mapping[str, Recipe], seeds: Sequence[int], folder: Path, plan: Plan = making.ALL
) -> Comparison:
    """Measure all models of ours that have a card in the folder, and write the comparison beside them.

    Args:
        plan: the tiles they are measured on.
    Raises:
        Invalid: a model could not be measured; nothing is written.
        FileNotFoundError: a seed was never trained to its end.
    """
    cards = [card for card in read_cards(folder).values() if card.id in recipes]
    networks = {str(seed): partial(_network_of, recipes, seed) for seed in seeds}
    versions = {name: version(name) for name in VERSIONS}
    with TemporaryDirectory() as place:
        storage = LocalStorage(Path(place))
        tiles = [making.make(storage, name, plan) for name in plan.identifiers]
        made = comparing.compare(storage, tiles, cards, networks, versions, print)
    for one in (one for question in made.questions for one in question.compared):
        if one.fault:
            raise Invalid(f"{one.name} could not be measured: {one.fault}")
    (folder / FILE).write_text(content_of(made, indent=1), "utf-8")
    return made


def _network_of(recipes: Mapping[str, Recipe], seed: int, card: ModelCard) -> Network:
    """A trained network as the adapters run it, in the full precision of its training."""
    recipe = recipes[card.id]
    network: nn.Module = recipe.served(loop.trained(recipe, recipe.variants[0], seed)).eval()
    names = [one.name for one in card.outputs]

    def run(arrays: Arrays) -> dict[str, Values]:
        with torch.no_grad():
            answer = network(*(torch.from_numpy(np.ascontiguousarray(one)) for one in arrays.values()))
        parts = answer if isinstance(answer, tuple) else (answer,)
        return {name: part.numpy() for name, part in zip(names, parts, strict=True)}

    return run
