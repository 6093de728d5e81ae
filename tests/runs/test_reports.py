"""A report tells what a model found, how that stands to the truth, and draws it."""

import json
import warnings

import numpy as np
import pytest
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from app.runs.reports import report
from app.zoo.adapters import ADAPTERS
from app.zoo.tiles import NO_CLASS, Outcome, Tile
from tests.runs.made import CLASSES, classifier, make_truth, plain_tile, regressor, restorer, segmenter


def _picture(content: bytes):
    """Bands and notes of a picture, read by another library than the one that wrote it."""
    with (
        warnings.catch_warnings(action="ignore", category=NotGeoreferencedWarning),
        MemoryFile(content) as file,
        file.open() as picture,
    ):
        return picture.read(), picture.colormap(1) if picture.count == 1 else None, picture.tags()


def _labelled(size: int = 32):
    labels = np.random.default_rng(1).integers(0, 3, (size, size)).astype(np.uint8)
    probabilities = np.full((3, size, size), 0.1, dtype=np.float32)
    np.put_along_axis(probabilities, labels[None].astype(int), 0.8, axis=0)
    return Outcome(labels=labels, probabilities=probabilities, shares={"a": 1.0})


def _told(card, found) -> dict:
    return found.document(card, files={}, timing={"network": 1.23456}, simulated=True)


def test_labels_are_told_measured_and_drawn():
    outcome = _labelled()

    found = report(segmenter(), plain_tile(), outcome, make_truth(outcome.labels))

    told = _told(segmenter(), found)
    assert told["answers"] == "land-cover"
    assert {one["what"]: one["value"] for one in told["figures"]}["Overall accuracy"] == 1
    assert told["legend"][1] == {"name": "b", "colour": "#c6b044", "value": 1}
    assert told["timing"] == {"network": 1.235}
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert sorted(found.pictures) == [
        "error_picture", "prediction_picture", "truth_picture", "uncertainty_picture",
    ]  # fmt: skip


def test_a_picture_holds_the_classes_in_their_colours_and_says_that_it_is_simulated():
    outcome = _labelled()
    outcome.labels[0, 0] = NO_CLASS

    content = report(segmenter(), plain_tile(), outcome, None).pictures["prediction_picture"]

    values, colours, tags = _picture(content)
    assert np.array_equal(values[0], outcome.labels)
    assert colours[1] == (0xC6, 0xB0, 0x44, 255)
    assert colours[NO_CLASS][3] == 0
    assert "Simulated" in tags["Comment"]


def test_what_is_not_simulated_is_not_called_so():
    tile = plain_tile(simulated=False)

    assert b"Simulated" not in report(segmenter(), tile, _labelled(), None).pictures["prediction_picture"]


def test_without_truth_there_is_nothing_to_measure():
    found = report(segmenter(), plain_tile(), _labelled(), None)

    told = _told(segmenter(), found)
    assert told["figures"] == []
    assert told["confusion"] is told["reliability"] is told["discard"] is told["occlusion"] is None
    assert sorted(found.pictures) == ["prediction_picture", "uncertainty_picture"]


def test_patches_are_measured_as_patches_and_drawn_over_their_pixels():
    labels = np.array([[0, 1], [2, NO_CLASS]], dtype=np.uint8)
    probabilities = np.full((3, 2, 2), 1 / 3, dtype=np.float32)
    truth = np.repeat(np.repeat(np.array([[0, 1], [1, 1]]), 16, axis=0), 16, axis=1) + 1
    classes = tuple(type(one)(one.value + 1, one.name, one.colour) for one in CLASSES)

    outcome = Outcome(labels=labels, probabilities=probabilities)
    found = report(
        classifier(),
        plain_tile(40),
        outcome,
        make_truth(truth, answers="local-climate-zone", classes=classes),
    )

    assert sum(map(sum, found.measured.confusion["rows"])) == 3
    assert found.measured.figures[0].value == pytest.approx(2 / 3)
    assert found.raster.values.shape == (1, 40, 40)
    assert found.raster.values[0, 0, 16] == 1
    assert (found.raster.values[0, 32:] == NO_CLASS).all()


def test_a_restored_image_is_measured_in_the_bands_that_the_model_returns():
    random = np.random.default_rng(1)
    truth = random.random((13, 32, 32)).astype(np.float32)
    told = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
    outcome = Outcome(values=truth[[1, 2, 3, 7]] + 0.1, aleatoric=np.full((4, 32, 32), 0.01, np.float32))

    found = report(
        restorer(), plain_tile(), outcome, make_truth(truth, answers="clear-image", classes=(), bands=told)
    )

    assert found.measured.figures[0].value == pytest.approx(0.1)
    assert found.raster.bands[:5] == ("B2", "B3", "B4", "B8", "aleatoric variance B2")
    assert sorted(found.pictures) == [
        "aleatoric_picture", "error_picture", "prediction_picture", "truth_picture",
    ]  # fmt: skip
    assert _picture(found.pictures["prediction_picture"])[0].shape == (4, 32, 32)


def test_values_are_told_with_both_parts_of_their_uncertainty():
    found = np.full((1, 32, 32), 0.5, dtype=np.float32)
    outcome = Outcome(values=found, aleatoric=found * 0.02, epistemic=found * 0.002)
    truth = make_truth(np.full((32, 32), 0.4, dtype=np.float32), answers="ndvi", classes=(), bands=("ndvi",))

    told = report(regressor(), plain_tile(), outcome, truth)

    assert told.measured.figures[0].value == pytest.approx(0.1)
    assert {"aleatoric_picture", "epistemic_picture", "uncertainty_picture"} <= set(told.pictures)
    assert told.raster.bands == ("index", "aleatoric variance", "epistemic variance")
    assert told.doubt["high"] == pytest.approx(np.sqrt(0.5 * 0.022), rel=1e-4)
    assert (told.doubt["low"], told.doubt["unit"]) == (0.0, "1")


def test_pixels_without_a_value_are_transparent():
    found = np.full((1, 32, 32), 0.5, dtype=np.float32)
    found[0, 0, 0] = np.nan

    pictures = report(regressor(), plain_tile(), Outcome(values=found, aleatoric=found), None).pictures

    values, colours, _tags = _picture(pictures["prediction_picture"])
    assert colours[values[0, 0, 0]][3] == 0
    assert colours[values[0, 5, 5]][3] == 255


def _two_inputs():
    first = classifier().inputs[0]
    return tuple(first.model_copy(update={"name": name}) for name in ("optical", "radar"))


@pytest.mark.parametrize("kind", sorted(ADAPTERS))
def test_every_kind_of_model_has_a_report(kind):
    made = {
        "segmentation": (segmenter(), _labelled()),
        "classification": (classifier(), Outcome(np.zeros((2, 2), np.uint8), None, np.ones((3, 2, 2)) / 3)),
        "matching": (
            classifier(kind="matching", inputs=_two_inputs()),
            Outcome(np.zeros((2, 2), np.uint8), None, np.ones((3, 2, 2)) / 3),
        ),
        "regression": (regressor(), Outcome(values=np.zeros((1, 32, 32), np.float32))),
        "restoration": (restorer(), Outcome(values=np.zeros((4, 32, 32), np.float32))),
    }
    card, outcome = made[kind]

    assert (
        "prediction_picture"
        in report(card, Tile(("B4", "VV"), np.zeros((2, 32, 32))), outcome, None).pictures
    )
