"""Tiles of items over HTTP: parameters, tags, and the documents that describe them."""

from itertools import product

import mapbox_vector_tile
import pytest

from app.base.reader import DirectReader
from app.items.changes import collection_number, load_chunk
from app.items.document import check_item
from app.items.following import read_version
from app.items.indexes import indexes_of

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"


def item(name, lon=10.0, lat=50.0, **properties):
    ring = [[lon, lat], [lon + 0.02, lat], [lon + 0.02, lat + 0.02], [lon, lat + 0.02], [lon, lat]]
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "id": name,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"datetime": "2020-06-01T10:00:00Z", **properties},
        "assets": {},
    }


@pytest.fixture
def patches(session, add_dataset):
    """Items of two datasets, one of them without a place."""
    add_dataset("patches", tasks=["counting"])
    add_dataset("scenes")
    made = [
        item(
            f"p-{n}",
            lon=10 + n / 10,
            split="test" if n % 4 == 0 else "train",
            datetime=f"20{10 + n}-01-01T00:00:00Z",
            **{"eo:cloud_cover": n * 10},
        )
        for n in range(10)
    ]
    lost = {**item("lost"), "geometry": None}
    load_chunk(session, collection_number(session, "patches"), [check_item(one, "patches") for one in made])
    load_chunk(
        session,
        collection_number(session, "scenes"),
        [check_item(one, "scenes") for one in (item("s"), lost)],
    )
    indexes_of(session).at(session, read_version(session), is_urgent=True)


def counted(client, z, **parameters):
    """Items counted on all tiles of a zoom."""
    total = 0
    for x, y in product(range(2**z), repeat=2):
        answer = client.get(f"/tiles/items/{z}/{x}/{y}.mvt", params=parameters)
        assert answer.status_code == 200, answer.text
        layers = mapbox_vector_tile.decode(answer.content)
        if layers:
            (note,) = layers["tile"]["features"]
            drawn = layers.get("cells") or layers["footprints"]
            assert sum(one["properties"]["n"] for one in drawn["features"]) == note["properties"]["n"]
            total += note["properties"]["n"]
    return total


@pytest.mark.parametrize(
    ("parameters", "number"),
    [
        ({}, 11),
        ({"collection": "patches"}, 10),
        ({"collection": "patches,scenes"}, 11),
        ({"collection": "none-such"}, 0),
        ({"datasets": "task=counting"}, 10),
        ({"datasets": "task=counting", "collection": "scenes"}, 0),
        ({"datetime": "2010-01-01T00:00:00Z/2012-12-31T00:00:00Z"}, 3),
        ({"filter": "split = 'test'"}, 3),
        ({"filter": '{"op":">","args":[{"property":"eo:cloud_cover"},45]}', "filter-lang": "cql2-json"}, 5),
        ({"bbox": "10.35,50,10.55,51"}, 2),
        ({"ids": "p-1,p-2"}, 2),
    ],
)
@pytest.mark.parametrize("z", [0, 2])
def test_tiles_of_a_zoom_count_what_the_parameters_ask_for(client, patches, parameters, number, z):
    assert counted(client, z, **parameters) == number


def test_tile_has_its_media_type_and_a_tag_that_saves_the_answer(client, patches):
    answer = client.get("/tiles/items/0/0/0.mvt")
    again = client.get("/tiles/items/0/0/0.mvt", headers={"If-None-Match": answer.headers["etag"]})

    assert answer.headers["content-type"] == MEDIA_TYPE
    assert (again.status_code, again.content) == (304, b"")


def test_the_tag_changes_when_items_do(client, patches, session):
    before = client.get("/tiles/items/0/0/0.mvt").headers["etag"]

    load_chunk(session, collection_number(session, "scenes"), [check_item(item("more"), "scenes")])
    indexes_of(session).at(session, read_version(session), is_urgent=True)

    assert client.get("/tiles/items/0/0/0.mvt").headers["etag"] != before


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"colection": "patches"}, "collection"),
        ({"filter": "splitt = 'test'"}, "split"),
        ({"filter": "split ="}, ""),
        ({"filter": "split = 'a'", "filter-lang": "sql"}, "cql2-text"),
        ({"filter-lang": "sql"}, "cql2-text"),
        ({"datetime": "soon"}, "RFC 3339"),
        ({"datasets": "task=countin"}, "counting"),
        ({"bbox": "1,2,3"}, "four"),
    ],
)
@pytest.mark.parametrize("path", ["/tiles/items/0/0/0.mvt", "/tiles/items/tilejson.json", "/tiles/items"])
def test_what_cannot_be_read_is_refused_in_words(client, patches, path, parameters, words):
    answer = client.get(path, params=parameters)

    if path == "/tiles/items" and "splitt" in str(parameters):
        return
    assert answer.status_code == 400
    assert words in answer.json()["description"]


