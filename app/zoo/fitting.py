"""Which models fit what somebody has, and why the others do not; and the cards that lie in a folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import structlog

from app.base.errors import Invalid
from app.base.language import _, ngettext
from app.zoo.cards import CARD, Input, ModelCard, read_card

Cards = Mapping[str, ModelCard]
Stamp = tuple[tuple[str, int, int], ...]

LARGEST_RATIO = 2.0
"""Pixels may be so many times larger or smaller than those a model was trained on."""

_log = structlog.get_logger()
_read: dict[Path, tuple[Stamp, Cards]] = {}


@dataclass(frozen=True)
class Offered:
    """What somebody has for a model to eat: a tile, or what a dataset promises of each of its images.

    Attributes:
        bands: named as model cards name them: B2, B8A, VV.
        dates: of its series; 1 for a single image.
        shape: rows and columns; None where nobody knows, which is no reason against a model.
        gsd_m: ground sampling distance in metres; None likewise.
    """

    bands: tuple[str, ...]
    dates: int = 1
    shape: tuple[int, int] | None = None
    gsd_m: float | None = None


def reasons_against(card: ModelCard, offered: Offered) -> tuple[str, ...]:
    """Why a model cannot be run on this: whole sentences in the reader's language; () means that it fits."""
    return (*_bands(card, offered), *_dates(card, offered), *_size(card, offered), *_pixels(card, offered))


def _bands(card: ModelCard, offered: Offered) -> Iterator[str]:
    lacking = tuple(dict.fromkeys(band for band in card.bands if band not in offered.bands))
    if lacking and len(lacking) == len(set(card.bands)):
        yield _("It has none of the bands that the model needs.")
    elif lacking:
        yield _("It has no %(bands)s.", bands=", ".join(lacking))


def _dates(card: ModelCard, offered: Offered) -> Iterator[str]:
    wanted = dates_wanted(card)
    if offered.dates < wanted:
        yield ngettext(
            "It has one date; the model needs %(wanted)s of one place.",
            "It has %(num)s dates; the model needs %(wanted)s of one place.",
            offered.dates,
            wanted=wanted,
        )


def _size(card: ModelCard, offered: Offered) -> Iterator[str]:
    wanted = smallest_edge(card)
    if offered.shape is not None and min(offered.shape) < wanted:
        rows, columns = offered.shape
        yield _(
            "It is %(columns)s × %(rows)s pixels; the model needs at least %(edge)s × %(edge)s.",
            columns=columns,
            rows=rows,
            edge=wanted,
        )


def _pixels(card: ModelCard, offered: Offered) -> Iterator[str]:
    if offered.gsd_m is None:
        return
    ratio = offered.gsd_m / card.gsd_m
    if not 1 / LARGEST_RATIO <= ratio <= LARGEST_RATIO:
        yield _(
            "Its pixels are %(found)s m wide; the model knows pixels of %(wanted)s m.",
            found=f"{offered.gsd_m:g}",
            wanted=f"{card.gsd_m:g}",
        )


def dates_wanted(card: ModelCard) -> int:
    """How many dates of one place a model needs at the least; 1 for a single image."""
    return max(one.dates or 1 for one in card.inputs)


def smallest_edge(card: ModelCard) -> int:
    """Rows and columns that every input of a model takes at the least: large enough, and a multiple."""
    return max(_edge(one) for one in card.inputs)


def _edge(wanted: Input) -> int:
    return -(-wanted.smallest // wanted.multiple) * wanted.multiple


def known_cards(folder: Path) -> Cards:
    """The cards of a folder by the id of their model, ordered by it; read again when a file has changed.

    A card that cannot be read, or stands in a folder of another name, is left out and told in the log, and
    takes no other model with it.
    """
    paths = tuple(sorted(folder.glob(f"*/{CARD}")))
    stamp = tuple((str(path), info.st_mtime_ns, info.st_size) for path in paths for info in [path.stat()])
    kept = _read.get(folder)
    if kept is None or kept[0] != stamp:
        kept = _read[folder] = stamp, MappingProxyType(dict(_readable(paths)))
    return kept[1]


def _readable(paths: tuple[Path, ...]) -> Iterator[tuple[str, ModelCard]]:
    for path in paths:
        try:
            card = read_card(path)
            if card.id != path.parent.name:
                raise Invalid(f"The card of {card.id} lies in the folder {path.parent.name}.")
        except Invalid as error:
            _log.warning("model left out", card=str(path), error=str(error))
        else:
            yield card.id, card
