"""Answers are made once per version and asker, and are never older than the catalogue."""

import gzip
import time
from uuid import UUID

from starlette.testclient import TestClient

from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.stac.answers import DATASETS, DATASETS_AND_ITEMS
from app.web import create_app

HOST = {"Host": "other.example"}


def test_both_forms_of_an_answer_hold_the_same(seeded_client: TestClient):
    path = "/stac/collections?limit=3"
    plain = seeded_client.get(path, headers={"Accept-Encoding": "identity"})
    with seeded_client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())

    assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert packed.headers["etag"] == plain.headers["etag"]


def test_links_lead_to_the_host_that_was_asked(seeded_client: TestClient):
    for path in ("/stac", "/stac/collections?limit=2", "/stac/collections/eurosat"):
        here, there = seeded_client.get(path), seeded_client.get(path, headers=HOST)

        assert "other.example" not in here.text and "testserver" not in there.text
        assert here.headers["etag"] != there.headers["etag"]


def test_the_root_does_not_grow_with_the_catalogue(seeded_client: TestClient):
    root = seeded_client.get("/stac")
    relations = [link["rel"] for link in root.json()["links"]]

    assert len(root.content) < 20_000
    assert "child" not in relations and {"data", "children"} <= set(relations)


def _datasets(client: TestClient) -> list[str]:
    """All collections but that of the models, which comes last."""
    found = [one["id"] for one in client.get("/stac/collections").json()["collections"]]
    return [name for name in found if name != "models"]


def test_an_edit_shows_in_answers_that_were_kept(client: TestClient, add_dataset):
    add_dataset("one", year=2019)
    for path in ("/stac/collections", "/stac/collections/one", "/stac/queryables"):
        assert client.get(path).content == client.get(path).content

    add_dataset("one", year=2020)
    add_dataset("two")

    assert _datasets(client) == ["one", "two"]
    assert client.get("/stac/collections/one").json()["eod:year"] == 2020


def test_the_version_is_read_without_parameters():
    for version in (DATASETS, DATASETS_AND_ITEMS):
        assert "%" not in version.text and ":" not in version.text
    assert "item_change" in DATASETS_AND_ITEMS.text


def test_what_is_at_hand_is_the_same_answer(settings, seeded_address: str):
    paths = ("/stac", "/stac/collections?limit=2", "/stac/queryables", "/stac/collections/eurosat/queryables")
    service = create_app(settings, seeded_address)
    service.state.look_lasts_s = 60.0
    with TestClient(service) as client:
        made = [client.get(path) for path in paths]
        ready = [client.get(path) for path in paths]
        held = client.get(paths[1], headers={"If-None-Match": made[1].headers["etag"]})

    assert [one.content for one in ready] == [one.content for one in made]
    assert [one.headers["content-type"] for one in ready] == [one.headers["content-type"] for one in made]
    assert len({one.headers["content-type"] for one in ready}) == 2
    assert held.status_code == 304


def test_an_edit_shows_when_the_last_look_is_over(settings, new_database: str):
    service = create_app(settings, new_database)
    service.state.look_lasts_s = 0.05
    with TestClient(service) as client:
        assert _datasets(client) == []
        with service.state.sessions.begin() as session:
            publish(session, DatasetRecord(slug="one", uuid=UUID(int=1), name="One", kind="ml-dataset"))
        time.sleep(0.06)

        assert _datasets(client) == ["one"]
