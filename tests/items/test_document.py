"""Items checked when they come in."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.items.document import check_item, read_item
from app.items.moments import from_micros


def test_item_is_kept_as_it_is_but_for_links_and_collection(make_item):
    item = make_item("one", **{"eo:cloud_cover": 12.5, "split": "train", "list": [1, 2]})

    checked = check_item(item, "patches")

    kept = json.loads(checked.document)
    assert kept == {
        **{name: value for name, value in item.items() if name != "links"},
        "collection": "patches",
        "bbox": [10.0, 50.0, 10.02, 50.02],
    }
    assert checked.properties == item["properties"]


def test_interval_is_kept_as_start_and_end(make_item):
    item = make_item("one")
    item["properties"] = {
        "datetime": None,
        "start_datetime": "2020-01-01T00:00:00+02:00",
        "end_datetime": "2020-12-31T00:00:00Z",
    }

    checked = check_item(item, "patches")

    assert from_micros(checked.start).isoformat() == "2019-12-31T22:00:00+00:00"
    assert from_micros(checked.until).isoformat() == "2020-12-31T00:00:00+00:00"


def test_same_item_has_the_same_digest_and_another_has_another(make_item):
    one, same, other = make_item("one"), make_item("one"), make_item("one", gsd=10)

    digests = [check_item(item, "patches").digest for item in (one, same, other)]

    assert digests[0] == digests[1] != digests[2]


BREAKS = {
    "type must be": lambda item: item.update(type="Collection"),
    "id must be": lambda item: item.update(id="a/b"),
    "id must": lambda item: item.update(id=7),
    "properties must": lambda item: item.update(properties=[]),
    "assets must": lambda item: item.update(assets=[]),
    "needs datetime": lambda item: item.update(properties={}),
    "not an RFC 3339": lambda item: item["properties"].update(datetime="2020-06-01"),
    "date that exists": lambda item: item["properties"].update(datetime="2020-02-30T10:00:00Z"),
    "lies after": lambda item: item.update(
        properties={"start_datetime": "2021-01-01T00:00:00Z", "end_datetime": "2020-01-01T00:00:00Z"}
    ),
    "not GeoJSON": lambda item: item.update(geometry={"type": "Polygon"}),
    "no position": lambda item: item.update(geometry={"type": "Polygon", "coordinates": []}),
    "within longitude": lambda item: item["geometry"].update(
        coordinates=[[[200, 0], [201, 0], [201, 1], [200, 0]]]
    ),
    "is not valid": lambda item: item["geometry"].update(
        coordinates=[[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]
    ),
}


@pytest.mark.parametrize("says", BREAKS)
def test_item_that_cannot_be_is_refused_with_the_reason(make_item, says):
    item = copy.deepcopy(make_item("one"))
    BREAKS[says](item)

    with pytest.raises(Invalid, match=says):
        check_item(item, "patches")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_geometry_breaks_the_check(geometry):
    item = {
        "type": "Feature",
        "id": "x",
        "geometry": geometry,
        "properties": {"datetime": "2020-01-01T00:00:00Z"},
    }

    try:
        check_item(item, "patches")
    except Invalid as error:
        assert error.message


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b"\xff", b"x" * 2_000_000])
def test_line_that_holds_no_object_is_refused(line):
    with pytest.raises(Invalid):
        read_item(line)
