"""Whatever a hostile reader sends, the answer is below 500 and says in words what is wrong."""

import json
import math
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from starlette.testclient import TestClient

from app.base.limits import LARGEST_BODY, LONGEST_ADDRESS
from tests.test_openapi import DESCRIPTION

SEARCH = "/stac/search"
ITEMS = "/stac/collections/so2sat-lcz42/items"
AGGREGATE = "/stac/aggregate"
COLLECTIONS = "/stac/collections"
RECORDS = "/ogc/collections/datasets/items"
LENIENT = (("2020-01-01T00:00:00Z/",), ("2020-01-01T00:00:00Z/", "2020", "2020-01-01T00:00:00"))
DEEP = 2_000
JSON = {"content-type": "application/json"}
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def refused(answer: Any) -> str:
    """What the reader is told; fails unless it is an error of the reader's in the one shape."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:500])
    told = answer.json()
    assert told["code"] and told["description"]
    assert len(told["description"]) < 1_000
    return told["description"]


def send(client: TestClient, member: str, value: Any, **others: Any) -> Any:
    """A search by POST with one member, written as Python writes JSON: NaN and halves of characters too."""
    body = json.dumps({member: value, **others})
    return client.post(SEARCH, content=body, headers=JSON)


def ask(client: TestClient, path: str, **parameters: str) -> Any:
    """A search by GET, or by POST where the address would be longer than the client of the tests can send."""
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    if len(urlencode(named)) > LONGEST_ADDRESS - 1_000:
        return client.post(SEARCH, json={"filter-lang": "cql2-text", **named})
    return client.get(path, params=named)


def understood(answer: Any) -> None:
    """Answered or refused in words, never a fault of ours."""
    if answer.status_code not in (200, 503):
        refused(answer)


def polygon(ring: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def circle(steps: int, radius: float = 1.0) -> list[list[float]]:
    turns = [2 * math.pi * step / steps for step in range(steps)]
    ring = [[10 + radius * math.cos(turn), 50 + radius * math.sin(turn)] for turn in turns]
    return [*ring, ring[0]]


def spikes(steps: int) -> list[list[float]]:
    """A ring that crosses itself at every step."""
    return [*[[step % 97 / 10, step * 31 % 89 / 10] for step in range(steps)], [0, 0]]


def nested(text: bool, depth: int = DEEP, op: str = "not") -> Any:
    """A filter as deep as that."""
    if text:
        return "NOT (" * depth + "id = 'a'" + ")" * depth
    inner = '{"op": "=", "args": [{"property": "id"}, "a"]}'
    return (f'{{"op": "{op}", "args": [' * depth) + inner + "]}" * depth


@pytest.mark.parametrize("path", [SEARCH, ITEMS, COLLECTIONS, RECORDS, "/stac/children"])
@pytest.mark.parametrize(
    "limit", ["0", "-1", "1000000000", "1e3", "1.5", "ten", "٣", "1" * 400, "+1", "0x10"]
)
def test_limits_that_cannot_be_are_refused(seeded_client: TestClient, path, limit):
    refused(seeded_client.get(path, params={"limit": limit}))


@pytest.mark.parametrize("limit", [0, -1, 10**9, 10**400, 1.5, "10", True, [], {}])
def test_limits_in_a_body_that_cannot_be_are_refused(seeded_client: TestClient, limit):
    refused(seeded_client.post(SEARCH, json={"limit": limit}))


@pytest.mark.parametrize("path", [SEARCH, ITEMS, AGGREGATE, COLLECTIONS, RECORDS])
@pytest.mark.parametrize(
    "bbox",
    [
        "nan,0,1,1", "0,0,inf,1", "-inf,0,1,1", "NaN,NaN,NaN,NaN", "0,0,1", "0,0,1,1,2", "0,0,1,1,2,2,2",
        "0,2,1,1", "0,0,1,91", "0,-91,1,1", "-181,0,1,1", "0,0,541,1", "a,b,c,d", "1e999,0,1,1", ",,,",
        "0 0 1 1", "[0,0,1,1]", "0,0,1,1;drop table item", "٠,0,1,1", "1_0,0,1,1", "0x1,0,1,1",
    ],
)  # fmt: skip
def test_boxes_that_cannot_be_are_refused(seeded_client: TestClient, path, bbox):
    refused(seeded_client.get(path, params={"bbox": bbox}))


@pytest.mark.parametrize(
    "bbox",
    [7, "0,0,1,1", [0, 0, 1], [0, 0, 1, None], [[0, 0], [1, 1]], ["a"] * 4, [0, 0, True, 1], {}, [1e999] * 4],
)
def test_boxes_in_a_body_that_cannot_be_are_refused(seeded_client: TestClient, bbox):
    refused(send(seeded_client, "bbox", bbox))


@pytest.mark.parametrize("path", [SEARCH, ITEMS, AGGREGATE, COLLECTIONS, RECORDS])
@pytest.mark.parametrize(
    "datetime",
    [
        "2021-01-01T00:00:00Z/2020-01-01T00:00:00Z", "../..", "/", "2020", "2020-13-01T00:00:00Z",
        "2020-02-30T00:00:00Z", "2020-01-01T25:00:00Z", "2020-01-01T00:00:00", "2020-01-01T00:00:00Z/",
        "1/2/3", "now", "0000-00-00T00:00:00Z", "99999-01-01T00:00:00Z", "2020-01-01T00:00:00+99:99",
        "..", "-2020-01-01T00:00:00Z", "2020-01-01T00:00:61Z", "2020-01-01T00:00:00.1e5Z",
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_refused_or_found_open(seeded_client: TestClient, path, datetime):
    answer = seeded_client.get(path, params={"datetime": datetime})

    # Datasets are also searched by years, months and days; a side left empty is an open one.
    if answer.status_code != 200 or datetime not in LENIENT[path in (COLLECTIONS, RECORDS)]:
        refused(answer)


@pytest.mark.parametrize(
    "area",
    [
        polygon(SQUARE[:-1]),
        polygon([[0, 0], [1, 1]]),
        polygon([[0, 0], [math.nan, 1], [1, 1], [0, 0]]),
        polygon([[0, 0], [math.inf, 1], [1, 1], [0, 0]]),
        polygon([[0, 0], ["1", 1], [1, 1], [0, 0]]),
        polygon([[0, 0], None, [1, 1], [0, 0]]),
        polygon([[0], [1], [1], [0]]),
        polygon([[0, 0], [0, 91], [1, 91], [0, 0]]),
        polygon([[0, 0], [0, 1], [1_000, 1], [0, 0]]),
        polygon([]),
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": 7},
        {"type": "Polygon", "coordinates": {"0": 1}},
        {"type": "Cube", "coordinates": [[0, 0]]},
        {"type": ["Polygon"], "coordinates": [SQUARE]},
        {"type": "GeometryCollection", "geometries": 7},
        {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]},
        {"type": "Point", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [[SQUARE]] * 3 + [[SQUARE[:-1]]]},
        {"type": "Feature", "geometry": None, "properties": {}},
        "POLYGON((0 0, 1 1",
        [],
        7,
        "",
    ],
    ids=lambda area: json.dumps(area)[:40],
)
def test_areas_that_cannot_be_are_refused(seeded_client: TestClient, area):
    refused(send(seeded_client, "intersects", area))
    if area:
        refused(ask(seeded_client, SEARCH, intersects=json.dumps(area)))


@pytest.mark.parametrize(
    "ring", [circle(60_000), spikes(60_000), circle(19_000)], ids=["many", "wild", "most"]
)
def test_an_outline_of_many_corners_is_refused_or_answered(seeded_client: TestClient, ring):
    corners = [[round(x, 4), round(y, 4)] for x, y in ring]

    understood(send(seeded_client, "intersects", polygon(corners)))


def test_an_outline_of_a_hundred_thousand_corners_is_refused_before_it_is_read(seeded_client: TestClient):
    assert "1,000,000" in refused(send(seeded_client, "intersects", polygon(circle(100_000))))


@pytest.mark.parametrize(
    "expression",
    [
        nested(text=True),
        "(" * DEEP + "id = 'a'" + ")" * DEEP,
        " AND ".join(["id = 'a'"] * DEEP),
        "id IN (" + ",".join(["'a'"] * 20_000) + ")",
        "-" * DEEP + "1 = 1",
        "id = '" + "a" * 50_000,
        "1" * DEEP + " = 1",
        "id LIKE '" + "%a" * DEEP + "'",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 1)))",
        "S_INTERSECTS(geometry, BBOX(nan, 0, 1, 1))",
        "S_INTERSECTS(geometry, POINT(1e999 0))",
        "datetime > TIMESTAMP('never')",
        "T_DURING(datetime, INTERVAL('2021-01-01', '2020-01-01'))",
        "pg_sleep(5) = 1",
        "id = 'a'; drop table item",
        "id = 'a' --",
        "id = $1",
        "id = %(a)s",
        'id = "',
        '"\'" = 1',
        "id = 'a' AND",
        "= =",
        "\u202e",
        "id = id = id",
        "CASEI(CASEI(CASEI(1))) = 1",
        "A_CONTAINS(id, (1, (2, (3))))",
    ],
    ids=lambda text: text[:24],
)
@pytest.mark.parametrize("path", [SEARCH, ITEMS, AGGREGATE])
def test_filters_that_cannot_be_are_refused(seeded_client: TestClient, path, expression):
    understood(ask(seeded_client, path, filter=expression))


@pytest.mark.parametrize(
    "expression",
    [
        nested(text=False),
        nested(text=False, op="and"),
        "[" * DEEP + "]" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        '{"op": "="}',
        '{"op": "=", "args": []}',
        '{"op": "=", "args": {"property": "id"}}',
        '{"op": ["="], "args": [1, 1]}',
        '{"op": null, "args": null}',
        '{"op": "in", "args": [{"property": "id"}, [' + ",".join(["1"] * 20_000) + "]]}",
        '{"op": "=", "args": [{"property": ["id"]}, 1]}',
        '{"op": "=", "args": [{"property": "id"}, {"date": "2020-13-40"}]}',
        '{"op": "=", "args": [{"property": "id"}, {"bbox": [1, 2]}]}',
        '{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": [[[0]]]}]}',
        '{"op": "between", "args": [{"property": "id"}, 1]}',
        '{"op": "like", "args": [{"property": "id"}, 7]}',
        '{"op": "=", "args": [{"property": "id"}, "\\ud800"]}',
        '{"op": "=", "args": [{"property": "id"}, "\\u0000"]}',
        '{"op": "=", "args": [{"property": "id"}, 1e999]}',
        '{"op": "=", "args": [{"property": "eo:cloud_cover"}, NaN]}',
        '{"op": "=", "args": [{"property": "\\ud800"}, 1]}',
        '{"op": "=", "args": [1' + "0" * 400 + ", 1]}",
        "7",
        "null",
        "true",
        '"id = 1"',
    ],
    ids=lambda text: text[:30],
)
def test_filters_in_json_that_cannot_be_are_refused(seeded_client: TestClient, expression):
    body = '{"filter-lang": "cql2-json", "filter": ' + expression + "}"

    understood(seeded_client.post(SEARCH, content=body, headers=JSON))
    if len(expression) < 15_000:
        understood(ask(seeded_client, SEARCH, filter_lang="cql2-json", filter=expression))


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        (SEARCH, {"offset": "-1"}),
        (SEARCH, {"page": "-1"}),
        (RECORDS, {"offset": "-1"}),
        (RECORDS, {"offset": "9" * 30}),
        (RECORDS, {"offset": "1", "token": "x"}),
        (SEARCH, {"query": '{"eo:cloud_cover":{"lt":10}}', "filter": "id = 'a'"}),
        (SEARCH, {"bbox": "0,0,1,1", "intersects": json.dumps(polygon(SQUARE))}),
        (SEARCH, {"sortby": ",".join(["id"] * 50)}),
        (SEARCH, {"sortby": "-" * 100}),
        (SEARCH, {"sortby": "geometry"}),
        (SEARCH, {"sortby": "id desc"}),
        (SEARCH, {"filter": "id = 'a'", "filter-crs": "EPSG:3857"}),
        (SEARCH, {"filter": "id = 'a'", "filter-lang": "cql3"}),
        (SEARCH, {"filter-lang": "cql2-json", "filter": "{"}),
        (SEARCH, {"token": "next:1"}),
        (ITEMS, {"collections": "eurosat"}),
        (AGGREGATE, {"aggregations": "drop_table"}),
        (AGGREGATE, {"aggregations": "nonsense_frequency"}),
        (COLLECTIONS, {"sortby": "id;select"}),
        (COLLECTIONS, {"limit": "5", "limit ": "6"}),
        (RECORDS, {"facets": "nonsense"}),
    ],
)
def test_parameters_that_cannot_be_are_refused(seeded_client: TestClient, path, parameters):
    refused(seeded_client.get(path, params=parameters))


def test_more_ids_than_are_looked_up_at_once_are_refused(seeded_client: TestClient):
    ids = [f"item-{number}" for number in range(10_001)]

    assert "10,000" in refused(seeded_client.post(SEARCH, json={"ids": ids}))
    assert seeded_client.post(SEARCH, json={"ids": ids[:10_000]}).json()["numberMatched"] == 0
    assert seeded_client.post(SEARCH, json={"collections": ids}).status_code < 500


@pytest.mark.parametrize("where", [SEARCH, ITEMS, COLLECTIONS, RECORDS])
def test_a_token_that_was_tampered_with_is_refused(seeded_client: TestClient, where):
    first = seeded_client.get(where, params={"limit": 1}).json()
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    token = following.partition("token=")[2].partition("&")[0]
    half = len(token) // 2

    for changed in (
        token[:-1], token + "x", token[::-1], token[:half] + token[half].swapcase() + "_" + token[half + 2 :],
        "a." + token, token.partition(".")[0], "." * 50, "é", "x" * 60_000,
    ):  # fmt: skip
        refused(seeded_client.get(where, params={"limit": 1, "token": changed}))


def test_a_token_of_one_list_leads_nowhere_in_another(seeded_client: TestClient):
    def token_of(address: str) -> str:
        links = seeded_client.get(address).json()["links"]
        following = next(link["href"] for link in links if link["rel"] == "next")
        return following.partition("token=")[2].partition("&")[0]

    tokens = [token_of(f"{path}?limit=1") for path in (SEARCH, COLLECTIONS, RECORDS)]

    for path, own in zip((SEARCH, COLLECTIONS, RECORDS), tokens, strict=True):
        for token in tokens:
            if token != own and path != RECORDS:
                answer = seeded_client.get(path, params={"limit": 1, "token": token})
                assert answer.status_code < 500
    refused(seeded_client.get(SEARCH, params={"token": tokens[1]}))
    refused(seeded_client.get(SEARCH, params={"token": tokens[0], "sortby": "-id"}))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{", "application/json"),
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b"7", "application/json"),
        (b'"text"', "application/json"),
        (b"null", "application/json"),
        (b'{"limit": 1', "application/json"),
        (b'{"limit": NaN}', "application/json"),
        (b'{"limit": 1}', "text/plain"),
        (b'{"limit": 1}', "application/xml"),
        (b"limit=1", "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"\xff\xfe\x00", "application/json"),
        (b'{"ids": ["\\ud800"]}', "application/json"),
        (b'{"ids": ["\\u0000"]}', "application/json"),
        (b'{"collections": ["\\ud800"]}', "application/json"),
        (b'{"\\ud800": 1}', "application/json"),
        (b'{"fields": {"include": ["\\ud800"], "exclude": [7]}}', "application/json"),
        (b'{"sortby": [{"field": "\\udfff", "direction": "asc"}]}', "application/json"),
        (b'{"token": "\\ud800"}', "application/json"),
        (b'{"datetime": "\\u0000"}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 100_000, "application/json"),
        (b'{"ids": [' + b'"a",' * 200_000 + b'"a"]}', "application/json"),
        (b" " * (LARGEST_BODY + 1), "application/json"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bodies_that_cannot_be_are_refused(seeded_client: TestClient, content, kind):
    answer = seeded_client.post(SEARCH, content=content, headers={"content-type": kind})

    # An id that no item can have finds nothing.
    assert (answer.status_code == 200 and answer.json()["numberMatched"] == 0) or refused(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/stac/collections/%00", "/stac/collections/none", "/stac/collections/none/items",
        "/stac/collections/none/items/one", "/stac/collections/so2sat-lcz42/items/%F0%9F%8C%8D",
        "/stac/collections/so2sat-lcz42/items/" + "a" * 5_000, "/stac/collections/" + "a" * 60_000,
        "/stac/collections/..%2f..%2fetc%2fpasswd", "/stac/collections/so2sat-lcz42/items/%ff%fe",
        "/stac/collections/none/queryables", "/stac/nothing", "/ogc/collections/none",
        "/ogc/collections/datasets/items/none", "/stac/search?filter=%00", "/stac/search?%ff=%fe",
        "/stac/search?ids=%ED%A0%80%00",
    ],
)  # fmt: skip
def test_what_is_not_there_or_cannot_be_named_is_refused(seeded_client: TestClient, path):
    refused(seeded_client.get(path))


@pytest.mark.parametrize(
    "fields",
    [
        ",".join(f"properties.a{number}" for number in range(3_000)),
        "." * 5_000,
        "-" * 5_000,
        "a." * 5_000,
        "properties." * 2_000,
        "-id,-type,-geometry",
        "+,+,-,,",
        "links.0.href",
        "\u202e",
        "properties.datetime.year.month",
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("path", [SEARCH, ITEMS, COLLECTIONS])
def test_fields_of_any_kind_are_understood(seeded_client: TestClient, path, fields):
    understood(seeded_client.get(path, params={"fields": fields, "limit": 5}))


@pytest.mark.parametrize(
    "header",
    [
        {"if-none-match": "*" * 10_000},
        {"if-none-match": 'W/"'},
        {"accept": "image/png"},
        {"accept-encoding": ";;q=,"},
        {"accept-encoding": "gzip;q=abc"},
        {"host": 'evil.example"><script>'},
        {"range": "bytes=5-1"},
    ],
    ids=lambda header: str(header)[:30],
)
def test_odd_headers_do_no_harm(seeded_client: TestClient, header):
    answer = seeded_client.get(f"{ITEMS}?limit=1", headers=header)

    assert answer.status_code < 500
    assert not answer.headers["content-type"].startswith("text/html")


UNHURRIED = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
TEXTS = st.text(max_size=40)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
MEMBERS = (
    "collections", "ids", "bbox", "intersects", "datetime", "limit", "filter", "filter-lang", "sortby",
    "fields", "token", "conf",
)  # fmt: skip
OPERATORS = (
    "and", "or", "not", "=", "<", "in", "like", "between", "isNull", "s_intersects", "t_during", "a_contains",
    "casei", "+", "^", "div",
)  # fmt: skip
PROPERTIES = ("id", "datetime", "geometry", "split", "eod:precision")
EXPRESSIONS = st.recursive(
    st.integers()
    | st.floats()
    | st.booleans()
    | TEXTS
    | st.fixed_dictionaries({"property": st.sampled_from(PROPERTIES)})
    | st.fixed_dictionaries({"timestamp": TEXTS})
    | st.fixed_dictionaries({"bbox": st.lists(st.floats(), max_size=6)}),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries({"op": st.sampled_from(OPERATORS), "args": st.lists(inner, max_size=3)})
    ),
    max_leaves=10,
)


@UNHURRIED
@given(st.dictionaries(st.sampled_from(MEMBERS), ANYTHING, max_size=3))
def test_anything_in_any_member_of_a_search_is_understood(seeded_client: TestClient, body):
    understood(seeded_client.post(SEARCH, content=json.dumps(body), headers=JSON))


@UNHURRIED
@given(st.dictionaries(st.sampled_from([*MEMBERS, "q", "offset", "facets"]), TEXTS, max_size=3))
def test_any_text_in_any_parameter_is_understood(seeded_client: TestClient, parameters):
    for path in (SEARCH, COLLECTIONS, RECORDS):
        understood(seeded_client.get(path, params=parameters))


@UNHURRIED
@given(EXPRESSIONS)
def test_any_expression_in_the_form_of_a_filter_is_understood(seeded_client: TestClient, expression):
    understood(send(seeded_client, "filter", expression))


@UNHURRIED
@given(st.lists(st.lists(st.floats() | st.integers(), max_size=3), max_size=8))
def test_any_ring_is_understood(seeded_client: TestClient, ring):
    understood(send(seeded_client, "intersects", polygon([*ring, *ring[:1]])))


STAC_AND_RECORDS = schemathesis.openapi.from_dict(DESCRIPTION).include(path_regex=r"^/(stac|ogc)(/|$)")


@STAC_AND_RECORDS.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_machine_made_requests_of_every_kind_get_no_fault(case: Case, live_server: str):
    answer = case.call(base_url=live_server, timeout=20)

    assert answer.status_code < 500 or answer.status_code == 503, answer.text[:500]
    if answer.status_code >= 400:
        assert answer.json()["code"] and answer.json()["description"]
