"""Tiles of items: every item is counted once at every zoom, and nothing is left out without a word."""

import math

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogue.tiles import tile_address
from app.items.along import spread
from app.items.changes import collection_number, load_chunk
from app.items.curve import lay_out, unwoven
from app.items.document import check_item
from app.items.following import read_version
from app.items.indexes import indexes_of
from app.items.mvt import cell_layer, outline_layer, varints
from app.items.splits import SPLITS, split_of
from app.items.spreads import Boxes, spread_of
from app.items.tiles import MOST_BYTES, MOST_FOOTPRINTS, draw_tile
from app.items.touching import edges_of

LONGITUDES = st.floats(-180, 180) | st.sampled_from([-180.0, -90.0, 0.0, 45.0, 180.0])
LATITUDES = st.floats(-90, 90) | st.sampled_from([-90.0, -85.2, 0.0, 66.51326044311186, 85.06, 90.0])
BOX = st.tuples(LONGITUDES, LATITUDES, LONGITUDES, LATITUDES)


def boxes(corners):
    """Boxes whose south lies below their north; west > east crosses the antimeridian."""
    table = np.array(corners, dtype=float).reshape(-1, 4)
    south, north = np.minimum(table[:, 1], table[:, 3]), np.maximum(table[:, 1], table[:, 3])
    return Boxes(table[:, 0], south, table[:, 2], north)


def all_tiles(z):
    return [tile_address(z, x, y) for x in range(2**z) for y in range(2**z)]


def drawn(session, z, x, y, chosen=None):
    index = indexes_of(session).at(session, read_version(session), is_urgent=True)
    tile = draw_tile(session, index, spread_of(session, index, chosen), tile_address(z, x, y))
    return {name: layer["features"] for name, layer in mapbox_vector_tile.decode(tile).items()}


def tile_at(z, lon, lat):
    """Zoom, column and row of the tile with a place, by the formula of web maps."""
    height = math.asinh(math.tan(math.radians(max(-85.05, min(85.05, lat))))) / math.pi
    return z, int((lon + 180) / 360 * 2**z), int((1 - height) / 2 * 2**z)


def note(layers):
    (feature,) = layers["tile"]
    return feature["properties"]


@pytest.fixture
def load(session, add_dataset, make_item):
    """Loads items into the dataset `patches`."""
    add_dataset("patches")

    def put(*items):
        load_chunk(
            session, collection_number(session, "patches"), [check_item(one, "patches") for one in items]
        )

    put.make = make_item
    return put


@given(
    corners=st.lists(BOX, min_size=1, max_size=60),
    groups=st.integers(0, 3),
    z=st.integers(0, 3),
)
@settings(deadline=None)
def test_counts_over_all_tiles_of_a_zoom_are_the_items(corners, groups, z):
    numbers = np.arange(len(corners)) % (groups + 1)
    found = spread(lay_out(boxes(corners), numbers, 4))

    by_cell = sum(found.cells(tile).sum(axis=0) for tile in all_tiles(z))
    by_tile = sum(found.count(tile) for tile in all_tiles(z))

    assert by_cell.tolist() == by_tile.tolist() == np.bincount(numbers, minlength=4).tolist()


@given(corners=st.lists(BOX, min_size=1, max_size=40), z=st.integers(0, 6), data=st.data())
@settings(deadline=None)
def test_every_box_that_touches_a_tile_is_found_near_it(corners, z, data):
    x, y = (data.draw(st.integers(0, 2**z - 1)) for _ in range(2))
    made, tile = boxes(corners), tile_address(z, x, y)
    left, bottom, right, top = edges_of(tile)

    near = spread(lay_out(made, np.zeros(len(corners)), 1)).near(tile)

    rows = set(near.rows.tolist())
    assert len(near.rows) == len(rows)
    for row in range(len(corners)):
        west, south, east, north = (side[row] for side in (made.west, made.south, made.east, made.north))
        parts = [(west, east)] if west <= east else [(west, 180), (-180, east)]
        # Edges that are shared alone say nothing: rounding decides.
        beside = any(a < right - 1e-9 and b > left + 1e-9 for a, b in parts)
        if beside and south < top - 1e-9 and north > bottom + 1e-9:
            assert row in rows


