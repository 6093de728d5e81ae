"""TrainingDML-AI: what the standard demands of every record, and the traps."""

import json

import pytest

from app.exchange.formats import trainingdml
from app.exchange.formats.readers import trainingdml as reader

REQUIRED = {"type", "id", "name", "description", "license", "tasks", "data"}


def test_every_record_has_what_the_standard_demands(records, hostile, make_record, site):
    for record in (*records, hostile, make_record()):
        document = json.loads(trainingdml.write(record, site))

        assert set(document) >= REQUIRED
        assert document["type"] == "AI_EOTrainingDataset"
        assert document["tasks"] and all(
            task["type"] == "AI_EOTask" and task["taskType"] and task["id"] for task in document["tasks"]
        )
        assert document.get("classes") != []


def test_image_size_is_width_times_height(make_record, site):
    record = make_record(image_size_px={"min": [640, 480], "max": [640, 480]})

    assert trainingdml.document(record, site)["imageSize"] == "640*480"


def test_image_size_that_varies_is_left_out(make_record, site):
    record = make_record(image_size_px={"min": [200, 200], "max": [400, 400]})

    assert "imageSize" not in trainingdml.document(record, site)


def test_band_limits_are_micrometres_with_their_unit(by_slug, site):
    bands = trainingdml.document(by_slug["sen1floods11"], site)["bands"]

    red = next(band for band in bands if isinstance(band, dict) and band["name"] == [{"code": "B4"}])
    assert red["boundUnits"] == "um"
    assert 0.6 < red["boundMin"] < red["peakResponse"] < red["boundMax"] < 0.7


def test_unknown_licence_and_task_are_said_and_not_read_back(make_record, site):
    document = trainingdml.document(make_record(), site)

    assert document["license"] == "not stated"
    assert document["tasks"][0]["taskType"] == "not recorded"
    facts = reader.read(json.dumps(document).encode()).facts
    assert not {"licence.spdx", "licence.text", "tasks"} & set(facts)


def test_extent_is_west_south_east_north_of_footprints(make_record, site):
    located = make_record(spatial={"bbox": [34, -4, 42, 5]})

    assert trainingdml.document(located, site)["extent"] == [34, -4, 42, 5]
    assert "extent" not in trainingdml.document(make_record(), site)


@pytest.mark.parametrize("size", ["256*256", "256 x 256", "256×256"])
def test_image_size_is_read_in_common_spellings(size):
    document = {"type": "AI_EOTrainingDataset", "name": "x", "imageSize": size}

    assert reader.read(json.dumps(document).encode()).facts["image_size_px"].min == (256, 256)


def test_named_classes_and_what_has_no_field():
    document = {
        "type": "AI_EOTrainingDataset",
        "name": "WHU",
        "classes": [{"key": "road", "value": 1}, "water", {"name": "forest"}],
        "tasks": [{"type": "AI_EOTask", "taskType": "Guessing"}],
        "quality": [{"type": "DataQuality"}],
        "data": [{"id": "1"}],
    }

    reading = reader.read(json.dumps(document).encode())

    assert reading.facts["classes"] == ("road", "water", "forest")
    assert {left.where for left in reading.left} == {"tasks", "quality", "data"}
