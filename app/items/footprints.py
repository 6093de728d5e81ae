"""The layer `footprints` of a tile: boxes straight from memory, other shapes cut by PostGIS."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ARRAY, BigInteger, LargeBinary, any_, case, func, literal, select
from sqlalchemy.orm import Session

from app.catalogue.tiles import BUFFER, GRID, TileAddress
from app.items import mvt
from app.items.along import Near, is_counted
from app.items.curve import (
    CURVE_ZOOM,
    FARTHEST_NORTH,
    Degrees,
    Numbers,
    across_the_map,
    unwoven,
)
from app.items.forms import OTHER_SHAPE
from app.items.index import ItemIndex
from app.items.moments import from_micros
from app.items.splits import SPLITS, split_numbers
from app.items.tables import ItemDocument


def draw_footprints(session: Session, index: ItemIndex, close: Near, tile: TileAddress) -> bytes:
    """Outlines clipped to the tile; `n` is 1 where the item is counted here, else 0.

    An item counted here always has a shape: a point at its centre where its outline is too small, or lies
    beyond the map's edge.
    """
    counted = is_counted(close, tile)
    corners, centres = _corners(index, close, tile), _centres(close.keys, tile)
    shapes = _shapes(session, index.ids[close.rows[index.form[close.rows] == OTHER_SHAPE]], tile)
    kept = np.flatnonzero(counted | _is_seen(index, close, corners, centres, shapes))
    rows = close.rows[kept]
    numbers = index.ids[rows].tolist()
    names = _names(session, numbers)
    # What is not drawn as a shape is a point at its centre.
    corners[index.form[close.rows] == OTHER_SHAPE] = 0
    starts, ends = index.start[rows].tolist(), index.until[rows].tolist()
    return mvt.outline_layer(
        "footprints",
        {
            # An item that was replaced a moment ago is still counted, so it is drawn, but has no name.
            "id": [names.get(number) for number in numbers],
            "collection": [index.slugs[number] for number in index.collections[rows].tolist()],
            "datetime": [_moment(start) for start in starts],
            "end_datetime": [
                None if end == start else _moment(end) for start, end in zip(starts, ends, strict=True)
            ],
            "split": [SPLITS[place] for place in split_numbers(index, rows).tolist()],
            "n": counted[kept].astype(int).tolist(),
        },
        corners[kept],
        centres[kept],
        {row: shapes[number] for row, number in enumerate(numbers) if number in shapes},
    )


def _is_seen(
    index: ItemIndex, close: Near, corners: Numbers, centres: Numbers, shapes: Mapping[int, BaseGeometry]
) -> Any:
    """Which items show something in the tile: a shape, a box, or a point within its buffer."""
    wide = (corners[:, 0] < corners[:, 2]) & (corners[:, 1] < corners[:, 3])
    inside = ((centres >= -BUFFER) & (centres <= GRID + BUFFER)).all(axis=1)
    of_own = index.form[close.rows] != OTHER_SHAPE
    return of_own & (wide | inside) | np.isin(index.ids[close.rows], list(shapes))


def _corners(index: ItemIndex, close: Near, tile: TileAddress) -> Numbers:
    """Left, top, right and bottom of boxes in units of the tile, cut at its buffer."""
    west, south, east, north = (
        side[close.rows] for side in (index.west, index.south, index.east, index.north)
    )
    across = [_units((side + 180) / 360, tile.z, tile.x) for side in (west, east)]
    down = [_units(across_the_map(side), tile.z, tile.y) for side in (north, south)]
    return np.stack([across[0], down[0], across[1], down[1]], axis=1)


def _units(share: Degrees, z: int, place: int) -> Numbers:
    """Shares of the map's width or height in units of a tile."""
    units = np.clip((share * 2**z - place) * GRID, -BUFFER, GRID + BUFFER)
    rounded: Numbers = np.rint(units).astype(np.int64)
    return rounded


def _centres(keys: Numbers, tile: TileAddress) -> Numbers:
    """Centres of items in units of the tile."""
    bits = CURVE_ZOOM - tile.z
    places = np.stack(unwoven(keys, CURVE_ZOOM), axis=1) - np.array([tile.x, tile.y]) * 2**bits
    units: Numbers = places * GRID >> bits
    return units


def _names(session: Session, numbers: list[int]) -> dict[int, str]:
    wanted = literal(numbers, ARRAY(BigInteger))
    found = select(ItemDocument.id, ItemDocument.name).where(ItemDocument.id == any_(wanted))
    return {number: name for number, name in session.execute(found)}


def _shapes(session: Session, numbers: Numbers, tile: TileAddress) -> dict[int, BaseGeometry]:
    """Shapes that are more than boxes, in units of the tile; those that do not reach into it are left out."""
    if not len(numbers):
        return {}
    envelope = func.st_tileenvelope(tile.z, tile.x, tile.y)
    world = func.st_makeenvelope(-180, -FARTHEST_NORTH, 180, FARTHEST_NORTH, 4326)
    stored = ItemDocument.geometry
    inside = case((func.st_coveredby(stored, world), stored), else_=func.st_intersection(stored, world))
    shape = func.st_asmvtgeom(func.st_transform(inside, 3857), envelope, GRID, BUFFER, True)
    wanted = literal(numbers.tolist(), ARRAY(BigInteger))
    rows = session.execute(
        select(ItemDocument.id, func.st_asbinary(shape, type_=LargeBinary)).where(
            ItemDocument.id == any_(wanted)
        )
    )
    found = {number: shapely.from_wkb(bytes(shape)) for number, shape in rows if shape is not None}
    return {number: shape for number, shape in found.items() if not shape.is_empty}


@lru_cache(65_536)
def _moment(micros: int) -> str:
    return from_micros(micros).strftime("%Y-%m-%dT%H:%M:%SZ")
