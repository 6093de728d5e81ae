"""Items over HTTP, as clients of the field meet them."""

import pystac_client
import pytest
from pystac.validation import validate_dict

from app.items.changes import collection_number, load_chunk
from app.items.document import check_item

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[9.9, 49.9], [10.5, 49.9], [10.5, 50.5], [9.9, 50.5], [9.9, 49.9]]],
}


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
    """Forty items of one collection, a day apart, every fourth to be tested on, and one item of another."""
    for slug in ("patches", "scenes"):
        add_dataset(slug)
    made = [
        item(
            f"p-{number:02d}",
            lon=10 + number / 10,
            datetime=f"2020-01-{number % 28 + 1:02d}T{number // 28:02d}:00:00Z",
            split="test" if number % 4 == 0 else "train",
            **{"eo:cloud_cover": number * 2.5, "lc:class": "water" if number < 10 else "crops"},
        )
        for number in range(40)
    ]
    load_chunk(session, collection_number(session, "patches"), [check_item(one, "patches") for one in made])
    load_chunk(session, collection_number(session, "scenes"), [check_item(item("s-1"), "scenes")])
    return made


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def test_newest_items_come_first_with_the_exact_number(client, patches):
    answer = client.get("/stac/search?limit=3")

    assert ids(answer) == ["s-1", "p-27", "p-26"]
    assert (answer.json()["numberMatched"], answer.json()["numberReturned"]) == (41, 3)


def test_items_are_valid_stac_with_links(client, patches):
    features = client.get("/stac/search?limit=2").json()["features"]

    for feature in features:
        validate_dict(feature)
        assert {link["rel"] for link in feature["links"]} >= {"self", "parent", "collection", "root"}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"collections": "scenes"}, ["s-1"]),
        ({"collections": "none-such"}, []),
        ({"ids": "p-03,p-01"}, ["p-03", "p-01"]),
        ({"bbox": "10.1,50,10.2,50.1"}, ["p-02", "p-01"]),
        ({"bbox": "12,40,-170,60"}, [f"p-{n}" for n in (27, 26, 25, 24, 23, 22, 21, 20, 39, 38)]),
        ({"datetime": "2020-01-02T00:00:00Z/2020-01-03T00:00:00Z", "sortby": "id"}, ["p-01", "p-02", "p-29"]),
        ({"filter": "\"eo:cloud_cover\" < 5 AND split = 'train'"}, ["p-01"]),
        (
            {"filter": "\"lc:class\" LIKE 'wat%' AND split = 'test'", "sortby": "+id"},
            ["p-00", "p-04", "p-08"],
        ),
        ({"filter": "collection = 'scenes'"}, ["s-1"]),
        ({"sortby": "-eo:cloud_cover", "limit": "2"}, ["p-39", "p-38"]),
    ],
)
def test_search_finds_what_is_asked_for(client, patches, parameters, found):
    assert ids(client.get("/stac/search", params=parameters)) == found


def test_get_and_post_agree(client, patches):
    by_get = client.get(
        "/stac/search", params={"collections": "patches", "filter": '"eo:cloud_cover" >= 50', "sortby": "-id"}
    )
    by_post = client.post(
        "/stac/search",
        json={
            "collections": ["patches"],
            "filter": {"op": ">=", "args": [{"property": "eo:cloud_cover"}, 50]},
            "sortby": [{"field": "id", "direction": "desc"}],
            "bbox": [-180, -90, 180, 90],
        },
    )

    assert ids(by_get) == ids(by_post) != []


@pytest.mark.parametrize(
    "sortby", ["-datetime", "+datetime", "-id", "+eo:cloud_cover", "+split,-id", "-lc:class"]
)
def test_pages_lead_through_all_items_once_and_back(client, patches, sortby):
    forward, pages = "/stac/search?limit=7&sortby=" + sortby.replace("+", "%2B"), []
    while forward:
        answer = client.get(forward)
        pages.append(ids(answer))
        links = {link["rel"]: link["href"] for link in answer.json()["links"]}
        forward = links.get("next")
    backward, again = links.get("prev"), []
    while backward:
        answer = client.get(backward)
        again.insert(0, ids(answer))
        backward = {link["rel"]: link["href"] for link in answer.json()["links"]}.get("prev")

    everything = [name for page in pages for name in page]
    assert len(everything) == len(set(everything)) == 41
    assert [name for page in again for name in page] == everything[: -len(pages[-1])]


def test_items_loaded_between_two_pages_neither_repeat_nor_hide_others(client, session, patches):
    first = client.get("/stac/collections/patches/items?limit=20")
    newer = check_item(item("newer", datetime="2024-01-01T00:00:00Z"), "patches")
    load_chunk(session, collection_number(session, "patches"), [newer])

    following = next(link["href"] for link in first.json()["links"] if link["rel"] == "next")

    assert set(ids(first)) | set(ids(client.get(following))) == {one["id"] for one in patches}


