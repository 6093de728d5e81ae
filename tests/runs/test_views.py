"""What the page of a run shows: layers, what their colours mean, and addresses that keep a choice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.runs import views
from app.runs.tables import Run
from app.tiles.viewing import Choice

NUMBER = UUID(int=7)
START = datetime(2026, 11, 21, tzinfo=UTC)


def a_run(**fields) -> Run:
    told = {"id": NUMBER, "created": START, "started": START + timedelta(seconds=2), "ended": None, **fields}
    return Run(**told)


def a_report(**changed) -> dict:
    return {
        "model": "toy",
        "files": {f"{name}_picture": f"/{name}.png" for name in ("prediction", "error", "truth")},
        "legend": [{"name": "water", "colour": "#0000ff"}, {"name": "trees", "colour": "#00ff00"}],
        "shares": {"water": 1.0, "trees": 0.0},
        "confusion": {"classes": ["water", "trees"], "rows": [[6, 0], [2, 0]]},
        "reliability": None,
        "discard": None,
        "occlusion": None,
        **changed,
    }


def told(choice: Choice, **changed) -> dict:
    return views.context(a_run(), {"models": {"toy": a_report(**changed)}}, None, choice)


def test_only_layers_that_a_model_has_are_offered_and_the_first_is_shown():
    layers = told(Choice())["layers"]

    assert [(one.key, one.is_shown) for one in layers] == [
        ("prediction", True),
        ("truth", False),
        ("error", False),
    ]


@pytest.mark.parametrize(
    ("wanted", "shown"), [("error", "error"), ("epistemic", "prediction"), ("<x>", "prediction")]
)
def test_a_layer_that_is_not_there_gives_way_to_the_prediction(wanted, shown):
    assert told(Choice(right=wanted))["right"] == shown


def test_a_link_to_a_layer_keeps_bands_and_date_and_drops_what_only_the_tile_has():
    choice = Choice(left="ndvi", over="truth-cloud", step=1, row=3, column=4)

    assert views.address(a_run(), choice, right="error") == f"/runs/{NUMBER}?left=ndvi&right=error&date=2"


def test_the_key_of_the_truth_has_the_shares_of_the_truth():
    key = views.key_of(a_report(), "truth")

    assert [(one["name"], one["share"]) for one in key.classes] == [("water", 0.75), ("trees", 0.25)]
    assert [one["name"] for one in views.key_of(a_report(), "prediction").classes] == ["water"]


def test_the_key_of_errors_of_classes_tells_right_from_wrong():
    assert [one["share"] for one in views.key_of(a_report(), "error").classes] == [0.75, 0.25]


def test_the_key_of_values_is_a_ramp_with_the_unit_at_its_end():
    key = views.key_of(a_report(legend={"low": 0.5, "high": 20.0, "unit": "m"}), "prediction")

    assert (key.low, key.high, key.stripes[0]) == ("0.50", "20.00 m", "#440154")


def test_errors_and_uncertainties_end_in_a_figure_with_its_unit():
    ramp = {"low": 0.0, "high": 3.4567, "unit": "m"}

    key = views.key_of(a_report(legend={"low": 0.5, "high": 20.0, "unit": "m"}, doubt=ramp), "aleatoric")

    assert (key.low, key.high) == ("0", "3.5 m")


def test_a_report_of_before_ends_in_words():
    key = views.key_of(a_report(legend={"low": 0.5, "high": 20.0, "unit": "m"}), "error")

    assert (key.low, key.high) == ("0", "largest")


def test_without_its_tile_a_run_still_shows_its_own_pictures():
    found = told(Choice())

    assert (found["left"], found["left_picture"], found["groups"]) == (None, None, [])


def test_a_run_that_has_not_begun_has_waited_for_no_known_time():
    found = views.context(a_run(started=None), None, None, Choice())

    assert (found["waited"], found["seconds"], found["reports"], found["right"]) == (None, None, [], "")
