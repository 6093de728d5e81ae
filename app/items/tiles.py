"""Vector tiles of items: real footprints where they can be told apart, a grid of counts elsewhere.

Every tile says in its layer `tile` what it shows, why, and how many items have their centre in it: by those
numbers, and by those of the cells or footprints, all items with a place are counted once at every zoom. A
tile never leaves items out: where they are too many, or too small to be seen, it shows the grid.
"""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from app.catalogue.tiles import TileAddress
from app.items import mvt
from app.items.along import Near, Spread
from app.items.curve import CELL_ZOOMS, Numbers, unwoven
from app.items.footprints import draw_footprints
from app.items.index import ItemIndex
from app.items.sifting import Sifted
from app.items.splits import SPLITS
from app.items.touching import touching

MOST_FOOTPRINTS = 2_000
FEW_FOOTPRINTS = 100
SEEN_ZOOMS = CELL_ZOOMS
TOLD_APART_ZOOMS = CELL_ZOOMS - 2
"""Few footprints are seen once most are as wide as a cell; many are told apart once most span four."""
HAND_OVER_ZOOM = 10
"""From here on footprints are shown whenever they are few enough, however small they are."""
MOST_BYTES = 300_000
COARSE_ZOOMS = CELL_ZOOMS - 1


@dataclass(frozen=True)
class Shown:
    """What a tile shows, and why no footprints: `far` (too small to be seen), `crowded` or `heavy`."""

    what: str
    why: str | None = None


def draw_tile(session: Session, index: ItemIndex, found: Spread | Sifted, tile: TileAddress) -> bytes:
    """The Mapbox vector tile of some items of an index; empty where none lies or reaches.

    Layers: `tile` (one note), and `footprints` or `cells`.
    """
    counts = found.count(tile)
    close = _close(index, found, tile) if counts.sum() <= MOST_FOOTPRINTS else None
    if close is not None and not len(close.rows):
        return b""
    shown = _choose(tile, close)
    if shown.what == "footprints" and close is not None:
        in_order = close.only(np.argsort(close.rows))
        drawn = _note(shown, counts, close) + draw_footprints(session, index, in_order, tile)
        if len(drawn) <= MOST_BYTES:
            return drawn
        shown = Shown("cells", "heavy")
    drawn = b""
    for zooms in (CELL_ZOOMS, COARSE_ZOOMS):
        drawn = _note(shown, counts, close, 2**zooms) + _cells(found, tile, zooms)
        if len(drawn) <= MOST_BYTES:
            break
    return drawn


def _close(index: ItemIndex, found: Spread | Sifted, tile: TileAddress) -> Near:
    """The items that lie in a tile or reach into it."""
    close = found.near(tile)
    return close if close.are_touching else touching(index, close, tile)


def _choose(tile: TileAddress, close: Near | None) -> Shown:
    """Footprints where there are not too many to be told apart at their size."""
    if close is None or len(close.rows) > MOST_FOOTPRINTS:
        return Shown("cells", "crowded" if tile.z >= HAND_OVER_ZOOM else "far")
    zooms = SEEN_ZOOMS if len(close.rows) <= FEW_FOOTPRINTS else TOLD_APART_ZOOMS
    visible = np.count_nonzero(close.levels < tile.z + zooms)
    if tile.z >= HAND_OVER_ZOOM or 2 * visible >= len(close.rows):
        return Shown("footprints")
    return Shown("cells", "far")


def _note(shown: Shown, counts: Numbers, close: Near | None, across: int | None = None) -> bytes:
    """The layer `tile`: what is shown and why, and the items by split whose centre lies here."""
    told: dict[str, str | int] = {"shows": shown.what}
    told |= {"why": shown.why} if shown.why else {}
    told |= {"cells": across} if across else {}
    told |= {"n": int(counts.sum())}
    told |= {name: int(n) for name, n in zip(SPLITS, counts, strict=True) if n}
    told |= {"touching": len(close.rows)} if close is not None else {}
    return mvt.note_layer("tile", told)


def _cells(found: Spread | Sifted, tile: TileAddress, zooms: int) -> bytes:
    """The layer `cells`: squares that hold the centre of an item, with their numbers in all and by split."""
    counts = found.cells(tile, zooms)
    total = counts.sum(axis=1)
    held = np.flatnonzero(total)
    if not len(held):
        return b""
    named = {name: counts[held, place] for place, name in enumerate(SPLITS)}
    columns, rows = unwoven(held, zooms)
    return mvt.cell_layer("cells", columns, rows, mvt.EXTENT >> zooms, {"n": total[held], **named})
