"""The page of a tile, worked out: two sides with legends, an overlay, dates, histograms, a pixel."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.base.language import N_, _
from app.tiles import combinations, pictures, pixels
from app.tiles.colour_keys import Legend, legend
from app.tiles.histograms import Histogram
from app.tiles.layers import TileDescription
from app.tiles.pictures import Asked, Read
from app.tiles.spectra import spectrum
from app.tiles.viewer_values import histograms_of, layers_at, readings
from app.tiles.viewing import OWN, STRETCHES, Choice, Sight, sight
from app.tiles.views import View

STRETCH_NAMES = {
    "each": N_("2–98 % of each band"),
    "together": N_("2–98 %, bands together"),
    "fixed": N_("fixed, to compare tiles"),
    "all": N_("least to greatest"),
}
MOST_VALUES = 600_000
"""Values that a page loads for the pointer; of larger pictures only the pixel that is asked for is told."""


@dataclass(frozen=True)
class Side:
    """One picture of the page; `values` is where its numbers are, None where they would be too many."""

    view: View
    picture: str
    legend: Legend
    values: str | None
    rows: int
    columns: int


def context(tile: TileDescription, choice: Choice, read: Read) -> dict[str, Any]:
    """What the page of a tile needs, but for models.

    Raises:
        NotFound: the tile has nothing to show, or a file is missing.
    """
    shown = sight(tile, choice)
    told = readings(tile, shown, read)
    sides = {
        name: side(tile, shown, view, read) for name, view in (("left", shown.left), ("right", shown.right))
    }
    return {
        "tile": tile,
        "shown": shown,
        "choice": shown.choice,
        **sides,
        "over": side(tile, shown, shown.over, read) if shown.over else None,
        "groups": grouped(shown.views),
        "own": OWN,
        "stretches": [(one, _(STRETCH_NAMES[one])) for one in STRETCHES],
        "thumbs": [(view, _address(tile, shown, view)) for view in shown.views],
        "dates": list(_dates(tile, shown)),
        "histograms": [
            (layer, [(one, letters(shown, one)) for one in histograms_of(layer, read)])
            for layer in layers_at(tile, shown)
            if layer.shows != "classes"
        ],
        "readings": [(layer, list(rows)) for layer, rows in groupby(told, key=lambda one: one.layer)],
        "spectrum": spectrum(told),
    }


def letters(shown: Sight, one: Histogram) -> str:
    """What of the left picture a band is: R, G and B, or those of them that it is."""
    if shown.left.colouring not in ("colours", "radar"):
        return ""
    pairs = zip("RGB", shown.left.sources, strict=False)
    return "".join(
        sign for sign, source in pairs if (source.layer.key, source.band.name) == (one.layer, one.name)
    )


def grouped(views: tuple[View, ...]) -> list[tuple[str, list[View]]]:
    """Pictures as a list of choices shows them: what was seen, and truth."""
    seen = [view for view in views if not view.is_truth]
    truth = [view for view in views if view.is_truth]
    return [(name, found) for name, found in ((_("seen"), seen), (_("truth"), truth)) if found]


def _address(tile: TileDescription, shown: Sight, view: View) -> str:
    return pictures.address(tile, Asked(view, shown.choice.step, shown.stretch))


def side(tile: TileDescription, shown: Sight, view: View, read: Read) -> Side:
    """One picture of a page, with its legend.

    Raises:
        NotFound: a file is missing.
    """
    found = pictures.values(view, read)
    rows, columns = found.shape[-2:]
    told = legend(view, found, pixels.ranges(view, found, shown.stretch))
    values = (
        pictures.values_address(tile, Asked(view, shown.choice.step)) if found.size <= MOST_VALUES else None
    )
    return Side(view, _address(tile, shown, view), told, values, rows, columns)


def _dates(tile: TileDescription, shown: Sight) -> Iterator[dict[str, Any]]:
    """The dates of a series, each with its picture in the colours of the left side where it has them."""
    if tile.dates < 2:
        return
    for step in range(tile.dates):
        there = combinations.views_of(tile, step)
        view = next((one for one in there if one.key == shown.left.key), there[0])
        moment = next((layer.moment for layer in tile.seen if layer.step == step and layer.moment), None)
        yield {
            "step": step,
            "moment": moment,
            "picture": pictures.address(tile, Asked(view, step, shown.stretch)),
            "href": shown.choice.address(tile, step=step),
            "is_shown": step == shown.choice.step,
        }
