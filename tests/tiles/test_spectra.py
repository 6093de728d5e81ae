from dataclasses import replace

from app.tiles.spectra import BOTTOM, LEFT, RIGHT, TOP, spectrum
from app.tiles.viewer_values import Reading
from tests.tiles.viewed import layer

CENTRES = {"B2": 0.49, "B3": 0.56, "B4": 0.665, "B8": 0.833}


def read(one, values):
    return [
        Reading(one, name, "", value, "", "", CENTRES[name])
        for name, value in zip(CENTRES, values, strict=True)
    ]


SEEN = layer("s2", "optical", tuple(CENTRES))
CLEAR = replace(layer("clear", "optical", tuple(CENTRES)), answers="clear-image")


def test_points_lie_in_the_order_of_wavelengths_within_the_drawing():
    points = spectrum(read(SEEN, (0.1, 0.3, 0.2, 0.4))).lines[0].points

    assert [point.x for point in points] == sorted(point.x for point in points)
    assert all(LEFT <= point.x <= RIGHT and TOP <= point.y <= BOTTOM for point in points)
    assert points[3].y == TOP


def test_seen_and_true_values_share_one_axis():
    found = spectrum([*read(SEEN, (0.8, 0.8, 0.8, 0.8)), *read(CLEAR, (0.1, 0.1, 0.1, 0.4))])

    assert [line.is_truth for line in found.lines] == [False, True]
    assert found.lines[0].points[0].y == TOP
    assert found.lines[1].points[3].y == (TOP + BOTTOM) / 2


def test_rules_are_few_and_their_labels_short():
    found = spectrum(read(SEEN, (0.1, 0.3, 0.2, 0.44)))

    assert [rule.label for rule in found.rules] == ["0", "0.1", "0.2", "0.3", "0.4"]


def test_unknown_values_leave_a_gap_in_the_points():
    assert len(spectrum(read(SEEN, (0.1, None, 0.2, 0.4))).lines[0].points) == 3


def test_two_bands_make_no_spectrum():
    assert spectrum(read(SEEN, (0.1, None, None, 0.4))) is None


def test_nothing_read_makes_no_spectrum():
    assert spectrum([]) is None
