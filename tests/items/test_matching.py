"""What searches over columns find is what looking at every item finds."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shapely.geometry import mapping, shape

from app.base.errors import Invalid
from app.base.extent import BBox
from app.catalogue.changes import withdraw
from app.items import matching
from app.items.areas import Squares
from app.items.changes import collection_number, load_chunk
from app.items.cql2 import parse_filter
from app.items.document import check_item
from app.items.find import find_items
from app.items.indexes import current
from app.items.matching import match
from app.items.query import ItemQuery, Moments, Sort

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
SECRET = "a key for the tests of this module"


def shapes(number):
    """Rectangles, points, tilted squares, lines, parts on both sides of the antimeridian, and nothing."""
    lon, lat = -175 + (number * 37.3) % 350, -80 + (number * 13.7) % 160
    return [
        shapely.box(lon, lat, lon + 0.02 * (number % 7 + 1), lat + 0.02),
        shapely.Point(lon, lat),
        shapely.Polygon([(lon, lat), (lon + 2, lat + 1), (lon + 1, lat + 3), (lon - 1, lat + 2)]),
        shapely.LineString([(lon, lat), (lon + 4, lat + 4)]),
        shapely.MultiPolygon([shapely.box(178, lat, 180, lat + 2), shapely.box(-180, lat, -179, lat + 2)]),
        shapely.box(max(-180, lon - 60), max(-90, lat - 40), min(180, lon + 60), min(90, lat + 40)),
        None,
    ][number % 7]


def documents():
    for number in range(140):
        outline = shapes(number)
        start = FIRST + timedelta(days=number % 50)
        times = {"datetime": f"{start:%Y-%m-%dT%H:%M:%SZ}"}
        if number % 5 == 0:
            end = start + timedelta(days=number % 30)
            times = {"datetime": None, "start_datetime": times["datetime"]}
            times["end_datetime"] = f"{end:%Y-%m-%dT%H:%M:%SZ}"
        properties = {"split": ("train", "test")[number % 2]} if number % 3 else {}
        properties |= {"eo:cloud_cover": float(number % 11), "note": f"no. {number % 4}"}
        yield {
            "type": "Feature",
            "stac_version": "1.1.0",
            "id": f"i-{number:03d}",
            "collection": ("first", "second", "third")[number % 3],
            "geometry": None if outline is None else mapping(outline),
            "properties": {**times, **properties},
            "assets": {},
        }


DOCUMENTS = list(documents())


@pytest.fixture
def loaded(session, add_dataset):
    for slug in ("first", "second", "third"):
        add_dataset(slug)
        items = [check_item(one, slug) for one in DOCUMENTS if one["collection"] == slug]
        load_chunk(session, collection_number(session, slug), items)


def moments_of(document):
    told = document["properties"]
    first, last = told.get("start_datetime") or told["datetime"], told.get("end_datetime") or told["datetime"]
    return datetime.fromisoformat(first), datetime.fromisoformat(last)


def is_found(document, collections, area, start, end, cloud):
    first, last = moments_of(document)
    outline = document["geometry"] and shape(document["geometry"])
    return (
        (collections is None or document["collection"] in collections)
        and (area is None or (outline is not None and shapely.intersects(outline, area)))
        and (start is None or last >= start)
        and (end is None or first <= end)
        and (cloud is None or document["properties"]["eo:cloud_cover"] < cloud)
    )


longitudes, latitudes = st.integers(-180, 179), st.integers(-90, 89)


@st.composite
def areas(draw):
    west, south = draw(longitudes), draw(latitudes)
    east, north = draw(st.integers(west + 1, 180)), draw(st.integers(south + 1, 90))
    kind = draw(st.sampled_from(["box", "diamond", "ring", "crossing", "point"]))
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    diamond = [(west, middle_y), (middle_x, north), (east, middle_y), (middle_x, south)]
    if kind == "diamond":
        return shapely.Polygon(diamond)
    if kind == "ring":
        hole = [((x + middle_x) / 2, (y + middle_y) / 2) for x, y in diamond]
        return shapely.Polygon(diamond, [hole])
    if kind == "crossing":
        return BBox(max(west, 1), south, min(east - 181, 0), north).geometry()
    return shapely.Point(west, south) if kind == "point" else shapely.box(west, south, east, north)


days = st.integers(0, 60).map(lambda count: FIRST + timedelta(days=count))
searches = st.fixed_dictionaries(
    {
        "collections": st.none() | st.sets(st.sampled_from(["first", "second", "third", "none"])).map(tuple),
        "area": st.none() | areas(),
        "start": st.none() | days,
        "end": st.none() | days,
        "cloud": st.none() | st.integers(0, 12),
    }
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=searches)
@example(search={"collections": ("first",), "area": None, "start": None, "end": FIRST, "cloud": None})
def test_searches_find_what_looking_at_every_item_finds(session, loaded, search):
    index = current(session)
    if search["collections"] is not None and set(search["collections"]) <= {"none"}:
        # Where there are no items, there are no properties to ask for.
        search["cloud"] = None
    cloud = search["cloud"]
    asked = ItemQuery(
        collections=search["collections"],
        area=search["area"],
        moments=Moments(search["start"], search["end"]) if search["start"] or search["end"] else None,
        filter=None if cloud is None else parse_filter(f'"eo:cloud_cover" < {cloud}', "cql2-text"),
        limit=200,
    )

    rows = match(session, index, asked)
    page = find_items(session, asked, SECRET)

    expected = {one["id"] for one in DOCUMENTS if is_found(one, **search)}
    assert {json.loads(item.document)["id"] for item in page.items} == expected
    assert page.matched == len(expected) == (index.size if rows is None else len(rows))


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("split = 'test' AND note = 'no. 1'", lambda p: p.get("split") == "test" and p["note"] == "no. 1"),
        ("split = 'test' OR note = 'no. 1'", lambda p: p.get("split") == "test" or p["note"] == "no. 1"),
        ("NOT split = 'test'", lambda p: p.get("split") == "train"),
        ("split IS NULL AND note <> 'no. 0'", lambda p: "split" not in p and p["note"] != "no. 0"),
        ("split = 'nowhere'", lambda p: False),
        ("id LIKE 'i-01%'", None),
    ],
)
def test_columns_and_documents_decide_together(session, loaded, text, is_true):
    asked = ItemQuery(filter=parse_filter(text, "cql2-text"), limit=200)

    found = {json.loads(item.document)["id"] for item in find_items(session, asked, SECRET).items}

    is_true = is_true or (lambda p: False)
    expected = {one["id"] for one in DOCUMENTS if is_true(one["properties"])}
    assert found == (expected if "LIKE" not in text else {f"i-01{digit}" for digit in range(10)})


def test_area_of_a_filter_finds_what_the_area_of_a_search_finds(session, loaded):
    area = shapely.Polygon([(-100, -50), (20, 60), (150, -40)])
    filter = parse_filter(
        {"op": "s_intersects", "args": [{"property": "geometry"}, mapping(area)]}, "cql2-json"
    )

    rows, same = (
        match(session, current(session), asked) for asked in (ItemQuery(area=area), ItemQuery(filter=filter))
    )

    assert rows.tolist() == same.tolist() and len(rows)


@pytest.mark.parametrize(
    "sorts",
    [
        (Sort("datetime", True),),
        (Sort("datetime", False),),
        (Sort("eo:cloud_cover", True), Sort("datetime", False)),
        (Sort("split", False),),
        (Sort("note", True), Sort("id", False)),
        (Sort("collection", False), Sort("id", True)),
    ],
)
@pytest.mark.parametrize("collections", [None, ("second",), ("first", "third")])
def test_pages_forward_and_back_are_cuts_of_one_order(session, loaded, sorts, collections):
    whole = [
        item.name
        for item in find_items(session, ItemQuery(collections, sorts=sorts, limit=200), SECRET).items
    ]
    forward, token = [], None
    while True:
        page = find_items(session, ItemQuery(collections, sorts=sorts, limit=9, token=token), SECRET)
        forward += [item.name for item in page.items]
        if page.next_token is None:
            break
        token = page.next_token
    back, token = [], page.previous_token
    while token:
        page = find_items(session, ItemQuery(collections, sorts=sorts, limit=9, token=token), SECRET)
        back = [item.name for item in page.items] + back
        token = page.previous_token

    assert forward == whole and len(whole) == len(set(whole))
    assert back == whole[: len(back)] and len(whole) - len(back) <= 9


def test_token_of_another_order_is_refused(session, loaded):
    token = find_items(session, ItemQuery(limit=5), SECRET).next_token

    with pytest.raises(Invalid, match="another search"):
        find_items(session, ItemQuery(limit=5, sorts=(Sort("id", False),), token=token), SECRET)


def test_items_of_a_dataset_that_is_withdrawn_are_gone(session, loaded):
    withdraw(session, ["second"])

    page = find_items(session, ItemQuery(limit=200), SECRET)

    assert {item.collection for item in page.items} == {"first", "third"}
    assert page.matched == sum(one["collection"] != "second" for one in DOCUMENTS)


def test_squares_hold_every_item_with_a_place_once(session, loaded):
    squares = Squares(current(session))

    rows = squares.rows.tolist()
    assert len(rows) == len(set(rows)) == sum(one["geometry"] is not None for one in DOCUMENTS)
    assert sum(level.count for level in squares.levels) == len(rows)
    assert len(squares.levels) > 3


def test_property_that_came_with_new_items_is_known_to_the_next_search(session, loaded):
    find_items(session, ItemQuery(), SECRET)
    late = {**DOCUMENTS[0], "id": "late", "properties": {**DOCUMENTS[0]["properties"], "season": "dry"}}
    load_chunk(session, collection_number(session, "first"), [check_item(late, "first")])

    page = find_items(session, ItemQuery(filter=parse_filter("season = 'dry'", "cql2-text")), SECRET)

    assert [item.name for item in page.items] == ["late"]


@pytest.mark.parametrize("collections", [None, ("second",)])
def test_rows_of_a_rare_word_still_pass_all_other_conditions(session, loaded, monkeypatch, collections):
    monkeypatch.setattr(matching, "WORTH_PICKING", 1)
    text = 'split = \'test\' AND "eo:cloud_cover" < 5 AND "eo:cloud_cover" <> 3'
    asked = ItemQuery(collections, filter=parse_filter(text, "cql2-text"), limit=200)

    found = {item.name for item in find_items(session, asked, SECRET).items}

    expected = {
        one["id"]
        for one in DOCUMENTS
        if (collections is None or one["collection"] in collections)
        and one["properties"].get("split") == "test"
        and one["properties"]["eo:cloud_cover"] in (0, 1, 2, 4)
    }
    assert found == expected and found
