"""Items as tables: other readers understand them, and what a table cannot say is not lost."""

import json

import geopandas
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stac_geoparquet.arrow import stac_table_to_items

from app.items import geoparquet
from app.items.document import check_item
from app.items.geoparquet import ORIGINAL, Written
from app.items.lines import Unreadable


def nothing(_):
    pass


@pytest.fixture
def stored(make_item):
    """Makes an item as the database keeps it."""

    def make(name, *, geometry=None, assets=None, **properties):
        item = make_item(name, **properties)
        item |= {"geometry": geometry} if geometry else {}
        item |= {"assets": assets} if assets is not None else {}
        document = check_item(item, "patches").document
        return document.decode() if isinstance(document, bytes) else document

    return make


def written(path, documents) -> Written:
    return geoparquet.write(path, lambda: documents, nothing)


def read(path):
    return [line.decode() for line in geoparquet.read(path)]


def test_plain_items_are_all_said_by_their_rows(stored, tmp_path):
    documents = [stored(f"item-{number}", cloud=number / 2, split="train") for number in range(10)]

    report = written(tmp_path / "items.parquet", documents)

    assert report == Written(items=10, kept_as_text=0, as_json=())
    assert read(tmp_path / "items.parquet") == documents


MIXED = {
    "a property that some lack": [{"a": 1}, {"b": "x"}, {}],
    "null where others have a value": [{"a": None}, {"a": 1}],
    "numbers of both kinds": [{"a": 1}, {"a": 1.5}],
    "numbers and texts": [{"a": 1}, {"a": "1"}, {"a": True}],
    "lists, empty ones too": [{"a": []}, {"a": [1, 2]}, {"a": ["x"]}],
    "objects": [{"a": {"b": {"c": [1]}}}, {"a": {"d": None}}, {"a": {}}],
    "objects and other things": [{"a": {"b": 1}}, {"a": [1]}],
    "names that columns bear": [{"type": "x", "id": "y", "bbox": 1, "links": [], "collection": "z"}],
    "an outline of its own": [{"proj:geometry": {"type": "Point", "coordinates": [1, 2]}}],
    "moments of other forms": [{"created": "2020-01-01T00:00:00Z"}, {"created": "2020-01-01T00:00:00.10Z"}],
    "times of intervals": [
        {"datetime": None, "start_datetime": "2020-01-01T00:00:00Z", "end_datetime": "2020-01-02T00:00:00Z"},
        {},
    ],
    "another order": [{"a": 1, "b": 2}, {"b": 2, "a": 1}],
    "numbers beyond 64 bits": [{"a": 2**63}],
}


@pytest.mark.parametrize("name", MIXED)
def test_what_columns_cannot_say_comes_back_as_it_was(stored, tmp_path, name):
    documents = [stored(f"item-{number}", **properties) for number, properties in enumerate(MIXED[name])]

    written(tmp_path / "items.parquet", documents)

    assert read(tmp_path / "items.parquet") == documents


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [10, 50]},
        {"type": "Point", "coordinates": [10.5, 50.5, 300.5]},
        {"type": "MultiPolygon", "coordinates": [[[[179.5, 0.5], [180.0, 0.5], [180.0, 1.5], [179.5, 0.5]]]]},
    ],
)
def test_outlines_of_every_kind_come_back_as_they_were(stored, tmp_path, geometry):
    documents = [stored("one", geometry=geometry), stored("two")]

    written(tmp_path / "items.parquet", documents)

    assert read(tmp_path / "items.parquet") == documents


def test_item_without_place_and_without_assets_comes_back(make_item, tmp_path):
    item = {**make_item("one"), "geometry": None, "assets": {}}
    document = orjson.dumps(json.loads(check_item(item, "patches").document)).decode()

    written(tmp_path / "items.parquet", [document])

    assert read(tmp_path / "items.parquet") == [document]


def test_mixed_kinds_are_told(stored, tmp_path):
    report = written(tmp_path / "items.parquet", [stored("one", a=1, b=1), stored("two", a="x", b=2.5)])

    assert report.as_json == ("a",)
    assert report.kept_as_text == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), JSON), min_size=1, max_size=4))
def test_whatever_properties_hold_comes_back_as_it_was(stored, tmp_path, several):
    documents = [stored(f"item-{number}", **properties) for number, properties in enumerate(several)]

    written(tmp_path / "items.parquet", documents)

    assert read(tmp_path / "items.parquet") == documents


def test_geopandas_reads_places_and_properties(stored, tmp_path):
    path = tmp_path / "items.parquet"
    written(path, [stored("one", split="train"), stored("two", lon=20.0, cloud=5.5)])

    frame = geopandas.read_parquet(path)

    assert frame.crs.to_authority() == ("OGC", "CRS84")
    assert list(frame["id"]) == ["one", "two"]
    assert list(frame["split"].fillna("")) == ["train", ""]
    assert frame.total_bounds.tolist() == pytest.approx([10.0, 50.0, 20.02, 50.02])
    assert str(frame["datetime"].dt.tz) == "UTC"


def test_geopandas_reads_a_box_of_them(stored, tmp_path):
    path = tmp_path / "items.parquet"
    written(path, [stored("one"), stored("two", lon=20.0)])

    frame = geopandas.read_parquet(path, bbox=(15, 45, 25, 55))

    assert list(frame["id"]) == ["two"]


def test_an_independent_reader_finds_the_same_items(stored, tmp_path):
    path = tmp_path / "items.parquet"
    documents = [stored("one", split="train", list=["a"]), stored("two", cloud=5.5)]
    written(path, documents)

    found = list(stac_table_to_items(pq.read_table(path).drop_columns([ORIGINAL])))

    assert [item["id"] for item in found] == ["one", "two"]
    assert found[0]["geometry"] == json.loads(documents[0])["geometry"]
    assert found[0]["assets"]["one" if "one" in found[0]["assets"] else "data"]["href"] == "one.tif"
    assert found[0]["properties"]["split"] == "train"


def test_metadata_says_kinds_of_outlines_and_the_box_of_all(stored, tmp_path):
    path = tmp_path / "items.parquet"
    box = {"type": "Point", "coordinates": [-170.5, -20.5]}
    written(path, [stored("one"), stored("two", geometry=box)])

    metadata = pq.read_schema(path).metadata
    column = json.loads(metadata[b"geo"])["columns"]["geometry"]

    assert column["geometry_types"] == ["Point", "Polygon"]
    assert column["bbox"] == [-170.5, -20.5, 10.02, 50.02]
    assert json.loads(metadata[b"stac-geoparquet"])["version"] == "1.0.0"


def test_file_without_items_is_a_file(tmp_path):
    assert written(tmp_path / "items.parquet", []) == Written()
    assert read(tmp_path / "items.parquet") == []


def test_row_of_another_writer_that_holds_no_item_is_told(tmp_path):
    rows = [
        {"id": "good", "geometry": shapely.to_wkb(shapely.Point(1, 2)), "a": {"x": None, "y": 1}},
        {"id": "bad", "geometry": b"no outline", "a": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "items.parquet")

    good, bad = geoparquet.read(tmp_path / "items.parquet")

    assert json.loads(good)["properties"] == {"datetime": None, "a": {"y": 1}}
    assert isinstance(bad, Unreadable) and b"'bad'" in bad
