import gzip

import pytest
from pystac_client import Client
from starlette.testclient import TestClient

from app.stac.conformance import STAC_CLASSES

ACCEPT_PLAIN = {"Accept-Encoding": "identity"}


def ids(answer):
    return [collection["id"] for collection in answer.json()["collections"]]


def link(document, rel):
    return next((one["href"] for one in document["links"] if one["rel"] == rel), None)


def every_page(client, path):
    """All collections, following the links as a client does."""
    found = []
    while path:
        page = client.get(path).json()
        found += [collection["id"] for collection in page["collections"]]
        path = link(page, "next")
    return found


def test_landing_page_leads_everywhere(seeded_client: TestClient):
    root = seeded_client.get("/stac").json()

    assert root["type"] == "Catalog" and root["stac_version"] == "1.1.0"
    assert root["conformsTo"] == list(STAC_CLASSES)
    assert root["conformsTo"] == seeded_client.get(link(root, "conformance")).json()["conformsTo"]
    for one in root["links"]:
        answer = seeded_client.get(one["href"])
        assert answer.status_code == 200, one
        assert answer.headers["content-type"].split(";")[0] == one["type"].split(";")[0], one


def test_all_datasets_are_reached_page_by_page(seeded_client: TestClient):
    first = seeded_client.get("/stac/collections").json()

    found = every_page(seeded_client, "/stac/collections")

    assert first["numberMatched"] == len(found) == len(set(found)) > 1000
    assert first["numberReturned"] == len(first["collections"]) == 100
    # The models come behind all datasets.
    assert found == [*sorted(set(found) - {"models"}), "models"]


def test_way_back_leads_to_the_first_page(seeded_client: TestClient):
    first = seeded_client.get("/stac/collections?limit=7&sortby=-eod:year")
    second = seeded_client.get(link(first.json(), "next"))

    back = seeded_client.get(link(second.json(), "prev"))

    assert ids(back) == ids(first)
    assert link(back.json(), "prev") is None
    assert link(second.json(), "first") == link(first.json(), "self")


def test_self_link_is_the_address_asked_for(seeded_client: TestClient):
    assert link(seeded_client.get("/stac/collections").json(), "self") == "http://testserver/stac/collections"


def test_children_are_the_collections(seeded_client: TestClient):
    children = seeded_client.get("/stac/children?limit=3").json()

    assert [child["id"] for child in children["children"]] == ids(
        seeded_client.get("/stac/collections?limit=3")
    )
    assert link(children, "self") == "http://testserver/stac/children?limit=3"
    assert link(children, "root") == "http://testserver/stac"


def test_collection_is_the_same_alone_and_in_the_list(seeded_client: TestClient):
    listed = seeded_client.get("/stac/collections?limit=1").json()["collections"][0]

    assert seeded_client.get(link(listed, "self")).json() == listed


def test_terms_between_commas_are_alternatives(seeded_client: TestClient):
    def found(words):
        return set(every_page(seeded_client, f"/stac/collections?limit=1000&q={words}&fields=id"))

    assert found("flood,landslide") == found("flood") | found("landslide")
    assert found("flood") != found("landslide")


def test_words_of_one_term_stand_together(seeded_client: TestClient):
    together = set(every_page(seeded_client, "/stac/collections?q=object%20detection&fields=id"))
    swapped = set(every_page(seeded_client, "/stac/collections?q=detection%20object&fields=id"))

    assert together and len(swapped) < len(together) / 4


def test_words_that_nothing_holds_find_nothing(seeded_client: TestClient):
    answer = seeded_client.get("/stac/collections?q=zzzeurosatt").json()

    assert answer["numberMatched"] == 0 and answer["collections"] == []


def test_best_match_comes_first(seeded_client: TestClient):
    assert ids(seeded_client.get("/stac/collections?q=EuroSAT&limit=1")) == ["eurosat"]


