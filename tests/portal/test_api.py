"""REST as programs meet it."""

import json
import math
from http.client import HTTPConnection

import pytest


def test_search_answers_datasets_total_facets_and_links(seeded_client):
    answer = seeded_client.get("/api/datasets", params={"q": "flood", "facets": "task:3,sensor"}).json()

    assert {"datasets", "number_matched", "facets", "links"} <= set(answer)
    assert answer["number_matched"] >= len(answer["datasets"]) > 0
    assert set(answer["facets"]) == {"task", "sensor"}
    assert len(answer["facets"]["task"]["values"]) == 3 and answer["facets"]["task"]["other"] > 0
    assert set(answer["facets"]["task"]["values"][0]) == {"value", "label", "count"}


def test_next_links_lead_through_every_dataset_once(seeded_client):
    address, slugs = "/api/datasets?modality=sar&limit=50", []
    while address:
        answer = seeded_client.get(address).json()
        slugs += [dataset["slug"] for dataset in answer["datasets"]]
        address = next((link["href"] for link in answer["links"] if link["rel"] == "next"), None)

    assert len(slugs) == len(set(slugs)) == answer["number_matched"]


def test_every_bundled_record_is_there(seeded_client):
    assert seeded_client.get("/api/datasets").json()["total"] == 1054


def test_record_tells_facts_sources_and_what_is_computed(seeded_client):
    record = seeded_client.get("/api/datasets/sen1floods11").json()

    assert record["name"] == "Sen1Floods11"
    assert record["provenance"]["tasks"]["sources"]
    assert "gsd_m" in record["unconfirmed"]
    assert record["computed"]["geo_status"] == "located"
    assert record["computed"]["completeness"]["missing"]
    assert any(link["href"].endswith("/datasets/sen1floods11.croissant.json") for link in record["links"])


def test_unknown_record_is_not_found(seeded_client):
    answer = seeded_client.get("/api/datasets/no-such-thing")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"


def test_facets_alone_equal_those_of_the_search(seeded_client):
    parameters = {"platform": "uav", "facets": "task:50,country:50"}

    alone = seeded_client.get("/api/facets", params=parameters).json()
    search = seeded_client.get("/api/datasets", params=parameters).json()

    assert alone == {name: search[name] for name in ("number_matched", "facets")}


def test_vocabularies_explain_every_code(seeded_client):
    vocabularies = seeded_client.get("/api/vocabularies").json()

    assert len(vocabularies["task"]) == 43
    assert all(term["label"] for terms in vocabularies.values() for term in terms)
    assert seeded_client.get("/api/vocabularies/task").json() == vocabularies["task"]
    assert seeded_client.get("/api/vocabularies/tasks").status_code == 404


def test_answer_that_a_client_holds_is_not_sent_again(seeded_client):
    first = seeded_client.get("/api/datasets?q=sar")

    again = seeded_client.get("/api/datasets?q=sar", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_tag_changes_with_the_catalogue(client, add_dataset):
    add_dataset("one")
    before = client.get("/api/datasets").headers["etag"]

    add_dataset("two")

    after = client.get("/api/datasets", headers={"If-None-Match": before})
    assert after.status_code == 200 and after.headers["etag"] != before


SQL = "'; drop table dataset; --"
HTML = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "pair",
    [
        ("taks", "x"),
        ("task", SQL),
        ("sensor", HTML),
        ("sort", SQL),
        ("bbox", "1,2,3"),
        ("bbox", SQL),
        ("intersects", "POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))"),
        ("intersects", HTML),
        ("datetime", SQL),
        ("limit", "0"),
        ("limit", "1000000000"),
        ("cursor", "made-up"),
        ("cursor", "WyJuZXdlc3QiXQ.tampered"),
        ("q", "x" * 10_000),
        ("gsd_min", "1e999"),
        ("facets", SQL),
    ],
)
def test_bad_parameter_answers_400_and_says_what_to_do(seeded_client, pair):
    answer = seeded_client.get("/api/datasets", params=dict([pair]))

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid" and len(answer.json()["description"]) > 20


@pytest.mark.parametrize(
    "text", [SQL, HTML, "' or 1=1", "\\", "%", "a & b | !c", ":*", "((((", "$1", "日本", "\u202e"]
)
def test_any_words_are_searched_and_nothing_breaks(seeded_client, text):
    assert seeded_client.get("/api/datasets", params={"q": text}).status_code == 200


