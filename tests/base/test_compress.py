"""Answers shrink where that pays, by what the visitor takes, and arrive whole."""

import gzip

import pyarrow as pa
import pytest
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse
from starlette.testclient import TestClient

from app.base.compress import LARGE, SMALLEST, Compress, coding_of

TEXT = b'{"word": "' + b"abc" * 2_000 + b'"}'


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()

    @app.get("/answer")
    def answer(size: int = len(TEXT), kind: str = "application/geo+json", coding: str = "") -> Response:
        headers = {"Content-Encoding": coding} if coding else {}
        return Response((TEXT * (size // len(TEXT) + 1))[:size], media_type=kind, headers=headers)

    @app.get("/stream")
    def stream() -> Response:
        return StreamingResponse((TEXT for _ in range(3)), media_type="application/x-ndjson")

    @app.head("/answer")
    def head() -> Response:
        return Response(headers={"content-length": "6010", "content-type": "text/html"})

    app.add_middleware(Compress)
    return TestClient(app)


def raw(client: TestClient, address: str, accepted: str) -> tuple[bytes, dict[str, str]]:
    """The bytes on the wire."""
    with client.stream("GET", address, headers={"accept-encoding": accepted}) as answer:
        return b"".join(answer.iter_raw()), dict(answer.headers)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip;q=0, identity", None),
        ("zstd;q=0,gzip", "gzip"),
        ("br", None),
        ("", None),
    ],
)
def test_the_coding_is_what_the_visitor_takes(accepted, coding):
    assert coding_of(accepted.encode()) == coding


@pytest.mark.parametrize("size", [SMALLEST, LARGE, LARGE * 4])
def test_packed_answers_hold_the_same_bytes(client, size):
    plain, _ = raw(client, f"/answer?size={size}", "identity")
    zipped, headers = raw(client, f"/answer?size={size}", "gzip")
    standard, others = raw(client, f"/answer?size={size}", "zstd")

    assert gzip.decompress(zipped) == plain
    assert pa.Codec("zstd").decompress(standard, decompressed_size=size, asbytes=True) == plain
    assert (headers["content-encoding"], others["content-encoding"]) == ("gzip", "zstd")
    assert (int(headers["content-length"]), int(others["content-length"])) == (len(zipped), len(standard))
    assert headers["vary"] == others["vary"] == "Accept-Encoding"


def test_small_answers_stay_as_they_are(client):
    body, headers = raw(client, f"/answer?size={SMALLEST - 1}", "gzip")

    assert len(body) == SMALLEST - 1
    assert "content-encoding" not in headers


@pytest.mark.parametrize("kind", ["image/png", "application/vnd.apache.parquet", "font/woff2"])
def test_what_does_not_shrink_is_left_alone(client, kind):
    assert "content-encoding" not in raw(client, f"/answer?kind={kind}", "gzip")[1]


def test_what_is_packed_is_not_packed_again(client):
    body, headers = raw(client, "/answer?coding=br", "gzip, br")

    assert (body, headers["content-encoding"]) == (TEXT, "br")


def test_a_stream_is_packed_as_it_comes(client):
    body, headers = raw(client, "/stream", "gzip, zstd")

    assert gzip.decompress(body) == TEXT * 3
    assert headers["content-encoding"] == "gzip"
    assert "content-length" not in headers


def test_an_answer_that_could_be_packed_says_so_to_caches(client):
    assert raw(client, "/answer", "identity")[1]["vary"] == "Accept-Encoding"


def test_a_head_without_a_body_keeps_its_length(client):
    assert client.head("/answer", headers={"accept-encoding": "gzip"}).headers["content-length"] == "6010"
