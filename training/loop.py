"""The one way every network is trained: seeded, with progress, and going on where it was stopped."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import nn

from training.recipe import Recipe, Step

FOLDER = Path("var") / "training" / "runs"
KEEP_EVERY = 100


def place(recipe: Recipe, variant: str, seed: int) -> Path:
    """Where the state of one training lies."""
    return FOLDER / recipe.id / f"{variant}-{seed}.pt"


def train(recipe: Recipe, variant: str, seed: int, *, steps: int | None = None) -> nn.Module:
    """Train one variant with one seed; a training that was stopped goes on from its last hundredth step."""
    torch.manual_seed(seed)
    count = steps or recipe.steps
    network = recipe.network(variant)
    if recipe.halved:
        network = network.to(memory_format=torch.channels_last)
    optimiser = recipe.optimiser(network.parameters(), lr=recipe.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, count)
    memory: dict[str, torch.Tensor] = {}
    path = place(recipe, variant, seed)
    done = _restore(path, network, optimiser, schedule, memory)
    data = recipe.data("train") if done < count else {}
    network.train()
    with _progress() as bar:
        task = bar.add_task(f"{recipe.id} {variant} {seed}", total=count, completed=done)
        for number in range(done, count):
            # Each step has a generator of its own: every variant sees the same tiles, stopped or not.
            random = np.random.default_rng([seed, number])
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe.halved):
                loss = recipe.loss(network, data, variant, Step(number / count, random, memory))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            bar.update(task, completed=number + 1)
            if (number + 1) % KEEP_EVERY == 0 or number + 1 == count:
                _keep(path, network, optimiser, schedule, memory, number + 1)
    network.eval()
    return network


def is_trained(recipe: Recipe, variant: str, seed: int) -> bool:
    """Whether a training was brought to its end."""
    path = place(recipe, variant, seed)
    return path.exists() and bool(torch.load(path, weights_only=True)["done"] >= recipe.steps)


def trained(recipe: Recipe, variant: str, seed: int) -> nn.Module:
    """A network whose training is done.

    Raises:
        FileNotFoundError: it was never trained to its end.
    """
    state = torch.load(place(recipe, variant, seed), weights_only=True)
    if state["done"] < recipe.steps:
        raise FileNotFoundError(f"{recipe.id} {variant} {seed} stands at step {state['done']}.")
    network = recipe.network(variant)
    network.load_state_dict(state["network"])
    return network.eval()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )


def _keep(path: Path, network: nn.Module, optimiser: Any, schedule: Any, memory: Any, done: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    state = {
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
        "memory": memory,
        "torch": torch.get_rng_state(),
        "done": done,
    }
    torch.save(state, draft)
    draft.replace(path)


def _restore(path: Path, network: nn.Module, optimiser: Any, schedule: Any, memory: Any) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    memory.update(state["memory"])
    torch.set_rng_state(state["torch"])
    return int(state["done"])
