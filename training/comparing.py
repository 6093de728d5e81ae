"""Runs every trained seed of every model on the sample tiles of the service, as the service would."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import nn

from app.base.storage import LocalStorage, Storage
from app.runs import measuring, truths
from app.runs.comparison import FILE, Compared, Comparison, Question, Series
from app.runs.engine import truth_layer
from app.runs.measuring import Figure
from app.runs.reports import Truth, report
from app.tiles import making
from app.tiles.layers import TileDescription
from app.tiles.reading import read_tile, read_truth
from app.tiles.suiting import offered
from app.zoo.adapters import ADAPTERS
from app.zoo.cards import ModelCard, read_cards
from app.zoo.fitting import reasons_against
from app.zoo.tiles import Arrays, Network, Values
from training import loop
from training.recipe import Recipe

VERSIONS = ("torch", "numpy")
NOBODY = "0"
"""The seed of what nobody trained."""


def compare(recipes: Mapping[str, Recipe], seeds: Sequence[int], folder: Path) -> Comparison:
    """Measure all models that have a card in the folder, and write the comparison beside them."""
    with TemporaryDirectory() as place:
        storage = LocalStorage(Path(place))
        tiles = [making.make(storage, name) for name in making.ALL.identifiers]
        questions = tuple(
            _question(card, recipes[card.id], seeds, tiles, storage) for card in read_cards(folder).values()
        )
    made = Comparison(
        made=date.today(),
        versions={name: version(name) for name in VERSIONS},
        simulated=True,
        questions=questions,
    )
    (folder / FILE).write_text(made.model_dump_json(indent=1) + "\n", "utf-8")
    return made


def _question(
    card: ModelCard, recipe: Recipe, seeds: Sequence[int], tiles: list[TileDescription], storage: Storage
) -> Question:
    fitting = [tile for tile in tiles if truth_layer(tile, card) and not reasons_against(card, offered(tile))]
    found = {
        str(seed): [_figures(card, tile, network_of(card, recipe, seed), storage) for tile in fitting]
        for seed in seeds
    }
    simple = {NOBODY: [_untrained(card, tile, storage) for tile in fitting]}
    compared = [Compared(model=card.id, name=card.name, figures=_series(found))]
    if all(simple[NOBODY]):
        compared.append(Compared(model="", name=UNTRAINED[str(card.answers)], figures=_series(simple)))
    return Question(
        answers=str(card.answers), tiles=tuple(tile.id for tile in fitting), compared=tuple(compared)
    )


def network_of(card: ModelCard, recipe: Recipe, seed: int) -> Network:
    """A trained network as the adapters run it, in the full precision of its training."""
    network: nn.Module = recipe.served(loop.trained(recipe, recipe.variants[0], seed)).eval()
    names = [one.name for one in card.outputs]

    def run(arrays: Arrays) -> dict[str, Values]:
        with torch.no_grad():
            answer = network(*(torch.from_numpy(np.ascontiguousarray(one)) for one in arrays.values()))
        parts = answer if isinstance(answer, tuple) else (answer,)
        return {name: part.numpy() for name, part in zip(names, parts, strict=True)}

    return run


def _figures(
    card: ModelCard, tile: TileDescription, network: Network, storage: Storage
) -> tuple[Figure, ...]:
    seen = read_tile(storage, tile)
    outcome = ADAPTERS[card.kind](card, seen, network)
    return report(card, seen, outcome, _truth(card, tile, storage)).measured.figures


def _truth(card: ModelCard, tile: TileDescription, storage: Storage) -> Truth:
    layer = truth_layer(tile, card)
    if layer is None or layer.answers is None:
        raise ValueError(f"{tile.id} has no truth for {card.id}.")
    values = read_truth(storage, tile, layer.answers)
    if values is None:
        raise ValueError(f"The truth of {tile.id} is missing.")
    return Truth(layer, values)


UNTRAINED = {
    "land-cover": "The coarse labels themselves",
    "clear-image": "The least cloudy date",
}
"""Answers that nobody has to train, by the question."""


def _untrained(card: ModelCard, tile: TileDescription, storage: Storage) -> tuple[Figure, ...]:
    """Figures of the answer that nobody has to train; none where the question has no such answer."""
    if card.answers == "land-cover":
        return _coarse_labels(card, tile, storage)
    return _least_cloudy(card, tile, storage) if card.answers == "clear-image" else ()


def _coarse_labels(card: ModelCard, tile: TileDescription, storage: Storage) -> tuple[Figure, ...]:
    truth = _truth(card, tile, storage)
    coarse = read_truth(storage, tile, "coarse-land-cover")
    if coarse is None:
        return ()
    true = truths.as_classes(truth.values, truth.layer.classes, card)
    labels = truths.as_classes(coarse, truth.layer.classes, card)
    if true is None or labels is None:
        return ()
    names = [one.name for one in card.classes]
    sure = np.eye(len(names), dtype=np.float32)[np.minimum(labels, len(names) - 1)].transpose(2, 0, 1)
    measured = measuring.measure_classes(true, labels, sure, measuring.doubt(sure), names)
    return measured.figures if measured else ()


def _least_cloudy(card: ModelCard, tile: TileDescription, storage: Storage) -> tuple[Figure, ...]:
    truth, seen = _truth(card, tile, storage), read_tile(storage, tile)
    told = tuple(band.name for band in truth.layer.bands)
    wanted = next(one.bands for one in card.outputs if one.returned == "values")
    # Clouds are bright in the blue.
    date_of = int(np.nanmean(seen.values[:, seen.bands.index("B2")], axis=(1, 2)).argmin())
    found = seen.values[date_of][[seen.bands.index(name) for name in wanted]]
    true = truths.as_bands(np.asarray(truth.values, dtype=np.float32), told, wanted)
    measured = None if true is None else measuring.measure_image(true, found, None)
    return measured.figures if measured else ()


def _series(found: Mapping[str, list[tuple[Figure, ...]]]) -> tuple[Series, ...]:
    """One series a figure that every seed and tile has."""
    return tuple(
        Series(
            what=what,
            unit=unit,
            values={
                seed: tuple(round(_value(figures, what), 6) for figures in tiles)
                for seed, tiles in found.items()
            },
        )
        for what, unit in _common(figures for tiles in found.values() for figures in tiles)
    )


def _common(all_figures: Iterator[tuple[Figure, ...]]) -> list[tuple[str, str]]:
    first, *others = ([(one.what, one.unit) for one in figures] for figures in all_figures)
    return [name for name in first if all(name in other for other in others)]


def _value(figures: tuple[Figure, ...], what: str) -> float:
    return next(one.value for one in figures if one.what == what)
