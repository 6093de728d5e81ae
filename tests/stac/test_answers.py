"""Answers are made once per version and asker, and are never older than the catalogue."""

import gzip

from starlette.testclient import TestClient

from app.stac.answers import DATASETS, DATASETS_AND_ITEMS

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


def test_an_edit_shows_in_answers_that_were_kept(client: TestClient, add_dataset):
    add_dataset("one", year=2019)
    for path in ("/stac/collections", "/stac/collections/one", "/stac/queryables"):
        assert client.get(path).content == client.get(path).content

    add_dataset("one", year=2020)
    add_dataset("two")

    assert client.get("/stac/collections").json()["numberMatched"] == 2
    assert client.get("/stac/collections/one").json()["eod:year"] == 2020


def test_the_version_is_read_without_parameters():
    for version in (DATASETS, DATASETS_AND_ITEMS):
        assert "%" not in version.text and ":" not in version.text
    assert "item_change" in DATASETS_AND_ITEMS.text
