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
from app.items.along import Near, Spread, is_counted
from app.items.curve import CELL_ZOOMS, Numbers, unwoven
from app.items.footprints import draw_footprints
from app.items.index import ItemIndex
from app.items.sifting import Sifted
from app.items.splits import SPLITS

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
    close = _touching(index, found.near(tile), tile) if counts.sum() <= MOST_FOOTPRINTS else None
    if close is not None and not len(close.rows):
        return b""
    shown = _choose(tile, close)
    if shown.what == "footprints" and close is not None:
        drawn = _note(shown, counts, close) + draw_footprints(session, index, close, tile)
        if len(drawn) <= MOST_BYTES:
            return drawn
        shown = Shown("cells", "heavy")
    drawn = b""
    for zooms in (CELL_ZOOMS, COARSE_ZOOMS):
        drawn = _note(shown, counts, close, 2**zooms) + _cells(found, tile, zooms)
        if len(drawn) <= MOST_BYTES:
            break
    return drawn


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


def _touching(index: ItemIndex, close: Near, tile: TileAddress) -> Near:
    """Those near a tile whose box touches it, or whose centre is counted in it."""
    west, south, east, north = (
        side[close.rows] for side in (index.west, index.south, index.east, index.north)
    )
    left, bottom, right, top = edges_of(tile)
    beside = np.where(west > east, (west <= right) | (east >= left), (west <= right) & (east >= left))
    touches = (beside & (south <= top) & (north >= bottom)) | is_counted(close, tile)
    kept = np.flatnonzero(touches)
    kept = kept[np.argsort(close.rows[kept])]
    return Near(close.rows[kept], close.keys[kept], close.levels[kept])


def edges_of(tile: TileAddress) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile in degrees; the outermost rows reach to the poles."""
    last = 2**tile.z
    south = -90.0 if tile.y == last - 1 else _latitude((tile.y + 1) / last)
    north = 90.0 if tile.y == 0 else _latitude(tile.y / last)
    return tile.x / last * 360 - 180, south, (tile.x + 1) / last * 360 - 180, north


def _latitude(share: float) -> float:
    """Latitude at a share of the web map's height from its northern edge."""
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * share)))))