def test_fields_trim_the_items(client, patches):
    (only,) = client.get("/stac/search?ids=p-01&fields=id,properties.split").json()["features"]
    (without,) = client.get("/stac/search?ids=p-01&fields=-geometry,-properties.split").json()["features"]

    assert only["properties"] == {"split": "train"} and "geometry" not in only
    assert "geometry" not in without and "split" not in without["properties"]
    assert without["properties"]["datetime"]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("-properties,properties.split", {"type", "id", "links", "properties"}),
        ("geometry,-geometry", {"type", "id", "links", "geometry"}),
    ],
)
def test_what_is_included_by_name_stays_when_it_is_excluded_too(client, patches, fields, kept):
    (only,) = client.get("/stac/search", params={"ids": "p-01", "fields": fields}).json()["features"]

    assert set(only) == kept
    assert set(only.get("properties", {})) <= {"split"}


def test_fields_that_are_null_are_refused(client, patches):
    assert client.post("/stac/search", json={"fields": None}).status_code == 400


def test_one_item_has_a_tag_that_saves_its_bytes(client, patches):
    first = client.get("/stac/collections/patches/items/p-01")

    again = client.get(
        "/stac/collections/patches/items/p-01", headers={"If-None-Match": first.headers["etag"]}
    )

    assert first.json()["properties"] == patches[1]["properties"]
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/stac/collections/patches/items/none").status_code == 404
    assert client.get("/stac/collections/none/items").status_code == 404


def test_queryables_tell_what_items_hold(client, patches):
    here = client.get("/stac/collections/patches/queryables").json()["properties"]
    there = client.get("/stac/collections/scenes/queryables").json()["properties"]

    assert here["eo:cloud_cover"]["type"] == "number" and here["split"]["type"] == "string"
    assert "split" not in there


def test_sortables_tell_what_items_are_sorted_by(client, patches):
    here = client.get("/stac/collections/patches/sortables").json()["properties"]

    assert {"id", "collection", "datetime", "eo:cloud_cover", "split"} <= set(here)
    assert "geometry" not in here
    assert set(here) <= set(client.get("/stac/sortables").json()["properties"])
    for name in here:
        assert client.get("/stac/search", params={"sortby": name}).status_code == 200, name
    assert client.get("/stac/collections/none/sortables").status_code == 404


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "1000000000"},
        {"limit": "ten"},
        {"bbox": "1,2,3"},
        {"bbox": "0,0,nan,1"},
        {"bbox": "0,0,1,1", "intersects": '{"type":"Point","coordinates":[0,0]}'},
        {"intersects": '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0]]]}'},
        {"datetime": "2020-01-01"},
        {"datetime": "2021-01-01T00:00:00Z/2020-01-01T00:00:00Z"},
        {"filter": "eo:cloud_cover <"},
        {"filter": "nonsense = 1"},
        {"filter": "\"eo:cloud_cover\" = 'abc'"},
        {"filter": "split = 'train'", "filter-lang": "sql"},
        {"filter": "a", "filter-lang": "cql2-json"},
        {"sortby": "nonsense"},
        {"sortby": "id;drop table item"},
        {"token": "made-up"},
        {"colections": "patches"},
        {"ids": "\0"},
    ],
)
def test_bad_parameters_answer_400_and_say_why(client, patches, parameters):
    answer = client.get("/stac/search", params=parameters)

    assert answer.status_code == 400
    assert answer.json()["code"] and answer.json()["description"]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": "10"},
        {"limit": True},
        {"bbox": 7},
        {"collections": "patches"},
        {"ids": [7]},
        {"sortby": [{"field": 1}]},
        {"fields": 3},
        {"intersects": "POINT(0 0)x"},
        {"query": {"eo:cloud_cover": {"lt": 10}}},
        {"datetime": 2020},
        {"token": []},
    ],
)
def test_bad_bodies_answer_400_and_say_why(client, patches, body):
    answer = client.post("/stac/search", json=body)

    assert answer.status_code == 400
    assert answer.json()["description"]


def test_unknown_property_names_the_nearest(client, patches):
    answer = client.get("/stac/search", params={"filter": '"eo:cloudcover" < 10'})

    assert "Did you mean eo:cloud_cover?" in answer.json()["description"]


def test_page_of_another_site_may_search(client, patches):
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}

    leave = client.options("/stac/search", headers=asked)
    answer = client.post("/stac/search", json={}, headers={"Origin": "https://elsewhere.example"})

    assert leave.status_code == 204 and "POST" in leave.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.delete("/stac/search").headers["allow"] == "GET, POST"


def test_pystac_client_searches_counts_and_pages(live_server):
    catalogue = pystac_client.Client.open(f"{live_server}/stac")

    search = catalogue.search(collections=["sen1floods11"], limit=5)

    found = list(search.items())
    assert search.matched() == len(found) == 12
    assert all(one.collection_id == "sen1floods11" for one in found)
    assert list(catalogue.search(intersects=SQUARE, filter="\"eod:precision\" = 'city'").items()) is not None


def test_known_places_are_items_that_say_what_they_are(seeded_client):
    answer = seeded_client.get("/stac/collections/so2sat-lcz42/items?limit=100").json()

    berlin = next(feature for feature in answer["features"] if feature["id"] == "berlin")
    assert berlin["geometry"]["type"] == "Point"
    assert berlin["properties"]["eod:approximate"] is True and berlin["properties"]["eod:source"]
