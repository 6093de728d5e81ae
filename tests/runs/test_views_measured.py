"""Scores and plots of the page of a run, from reports whose figures can be worked out by hand."""

import pytest

from app.runs import views_measured as measured
from tests.runs.test_views import a_report

THREE = {
    "legend": [{"name": name, "colour": "#000000"} for name in ("water", "trees", "snow")],
    "confusion": {"classes": ["water", "trees", "snow"], "rows": [[6, 2, 0], [0, 2, 0], [0, 0, 0]]},
}


def test_scores_are_of_classes_that_occur_alone():
    water, trees = measured.class_scores(a_report(**THREE))

    assert (water.name, water.share, water.iou, water.f1) == ("water", 0.8, 0.75, pytest.approx(12 / 14))
    assert (trees.name, trees.share, trees.iou, trees.f1) == ("trees", 0.2, 0.5, pytest.approx(4 / 6))


def test_a_matrix_leaves_out_what_never_occurs_and_shades_by_share_of_the_row():
    matrix = measured.matrix(a_report(**THREE))

    assert [(name, [cell.count for cell in cells]) for name, cells in matrix] == [
        ("water", [6, 2]),
        ("trees", [0, 2]),
    ]
    assert [[cell.shade for cell in cells] for _name, cells in matrix] == [[4, 2], [0, 4]]


def test_without_truth_there_is_nothing_to_draw():
    drawn = measured.of_report(a_report(confusion=None))

    assert not any(drawn.values())


def test_bins_of_confidence_become_bars_where_they_hold_anything():
    told = {"edges": [0, 0.5, 1], "confidence": [0, 0.8], "accuracy": [0, 0.5], "count": [0, 9], "ece": 0.3}

    plot = measured.reliability(a_report(reliability=told))

    assert plot is not None
    assert [(bar.x, bar.y, bar.height, bar.label) for bar in plot.bars] == [(213.0, 88.0, 72.0, "0.50")]
    assert plot.rows == (("0.80", "0.50", "9"),)


def test_quantiles_of_values_become_a_line_from_corner_to_corner():
    told = {"edges": [0, 0.5, 1], "confidence": [0.5], "accuracy": [0.25], "count": [9], "ece": 0.25}

    plot = measured.reliability(a_report(reliability=told, legend={"low": 0, "high": 1, "unit": "m"}))

    assert plot is not None
    assert (plot.bars, plot.path) == ((), "M44.0 160.0L212.0 124.0L380.0 16.0")


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(0.2763, ("0.00", "0.14", "0.28")), (0.00846, ("0.0000", "0.0043", "0.0086")), (0.0, None)],
)
def test_the_axis_of_errors_ends_at_a_round_value_above_them(most, ticks):
    plot = measured.discard(a_report(discard={"share": [0.5, 1.0], "error": [0.0, most]}))

    assert plot is not None
    assert len(plot.up) == 3
    if ticks:
        assert tuple(words for _y, words in plot.up) == ticks


def influence(group: str, change: float, **told) -> dict:
    return {"group": group, "bands": ["B4"], "change": change, "metric": "Mean change", **told}


def worth(group: str, gain: float) -> dict:
    return influence(group, 0.2, gain=gain, figure="Mean absolute error", unit="m")


def test_without_a_truth_the_input_that_moves_most_has_the_longest_bar_and_stands_first():
    shown = measured.occlusion(a_report(occlusion=[influence("a", 0.1), influence("b", 0.4)]))

    assert [(one.bar.label, one.bar.x) for one in shown.rows] == [("±0.4000", 150.0), ("±0.1000", 150.0)]
    assert shown.rows[0].bar.width == pytest.approx(4 * shown.rows[1].bar.width)
    assert shown.figure == ""


def test_with_a_truth_bars_part_to_what_helps_and_what_does_harm():
    shown = measured.occlusion(a_report(occlusion=[worth("bad", -0.1), worth("good", 0.3)]))

    good, bad = shown.rows
    assert (good.group, good.gain, good.does_harm) == ("good", "+0.300", False)
    assert (bad.group, bad.gain, bad.does_harm) == ("bad", "\u22120.100", True)
    assert good.bar.x == shown.axis == pytest.approx(bad.bar.x + bad.bar.width)
    assert (shown.figure, shown.unit) == ("Mean absolute error", "m")
    assert measured.BAR_LEFT < bad.label_x < good.label_x < measured.BAR_RIGHT


@pytest.mark.parametrize(("value", "told"), [(0.0004, "0.000"), (-0.0004, "0.000"), (0.5, "+0.500")])
def test_a_difference_that_nobody_would_see_has_no_sign(value, told):
    assert measured.signed(value) == told


def test_figures_of_several_models_stand_side_by_side_with_gaps():
    one = a_report(figures=[{"what": "Kappa", "unit": "1", "value": 0.5}])
    two = a_report(figures=[{"what": "Bias", "unit": "m", "value": -1.0}])

    assert measured.compared([one, two]) == [("Kappa", "1", [0.5, None]), ("Bias", "m", [None, -1.0])]