def test_area_finds_what_lies_there_and_global_datasets_but_no_unlocated_ones(client, add_dataset):
    add_dataset("here", spatial={"bbox": (10, 50, 11, 51)})
    add_dataset("there", spatial={"bbox": (100, 0, 101, 1)})
    add_dataset("everywhere", spatial={"extent": "global"})
    add_dataset("somewhere")

    def found(more=""):
        return ids(client.get(f"/stac/collections?bbox=9,49,12,52{more}"))

    assert found() == ["everywhere", "here"]
    assert found("&include_global=false") == ["here"]
    assert found("&include_unlocated=true") == ["everywhere", "here", "somewhere"]


def test_area_between_the_clusters_of_a_sparse_dataset_finds_nothing(client, add_dataset):
    ends = [
        {"name": name, "lon": west, "lat": 0, "precision": "footprint", "bbox": (west, 0, west + 1, 1)}
        for name, west in (("a", 0), ("b", 90))
    ]
    add_dataset("sparse", spatial={"places": ends})

    assert ids(client.get("/stac/collections?bbox=40,0,50,1")) == []
    assert ids(client.get("/stac/collections?bbox=90.5,0,91,1")) == ["sparse"]


def test_area_across_the_antimeridian_finds_both_sides(client, add_dataset):
    add_dataset("east", spatial={"bbox": (176, -20, 178, -15)})
    add_dataset("west", spatial={"bbox": (-178, -20, -176, -15)})
    add_dataset("far", spatial={"bbox": (0, -20, 10, -15)})

    assert ids(client.get("/stac/collections?bbox=175,-21,-175,-14")) == ["east", "west"]


def test_interval_finds_what_was_acquired_then(client, add_dataset):
    add_dataset("early", temporal_extent={"start": "2010", "end": "2012"})
    add_dataset("late", temporal_extent={"start": "2018-06"})
    add_dataset("never-said")

    assert ids(client.get("/stac/collections?datetime=2012-12-31T00:00:00Z/2013-01-01T00:00:00Z")) == [
        "early"
    ]
    assert ids(client.get("/stac/collections?datetime=2019-01-01T00:00:00Z/..")) == ["late"]
    assert ids(client.get("/stac/collections?datetime=2018-06-01T00:00:00Z")) == ["late"]


def test_codes_of_the_catalogue_filter_too(seeded_client: TestClient):
    portal = seeded_client.get("/api/datasets?task=change-detection&modality=sar&limit=1").json()

    stac = seeded_client.get("/stac/collections?task=change-detection&modality=sar&limit=1").json()

    assert stac["numberMatched"] == portal["number_matched"] > 0


def test_fields_trim_what_is_sent(seeded_client: TestClient):
    one = seeded_client.get("/stac/collections?limit=1&fields=title,extent.temporal").json()["collections"][0]
    other = seeded_client.get("/stac/collections?limit=1&fields=-links,-extent.spatial").json()[
        "collections"
    ][0]

    assert set(one) == {"id", "type", "title", "extent"} and set(one["extent"]) == {"temporal"}
    assert "links" not in other and set(other["extent"]) == {"temporal"} and "summaries" in other


def test_what_a_client_holds_is_not_sent_again(seeded_client: TestClient):
    for path in ("/stac", "/stac/collections?limit=2", "/stac/collections/eurosat", "/stac/queryables"):
        tag = seeded_client.get(path).headers["etag"]

        assert seeded_client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_change_shows_at_once_in_list_and_collection(client, add_dataset):
    add_dataset("one", year=2019)
    before = client.get("/stac/collections")

    add_dataset("one", year=2020)
    add_dataset("two")

    after = client.get("/stac/collections", headers={"If-None-Match": before.headers["etag"]})
    assert [one.get("eod:year") for one in after.json()["collections"][:2]] == [2020, None]
    assert client.get("/stac/collections/one").json()["eod:year"] == 2020