@given(corners=st.lists(BOX, min_size=1, max_size=60), data=st.data())
@settings(deadline=None)
def test_chosen_items_are_counted_as_if_there_were_no_others(corners, data):
    chosen = np.array(sorted(data.draw(st.sets(st.integers(0, len(corners) - 1)))), dtype=np.int32)
    made, numbers = boxes(corners), np.arange(len(corners)) % 4
    alone = Boxes(made.west[chosen], made.south[chosen], made.east[chosen], made.north[chosen])

    some = spread(lay_out(made, numbers, 4), chosen)
    same = spread(lay_out(alone, numbers[chosen], 4))

    for tile in all_tiles(2):
        assert (some.cells(tile) == same.cells(tile)).all()


def test_an_item_lies_in_the_cell_of_the_centre_of_its_box():
    found = spread(lay_out(boxes([(10, 50, 12, 52)]), np.zeros(1), 1))

    cells = found.cells(tile_address(4, 8, 5))
    column, row = unwoven(np.flatnonzero(cells[:, 0]), 6)

    # 11° E, 51° N at zoom 10: column 543, row 342, by the formula of web maps.
    assert (8 * 64 + column[0], 5 * 64 + row[0]) == (543, 342)


def test_a_box_across_the_antimeridian_is_counted_at_its_middle():
    found = spread(lay_out(boxes([(170, -20, -178, -10)]), np.zeros(1), 1))

    assert found.count(tile_address(2, 3, 2)).sum() == 1
    assert len(found.near(tile_address(2, 0, 2)).rows) == 1


def test_places_beyond_the_map_are_counted_in_its_outermost_cells():
    found = spread(lay_out(boxes([(10, 89, 11, 90), (10, -90, 11, -88)]), np.zeros(2), 1))

    assert found.count(tile_address(3, 4, 0)).sum() == 1
    assert found.count(tile_address(3, 4, 7)).sum() == 1


def test_items_without_place_are_told_apart():
    made = boxes([(1, 1, 2, 2), (np.nan, np.nan, np.nan, np.nan)])
    curve = lay_out(made, np.zeros(2), 1)

    assert (spread(curve).size, spread(curve).nowhere) == (1, 1)
    assert spread(curve, np.array([1], dtype=np.int32)).nowhere == 1


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=50))
def test_numbers_are_written_as_protobuf_writes_them(values):
    written, used = varints(np.array(values, dtype=np.int64))

    for value, row, mask in zip(values, written, used, strict=True):
        read = sum((int(byte) & 0x7F) << (7 * place) for place, byte in enumerate(row[mask]))
        assert read == value
        assert [int(byte) >> 7 for byte in row[mask]] == [1] * (mask.sum() - 1) + [0]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=64))
