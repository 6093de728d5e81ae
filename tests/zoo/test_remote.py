"""Networks run on a server of the Open Inference Protocol, and on one that does what no server should."""

import gzip
import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from app.base.errors import Invalid, Unavailable
from app.zoo.adapters.segmentation import segment
from app.zoo.networks import open_anywhere
from app.zoo.remote import BINARY, HEADER_LENGTH, Server, open_remote
from tests.zoo.conftest import make_card, write_model

METADATA = {
    "name": "toy",
    "inputs": [{"name": "tile", "datatype": "FP32", "shape": [-1, 2, -1, -1]}],
    "outputs": [{"name": "scores", "datatype": "FP32", "shape": [-1, 3, -1, -1]}],
}
FLOAT_BYTES = 4


@contextmanager
def serving(answer, *, extensions=(), metadata=METADATA):
    """A server of the protocol; `answer` makes status, headers and body of what was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            told = metadata if self.path.startswith("/v2/models/toy") else {"extensions": list(extensions)}
            status = 404 if self.path.startswith("/v2/models") and not metadata else 200
            self.send(status, {}, json.dumps(told or {"error": "no such model"}).encode())

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, dict(self.headers), body))
            self.send(*answer(dict(self.headers), body))

        def send(self, status, headers, body):
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", seconds=2), asked
    finally:
        server.shutdown()
        server.server_close()


def _tiles_of(headers, body):
    """What was asked for, whichever way it came."""
    length = int(headers.get(HEADER_LENGTH, len(body)))
    (one,) = json.loads(body[:length])["inputs"]
    flat = np.frombuffer(body[length:], "<f4") if length < len(body) else np.array(one["data"], "<f4")
    return flat.reshape(one["shape"])


def _scores(headers, body):
    """The first band, turned around, and zeros."""
    first = _tiles_of(headers, body)[:, :1]
    return np.concatenate([first, 1 - first, first * 0], axis=1)


def as_json(headers, body):
    found = _scores(headers, body)
    output = {"name": "scores", "datatype": "FP32", "shape": found.shape, "data": found.ravel().tolist()}
    return 200, {}, json.dumps({"model_name": "toy", "outputs": [output]}).encode()


def as_bytes(headers, body):
    found = _scores(headers, body)
    size = {"binary_data_size": found.nbytes}
    output = {"name": "scores", "datatype": "FP32", "shape": found.shape, "parameters": size}
    told = json.dumps({"model_name": "toy", "outputs": [output]}).encode()
    return 200, {HEADER_LENGTH: str(len(told))}, told + found.astype("<f4").tobytes()


@pytest.mark.parametrize(
    ("answer", "extensions"), [(as_json, ()), (as_bytes, (BINARY,)), (as_json, (BINARY,))]
)
def test_a_tile_is_answered_as_in_this_process(card, tile, answer, extensions):
    with serving(answer, extensions=extensions) as (server, asked):
        outcome = segment(card, tile, open_remote(card, server))

    expected = np.where(tile.values[2] >= 0.5, 0, 1)
    assert np.array_equal(outcome.labels, expected)
    ((path, headers, body),) = asked
    assert path == "/v2/models/toy/infer"
    assert (HEADER_LENGTH in headers) is (BINARY in extensions)
    assert len(body) < 32 * 32 * 2 * FLOAT_BYTES + 500 or not extensions


def _json(**fields):
    found = {"name": "scores", "datatype": "FP32", "shape": [1, 3, 32, 32], **fields}
    return lambda *_: (200, {}, json.dumps({"outputs": [found]}).encode())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_json(data=[1.0]), "arrays that are wrong"),
        (_json(data=[0.0] * 3 * 32 * 32, datatype="INT64"), "INT64 instead of FP32"),
        (_json(data=[None] * 3 * 32 * 32), "no numbers"),
        (_json(data=["x"] * 3 * 32 * 32), "arrays that are wrong"),
        (_json(data=[0.0], shape=[10**9, 10**9]), "arrays that are wrong"),
        (_json(parameters={"binary_data_size": 10**12}), "arrays that are wrong"),
        (_json(name="other", data=[0.0] * 3 * 32 * 32), "promises scores"),
        (_json(data=[float("nan")] * 3 * 32 * 32), "no numbers"),
        (lambda *_: (200, {}, b'{"outputs": 5}'), "arrays that are wrong"),
        (lambda *_: (200, {}, b'{"outputs": [5]}'), "arrays that are wrong"),
        (lambda *_: (200, {}, b"{}"), "arrays that are wrong"),
        (lambda *_: (200, {}, b"[1]"), "no JSON object"),
        (lambda *_: (200, {}, b"<html>"), "no JSON object"),
        (lambda *_: (200, {}, b"[" * 100_000), "no JSON object"),
        (lambda *_: (200, {HEADER_LENGTH: "7"}, b"{}"), "arrays that are wrong"),
        (lambda *_: (400, {}, b'{"error": "tile is too odd"}'), "refused model toy: tile is too odd"),
        (lambda *_: (302, {"Location": "http://127.0.0.1:1/"}, b""), "status 302"),
    ],
)
def test_an_answer_that_breaks_the_protocol_is_told_in_words(card, tile, answer, words):
    with serving(answer) as (server, _), pytest.raises(Invalid, match=words):
        segment(card, tile, open_remote(card, server))


def test_a_server_that_fails_may_be_asked_again(card, tile):
    failed = 500, {}, b'{"error": "out of memory"}'

    with serving(lambda *_: failed) as (server, _), pytest.raises(Unavailable, match="out of memory"):
        segment(card, tile, open_remote(card, server))


def test_an_answer_that_is_too_large_is_left(card, tile):
    long = gzip.compress(b" " * 50_000_000)
    for answer in (
        lambda *_: (200, {}, b" " * 3_000_000),
        lambda *_: (200, {"Content-Encoding": "gzip"}, long),
    ):
        with serving(answer) as (server, _), pytest.raises(Invalid, match="more than 2,000,000 bytes"):
            small = Server(server.address, seconds=5, largest=2_000_000)
            segment(card, tile, open_remote(card, small))


def test_a_server_that_is_slow_or_gone_is_told_apart_from_a_wrong_model(card, tile):
    def slow(*_):
        time.sleep(1)
        return 200, {}, b"{}"

    with serving(slow) as (server, _), pytest.raises(Unavailable, match="in time"):
        segment(card, tile, open_remote(card, Server(server.address, seconds=0.2)))
    with pytest.raises(Unavailable, match="does not answer"):
        open_remote(card, Server(server.address, seconds=2))


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (None, "refused model toy: no such model"),
        ({"inputs": []}, "does not say what"),
        ({**METADATA, "inputs": [{"name": "other", "datatype": "FP32"}]}, "takes"),
        ({**METADATA, "outputs": [{"name": "other", "datatype": "FP32"}]}, "returns"),
        ({**METADATA, "inputs": [{"name": "tile", "datatype": "UINT8"}]}, "UINT8"),
    ],
)
def test_a_model_there_that_is_not_that_of_the_card_is_refused(card, metadata, words):
    with serving(as_json, metadata=metadata) as (server, _), pytest.raises(Invalid, match=words):
        open_remote(card, server)


def test_a_network_runs_here_unless_a_server_is_named(tmp_path, tile):
    card = write_model(tmp_path, make_card(), channels=3)

    here = segment(card, tile, open_anywhere(card, tmp_path))
    with serving(as_json) as (server, asked):
        segment(card, tile, open_anywhere(card, tmp_path, server=server))

    assert here.labels.shape == (32, 32) and len(asked) == 1
