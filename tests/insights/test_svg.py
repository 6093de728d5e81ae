from itertools import combinations
from xml.etree import ElementTree

from app.insights.svg import Box, Point, element, labels, mark, short

FRAME = Box(0, 0, 400, 200)


def test_attributes_and_words_are_escaped():
    made = element("text", '<b>"&', class_='a"b', x=1.25)

    parsed = ElementTree.fromstring(made)
    assert (parsed.text, parsed.get("class"), parsed.get("x")) == ('<b>"&', 'a"b', "1.2")


def test_lengths_are_short():
    assert [short(value) for value in (12.0, 3.46, -0.01, 0.0, -2.0)] == ["12", "3.5", "0", "0", "-2"]


def test_a_mark_without_address_is_no_link():
    assert mark("x", None, element("path")).startswith("<g>")
    assert 'tabindex="-1"' in mark("x", "/datasets/x", element("path"))


def test_labels_overlap_neither_each_other_nor_circles_nor_the_frame():
    points = [Point(20 + 37 * place % 380, 10 + 53 * place % 180, 5, f"Name {place}") for place in range(40)]

    placed = labels(points, points, FRAME, 20)

    assert len(placed) > 3
    assert not any(one.box.overlaps(other.box) for one, other in combinations(placed, 2))
    assert not any(label.box.touches(point) for label in placed for point in points)
    assert all(label.box.is_inside(FRAME) for label in placed)


def test_no_more_labels_than_asked_for():
    points = [Point(50, 20.0 + 40 * place, 3, "Name") for place in range(4)]

    assert len(labels(points, points, FRAME, 2)) == 2


def test_a_label_without_room_is_left_out():
    assert labels([Point(5, 5, 3, "A name that is far too long for it")], [], Box(0, 0, 60, 60), 5) == []
