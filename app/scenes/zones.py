"""Local climate zones of a scene, cell by cell, from what is built and what grows there."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.scenes.layout import PIXEL_M, Cover, Layout


class Zone(IntEnum):
    """Local climate zones: 1 to 10 built, 11 to 17 the letters A to G."""

    COMPACT_HIGH = 1
    COMPACT_MID = 2
    COMPACT_LOW = 3
    OPEN_HIGH = 4
    OPEN_MID = 5
    OPEN_LOW = 6
    LIGHTWEIGHT_LOW = 7
    LARGE_LOW = 8
    SPARSE = 9
    HEAVY_INDUSTRY = 10
    DENSE_TREES = 11
    SCATTERED_TREES = 12
    BUSH = 13
    LOW_PLANTS = 14
    BARE_ROCK = 15
    BARE_SOIL = 16
    WATER = 17


HIGH_M, MID_M = 25.0, 10.0
LARGE_PARCEL_M2 = 2500.0
COMPACT_SHARE, OPEN_SHARE, SPARSE_SHARE = 0.4, 0.2, 0.1
LARGE_SHARES = (0.3, 0.5)
DENSE_FOREST_SHARE = 0.7
_GROUPS: tuple[tuple[Zone, tuple[Cover, ...]], ...] = (
    (Zone.DENSE_TREES, (Cover.BROADLEAF, Cover.CONIFER)),
    (Zone.BUSH, (Cover.SHRUB,)),
    (Zone.LOW_PLANTS, (Cover.GRASS, Cover.CROP, Cover.WETLAND, Cover.URBAN_OPEN, Cover.URBAN_DENSE)),
    (Zone.BARE_SOIL, (Cover.BARE, Cover.SNOW)),
    (Zone.WATER, (Cover.WATER,)),
)


def zones(layout: Layout, cell: int = 32) -> NDArray[np.uint8]:
    """The zone of each whole cell of `cell` by `cell` pixels [cell row, cell column].

    Zones 7, 10 and 15 (lightweight, industry, rock) do not occur: the ground knows nothing of them.

    Raises:
        Invalid: no whole cell fits into the scene.
    """
    if not 1 <= cell <= layout.size:
        raise Invalid(f"A cell is 1 to {layout.size} pixels wide; not {cell}.")
    count = layout.size // cell
    corners = [(row * cell, column * cell) for row in range(count) for column in range(count)]
    found = [_zone(layout, np.s_[row : row + cell, column : column + cell]) for row, column in corners]
    return np.array(found, dtype=np.uint8).reshape(count, count)


def _zone(layout: Layout, cell: tuple[slice, slice]) -> Zone:
    buildings = layout.buildings[cell]
    share = float(buildings.mean())
    if share <= SPARSE_SHARE:
        return _natural(layout.cover[cell])
    height = float(layout.height[cell][buildings].mean())
    if LARGE_SHARES[0] < share < LARGE_SHARES[1] and height < MID_M and _is_large(layout, cell, buildings):
        return Zone.LARGE_LOW
    if share <= OPEN_SHARE:
        return Zone.SPARSE
    tallness = 0 if height > HIGH_M else 1 if height > MID_M else 2
    return Zone((Zone.COMPACT_HIGH if share > COMPACT_SHARE else Zone.OPEN_HIGH) + tallness)


def _is_large(layout: Layout, cell: tuple[slice, slice], buildings: NDArray[np.bool_]) -> bool:
    """Whether the parcels that are built on are large on average."""
    sizes = np.bincount(layout.parcels.number.ravel()) * PIXEL_M**2
    return bool(sizes[np.unique(layout.parcels.number[cell][buildings])].mean() > LARGE_PARCEL_M2)


def _natural(cover: NDArray[np.uint8]) -> Zone:
    shares = [float(np.isin(cover, covers).mean()) for _zone, covers in _GROUPS]
    most = int(np.argmax(shares))
    zone = _GROUPS[most][0]
    if zone is Zone.DENSE_TREES and shares[most] <= DENSE_FOREST_SHARE:
        return Zone.SCATTERED_TREES
    return zone
