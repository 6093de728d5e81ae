"""Programs of the field use the service unchanged, each as its own documentation says."""

import json

import pystac
import pystac_client
import pytest
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records
from pystac_client.exceptions import APIError
from starlette.testclient import TestClient

from app.items.changes import collection_number, load_chunk
from app.items.document import check_item
from app.items.find import find_items
from app.items.query import ItemQuery

BERLIN = {"type": "Polygon", "coordinates": [[[13, 52], [14, 52], [14, 53], [13, 53], [13, 52]]]}
SEN1FLOODS = "sen1floods11"


@pytest.fixture(scope="module")
def catalogue(live_server: str) -> pystac_client.Client:
    return pystac_client.Client.open(f"{live_server}/stac")


def test_pystac_client_finds_what_the_service_promises(catalogue):
    for name in ("ITEM_SEARCH", "COLLECTIONS", "COLLECTION_SEARCH", "FILTER", "FIELDS", "SORT"):
        assert catalogue.conforms_to(name), name


def test_pystac_client_walks_all_items_once_page_by_page(catalogue):
    search = catalogue.search(limit=50)

    pages = list(search.pages_as_dicts())
    ids = [(one["collection"], one["id"]) for page in pages for one in page["features"]]
    assert search.matched() == len(ids) == len(set(ids)) > 200
    assert all(len(page["features"]) == 50 for page in pages[:-1])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_pystac_client_finds_the_same_by_both_methods(catalogue, method):
    search = catalogue.search(
        method=method,
        intersects=BERLIN,
        datetime="2000-01-01/2025-01-01",
        sortby="-properties.datetime",
        filter="\"eod:precision\" = 'city'",
        filter_lang="cql2-text",
        fields=["id", "collection", "geometry", "properties.title"],
        limit=1,
    )

    found = list(search.items_as_dicts())
    assert search.matched() == len(found) >= 2
    assert {one["properties"]["title"] for one in found} == {"Berlin", "Potsdam"}
    assert all(set(one["properties"]) == {"title"} for one in found)


def test_pystac_client_reads_items_that_are_valid(catalogue):
    found = list(catalogue.search(collections=[SEN1FLOODS], max_items=20).items())

    for item in found:
        item.validate()
        assert item.get_collection().id == SEN1FLOODS
        assert pystac.Item.from_file(item.get_self_href()).to_dict()["id"] == item.id


def test_pystac_client_walks_from_a_collection_to_its_items_and_queryables(catalogue):
    collection = catalogue.get_collection(SEN1FLOODS)

    items = list(collection.get_items())
    assert len(items) == catalogue.search(collections=[SEN1FLOODS]).matched()
    assert collection.get_item(items[0].id).geometry == items[0].geometry
    assert {"id", "datetime", "eod:precision"} <= collection.get_queryables()["properties"].keys()
    assert "datetime" in catalogue.get_queryables()["properties"]
    assert "datetime" in catalogue.get_merged_queryables([SEN1FLOODS])["properties"]


def test_pystac_client_searches_collections(catalogue):
    search = catalogue.collection_search(q="floods", bbox=(-10, 35, 30, 60), datetime="2015/2024", limit=3)

    found = list(search.collections())
    assert search.matched() == len(found) > 3
    named = catalogue.collection_search(q="sen1floods11")
    assert SEN1FLOODS in {collection.id for collection in named.collections()}


def test_pystac_client_is_told_in_words_what_is_wrong(catalogue):
    with pytest.raises(APIError, match="nonsense"):
        list(catalogue.search(filter="nonsense = 1", filter_lang="cql2-text").items())


def test_a_limit_that_is_merely_too_high_sends_as_many_as_there_may_be(seeded_client: TestClient):
    answer = seeded_client.get("/stac/search", params={"limit": 1_000_000}).json()

    assert answer["numberReturned"] == answer["numberMatched"] > 200


def test_names_that_stac_gives_may_be_asked_for_where_no_item_holds_them(seeded_client: TestClient):
    for expression in ("mission LIKE 'sentinel%'", "gsd < 10", "constellation = 'sentinel-2'"):
        answer = seeded_client.get("/stac/search", params={"filter": expression})

        assert (answer.status_code, answer.json()["numberMatched"]) == (200, 0)
    missing = seeded_client.get("/stac/search", params={"filter": "mission IS NULL", "limit": 1})
    assert missing.json()["numberMatched"] == seeded_client.get("/stac/search").json()["numberMatched"]


def test_both_forms_of_between_find_the_same(client, session, add_dataset):
    add_dataset("patches")
    made = [
        {
            "type": "Feature",
            "id": f"cloudy-{cover}",
            "geometry": BERLIN,
            "properties": {"datetime": "2020-06-01T10:00:00Z", "eo:cloud_cover": cover},
            "assets": {},
        }
        for cover in (20, 60)
    ]
    load_chunk(session, collection_number(session, "patches"), [check_item(one, "patches") for one in made])
    name = {"property": "eo:cloud_cover"}

    answers = [
        client.post("/stac/search", json={"filter": {"op": "between", "args": arguments}}).json()
        for arguments in ([name, 0, 50], [name, [0, 50]])
    ]

    assert [answer["numberMatched"] for answer in answers] == [1, 1]


def test_owslib_reads_datasets_and_their_items_as_features(live_server):
    service = Features(f"{live_server}/stac")

    # It reads the first page of collections only.
    assert len(service.feature_collections()) == 100
    found = service.collection_items(SEN1FLOODS, limit=5, bbox=[-180, -90, 180, 90])
    assert found["numberReturned"] == len(found["features"]) == 5
    one = service.collection_item(SEN1FLOODS, found["features"][0]["id"])
    assert one["id"] == found["features"][0]["id"]
    assert "properties" in service.collection_queryables(SEN1FLOODS)


def test_owslib_reads_the_description_of_both_interfaces(live_server):
    for service in (Features(f"{live_server}/stac"), Records(f"{live_server}/ogc")):
        description = service.api()

        assert description["openapi"].startswith("3.0")
        assert "/stac/search" in description["paths"]
        assert service.conformance()["conformsTo"]


def test_owslib_searches_records(live_server):
    service = Records(f"{live_server}/ogc")

    assert service.records() == ["datasets"]
    found = service.collection_items("datasets", q="floods", limit=5)
    assert found["numberMatched"] > found["numberReturned"] == 5


def test_landing_page_tells_the_two_ways_to_search_apart(seeded_client: TestClient):
    links = [link for link in seeded_client.get("/stac").json()["links"] if link["rel"] == "search"]

    assert [link["method"] for link in links] == ["GET", "POST"]


def test_search_of_python_and_of_http_agree(seeded_client: TestClient, seeded_session):
    page = find_items(seeded_session, ItemQuery(collections=(SEN1FLOODS,), limit=20), "secret")
    answer = seeded_client.get("/stac/search", params={"collections": SEN1FLOODS, "limit": 20}).json()

    assert page.matched == answer["numberMatched"]
    assert [item.name for item in page.items] == [feature["id"] for feature in answer["features"]]
    assert all(json.loads(item.document) for item in page.items)
