"""Covers of scenes become the ten classes of DFC2020, finely and coarsely."""

import numpy as np

from app.scenes.land_cover import BLOCK, CLASSES, coarsened, land_cover
from app.scenes.layout import Cover
from app.tiles.legends import LAND_COVER

NAMES = {one.value: one.name for one in LAND_COVER}


def named(*covers):
    return [NAMES[number] for number in land_cover(np.array(covers, dtype=np.uint8)).tolist()]


def test_every_cover_has_a_class_and_only_savanna_has_no_cover():
    found = land_cover(np.array(list(Cover), dtype=np.uint8))

    assert len(LAND_COVER) == CLASSES
    assert {name for number, name in NAMES.items() if number not in found} == {"Savanna"}


def test_covers_have_the_class_of_their_name():
    assert named(Cover.BROADLEAF, Cover.CONIFER) == ["Forest", "Forest"]
    assert named(Cover.CROP, Cover.WETLAND, Cover.WATER) == ["Cropland", "Wetland", "Water"]
    assert named(Cover.URBAN_DENSE, Cover.URBAN_OPEN) == ["Urban, built-up", "Urban, built-up"]


def test_coarse_labels_are_the_most_frequent_class_of_each_block():
    cover = np.zeros((BLOCK, 2 * BLOCK), dtype=np.uint8)
    cover[:9, :BLOCK], cover[:7, BLOCK:] = 3, 3

    coarse = coarsened(cover)

    assert (coarse[:, :BLOCK] == 3).all() and (coarse[:, BLOCK:] == 0).all()


def test_the_lowest_of_two_equally_frequent_classes_is_the_label():
    cover = np.full((BLOCK, BLOCK), 5, dtype=np.uint8)
    cover[: BLOCK // 2] = 9

    assert (coarsened(cover) == 5).all()