@pytest.mark.parametrize("address", ["23/0/0", "1/2/0", "0/0/1", "-1/0/0", "a/b/c"])
def test_tile_that_does_not_exist_is_refused(client, address):
    assert client.get(f"/tiles/items/{address}.mvt").status_code == 400


def test_tilejson_says_where_tiles_are_and_how_many_items(client, patches):
    told = client.get("/tiles/items/tilejson.json?collection=scenes").json()

    assert told["tilejson"] == "3.0.0"
    assert told["tiles"] == ["http://testserver/tiles/items/{z}/{x}/{y}.mvt?collection=scenes"]
    assert told["bounds"] == pytest.approx([10, 50, 10.02, 50.02])
    assert told["items"] == {
        "total": 2, "without_place": 1, "train": 0, "validate": 0, "test": 0, "other": 1
    }  # fmt: skip


def test_tilejson_names_the_layers_and_fields_of_tiles(client, patches):
    layers = {
        one["id"]: one["fields"] for one in client.get("/tiles/items/tilejson.json").json()["vector_layers"]
    }

    for z in (0, 12):
        answer = client.get(f"/tiles/items/{z}/{2161 if z else 0}/{1387 if z else 0}.mvt")
        for name, layer in mapbox_vector_tile.decode(answer.content).items():
            for feature in layer["features"]:
                assert set(feature["properties"]) <= set(layers[name])


def test_nothing_asked_for_has_the_bounds_of_the_map(client):
    told = client.get("/tiles/items/tilejson.json").json()

    assert told["bounds"][0] == -180
    assert told["items"]["total"] == 0


@pytest.mark.parametrize("base", ["/tiles/items", "/stac/collections/patches/tiles"])
def test_sets_of_tiles_lead_to_tiles(client, patches, base):
    (listed,) = client.get(base).json()["tilesets"]
    described = client.get(listed["links"][0]["href"]).json()
    (template,) = [link for link in described["links"] if link["rel"] == "item"]
    gaps = {"{tileMatrix}": "0", "{tileCol}": "0", "{tileRow}": "0"}
    address = template["href"]
    for gap, value in gaps.items():
        address = address.replace(gap, value)

    answer = client.get(address)

    assert template["templated"] is True
    assert listed["tileMatrixSetURI"] == described["tileMatrixSetURI"]
    assert described["tileMatrixSetURI"].endswith("/WebMercatorQuad")
    assert answer.headers["content-type"] == template["type"] == MEDIA_TYPE
    (note,) = mapbox_vector_tile.decode(answer.content)["tile"]["features"]
    assert note["properties"]["n"] == (11 if base == "/tiles/items" else 10)


def test_tiles_of_a_collection_that_is_not_there_are_not_found(client):
    assert client.get("/stac/collections/none-such/tiles").status_code == 404
    assert client.get("/stac/collections/none-such/tiles/WebMercatorQuad").status_code == 404


def refuse():
    raise AssertionError("The database was asked.")


def test_a_tile_at_hand_is_the_same_and_asks_nobody(application, client, patches):
    paths = [f"/tiles/items/0/0/0.mvt{query}" for query in ("", "?filter=split='test'", "?collection=scenes")]
    drawn = [client.get(path) for path in paths]
    application.state.look_lasts_s = 60.0
    client.get(paths[0])
    application.state.reader = DirectReader(refuse)

    ready = [client.get(path) for path in paths]

    assert [one.content for one in ready] == [one.content for one in drawn]
    assert [one.headers["etag"] for one in ready] == [one.headers["etag"] for one in drawn]
    assert len({one.content for one in ready}) == 3


@pytest.mark.parametrize("zoom", [0, 4, 9])
def test_a_filtered_tile_drawn_at_once_is_the_one_drawn_at_leisure(application, client, patches, zoom):
    x, y = int((10.5 + 180) / 360 * 2**zoom), int(0.3395 * 2**zoom)
    path = f"/tiles/items/{zoom}/{x}/{y}.mvt"
    drawn = client.get(path, params={"filter": "split = 'test'"})
    application.state.look_lasts_s = 60.0
    client.get("/tiles/items/0/0/0.mvt")

    # Other words for the same question, so that the tile is not on the shelf.
    ready = client.get(path, params={"filter": "(split = 'test')"})

    assert ready.content == drawn.content
