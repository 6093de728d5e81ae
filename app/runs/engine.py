"""Does what a run asks for: reads the tile, asks each model, measures, draws, and keeps the files.

It knows neither database nor queue; whoever calls hands in a function that is told how far it is.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from app.base.errors import Invalid
from app.base.storage import Storage
from app.runs import files, receipts
from app.runs.occlusion import occlude
from app.runs.reports import Report, Truth, report, scoring_of
from app.tiles.layers import Layer, TileDescription
from app.tiles.reading import read_tile, read_truth
from app.zoo.adapters import ADAPTERS
from app.zoo.cards import ModelCard
from app.zoo.tiles import Arrays, Network, Outcome, Tile, Values

Tell = Callable[[int, str], None]
"""Takes the progress in percent and the stage in `saying`; raises `Stopped` where nobody waits any more."""
NetworkFor = Callable[[ModelCard], Network]

READING, MEASURING, WRITING = "reading", "measuring", "writing"
RUNNING, OCCLUDING = "running", "occluding"


class Stopped(Exception):
    """Nobody waits for the outcome of this run any more."""


@dataclass(frozen=True)
class Order:
    """What is to be done: models on a tile, with or without the influence of the groups of bands."""

    run: str
    tile: TileDescription
    cards: Sequence[ModelCard]
    occlusion: bool = False
    threads: int = 1

    @property
    def options(self) -> dict[str, Any]:
        """As they stand in the receipt."""
        return {"occlusion": self.occlusion}


@dataclass(frozen=True)
class Done:
    """The outcome and the receipt of a run, as JSON."""

    outcome: Mapping[str, Any]
    receipt: Mapping[str, Any]


@dataclass
class Clock:
    """Milliseconds by what they were spent on."""

    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Add the time of the block."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.spent[what] = self.spent.get(what, 0.0) + (time.perf_counter() - began) * 1000


def perform(order: Order, storage: Storage, network_for: NetworkFor, tell: Tell) -> Done:
    """Run every model of an order, one after the other.

    Raises:
        AppError: a file is missing or broken, or a model does not keep what its card promises.
        Stopped: `tell` found that nobody waits any more.
    """
    clock = Clock()
    tell(2, READING)
    with clock.on("read"):
        tile = read_tile(storage, order.tile)
    told: dict[str, dict[str, Any]] = {}
    digests: dict[str, dict[str, str]] = {}
    for number, card in enumerate(order.cards):
        step = _Step(5 + 95 * number // len(order.cards), 95 // len(order.cards), card.name, tell)
        own = Clock(dict(clock.spent))
        outcome = _answer(order, card, tile, network_for, step, own)
        made = _report(order, card, tile, outcome, storage, network_for, step, own)
        kept = _keep(order, card, made, storage, step, own)
        told[card.id] = made.document(card, files=kept, timing=own.spent, simulated=order.tile.simulated)
        digests[card.id] = receipts.digests(outcome)
    receipt = receipts.receipt(
        order.run,
        datetime.now(UTC),
        order.tile,
        order.cards,
        order.options,
        order.threads,
        digests,
        {name: one["timing"] for name, one in told.items()},
    )
    return Done({"simulated": order.tile.simulated, "models": told}, receipt)


def repeat(order: Order, storage: Storage, network_for: NetworkFor) -> dict[str, Any]:
    """Run every model of an order again, and write only a receipt."""
    tile = read_tile(storage, order.tile)
    found = {
        card.id: receipts.digests(ADAPTERS[card.kind](card, tile, network_for(card))) for card in order.cards
    }
    return receipts.receipt(
        order.run, datetime.now(UTC), order.tile, order.cards, order.options, order.threads, found, {}
    )


@dataclass(frozen=True)
class _Step:
    """The part of a run that one model takes, and where it stands in it."""

    begins: int
    length: int
    name: str
    tell: Tell

    def at(self, share: float, what: str) -> None:
        self.tell(self.begins + int(self.length * share), f"{what}: {self.name}")


def _answer(
    order: Order, card: ModelCard, tile: Tile, network_for: NetworkFor, step: _Step, clock: Clock
) -> Outcome:
    """What the model says; the time of its network apart from that of preparation."""
    step.at(0, RUNNING)
    adapter = ADAPTERS.get(card.kind)
    if adapter is None:
        raise Invalid(f"Models of the kind {card.kind} do not run on one tile.")
    with clock.on("load"):
        network = network_for(card)

    def timed(arrays: Arrays) -> dict[str, Values]:
        step.at(0, RUNNING)
        with clock.on("network"):
            return network(arrays)

    with clock.on("prepare"):
        outcome = adapter(card, tile, timed)
    clock.spent["prepare"] -= clock.spent.get("network", 0.0)
    return outcome


def _report(
    order: Order,
    card: ModelCard,
    tile: Tile,
    outcome: Outcome,
    storage: Storage,
    network_for: NetworkFor,
    step: _Step,
    clock: Clock,
) -> Report:
    step.at(0.6, MEASURING)
    with clock.on("read"):
        truth = read_answer(storage, order.tile, card)
    with clock.on("measure"):
        made = report(card, tile, outcome, truth)
    if not order.occlusion:
        return made
    with clock.on("occlusion"):
        network = network_for(card)

        def answer(changed: Tile) -> Outcome:
            step.at(0.7, OCCLUDING)
            return ADAPTERS[card.kind](card, changed, network)

        return replace(made, occlusion=occlude(card, tile, outcome, answer, scoring_of(card, truth)))


def read_answer(storage: Storage, tile: TileDescription, card: ModelCard) -> Truth | None:
    """The truth that a model is measured against; None where the tile has none."""
    layer = truth_layer(tile, card)
    if layer is None or layer.answers is None:
        return None
    values = read_truth(storage, tile, layer.answers)
    return None if values is None else Truth(layer, values)


def truth_layer(tile: TileDescription, card: ModelCard) -> Layer | None:
    """The layer that a model is measured against; None where the tile has none."""
    return next((one for one in tile.truth if card.answers and one.answers == card.answers), None)


def _keep(
    order: Order, card: ModelCard, made: Report, storage: Storage, step: _Step, clock: Clock
) -> dict[str, str]:
    """Write the files of a model; their paths, below the folder of the run, by name."""
    step.at(0.9, WRITING)
    with clock.on("write"):
        contents = {
            "prediction": (f"{card.id}/prediction.tif", files.raster(card, order.tile, made.raster, storage)),
            **{
                name: (f"{card.id}/{name.removesuffix('_picture')}.png", content)
                for name, content in made.pictures.items()
            },
        }
        for path, content in contents.values():
            storage.put(files.place(order.run, path), content)
    return {name: path for name, (path, _content) in contents.items()}
