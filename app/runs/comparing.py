"""Measures models on equal ground: each on every simulated test tile that it fits, with each of its networks.

The training hands in a network for each of its seeds, an installation the files that it serves.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.base.errors import AppError, Invalid
from app.base.storage import Storage
from app.runs import receipts, yardsticks
from app.runs.comparison import KEPT, NOBODY, ONLY, Compared, Comparison, Question, Series, content_of
from app.runs.engine import NetworkFor, read_answer, truth_layer
from app.runs.measuring import Figure
from app.runs.reports import Truth, report
from app.tiles.layers import TileDescription
from app.tiles.reading import read_tile
from app.tiles.suiting import offered
from app.zoo.adapters import ADAPTERS
from app.zoo.cards import ModelCard
from app.zoo.fitting import reasons_against

Told = Callable[[str], None]
Found = Mapping[str, Sequence[tuple[Figure, ...]]]
"""For each seed the figures of each tile."""
DIGITS = 6
NO_FIGURE = "No figure could be taken on every tile that it fits."


@dataclass(frozen=True)
class _Bench:
    """What measuring needs, whatever is measured."""

    storage: Storage
    networks: Mapping[str, NetworkFor]
    told: Told


def compare(
    storage: Storage,
    tiles: Iterable[TileDescription],
    cards: Iterable[ModelCard],
    networks: Mapping[str, NetworkFor],
    versions: Mapping[str, str],
    told: Told,
) -> Comparison:
    """Measure models on the simulated tiles of the test split, beside answers that nobody has to train.

    Args:
        networks: by seed; what opens a network is asked once a model.
        told: takes a line for each model.
    """
    bench = _Bench(storage, networks, told)
    known = {tile.id: tile for tile in tiles if tile.simulated and tile.split == "test"}
    on_same: dict[tuple[str, tuple[str, ...]], list[ModelCard]] = {}
    for card in cards:
        names = tuple(sorted(tile.id for tile in known.values() if _is_for(tile, card)))
        if names:
            on_same.setdefault((str(card.answers), names), []).append(card)
        else:
            told(f"{card.id}: no tile")
    return Comparison(
        made=datetime.now(UTC).date(),
        versions=versions,
        simulated=True,
        questions=tuple(
            _question(bench, [known[name] for name in names], group)
            for (_answers, names), group in on_same.items()
        ),
    )


def compare_served(
    storage: Storage,
    tiles: Iterable[TileDescription],
    cards: Mapping[str, ModelCard],
    network_for: NetworkFor,
    told: Told,
) -> Comparison:
    """Measure the models of an installation as it serves them, and keep that in its storage."""
    made = compare(storage, tiles, cards.values(), {ONLY: network_for}, receipts.versions(), told)
    files = {card.id: card.file.sha256 for card in cards.values()}
    made = made.model_copy(update={"files": files})
    storage.put(KEPT, content_of(made).encode())
    return made


def _is_for(tile: TileDescription, card: ModelCard) -> bool:
    return truth_layer(tile, card) is not None and not reasons_against(card, offered(tile))


def _question(bench: _Bench, tiles: Sequence[TileDescription], cards: Sequence[ModelCard]) -> Question:
    """What answers one question on the same tiles; what nobody trained comes behind the models."""
    first, answers = cards[0], str(cards[0].answers)
    compared = [_compared(bench, tiles, card) for card in cards]
    if answers in yardsticks.NAMES and any(one.figures for one in compared):
        simple = [
            yardsticks.untrained(bench.storage, tile, first, _truth(bench.storage, tile, first))
            for tile in tiles
        ]
        if figures := _series({NOBODY: simple}):
            compared.append(Compared(model="", name=yardsticks.NAMES[answers], figures=figures))
    return Question(answers=answers, tiles=tuple(tile.id for tile in tiles), compared=tuple(compared))


def _compared(bench: _Bench, tiles: Sequence[TileDescription], card: ModelCard) -> Compared:
    """The figures of a model; `fault` says why it has none."""
    figures: tuple[Series, ...] = ()
    try:
        figures = _series(_measured(bench, tiles, card))
        fault = "" if figures else NO_FIGURE
    except AppError as error:
        fault = error.message
    bench.told(f"{card.id}: {fault or f'{len(tiles)} tiles'}")
    return Compared(model=card.id, name=card.name, figures=figures, fault=fault)


def _measured(bench: _Bench, tiles: Sequence[TileDescription], card: ModelCard) -> Found:
    opened = {seed: network_for(card) for seed, network_for in bench.networks.items()}
    found: dict[str, list[tuple[Figure, ...]]] = {seed: [] for seed in opened}
    for tile in tiles:
        seen, truth = read_tile(bench.storage, tile), _truth(bench.storage, tile, card)
        for seed, network in opened.items():
            outcome = ADAPTERS[card.kind](card, seen, network)
            found[seed].append(report(card, seen, outcome, truth).measured.figures)
    return found


def _truth(storage: Storage, tile: TileDescription, card: ModelCard) -> Truth:
    found = read_answer(storage, tile, card)
    if found is None:
        raise Invalid(f"Tile {tile.id} has no truth for {card.id}.")
    return found


def _series(found: Found) -> tuple[Series, ...]:
    """One series a figure that every seed and tile has, in the order of the first."""
    valued = {seed: [_by_name(figures) for figures in tiles] for seed, tiles in found.items()}
    first, *others = (one for tiles in valued.values() for one in tiles)
    return tuple(
        Series(
            what=what, unit=unit, values={seed: _each(tiles, what, unit) for seed, tiles in valued.items()}
        )
        for what, unit in first
        if all((what, unit) in other for other in others)
    )


def _by_name(figures: Iterable[Figure]) -> dict[tuple[str, str], float]:
    return {(one.what, one.unit): round(one.value, DIGITS) for one in figures}


def _each(tiles: Iterable[Mapping[tuple[str, str], float]], what: str, unit: str) -> tuple[float, ...]:
    return tuple(one[what, unit] for one in tiles)
