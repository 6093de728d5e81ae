"""Map tiles: what is drawn, gathered and counted."""

import random

import mapbox_vector_tile
import pytest

from app.base.errors import Invalid
from app.catalogue.changes import publish_many, replace_outlines
from app.catalogue.matching import match
from app.catalogue.outlines import read_outlines
from app.catalogue.query import SearchQuery
from app.catalogue.tiles import MOST_FOOTPRINTS, draw_tile, find_tile, tile_address

BERLIN = {"name": "Berlin", "country": "DEU", "lon": 13.4, "lat": 52.52, "precision": "city"}


def drawn(session, z, x, y, query=None):
    tile = draw_tile(session, match(session, query or SearchQuery()), tile_address(z, x, y))
    return {name: layer["features"] for name, layer in mapbox_vector_tile.decode(tile).items()}


def in_box(name, west, south, east, north):
    return {
        "name": name,
        "precision": "footprint",
        "lon": (west + east) / 2,
        "lat": (south + north) / 2,
        "bbox": (west, south, east, north),
    }


@pytest.mark.parametrize("address", [(23, 0, 0), (-1, 0, 0), (0, 1, 0), (3, 0, 8), (3, -1, 0)])
def test_tile_that_does_not_exist_is_refused(address):
    with pytest.raises(Invalid):
        tile_address(*address)


def test_empty_catalogue_draws_an_empty_tile(session):
    assert draw_tile(session, match(session, SearchQuery()), tile_address(0, 0, 0)) == b""


def test_places_that_lie_close_are_gathered_with_their_number(session, add_dataset):
    add_dataset("one", spatial={"places": [BERLIN]})
    add_dataset("two", spatial={"places": [BERLIN, {**BERLIN, "name": "Potsdam", "lon": 13.06}]})

    (point,) = drawn(session, 2, 2, 1)["points"]

    assert point["properties"]["n"] == 2
    assert "slug" not in point["properties"]


def test_point_of_one_dataset_carries_its_name(session, add_dataset):
    add_dataset("one", spatial={"places": [BERLIN]})

    (point,) = drawn(session, 2, 2, 1)["points"]

    assert point["properties"] == {"n": 1, "slug": "one", "name": "one", "place": "Berlin"}


def test_large_footprint_is_drawn_and_small_one_is_a_point(session, add_dataset):
    add_dataset("large", spatial={"places": [in_box("L", 0, 45, 20, 55)]})
    add_dataset("small", spatial={"places": [in_box("S", 30, 45, 30.1, 45.1)]})

    layers = drawn(session, 2, 2, 1)

    assert [feature["properties"]["slug"] for feature in layers["footprints"]] == ["large"]
    assert [feature["properties"]["slug"] for feature in layers["points"]] == ["small"]


def test_footprint_beyond_the_number_drawn_is_counted_in_a_point(session, make_record):
    surplus = 5
    publish_many(
        session,
        (
            make_record(slug=f"set-{number}", spatial={"places": [in_box("Here", 1, 45, 15, 55)]})
            for number in range(MOST_FOOTPRINTS + surplus)
        ),
    )

    layers = drawn(session, 2, 2, 1)

    assert len(layers["footprints"]) == MOST_FOOTPRINTS
    assert sum(feature["properties"]["n"] for feature in layers["points"]) == surplus


def test_country_known_alone_is_drawn_as_its_outline_with_a_number(session, add_dataset):
    germany = [outline for outline in read_outlines() if outline[0] == "DEU"]
    replace_outlines(session, germany)
    add_dataset("one", spatial={"countries": ["DEU"]})
    add_dataset("two", spatial={"countries": ["DEU"]})
    add_dataset("three", spatial={"countries": ["DEU"], "places": [BERLIN]})

    (outline,) = drawn(session, 2, 2, 1)["outlines"]

    assert outline["properties"] == {"code": "DEU", "name": "Germany", "kind": "country", "n": 2}


def test_tile_follows_the_filter(session, add_dataset):
    add_dataset("one", tasks=["counting"], spatial={"places": [BERLIN]})
    add_dataset("two", tasks=["regression"], spatial={"places": [BERLIN]})

    (point,) = drawn(session, 2, 2, 1, SearchQuery(task=("counting",)))["points"]

    assert point["properties"]["slug"] == "one"


def test_box_across_the_antimeridian_is_drawn_on_both_sides(session, add_dataset):
    add_dataset("fiji", spatial={"places": [in_box("Fiji", 170, -25, -170, -10)]})

    east, west = drawn(session, 2, 3, 2), drawn(session, 2, 0, 2)

    assert [layer["footprints"][0]["properties"]["slug"] for layer in (east, west)] == ["fiji", "fiji"]


@pytest.mark.parametrize("z", [0, 1, 3])
def test_numbers_on_all_tiles_add_up_to_the_datasets(session, make_record, z):
    chance = random.Random(z)
    spots = [(chance.uniform(-179.9, 179.9), chance.uniform(-84, 84)) for _ in range(200)]
    # Places on the edges and corners of tiles must be counted once as well.
    spots += [(0, 0), (90, 0), (-90, 0), (0, 66.5132604431), (45, 40.9798980696), (-180, 0)]
    publish_many(
        session,
        (
            make_record(slug=f"set-{number}", spatial={"places": [{**BERLIN, "lon": lon, "lat": lat}]})
            for number, (lon, lat) in enumerate(spots)
        ),
    )

    tiles = [drawn(session, z, x, y) for x in range(2**z) for y in range(2**z)]

    assert sum(point["properties"]["n"] for tile in tiles for point in tile.get("points", [])) == len(spots)


def test_a_tile_is_drawn_anew_once_the_catalogue_has_changed(session, add_dataset):
    world = tile_address(0, 0, 0)
    add_dataset("one", spatial={"bbox": [0, 0, 20, 20]})
    first = find_tile(session, SearchQuery(), world)
    again = find_tile(session, SearchQuery(sort="name", limit=5), world)

    add_dataset("two", spatial={"bbox": [40, 0, 60, 20]})

    assert first is again
    assert first != find_tile(session, SearchQuery(), world)
    assert find_tile(session, SearchQuery(q="two"), world) != find_tile(session, SearchQuery(q="one"), world)
