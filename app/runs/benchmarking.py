"""Every model of an installation on every simulated test tile that it fits, as its file is served."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from app.base.errors import AppError
from app.base.storage import Storage
from app.runs import engine, receipts
from app.runs.engine import NetworkFor
from app.runs.measuring import Figure
from app.runs.reports import report
from app.tiles.layers import TileDescription
from app.tiles.reading import read_tile
from app.tiles.suiting import offered
from app.zoo.adapters import ADAPTERS
from app.zoo.cards import ModelCard
from app.zoo.fitting import reasons_against

PATH = "benchmarks/models.json"
Told = Callable[[str], None]


def compare(
    storage: Storage,
    tiles: Sequence[TileDescription],
    cards: Mapping[str, ModelCard],
    network_for: NetworkFor,
    told: Told,
) -> dict[str, Any]:
    """Measure all models, and keep the table in the storage.

    Only simulated tiles of the test split count; `spread` is the standard deviation over the tiles. How far
    the seeds of a training lie apart stands in the card of each model.
    """
    chosen = [tile for tile in tiles if tile.simulated and tile.split == "test"]
    document = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "simulated": True,
        "versions": receipts.versions(),
        "tiles": [tile.id for tile in chosen],
        "models": {card.id: _model(storage, chosen, card, network_for, told) for card in cards.values()},
    }
    storage.put(PATH, orjson.dumps(document))
    return document


def _model(
    storage: Storage,
    tiles: Sequence[TileDescription],
    card: ModelCard,
    network_for: NetworkFor,
    told: Told,
) -> dict[str, Any]:
    """Each figure of a model over the tiles it fits; `fault` says why it has none."""
    about = {"name": card.name, "kind": card.kind, "answers": card.answers, "sha256": card.file.sha256}
    found: dict[str, list[Figure]] = {}
    fault = ""
    try:
        found = dict(_measured(storage, tiles, card, network_for))
    except AppError as error:
        fault = error.message
    told(f"{card.id}: {len(found)} tiles{f'; {fault}' if fault else ''}")
    return {**about, "fault": fault, "tiles": list(found), "figures": _over_tiles(found)}


def _measured(
    storage: Storage, tiles: Sequence[TileDescription], card: ModelCard, network_for: NetworkFor
) -> Iterator[tuple[str, list[Figure]]]:
    for tile in tiles:
        if reasons_against(card, offered(tile)):
            continue
        truth = engine.read_answer(storage, tile, card)
        if truth is None:
            continue
        seen = read_tile(storage, tile)
        outcome = ADAPTERS[card.kind](card, seen, network_for(card))
        yield tile.id, list(report(card, seen, outcome, truth).measured.figures)


def _over_tiles(found: Mapping[str, Sequence[Figure]]) -> list[dict[str, Any]]:
    """Mean, spread and the value of each tile, by figure."""
    names = dict.fromkeys((one.what, one.unit) for figures in found.values() for one in figures)
    told = []
    for what, unit in names:
        values = {
            tile: one.value
            for tile, figures in found.items()
            for one in figures
            if (one.what, one.unit) == (what, unit)
        }
        told.append(
            {
                "what": what,
                "unit": unit,
                "mean": statistics.fmean(values.values()),
                "spread": statistics.stdev(values.values()) if len(values) > 1 else None,
                "values": values,
            }
        )
    return told
