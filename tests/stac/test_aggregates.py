"""Counts of items by value, as the aggregation extension has them."""

import pytest

from app.items.changes import collection_number, load_chunk
from app.items.document import check_item


def item(name, number, **properties):
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "id": name,
        "geometry": {"type": "Point", "coordinates": [10 + number / 10, 50]},
        "properties": {"datetime": f"2020-0{number % 3 + 1}-01T00:00:00Z", **properties},
        "assets": {},
    }


@pytest.fixture
def patches(session, add_dataset):
    """Eight patches with lists of classes, two of them to be tested on, and one scene without any."""
    for slug in ("patches", "scenes"):
        add_dataset(slug)
    made = [
        item(
            f"p-{number}",
            number,
            split="test" if number < 2 else "train",
            **{"eod:classes": ["water", "crops"] if number % 2 else ["crops"], "eod:clear": number < 3},
        )
        for number in range(8)
    ]
    load_chunk(session, collection_number(session, "patches"), [check_item(one, "patches") for one in made])
    scenes = [check_item(item("s-1", 1), "scenes")]
    load_chunk(session, collection_number(session, "scenes"), scenes)


def counted(answer):
    """The counts of an answer by name: a number, or numbers by value."""
    assert answer.status_code == 200, answer.text
    assert answer.json()["type"] == "AggregationCollection"
    return {
        one["name"]: one["value"]
        if "value" in one
        else {bucket["key"]: bucket["frequency"] for bucket in one["buckets"]}
        for one in answer.json()["aggregations"]
    }


def test_counts_by_value_add_up(client, patches):
    counts = counted(
        client.get("/stac/aggregate?collections=patches&aggregations=total_count,split_frequency")
    )

    assert counts == {"total_count": 8, "split_frequency": {"train": 6, "test": 2}}


def test_an_item_counts_for_each_of_its_classes(client, patches):
    counts = counted(client.get("/stac/aggregate?aggregations=eod:classes_frequency,eod:clear_frequency"))

    assert counts["eod:classes_frequency"] == {"crops": 8, "water": 4}
    assert counts["eod:clear_frequency"] == {"false": 5, "true": 3}


def test_a_body_asks_what_an_address_asks(client, patches):
    wanted = ["total_count", "datetime_frequency", "collection_frequency"]
    sent = {
        "aggregations": wanted,
        "filter": {"op": "=", "args": [{"property": "split"}, "train"]},
    }
    asked = {"aggregations": ",".join(wanted), "filter": "split = 'train'"}

    by_body = counted(client.post("/stac/aggregate", json=sent))

    assert by_body == counted(client.get("/stac/aggregate", params=asked))
    assert by_body["total_count"] == sum(by_body["datetime_frequency"].values()) == 6
    assert by_body["collection_frequency"] == {"patches": 6}


def test_a_collection_counts_what_it_lists_and_nothing_else(client, patches):
    here = "/stac/collections/patches"
    names = [one["name"] for one in client.get(f"{here}/aggregations").json()["aggregations"]]

    counts = counted(client.get(f"{here}/aggregate", params={"aggregations": ",".join(names)}))
    refused = client.get("/stac/collections/scenes/aggregate?aggregations=split_frequency")

    assert counts["total_count"] == 8 and counts["split_frequency"] == {"train": 6, "test": 2}
    assert {"datetime_frequency", "eod:classes_frequency"} <= set(counts)
    assert refused.status_code == 400 and "split_frequency" in refused.json()["description"]
    assert client.get("/stac/collections/none/aggregate").status_code == 404
    assert client.get("/stac/collections/none/aggregations").status_code == 404


def test_landing_page_and_collections_lead_to_the_counts(client, patches):
    for path in ("/stac", "/stac/collections/patches"):
        links = {one["rel"]: one["href"] for one in client.get(path).json()["links"]}
        for rel in ("aggregate", "aggregations"):
            assert links[rel].startswith("http://testserver/stac")
            counted_or_listed = client.get(links[rel]).json()
            assert counted_or_listed["type"] == "AggregationCollection"


@pytest.mark.parametrize(
    "body",
    [{"aggregations": "total_count"}, {"aggregations": [1]}, {"aggregations": ["nonsense"]}, {"nonsense": 1}],
)
def test_a_body_that_cannot_be_counted_by_is_refused(client, patches, body):
    answer = client.post("/stac/aggregate", json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