def test_address_of_ten_megabytes_is_413_and_says_what_to_do(live_server):
    # Clients refuse to send so long an address; a hostile one does not.
    connection = HTTPConnection(live_server.removeprefix("http://"), timeout=20)

    connection.putrequest("GET", "/api/datasets?intersects=" + "x" * 10_000_000)
    connection.endheaders()
    answer = connection.getresponse()
    fault = json.loads(answer.read())
    connection.close()

    assert (answer.status, fault["code"]) == (413, "too-large")
    assert "POST to /api/datasets" in fault["description"]


def outline(corners: int) -> dict:
    """A wavy ring around Africa."""
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    ring = [[20 + 30 * math.cos(turn), 5 + 30 * math.sin(turn)] for turn in turns]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_outline_of_too_many_positions_is_too_large(seeded_client):
    answer = seeded_client.post("/api/datasets", json={"intersects": outline(20_001)})

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_body_finds_what_the_address_finds(seeded_client):
    body = {
        "q": "flood",
        "modality": ["sar", "multispectral"],
        "gsd_max": 20,
        "year_min": 2018.0,
        "bbox": [-20, -40, 55, 40],
        "intersects": outline(8),
        "include_global": True,
        "sort": "name",
        "limit": 7,
        "facets": {"task": 3},
    }
    address = {
        **body,
        "bbox": "-20,-40,55,40",
        "intersects": json.dumps(outline(8)),
        "include_global": "true",
        "facets": "task:3",
    }

    by_body = seeded_client.post("/api/datasets", json=body).json()
    by_address = seeded_client.get("/api/datasets", params=address).json()

    assert by_body["number_matched"] > 7
    assert {**by_body, "links": []} == {**by_address, "links": []}


def test_area_too_large_for_an_address_is_searched_by_body(seeded_client):
    answer = seeded_client.post("/api/datasets", json={"intersects": outline(15_000), "limit": 1})

    assert len(answer.request.content) > 400_000
    assert answer.status_code == 200 and answer.json()["number_matched"] > 20


def test_links_of_a_body_lead_through_every_dataset_once_and_back(seeded_client):
    body = {"modality": ["sar"], "limit": 100}
    pages = [seeded_client.post("/api/datasets", json=body).json()]

    def follow(rel):
        found = [link for link in pages[-1]["links"] if link["rel"] == rel]
        if found:
            assert (found[0]["method"], found[0]["merge"]) == ("POST", True)
            pages.append(seeded_client.post("/api/datasets", json=body | found[0]["body"]).json())
        return bool(found)

    while follow("next"):
        pass
    slugs = [dataset["slug"] for page in pages for dataset in page["datasets"]]
    while follow("prev"):
        pass

    assert len(slugs) == len(set(slugs)) == pages[0]["number_matched"]
    assert pages[-1] == pages[0]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"taks": ["x"]},
        {"q": 7},
        {"q": ""},
        {"q": None},
        {"q": "\ud800"},
        {"q": "a\u0000b"},
        {"task": "change-detection"},
        {"task": []},
        {"task": [1]},
        {"gsd_min": "10"},
        {"gsd_min": True},
        {"gsd_min": float("nan")},
        {"year_min": 1e300},
        {"bbox": "1,2,3,4"},
        {"bbox": [1, 2, 3]},
        {"bbox": [1, 2, "3", 4]},
        {"bbox": [1, 9, 3, 4]},
        {"intersects": []},
        {"intersects": {}},
        {"intersects": {"type": "Polygon", "coordinates": [[["\ud800", 1]]]}},
        {"intersects": {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}},
        {"include_global": "true"},
        {"limit": 0},
        {"limit": 10**30},
        {"facets": {}},
        {"facets": {"task": "3"}},
        {"facets": {"tasks": 3}},
        {"cursor": "made-up"},
        {"sensor": ["Sentinel-2"] * 61},
    ],
)
def test_bad_body_answers_400_and_says_what_to_do(seeded_client, body):
    answer = seeded_client.post("/api/datasets", content=json.dumps(body), headers=AS_JSON)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid" and len(answer.json()["description"]) > 20


AS_JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b'{"intersects":' * 5_000])
def test_body_that_is_no_json_answers_400(seeded_client, content):
    answer = seeded_client.post("/api/datasets", content=content, headers=AS_JSON)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_cursor_of_another_sort_is_refused(seeded_client):
    answer = seeded_client.get("/api/datasets?sort=name&limit=5").json()
    href = next(link["href"] for link in answer["links"] if link["rel"] == "next")

    assert seeded_client.get(href.replace("sort=name", "sort=size")).status_code == 400