def test_an_independent_reader_reads_the_cells(counts):
    columns, rows = np.arange(len(counts)), np.arange(len(counts))[::-1].copy()

    layer = cell_layer(
        "cells", columns, rows, 64, {"n": np.array(counts), "none": np.zeros(len(counts), int)}
    )
    read = mapbox_vector_tile.decode(layer, default_options={"y_coord_down": True})["cells"]

    assert read["extent"] == 4096
    assert [feature["properties"] for feature in read["features"]] == [{"n": count} for count in counts]
    for column, row, feature in zip(columns, rows, read["features"], strict=True):
        (ring,) = feature["geometry"]["coordinates"]
        west, north = int(column) * 64, int(row) * 64
        assert sorted(set(map(tuple, ring))) == [
            (west, north), (west, north + 64), (west + 64, north), (west + 64, north + 64)
        ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON((0 0, 0 100, 100 100, 100 0, 0 0), (20 20, 40 20, 40 40, 20 40, 20 20))",
        "MULTIPOLYGON(((0 0, 0 9, 9 9, 9 0, 0 0)), ((-50 -50, -50 -20, -20 -20, -20 -50, -50 -50)))",
        "LINESTRING(5 5, 4000 7, 12 4100)",
        "MULTILINESTRING((5 5, 40 7), (100 3, 2 1))",
        "POINT(7 9)",
        "MULTIPOINT((7 9), (2000 1))",
    ],
)
def test_an_independent_reader_reads_shapes_of_every_kind(text):
    shape = shapely.from_wkt(text)
    nowhere = np.zeros((1, 4), dtype=np.int64)

    layer = outline_layer("footprints", {"id": ["a"], "end": [None]}, nowhere, nowhere[:, :2], {0: shape})
    read = mapbox_vector_tile.decode(layer, default_options={"y_coord_down": True})["footprints"]

    (feature,) = read["features"]
    assert feature["properties"] == {"id": "a"}
    assert shapely.geometry.shape(feature["geometry"]).equals(shape)


def test_boxes_and_points_carry_their_own_properties():
    corners = np.array([[0, 10, 20, 30], [5, 5, 5, 5], [-64, 0, 4160, 4096]])
    properties = {"id": ["a", "b", "a"], "n": [1, 0, 1], "end": [None, "later", None]}

    layer = outline_layer("footprints", properties, corners, corners[:, :2], {})
    read = mapbox_vector_tile.decode(layer, default_options={"y_coord_down": True})["footprints"]

    found = [
        (feature["properties"], shapely.geometry.shape(feature["geometry"]).bounds)
        for feature in read["features"]
    ]
    assert found == [
        ({"id": "a", "n": 1}, (0, 10, 20, 30)),
        ({"id": "a", "n": 1}, (-64, 0, 4160, 4096)),
        ({"id": "b", "n": 0, "end": "later"}, (5, 5, 5, 5)),
    ]


