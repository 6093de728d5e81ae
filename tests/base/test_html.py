"""How figures are written, static files addressed and fragments chosen."""

import pytest
from starlette.requests import Request

from app.base import html


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (9999, "9999"),
        (10_000, "10\u202f000"),
        (1_234_567, "1\u202f234\u202f567"),
        (-5, "\u22125"),
        (0.25, "0.25"),
    ],
)
def test_numbers_have_thin_spaces_from_ten_thousand(value, words):
    assert html.number(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(422, "422"), (4831, "4.83\u00a0k"), (67_490, "67.5\u00a0k"), (1_200_000, "1.2\u00a0M"), (None, "?")],
)
def test_counts_have_three_digits_and_a_prefix(value, words):
    assert html.si(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"min": 10, "max": 10}, "10\u00a0m"),
        ({"min": 0.3, "max": 0.8}, "0.3–0.8\u00a0m"),
        ({"min": 0.05, "max": 0.05}, "5\u00a0cm"),
        ({"min": 1000, "max": 25_000}, "1–25\u00a0km"),
        (None, "unknown"),
    ],
)
def test_resolutions_take_the_unit_that_suits_them(value, words):
    assert html.gsd(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.5, "500\u00a0MB"), (14, "14\u00a0GB"), (2300, "2.3\u00a0TB"), (0.0002, "200\u00a0kB")],
)
def test_volumes_take_the_unit_that_suits_them(value, words):
    assert html.gigabytes(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [("2026-11-19", "19 Nov 2026"), ("2026-11", "Nov 2026"), ("2026", "2026")]
)
def test_dates_keep_their_precision(value, words):
    assert html.day(value) == words


def test_many_pixels_are_a_power_of_ten():
    assert html.pixels(4831 * 512 * 512) == "1.27 × 10⁹"
    assert html.pixels(65_536) == "65\u202f536"


def test_a_static_file_is_addressed_by_its_content():
    address = html.asset("css/base.css")

    assert address.startswith("/static/css/base.css?v=")
    assert address == html.asset("css/base.css")
    assert html.asset("css/tokens.css").split("=")[1] != address.split("=")[1]


def test_a_missing_file_keeps_its_plain_address():
    assert html.asset("vendor/not-built.js") == "/static/vendor/not-built.js"


def request_with(**headers: str) -> Request:
    listed = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": listed, "path": "/", "query_string": b""})


@pytest.mark.parametrize(
    ("headers", "is_fragment"),
    [
        ({}, False),
        ({"HX_Request": "true"}, True),
        ({"HX_Request": "true", "HX_Request_Type": "full"}, False),
        ({"HX_Request": "true", "HX_History_Restore_Request": "true"}, False),
    ],
)
def test_only_a_partial_request_of_htmx_gets_a_fragment(headers, is_fragment):
    assert html.wants_fragment(request_with(**headers)) is is_fragment


@pytest.mark.parametrize(
    ("cookie", "scheme"), [("scheme=dark", "dark"), ("scheme=sepia", "system"), ("", "system")]
)
def test_an_unknown_scheme_counts_as_the_systems(cookie, scheme):
    assert html.scheme(request_with(Cookie=cookie)) == scheme
