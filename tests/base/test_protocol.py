"""Heads of any length over a real connection: read within bounds, refused in words, always answered."""

import json
import socket
from collections.abc import Iterable
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from app.base.limits import LONGEST_ADDRESS, LONGEST_HEADERS
from app.base.protocol import LONGEST_ADDRESS_READ, LONGEST_HEADERS_READ

HEADERS = b" HTTP/1.1\r\nHost: here\r\nAccept: application/json\r\n"
END = b"\r\n"


@pytest.fixture
def connection(live_server):
    place = urlsplit(live_server)
    with socket.create_connection((place.hostname, place.port), timeout=20) as made:
        yield made


def send(connection: socket.socket, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        connection.sendall(piece)


def received(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    with HTTPResponse(connection) as answer:
        answer.begin()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def pieces_of(content: bytes, size: int) -> Iterable[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [20_000_000, 65_536, 9_973], ids=["at once", "large pieces", "odd pieces"])
def test_an_address_of_ten_megabytes_is_413_and_says_what_to_do(connection, size):
    address = b"GET /api/datasets?intersects=" + b"x" * 10_000_000

    send(connection, pieces_of(address + HEADERS + END, size))
    status, headers, body = received(connection)

    assert (status, json.loads(body)["code"]) == (413, "too-large")
    assert "POST to /api/datasets" in json.loads(body)["description"]
    assert headers["x-request-id"] == json.loads(body)["request_id"] != ""


def test_a_person_gets_the_same_as_a_page(connection):
    head = HEADERS.replace(b"application/json", b"text/html")

    send(connection, [b"GET /datasets?q=" + b"x" * 100_000 + head + END])
    status, headers, body = received(connection)

    assert (status, headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert b"That is too large" in body and b"simplify the outline" in body


def test_the_connection_goes_on_after_a_long_address(connection):
    send(connection, [b"GET /api/datasets?q=" + b"x" * 100_000 + HEADERS + END])
    first = received(connection)

    send(connection, [b"GET /api/vocabularies/task" + HEADERS + END])

    assert (first[0], received(connection)[0]) == (413, 200)


@pytest.mark.parametrize("prefix", [b"", b"http://here"], ids=["path alone", "with the host"])
def test_the_longest_address_is_read_and_one_character_more_is_not(connection, prefix):
    start = prefix + b"/api/datasets?limit=1&q="
    words = b"+" * (LONGEST_ADDRESS - len(start))

    send(connection, [b"GET " + start + words + HEADERS + END])
    longest = received(connection)
    send(connection, [b"GET " + start + words + b"+" + HEADERS + END])

    assert (longest[0], received(connection)[0]) == (200, 413)


def test_headers_that_are_too_long_are_refused(connection):
    send(connection, [b"GET /api/datasets" + HEADERS + b"Cookie: " + b"x" * LONGEST_HEADERS + END + END])
    status, _, body = received(connection)

    assert (status, json.loads(body)["code"]) == (413, "too-large")
    assert "headers" in json.loads(body)["description"]


@pytest.mark.parametrize(
    ("start", "length"),
    [
        (b"GET /api/datasets?q=", LONGEST_ADDRESS_READ),
        (b"GET /api/datasets" + HEADERS + b"Cookie: ", LONGEST_HEADERS_READ),
    ],
    ids=["address", "header"],
)
def test_a_head_beyond_all_measure_is_refused_before_it_ends(connection, start, length):
    send(connection, [start])
    send(connection, (b"x" * 100_000 for _ in range(length // 100_000 + 10)))

    # Nothing was said of an end: the answer comes all the same, and then the connection is closed.
    status, headers, body = received(connection)

    assert (status, headers["connection"], json.loads(body)["code"]) == (413, "close", "too-large")
    assert connection.recv(1) == b""


def test_bytes_that_are_no_http_are_400_in_the_form_of_every_error(connection):
    send(connection, [b"good day\r\n\r\n"])
    status, _, body = received(connection)

    assert (status, json.loads(body)["code"]) == (400, "invalid")
