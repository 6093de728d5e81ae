"""Truth is read in the words of the model that is measured."""

import numpy as np

from app.runs.truths import as_bands, as_classes, of_patches, over_pixels
from app.tiles.layers import ClassOfPixels
from app.zoo.tiles import NO_CLASS
from tests.runs.made import segmenter


def _told(*names: str, first: int = 0):
    return [ClassOfPixels(first + number, name, "#000000") for number, name in enumerate(names)]


def test_classes_of_the_same_name_are_the_same_whatever_their_values():
    values = np.array([[10, 11], [12, 99]])

    found = as_classes(values, _told("C", "a", "unheard of", first=10), segmenter())

    assert found.tolist() == [[2, 0], [NO_CLASS, NO_CLASS]]


def test_as_many_classes_under_other_names_are_taken_in_their_order():
    assert as_classes(np.array([[7, 8, 9]]), _told("x", "y", "z", first=7), segmenter()).tolist() == [
        [0, 1, 2]
    ]


def test_classes_that_have_nothing_to_do_with_each_other_are_not_compared():
    assert as_classes(np.array([[0, 1]]), _told("x", "y"), segmenter()) is None


def test_unknown_pixels_have_no_class():
    values = np.array([[[0, np.nan, 255]]])

    assert as_classes(values, _told("a", "b", "c"), segmenter()).tolist() == [[0, NO_CLASS, NO_CLASS]]


def test_bands_come_in_the_order_of_the_model():
    values = np.arange(3)[:, None, None] * np.ones((3, 2, 2))

    assert as_bands(values, ("B2", "B3", "B4"), ("B4", "B2"))[:, 0, 0].tolist() == [2, 0]
    assert as_bands(values, ("B2", "B3", "B4"), ("B4", "B8")) is None


def test_a_patch_has_the_class_of_most_of_its_pixels():
    labels = np.full((4, 5), 1, dtype=np.uint8)
    labels[:2, :2] = [[2, 2], [2, 1]]
    labels[2:, 2:] = NO_CLASS

    assert of_patches(labels, 2).tolist() == [[2, 1], [1, NO_CLASS]]


def test_values_of_patches_are_repeated_and_the_rest_is_hidden():
    found = over_pixels(np.array([[1, 2]], dtype=np.uint8), 2, (3, 4), NO_CLASS)

    assert found.tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [NO_CLASS] * 4]
