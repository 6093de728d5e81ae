"""Which models can be run on a tile, and why the others cannot."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.tiles.layers import TileDescription
from app.zoo.cards import ModelCard
from app.zoo.fitting import Offered, reasons_against


@dataclass(frozen=True)
class Suited:
    """One model beside a tile; without reasons it can be run, and `is_measured` where the truth is known."""

    card: ModelCard
    reasons: tuple[str, ...]
    is_measured: bool


def offered(tile: TileDescription) -> Offered:
    """What a tile gives a model to eat."""
    bands = dict.fromkeys(band.name for layer in tile.seen for band in layer.bands)
    return Offered(tuple(bands), tile.dates, tile.shape, tile.gsd_m)


def fitting(tile: TileDescription, cards: Mapping[str, ModelCard]) -> tuple[str, ...]:
    """The ids of the models that can be run on a tile."""
    given = offered(tile)
    return tuple(card.id for card in cards.values() if not reasons_against(card, given))


def suited(tile: TileDescription, cards: Mapping[str, ModelCard]) -> tuple[Suited, ...]:
    """All models: those that fit first, and of them those that can be measured."""
    given = offered(tile)
    known = {layer.answers for layer in tile.truth}
    rows = [Suited(card, reasons_against(card, given), card.answers in known) for card in cards.values()]
    return tuple(sorted(rows, key=lambda row: (bool(row.reasons), not row.is_measured)))