def test_the_heaviest_grid_stays_within_the_bound():
    chance = np.random.default_rng(1)
    cells = np.arange(4096)
    counts = {name: chance.integers(1, 3_000, 4096) for name in ("n", *SPLITS)}

    assert len(cell_layer("cells", cells % 64, cells // 64, 64, counts)) < MOST_BYTES


@pytest.mark.parametrize(
    ("word", "split"), [("train", "train"), ("Val", "validate"), ("TEST", "test"), ("holdout", "other")]
)
def test_splits_are_known_by_their_usual_spellings(word, split):
    assert split_of(word) == split


def test_no_items_make_an_empty_tile(session, load):
    assert drawn(session, 0, 0, 0) == {}


def test_from_afar_items_are_cells_with_their_numbers_by_split(session, load):
    load(*(load.make(f"p-{n}", lon=10 + n / 1000, split=("train", "test")[n % 2]) for n in range(6)))

    layers = drawn(session, 2, 2, 1)

    assert note(layers) == {
        "shows": "cells", "why": "far", "cells": 64, "n": 6, "train": 3, "test": 3, "touching": 6
    }  # fmt: skip
    assert [cell["properties"] for cell in layers["cells"]] == [{"n": 6, "train": 3, "test": 3}]


def test_near_enough_items_are_footprints_with_what_identifies_them(session, load):
    load(load.make("p-1", split="validation"), load.make("p-2", lon=10.1))

    layers = drawn(session, *tile_at(9, 10, 50))

    assert note(layers)["shows"] == "footprints"
    assert {feature["properties"]["id"]: feature["properties"] for feature in layers["footprints"]}[
        "p-1"
    ] == {
        "id": "p-1",
        "collection": "patches",
        "datetime": "2020-06-01T10:00:00Z",
        "split": "validate",
        "n": 1,
    }


def test_a_large_item_is_a_footprint_from_afar(session, load):
    large = load.make("large")
    large["geometry"]["coordinates"] = [[[0, 40], [20, 40], [20, 55], [0, 55], [0, 40]]]
    load(large)

    assert note(drawn(session, 1, 1, 0))["shows"] == "footprints"


def test_a_footprint_on_an_edge_is_drawn_in_both_tiles_and_counted_in_one(session, load):
    # 11.25° E is where columns 2175 and 2176 of zoom 12 meet.
    load(load.make("edge", lon=11.245))

    west, east = (drawn(session, *tile_at(12, lon, 50.01))["footprints"] for lon in (11.249, 11.251))

    assert sorted(feature["properties"]["n"] for feature in west + east) == [0, 1]


def test_more_footprints_than_are_drawn_become_cells_that_say_so(session, load):
    load(
        *(
            load.make(f"p-{n}", datetime=f"20{n % 90 + 10}-01-01T00:00:00Z")
            for n in range(MOST_FOOTPRINTS + 1)
        )
    )

    layers = drawn(session, *tile_at(14, 10.01, 50.01))

    assert note(layers)["why"] == "crowded"
    assert (
        note(layers)["n"] == sum(cell["properties"]["n"] for cell in layers["cells"]) == MOST_FOOTPRINTS + 1
    )
    beside = drawn(session, *tile_at(18, 10.005, 50.005))
    assert note(beside)["touching"] == MOST_FOOTPRINTS + 1


def test_footprints_whose_names_would_make_a_tile_too_heavy_become_cells(session, load):
    load(*(load.make(f"{n:04d}-" + "long-" * 40, lon=10 + n / 10_000) for n in range(1_900)))

    layers = drawn(session, *tile_at(10, 10.01, 50.01))

    assert note(layers)["why"] == "heavy"
    assert sum(cell["properties"]["n"] for cell in layers["cells"]) == note(layers)["n"]


def test_a_shape_that_its_box_does_not_tell_is_drawn_as_it_is(session, load):
    triangle = load.make("triangle")
    triangle["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[10, 50], [10.02, 50], [10, 50.02], [10, 50]]],
    }
    load(triangle)

    (feature,) = drawn(session, *tile_at(10, 10, 50))["footprints"]

    assert len({tuple(place) for place in feature["geometry"]["coordinates"][0]}) == 3


def test_a_point_and_a_shape_beyond_the_map_are_drawn_where_they_are_counted(session, load):
    point, polar = load.make("point"), load.make("polar")
    point["geometry"] = {"type": "Point", "coordinates": [10, 50]}
    polar["geometry"] = {"type": "Polygon", "coordinates": [[[10, 86], [11, 86], [10, 87], [10, 86]]]}
    load(point, polar)

    assert drawn(session, *tile_at(12, 10, 50))["footprints"][0]["geometry"]["type"] == "Point"
    assert drawn(session, *tile_at(12, 10.5, 86))["footprints"][0]["geometry"]["type"] == "Point"


def test_a_shape_on_both_sides_of_the_antimeridian_is_counted_there(session, load):
    fiji = load.make("fiji")
    halves = [[[w, -18], [e, -18], [e, -17], [w, -17], [w, -18]] for w, e in ((178.5, 180), (-180, -179.5))]
    fiji["geometry"] = {"type": "MultiPolygon", "coordinates": [[half] for half in halves]}
    load(fiji)

    east, west = drawn(session, 6, 63, 35), drawn(session, 6, 0, 35)

    assert [layers["footprints"][0]["properties"]["n"] for layers in (east, west)] == [1, 0]


def test_tiles_of_a_choice_count_only_what_was_chosen(session, load):
    load(*(load.make(f"p-{n}", lon=10 + n / 1000) for n in range(6)))

    layers = drawn(session, 2, 2, 1, chosen=np.array([0, 2], dtype=np.int32))

    assert note(layers)["n"] == 2
