"""Local climate zones follow from what is built and what grows."""

import dataclasses

import numpy as np
import pytest

from app.base.errors import Invalid
from app.scenes.layout import Cover, make_layout
from app.scenes.zones import Zone, zones


def _with(cover: Cover, height: float = 0.0, share: float = 1.0):
    layout = make_layout(1, 32)
    covers = np.full((32, 32), cover, dtype=np.uint8)
    heights = np.zeros((32, 32))
    heights.ravel()[: round(share * 1024)] = height
    return dataclasses.replace(layout, cover=covers, height=heights)


@pytest.mark.parametrize(
    ("cover", "height", "share", "zone"),
    [
        (Cover.URBAN_DENSE, 30, 0.6, Zone.COMPACT_HIGH),
        (Cover.URBAN_DENSE, 15, 0.6, Zone.COMPACT_MID),
        (Cover.URBAN_DENSE, 6, 0.6, Zone.COMPACT_LOW),
        (Cover.URBAN_OPEN, 30, 0.3, Zone.OPEN_HIGH),
        (Cover.URBAN_OPEN, 15, 0.3, Zone.OPEN_MID),
        (Cover.URBAN_OPEN, 6, 0.25, Zone.OPEN_LOW),
        (Cover.URBAN_OPEN, 6, 0.35, Zone.LARGE_LOW),
        (Cover.URBAN_OPEN, 6, 0.15, Zone.SPARSE),
        (Cover.BROADLEAF, 18, 1.0, Zone.DENSE_TREES),
        (Cover.SHRUB, 2, 1.0, Zone.BUSH),
        (Cover.CROP, 0, 1.0, Zone.LOW_PLANTS),
        (Cover.BARE, 0, 1.0, Zone.BARE_SOIL),
        (Cover.WATER, 0, 1.0, Zone.WATER),
    ],
)
def test_a_cell_of_one_kind_has_its_zone(cover, height, share, zone):
    assert zones(_with(cover, height, share)).tolist() == [[zone]]


def test_a_half_forest_is_scattered_trees():
    layout = _with(Cover.CONIFER, 20)
    cover = layout.cover.copy()
    cover[:, 18:] = Cover.GRASS

    assert zones(dataclasses.replace(layout, cover=cover)).item() == Zone.SCATTERED_TREES


def test_scenes_show_built_and_natural_zones():
    found = np.unique([zones(make_layout(seed, 64)) for seed in range(150)])

    assert len(found[found <= Zone.HEAVY_INDUSTRY]) >= 3
    assert len(found[found >= Zone.DENSE_TREES]) >= 6


def test_a_cell_larger_than_the_scene_is_refused():
    with pytest.raises(Invalid, match="32"):
        zones(make_layout(1, 32), 64)
