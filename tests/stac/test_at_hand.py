"""Searches that need nothing of the database answer without it, and say the same."""

import pytest

from app.base.reader import DirectReader
from app.items.changes import collection_number, load_chunk
from app.items.document import check_item

SEARCHES = [
    {},
    {"limit": "3"},
    {"collections": "patches"},
    {"collections": "patches,scenes", "limit": "50"},
    {"collections": "none-such"},
    {"bbox": "10.1,50,10.2,50.1"},
    {"bbox": "10.1,50,12.2,50.1", "collections": "patches"},
    {"intersects": '{"type":"Polygon","coordinates":[[[10,50],[12,50],[11,51],[10,50]]]}'},
    {"datetime": "2020-01-02T00:00:00Z/2020-01-03T00:00:00Z"},
    {"datetime": "2020-01-02T00:00:00Z/..", "bbox": "10.1,50,12.2,50.1"},
    {"filter": "\"eo:cloud_cover\" < 5 AND split = 'train'"},
    {"filter": "split = 'test'", "collections": "patches", "sortby": "+datetime"},
    {"sortby": "-eo:cloud_cover", "limit": "4"},
    {"sortby": "id", "limit": "4"},
    {"ids": "p-03,p-01"},
    {"fields": "id,-links", "limit": "2"},
]


def item(name, lon=10.0, **properties):
    ring = [[lon, 50.0], [lon + 0.02, 50.0], [lon + 0.02, 50.02], [lon, 50.02], [lon, 50.0]]
    return {
        "type": "Feature",
        "id": name,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"datetime": "2020-06-01T10:00:00Z", **properties},
    }


@pytest.fixture
def patches(session, add_dataset):
    add_dataset("patches")
    add_dataset("scenes")
    made = [
        item(
            f"p-{number:02d}",
            lon=10 + number / 10,
            datetime=f"2020-01-{number % 28 + 1:02d}T{number // 28:02d}:00:00Z",
            split="test" if number % 4 == 0 else "train",
            **{"eo:cloud_cover": number * 2.5},
        )
        for number in range(40)
    ]
    load(session, "patches", *made)
    load(session, "scenes", item("s-1"))


def load(session, slug, *items):
    load_chunk(session, collection_number(session, slug), [check_item(one, slug) for one in items])


def refuse():
    raise AssertionError("The database was asked.")


def asked(client, **parameters):
    answer = client.get("/stac/search", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("parameters", SEARCHES, ids=str)
def test_an_answer_at_hand_is_the_answer_of_the_database(application, client, patches, parameters):
    expected = asked(client, **parameters)
    application.state.look_lasts_s = 60.0
    asked(client)

    assert asked(client, **parameters) == expected
    assert asked(client, **parameters) == expected


@pytest.mark.parametrize(
    "parameters", [one for one in SEARCHES if not {"filter", "sortby", "ids"} & one.keys()], ids=str
)
def test_nobody_asks_the_database_for_what_is_at_hand(application, client, patches, parameters):
    application.state.look_lasts_s = 60.0
    expected = asked(client, limit="100") and asked(client, **parameters)
    application.state.reader = DirectReader(refuse)

    assert asked(client, **parameters) == expected


def test_pages_at_hand_lead_on_and_back(application, client, patches):
    application.state.look_lasts_s = 60.0
    expected = [one["id"] for one in asked(client, limit="100")["features"]]
    application.state.reader = DirectReader(refuse)

    page, met = asked(client, limit="7"), []
    while True:
        met += [one["id"] for one in page["features"]]
        links = {link["rel"]: link["href"] for link in page["links"]}
        if "next" not in links:
            break
        page = client.get(links["next"]).json()
    back = client.get(links["prev"]).json()

    assert met == expected
    assert [one["id"] for one in back["features"]] == expected[28:35]


def test_a_document_that_was_not_read_before_is_read(application, client, patches):
    application.state.look_lasts_s = 60.0
    asked(client, limit="1")

    assert len(asked(client, limit="20")["features"]) == 20


def test_new_items_are_seen_once_the_last_look_is_over(application, client, session, patches):
    application.state.look_lasts_s = 60.0
    asked(client)
    load(session, "scenes", item("s-2"))
    application.state.look_lasts_s = 0.0

    assert "s-2" in {one["id"] for one in asked(client)["features"]}


def test_a_replaced_item_shows_its_new_document(application, client, session, patches):
    asked(client, collections="scenes")
    load(session, "scenes", item("s-1", lon=33.0))

    (feature,) = asked(client, collections="scenes")["features"]

    assert feature["bbox"][0] == 33.0


def test_an_invalid_search_is_refused_at_hand_as_well(application, client, patches):
    application.state.look_lasts_s = 60.0
    asked(client)

    answer = client.get("/stac/search?filter=spilt='test'")

    assert answer.status_code == 400
    assert "split" in answer.json()["description"]