def test_answer_is_the_same_whether_made_or_kept_plain_or_packed(seeded_client: TestClient):
    path = "/stac/collections?limit=3&sortby=title"
    made = seeded_client.get(path, headers=ACCEPT_PLAIN)
    kept = seeded_client.get(path, headers=ACCEPT_PLAIN)

    with seeded_client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())

    assert answer.headers["content-encoding"] == "gzip" and answer.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in kept.headers
    assert made.content == kept.content == gzip.decompress(packed)


def test_other_sites_may_read(seeded_client: TestClient):
    for path in ("/stac", "/stac/collections?limit=1", "/ogc/collections"):
        assert seeded_client.get(path).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=1000000000",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "bbox=0,91,1,92",
        "datetime=soon",
        "datetime=2020-01-02/2020-01-01",
        "sortby=colour",
        "token=abc",
        "colour=red",
        "task=nothing",
        "q=" + "x" * 500,
        "q=%00",
        "filter=id='a'",
    ],
)
def test_wrong_parameters_are_refused_in_the_words_of_stac(query, seeded_client: TestClient):
    answer = seeded_client.get(f"/stac/collections?{query}")

    assert answer.status_code == 400
    assert {"code", "description"} <= set(answer.json())


def test_empty_parameters_ask_for_nothing(seeded_client: TestClient):
    assert seeded_client.get("/stac/collections?q=&token=&bbox=&limit=1").status_code == 200


@pytest.mark.parametrize(
    "path", ["/stac/collections/nothing", "/stac/collections/nothing/queryables", "/stac/none"]
)
def test_what_is_not_there_is_said_in_the_words_of_stac(path, seeded_client: TestClient):
    answer = seeded_client.get(path)

    assert answer.status_code == 404
    assert {"code", "description"} <= set(answer.json())


def test_collections_have_schemas_of_what_their_items_are_filtered_by(seeded_client: TestClient):
    schema = seeded_client.get("/stac/collections/eurosat/queryables").json()

    assert schema["$id"] == "http://testserver/stac/collections/eurosat/queryables"
    assert {"id", "collection", "geometry", "datetime"} <= set(schema["properties"])


def test_sortables_are_what_sortby_takes(seeded_client: TestClient):
    for name in seeded_client.get("/stac/collection-sortables").json()["properties"]:
        assert seeded_client.get(f"/stac/collections?limit=1&sortby=-{name}").status_code == 200


def test_pystac_client_reads_all_collections(live_server):
    found = [collection.id for collection in Client.open(f"{live_server}/stac").get_collections()]

    assert len(found) == len(set(found)) > 1000


def test_pystac_client_searches_on_the_server(live_server, seeded_client: TestClient):
    search = Client.open(f"{live_server}/stac").collection_search(
        q="flood,landslide", bbox=(5, 47, 15, 55), datetime="2015/2020", limit=5
    )

    found = [collection.id for collection in search.collections()]

    asked = "q=flood,landslide&bbox=5,47,15,55&datetime=2015-01-01T00:00:00Z/2020-12-31T23:59:59Z&limit=1000"
    assert search.matched() == len(found) > 5
    assert found == ids(seeded_client.get(f"/stac/collections?{asked}"))


def test_pystac_client_reads_one_collection(live_server):
    collection = Client.open(f"{live_server}/stac").get_collection("sen1floods11")

    assert len(collection.extent.spatial.bboxes) == 13
    assert collection.summaries.get_list("constellation") == ["sentinel-1", "sentinel-2"]


def test_what_is_included_of_a_collection_stays_when_it_is_excluded_too(seeded_client: TestClient):
    fields = "title,extent.spatial,-extent,-title,-links"

    (one,) = seeded_client.get("/stac/collections", params={"limit": 1, "fields": fields}).json()[
        "collections"
    ]

    assert one.keys() == {"type", "id", "title", "extent"}
    assert one["extent"].keys() == {"spatial"}
