"""Squares that lie inside an area, and those at its edge, together hold exactly what touches it."""

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.extent import BBox
from app.items import areas
from app.items.forms import OTHER_SHAPE, OWN_BOX
from app.items.index import ItemIndex, Span, Version
from app.items.outlines import Area


@pytest.fixture(scope="module")
def crowd():
    """Four thousand small boxes within two degrees, some of them without a size, some larger, some only the
    box of another shape."""
    random = np.random.default_rng(5)
    count = 4_000
    width = random.choice([0.0, 0.011, 0.02, 0.05, 0.3], count)
    west, south = random.uniform(9, 11, count).round(3), random.uniform(49, 51, count).round(3)
    nothing = np.zeros(count, dtype=np.int64)
    return ItemIndex(
        version=Version(1, 1),
        ids=np.arange(1, count + 1),
        collections=np.ones(count, dtype=np.int32),
        start=nothing,
        until=nothing,
        form=random.choice([OWN_BOX, OWN_BOX, OTHER_SHAPE], count).astype(np.int16),
        west=west,
        south=south,
        east=west + width,
        north=south + width,
        numbers={},
        texts={},
        words={},
        slugs={1: "crowd"},
        kinds={},
    )


def star(lon, lat, size, points):
    """A polygon that is bent inwards between its points."""
    angles = np.linspace(0, 2 * math.pi, 2 * points, endpoint=False)
    reaches = np.where(np.arange(2 * points) % 2, size / 3, size)
    return shapely.Polygon(np.stack([lon + reaches * np.cos(angles), lat + reaches * np.sin(angles)], axis=1))


@st.composite
def outlines(draw):
    lon, lat = draw(st.integers(8800, 11200)) / 1000, draw(st.integers(48800, 51200)) / 1000
    size = draw(st.sampled_from([0.003, 0.05, 0.2, 0.5, 1.3]))
    box = shapely.box(lon - size, lat - size / 2, lon + size, lat + size / 2)
    kind = draw(st.sampled_from(["box", "hexagon", "star", "ring", "circle", "two", "line", "point"]))
    return {
        "box": box,
        "hexagon": shapely.Point(lon, lat).buffer(size, quad_segs=2),
        "star": star(lon, lat, size, 5),
        "ring": box.difference(box.buffer(-size / 6)),
        "circle": shapely.Point(lon, lat).buffer(size, quad_segs=40),
        "two": shapely.union_all([box, shapely.affinity.translate(box, 3 * size, 0)]),
        "line": shapely.LineString([(lon - size, lat), (lon + size, lat + size)]),
        "point": shapely.Point(lon, lat),
    }[kind]


@settings(max_examples=300, deadline=None)
@given(outline=outlines())
def test_what_touches_an_area_is_found_once_and_what_lies_inside_needs_no_other_look(crowd, outline):
    boxes = shapely.box(crowd.west, crowd.south, crowd.east, crowd.north)
    flat = crowd.west == crowd.east
    boxes[flat] = shapely.points(crowd.west[flat], crowd.south[flat])

    found = areas.touching(crowd, Area(outline))

    touching = set(np.flatnonzero(shapely.intersects(outline, boxes)).tolist())
    together = [*found.rows.tolist(), *found.open.tolist()]
    assert len(together) == len(set(together))
    assert set(together) == touching
    assert all(crowd.form[found.open] == OTHER_SHAPE)
    others = [row for row in found.rows.tolist() if crowd.form[row] == OTHER_SHAPE]
    assert shapely.covers(outline, boxes[others]).all()


@pytest.mark.parametrize(
    "box",
    [
        BBox(9.5, 49.5, 10.5, 50.5),
        BBox(10, 50, 10.003, 50.003),
        BBox(-180, -90, 180, 90),
        BBox(10, 49, 10, 51),
        BBox(9.123, 49.321, 9.123, 49.321),
        BBox(10.9, 49, 9.1, 51),
    ],
    ids=["middling", "small", "world", "line", "point", "across the antimeridian"],
)
def test_box_finds_what_its_geometry_finds(crowd, box):
    simple = replace(crowd, form=np.full(crowd.size, OWN_BOX, dtype=np.int16))

    for index in (crowd, simple):
        found, same = (areas.touching(index, Area(one)) for one in (box, box.geometry()))

        assert sorted(found.rows.tolist()) == sorted(same.rows.tolist())
        assert sorted(found.open.tolist()) == sorted(same.open.tolist())
    assert len(found.open) == 0


def test_only_rows_of_the_spans_asked_for_are_found(crowd):
    area, spans = Area(BBox(9.5, 49.5, 10.5, 50.5)), [Span(0, 500), Span(3_000, 3_100)]

    every, some, none = (areas.touching(crowd, area, asked) for asked in (None, spans, []))

    rows = np.concatenate([every.rows, every.open])
    wanted = rows[(rows < 500) | ((rows >= 3_000) & (rows < 3_100))]
    assert sorted([*some.rows.tolist(), *some.open.tolist()]) == sorted(wanted.tolist())
    assert len(wanted) and not len(none.rows) and not len(none.open)
