"""The list of sample tiles under the filters of a reader: kind, sensors, truth, model, dataset, origin."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request

from app.base.language import N_, _
from app.tiles.combinations import first_choice, views_of
from app.tiles.layers import TileDescription
from app.tiles.pictures import Asked, address
from app.tiles.suiting import fitting
from app.tiles.viewing import usual_stretch
from app.tiles.views import ANSWERS, View
from app.zoo.fitting import Cards

PAGE = 24
MOST = 20

KINDS = {"single": N_("one date"), "series": N_("series of dates")}
SENSORS = {"optical": N_("optical"), "radar": N_("radar")}
ORIGINS = {"simulated": N_("simulated"), "seen": N_("seen by a sensor")}

FACETS: Mapping[str, Callable[[TileDescription], tuple[str, ...]]] = {
    "kind": lambda tile: ("series" if tile.dates > 1 else "single",),
    "sensor": lambda tile: tuple(dict.fromkeys(layer.shows for layer in tile.seen if layer.shows in SENSORS)),
    "answers": lambda tile: tuple(dict.fromkeys(layer.answers for layer in tile.truth if layer.answers)),
    "dataset": lambda tile: ((tile.dataset,) if tile.dataset else ()) + tile.imitates,
    "origin": lambda tile: ("simulated" if tile.simulated else "seen",),
}
"""What a tile counts as, under each filter that asks for the tile alone."""
FILTERS = ("kind", "sensor", "answers", "model", "dataset", "origin")


@dataclass(frozen=True)
class Listed:
    """A tile, and what it counts as under each filter."""

    tile: TileDescription
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Filters:
    """What a reader chose of each filter; several values of one filter widen, several filters narrow."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1

    def takes(self, one: Listed, *, but: str = "") -> bool:
        """Whether a tile is shown, under all filters or all but one."""
        return all(
            name == but or not values or set(values) & set(one.values[name])
            for name, values in self.chosen.items()
        )

    def address(self, page: int = 1) -> str:
        """The list under these filters."""
        pairs = [(name, value) for name, values in self.chosen.items() for value in values]
        query = urlencode(pairs + ([("page", str(page))] if page > 1 else []))
        return "/tiles" + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Value:
    """One value of a filter, with the number of tiles it would show under the other filters."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Card:
    """A tile as lists show it: two pictures, and what it is."""

    tile: TileDescription
    pictures: tuple[tuple[View, str], ...]
    sensors: str
    answers: str


def filters(request: Request, page: Annotated[int, Query(ge=1, le=1000)] = 1) -> Filters:
    """The filters in an address; of each at most twenty values are taken."""
    given = request.query_params
    chosen = {name: tuple(value[:100] for value in given.getlist(name)[:MOST] if value) for name in FILTERS}
    return Filters(chosen, page)


def listed(tiles: Iterable[TileDescription], cards: Cards) -> list[Listed]:
    """Tiles with what they count as; under the filter of models, as those that can be run on them."""
    return [
        Listed(tile, {**{name: of(tile) for name, of in FACETS.items()}, "model": fitting(tile, cards)})
        for tile in tiles
    ]


def values_of(tiles: Sequence[Listed], chosen: Filters, name: str, cards: Cards) -> list[Value]:
    """The values of one filter that would show something, or are chosen; the commonest first."""
    counts: dict[str, int] = dict.fromkeys(chosen.chosen.get(name, ()), 0)
    for one in tiles:
        if chosen.takes(one, but=name):
            for value in one.values[name]:
                counts[value] = counts.get(value, 0) + 1
    picked = chosen.chosen.get(name, ())
    names = {card.id: card.name for card in cards.values()} if name == "model" else {}
    rows = [
        Value(value, names.get(value) or label(name, value), count, value in picked)
        for value, count in counts.items()
    ]
    return sorted(rows, key=lambda row: (-row.count, row.label))


def label(name: str, value: str) -> str:
    """A value of a filter in the reader's language; datasets and what nobody knows are told as they are."""
    known = {"kind": KINDS, "sensor": SENSORS, "answers": ANSWERS, "origin": ORIGINS}.get(name, {})
    return _(known[value]) if value in known else value


def card(tile: TileDescription) -> Card:
    """A tile as lists show it."""
    views = views_of(tile)
    shown = dict.fromkeys(first_choice(views)) if views else {}
    stretch = usual_stretch(tile)
    return Card(
        tile,
        tuple((view, address(tile, Asked(view, stretch=stretch))) for view in shown),
        ", ".join(label("sensor", one) for one in FACETS["sensor"](tile)),
        ", ".join(label("answers", one) for one in FACETS["answers"](tile)),
    )
