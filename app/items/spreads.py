"""The items of an index along the curve of the web map: laid out once for each version."""

import threading
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import ARRAY, BigInteger, LargeBinary, func, literal, select
from sqlalchemy.orm import Session

from app.base.kept import Shelf
from app.items.along import Spread, spread
from app.items.bounds import MustWait
from app.items.curve import Curve, Degrees, lay_out
from app.items.forms import OTHER_SHAPE
from app.items.index import ItemIndex
from app.items.splits import SPLITS, split_numbers
from app.items.tables import ItemDocument


@dataclass(frozen=True, eq=False)
class Boxes:
    """The boxes of items in degrees; west > east crosses the antimeridian."""

    west: Degrees
    south: Degrees
    east: Degrees
    north: Degrees


MOST_BESIDE_BYTES, LARGEST_BESIDE_BYTES = 16_000_000, 1_000_000


@dataclass(frozen=True, eq=False)
class Layout:
    """All items of an index: along the curve, and ready to be counted.

    `beside` keeps what lies beside a tile and touches it: a map asks for the same tiles under many filters.
    """

    curve: Curve
    whole: Spread
    beside: Shelf = field(default_factory=partial(Shelf, MOST_BESIDE_BYTES, LARGEST_BESIDE_BYTES))


_LAYOUTS: WeakKeyDictionary[ItemIndex, Layout] = WeakKeyDictionary()
_LAYOUTS_LOCK = threading.Lock()


def layout_of(session: Session, index: ItemIndex) -> Layout:
    """All items of an index, grouped by split; laid out once for each index."""
    with _LAYOUTS_LOCK:
        found = _LAYOUTS.get(index)
        if found is None:
            curve = lay_out(boxes_of(session, index), split_numbers(index), len(SPLITS))
            found = _LAYOUTS[index] = Layout(curve, spread(curve))
        return found


def layout_at_hand(index: ItemIndex) -> Layout:
    """The same, where it was laid out before.

    Raises:
        MustWait: it was not.
    """
    found = _LAYOUTS.get(index)
    if found is None:
        raise MustWait
    return found


def spread_of(session: Session, index: ItemIndex, rows: NDArray[np.integer[Any]] | None) -> Spread:
    """Items in some rows of an index, or all, ready to be counted."""
    layout = layout_of(session, index)
    return layout.whole if rows is None else spread(layout.curve, rows)


def boxes_of(session: Session, index: ItemIndex) -> Boxes:
    """The boxes of an index, those of shapes on both sides of the antimeridian across it."""
    round_the_world = (index.west <= -180) & (index.east >= 180) & (index.form == OTHER_SHAPE)
    rows = np.flatnonzero(round_the_world)
    west, east = index.west, index.east
    if len(rows):
        west, east = west.copy(), east.copy()
        wanted = literal(index.ids[rows].tolist(), ARRAY(BigInteger))
        read = select(ItemDocument.id, func.st_asbinary(ItemDocument.geometry, type_=LargeBinary))
        shapes = session.execute(read.where(ItemDocument.id == func.any(wanted)))
        place_of = dict(zip(index.ids[rows].tolist(), rows.tolist(), strict=True))
        for number, shape in shapes:
            west[place_of[number]], east[place_of[number]] = _sides(shapely.from_wkb(bytes(shape)))
    return Boxes(west, index.south, east, index.north)


def _sides(shape: Any) -> tuple[float, float]:
    """West and east of the narrowest box round a shape: all but the widest gap between its parts."""
    parts = sorted((part.bounds[0], part.bounds[2]) for part in shapely.get_parts(shape))
    reached, widest = parts[0][1], (0.0, -180.0, 180.0)
    for west, east in parts[1:]:
        widest = max(widest, (west - reached, west, reached))
        reached = max(reached, east)
    return widest[1], widest[2]
