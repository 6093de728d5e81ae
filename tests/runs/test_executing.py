"""One run in the process that does it: its outcome, its files, and what goes wrong."""

import subprocess
import sys

import numpy as np
import pytest
from rasterio.io import MemoryFile

from app.runs import changes, files, receipts
from app.runs.executing import execute
from app.runs.receipts import Receipt
from app.runs.tables import Run
from app.tiles.reading import read_tile, read_truth
from app.zoo.adapters import ADAPTERS
from app.zoo.fitting import known_cards
from app.zoo.onnx import open_network


def _done(place, *models: str, **changed):
    """A run that was requested, claimed and executed here."""
    number = place.request(*models, **changed)
    with place.sessions.begin() as session:
        attempt = changes.claim(session, number)
    execute(place.workplace(memory=1), number, attempt)
    return place.run(number)


def test_a_run_ends_with_a_report_of_each_model(place):
    run = _done(place, "toy", "other")

    assert (run.state, run.progress, run.error) == ("succeeded", 100, "")
    assert list(run.outcome["models"]) == ["toy", "other"]
    told = run.outcome["models"]["toy"]
    assert told["simulated"] is run.outcome["simulated"] is True
    assert {one["what"] for one in told["figures"]} >= {"Overall accuracy", "Mean IoU"}
    assert sum(map(sum, told["confusion"]["rows"])) == 64 * 64
    assert set(told["timing"]) >= {"read", "load", "prepare", "network", "measure", "write"}
    assert told["occlusion"] is None


def test_the_figures_are_those_of_the_network_on_the_tile(place):
    told = _done(place).outcome["models"]["toy"]

    card = known_cards(place.models)["toy"]
    outcome = ADAPTERS[card.kind](
        card, read_tile(place.storage, place.tile), open_network(card, place.models)
    )
    truth = read_truth(place.storage, place.tile, "land-cover")[0]
    assert told["figures"][0]["value"] == pytest.approx(float((outcome.labels == truth).mean()))
    assert told["shares"] == pytest.approx(outcome.shares)


def test_the_prediction_is_a_file_that_says_what_it_is(place):
    run = _done(place)

    content = place.storage.get(files.place(str(run.id), run.outcome["models"]["toy"]["files"]["prediction"]))
    with MemoryFile(content) as memory, memory.open() as file:
        tags, values = file.tags(), file.read(1)
        assert file.profile["tiled"] or file.width <= 64
    assert (tags["SIMULATED"], tags["MODEL"], tags["TILE"]) == ("YES", "toy", place.tile.id)
    assert values.shape == (64, 64) and values.max() < 10
    for name, path in run.outcome["models"]["toy"]["files"].items():
        assert place.storage.has(files.place(str(run.id), path)), name


def test_groups_of_bands_are_hidden_on_request(place):
    told = _done(place, options={"occlusion": True}).outcome["models"]["toy"]["occlusion"]

    assert {band for one in told for band in one["bands"]} == {"B4", "B8", "VV"}
    assert told[0]["change"] > 0


@pytest.mark.parametrize(("model", "words"), [("nan", "no numbers"), ("absent", "no model absent")])
def test_a_model_that_cannot_answer_fails_its_run_and_says_why(place, model, words):
    run = _done(place, model)

    assert run.state == "failed"
    assert words in run.error
    assert run.outcome is None


def test_a_tile_whose_file_is_damaged_fails_the_run(place):
    place.storage.put(place.tile.seen[0].path, b"no GeoTIFF")

    run = _done(place)

    assert run.state == "failed"
    assert "cannot be read" in run.error


def test_an_outcome_nobody_waits_for_any_more_is_not_written(place):
    number = place.request()
    with place.sessions.begin() as session:
        attempt = changes.claim(session, number)
        changes.cancel(session, session.get_one(Run, number))

    execute(place.workplace(), number, attempt)

    assert place.run(number).state == "cancelled"
    assert place.run(number).outcome is None


def test_a_receipt_repeats_bit_for_bit(place, tmp_path):
    run = _done(place, "toy", "other", options={"occlusion": True})
    path = tmp_path / "receipt.json"
    path.write_bytes(Receipt.model_validate(run.receipt).model_dump_json().encode())

    done = subprocess.run(
        [sys.executable, "-m", "app", "runs", "replay", path],
        env=place.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Every bit" in done.stderr


def test_a_receipt_tells_what_is_otherwise_now(place):
    run = _done(place)
    old = Receipt.model_validate(run.receipt)

    again = {
        **run.receipt,
        "versions": {**run.receipt["versions"], "numpy": "0.1"},
        "outcome": {"toy": {**run.receipt["outcome"]["toy"], "labels": "other"}},
    }

    assert receipts.differences(old, run.receipt) == []
    told = receipts.differences(old, again)
    assert any("numpy was" in one for one in told)
    assert "toy: labels differ." in told


def test_digests_tell_type_and_shape_apart():
    zeros = np.zeros(4, dtype=np.float32)

    assert receipts.digest(zeros) != receipts.digest(zeros.reshape(2, 2))
    assert receipts.digest(zeros) != receipts.digest(zeros.view(np.int32))
    assert receipts.digest(zeros) == receipts.digest(np.zeros(8, dtype=np.float32)[::2])
