"""Filtered tiles hold exactly what a look at every single item finds, however they were counted."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.catalogue.tiles import tile_address
from app.items import sifting
from app.items.along import spread
from app.items.cql2 import parse_filter
from app.items.curve import lay_out
from app.items.forms import OWN_BOX
from app.items.index import ItemIndex, Version
from app.items.matching import match
from app.items.moments import micros
from app.items.query import ItemQuery, Moments
from app.items.sifting import prepare, sifted
from app.items.splits import SPLITS, split_numbers
from app.items.spreads import Layout
from app.items.timecells import window_of
from app.items.touching import touching

COUNT = 3_000
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
WORDS = {1: "train", 2: "val", 3: "test", 4: "validation", 5: "spare", 6: "s2", 7: "s1"}
HELD = frozenset({"text"})


def made(covers_intervals):
    """Items of three collections in four clumps, with the same moments again and again."""
    random = np.random.default_rng(7)
    start = micros(BEGIN) + random.integers(0, 50, COUNT) * 86_400_000_000
    collections = np.sort(random.integers(1, 4, COUNT)).astype(np.int32)
    order = np.lexsort((np.arange(COUNT), -start, collections))
    start, clump = start[order], random.integers(0, 4, COUNT)
    west = np.array([10.0, 10.4, -70.0, 179.5])[clump] + random.normal(0, 0.2, COUNT)
    south = np.array([50.0, 50.2, -20.0, 10.0])[clump] + random.normal(0, 0.2, COUNT)
    west[::97] = np.nan
    texts = {
        "split": random.choice([0, 1, 1, 1, 2, 3, 4, 5], COUNT).astype(np.int32),
        "platform": random.choice([6, 7], COUNT).astype(np.int32),
    }
    width = random.choice([0.0, 0.01, 0.4], COUNT)
    return ItemIndex(
        version=Version(1, 1),
        ids=np.arange(1, COUNT + 1),
        collections=collections[order],
        start=start,
        until=start + (random.integers(0, 3, COUNT) * 86_400_000_000 if covers_intervals else 0),
        form=np.full(COUNT, OWN_BOX, dtype=np.int16),
        west=west,
        south=south,
        east=west + width,
        north=south + width,
        numbers={"cloud": np.where(np.arange(COUNT) % 11, random.uniform(0, 100, COUNT).round(), np.nan)},
        texts=texts,
        words=WORDS,
        slugs={1: "one", 2: "two", 3: "three"},
        kinds={n: {"split": HELD, "platform": HELD, "cloud": frozenset({"number"})} for n in (1, 2, 3)},
    )


def laid_out(index):
    curve = lay_out(index, split_numbers(index), len(SPLITS))
    return Layout(curve, spread(curve))


INDEXES = [made(False), made(True)]
LAYOUTS = [laid_out(index) for index in INDEXES]


def written(day):
    return f"TIMESTAMP('{BEGIN + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}')"


@st.composite
def times(draw):
    name = draw(st.sampled_from(["datetime", "start_datetime", "end_datetime"]))
    first, last = sorted(draw(st.integers(-2, 52)) for _ in range(2))
    kind = draw(st.sampled_from(["<", "<=", ">", ">=", "=", "<>", "between", "after", "day"]))
    if kind == "between":
        return f"{name} BETWEEN {written(first)} AND {written(last)}"
    if kind == "after":
        return f"T_AFTER({name}, {written(first)})"
    if kind == "day":
        return f"{name} {draw(st.sampled_from(['<=', '>', '=']))} DATE('2020-01-{first % 28 + 1:02d}')"
    return f"{name} {kind} {written(first)}"


CONDITIONS = times() | st.sampled_from(
    [
        "split = 'train'",
        "split <> 'train'",
        "split IN ('val', 'validation')",
        "split = 'val'",
        "split IS NULL",
        "split LIKE 't%'",
        "split = 'nothing'",
        "NOT (split = 'test' OR split = 'spare')",
        "platform = 's2'",
        "cloud < 40",
        "cloud IS NULL",
        "collection = 'two'",
        "split = 'train' OR cloud > 70",
    ]
)
COLLECTIONS = st.sampled_from([None, (), ("two",), ("one", "two"), ("one", "three"), ("none",)])
MOMENTS = st.none() | st.builds(
    lambda first, last, is_open: Moments(
        BEGIN + timedelta(days=first), None if is_open else BEGIN + timedelta(days=first + last)
    ),
    st.integers(-2, 52),
    st.integers(0, 20),
    st.booleans(),
)
TILES = st.integers(0, 8).flatmap(
    lambda z: st.sampled_from(
        [
            tile_address(z, int((lon + 180) / 360 * 2**z), y)
            for lon, y in ((10.1, int(0.335 * 2**z)), (-70, int(0.556 * 2**z)), (179.9, int(0.47 * 2**z)))
        ]
    )
)


@given(
    which=st.integers(0, 1),
    conditions=st.lists(CONDITIONS, max_size=3),
    collections=COLLECTIONS,
    moments=MOMENTS,
    tile=TILES,
    many=st.sampled_from([0, 200, 10**9]),
)
@settings(deadline=None, max_examples=300)
def test_a_sifted_tile_is_that_of_the_rows_that_match(which, conditions, collections, moments, tile, many):
    index, layout = INDEXES[which], LAYOUTS[which]
    filter = parse_filter(" AND ".join(f"({one})" for one in conditions), "cql2-text") if conditions else None
    if filter is not None and collections in ((), ("none",)):
        collections = None
    query = ItemQuery(collections=collections, moments=moments, filter=filter)
    rows = match(None, index, query)
    expected = spread(layout.curve, np.arange(index.size) if rows is None else rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sifting, "MANY", many)
        found = sifted(index, layout, query)

        assert found.count(tile).tolist() == expected.count(tile).tolist()
        for zooms in (6, 5):
            assert (found.cells(tile, zooms) == expected.cells(tile, zooms)).all()
    near, same = found.near(tile), touching(index, expected.near(tile), tile)
    assert near.are_touching
    inside = same.rows[(order := np.argsort(same.rows))]
    assert set(inside.tolist()) == set(near.rows.tolist())
    assert len(near.rows) == len(set(near.rows.tolist()))
    assert (near.keys[np.argsort(near.rows)] == same.keys[order]).all()


@pytest.mark.parametrize(
    ("text", "is_window"),
    [
        ("split = 'train' AND datetime > TIMESTAMP('2020-01-05T00:00:00Z')", True),
        ("split IN ('train', 'test') AND datetime < DATE('2020-01-05')", True),
        ("split <> 'train'", False),
        ("split IN ('val', 'validation')", True),
        ("split = 'val'", False),
        ("platform = 's2'", False),
        ("split = 'train' OR datetime < DATE('2020-01-05')", False),
        ("datetime <> DATE('2020-01-05')", False),
    ],
)
def test_splits_and_times_need_no_look_at_single_items(text, is_window):
    held = [parse_filter(text, "cql2-text").root]
    held = list(held[0].arguments) if held[0].op == "and" else held

    assert (window_of(INDEXES[0], None, held) is not None) == is_window
    assert window_of(INDEXES[1], None, held) is None


def test_what_columns_do_not_hold_is_left_to_others():
    polygon = "S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 0)))"

    assert sifted(INDEXES[0], LAYOUTS[0], ItemQuery(ids=("a",))) is None
    assert sifted(INDEXES[0], LAYOUTS[0], ItemQuery(filter=parse_filter(polygon, "cql2-text"))) is None
    with pytest.raises(Invalid, match="split"):
        sifted(INDEXES[0], LAYOUTS[0], ItemQuery(filter=parse_filter("splt = 'a'", "cql2-text")))


def test_what_is_prepared_is_not_made_again():
    index = made(False)
    layout = laid_out(index)
    prepare(index, layout)
    held = set(index._kept)
    query = ItemQuery(filter=parse_filter("split = 'train' AND datetime > DATE('2020-01-05')", "cql2-text"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sifting, "MANY", 0)
        for z in (0, 3, 6):
            sifted(index, layout, query).count(tile_address(z, 0, 0))

    assert set(index._kept) - held <= {"known", "one row of each split"}
