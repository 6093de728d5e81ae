"""Whoever asks for the head gets that of the whole, and nothing behind it."""

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from starlette.testclient import TestClient

from app.base.heads import Heads


@pytest.fixture
def alone() -> TestClient:
    app = FastAPI()

    @app.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse((b"abc" for _ in range(3)), media_type="text/plain")

    @app.post("/only")
    def only() -> None:
        """Takes no GET."""

    app.add_middleware(Heads)
    return TestClient(app)


@pytest.mark.parametrize(
    "path", ["/datasets/fields", "/datasets/fields.jsonld", "/api/datasets/fields", "/login", "/nowhere"]
)
def test_the_head_is_that_of_the_whole(client, add_dataset, path):
    add_dataset("fields")
    whole = client.get(path, headers={"accept-encoding": "identity"})

    head = client.head(path, headers={"accept-encoding": "identity"})

    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers.get("link") == whole.headers.get("link")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_signposts_are_found_without_fetching_the_page(client, add_dataset):
    add_dataset("fields", data_doi="10.5281/zenodo.1")

    assert 'rel="cite-as"' in client.head("/datasets/fields").headers["link"]


def test_a_record_in_another_form_is_found_by_its_head(client, add_dataset):
    add_dataset("fields")

    head = client.head("/datasets/fields", headers={"accept": "text/turtle"}, follow_redirects=False)

    assert (head.status_code, head.headers["location"]) == (303, "/datasets/fields.dcat.ttl")


def test_a_head_is_counted_under_the_route_that_answers_it(client, add_dataset):
    add_dataset("fields")
    client.head("/datasets/fields")

    assert 'method="HEAD",route="/datasets/{slug}"' in client.get("/metrics").text


def test_the_head_of_a_stream_ends(alone):
    assert alone.head("/stream").content == b""


def test_where_nothing_is_to_be_read_there_is_no_head_either(alone):
    assert alone.head("/only").status_code == 405
