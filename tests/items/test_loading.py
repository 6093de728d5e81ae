"""Files of items: every kind, invalid lines, strict loads, loads that were killed."""

import json
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.base.db import connect
from app.base.errors import Invalid
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.items.loading import load_file
from app.items.reading import read_lines
from app.items.tables import ItemDocument

PATCHES = DatasetRecord(uuid=UUID(int=1), slug="patches", name="Patches", kind="ml-dataset")


@pytest.fixture
def sessions(new_database):
    engine = connect(new_database)
    with Session(engine) as session, session.begin():
        publish(session, PATCHES)
    yield sessionmaker(engine)
    engine.dispose()


def names(sessions):
    with sessions() as session:
        return set(session.scalars(select(ItemDocument.name)))


def as_lines(path, items):
    path.write_text("".join(json.dumps(item) + "\n" for item in items))
    return path


def as_collection(path, items):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": items}, indent=1))
    return path


def as_folder(path, items):
    path.mkdir()
    (path / "catalog.json").write_text(json.dumps({"type": "Catalog", "id": "top", "links": []}))
    for item in items:
        (path / item["id"]).mkdir()
        (path / item["id"] / "item.json").write_text(json.dumps(item))
    return path


def as_parquet(path, items):
    rows = [
        {
            "id": item["id"],
            "stac_version": item["stac_version"],
            "geometry": shapely.to_wkb(shapely.geometry.shape(item["geometry"])),
            "assets": item["assets"]["data"] and {"data": item["assets"]["data"]},
            **item["properties"],
        }
        for item in items
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


KINDS = {"a.ndjson": as_lines, "b.json": as_collection, "folder": as_folder, "d.parquet": as_parquet}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_is_read(sessions, tmp_path, make_item, kind):
    path = KINDS[kind](tmp_path / kind, [make_item("one"), make_item("two")])

    report = load_file(sessions, "patches", path)

    assert (report.loaded.new, report.invalid) == (2, 0)
    assert names(sessions) == {"one", "two"}


def test_invalid_line_is_told_with_its_number_and_the_rest_goes_on(sessions, tmp_path, make_item):
    path = tmp_path / "items.ndjson"
    good = [json.dumps(make_item(name)) for name in ("one", "two")]
    path.write_text("\n".join([good[0], "{not json", json.dumps({"type": "Feature"}), good[1]]))

    report = load_file(sessions, "patches", path)

    assert [number for number, _ in report.faults] == [2, 3]
    assert report.loaded.new == 2


def test_strict_load_stops_at_the_first_invalid_line(sessions, tmp_path, make_item):
    path = tmp_path / "items.ndjson"
    path.write_text("\n".join([json.dumps(make_item("one")), "{", json.dumps(make_item("two"))]))

    with pytest.raises(Invalid, match="Line 2"):
        load_file(sessions, "patches", path, strict=True, chunk=1)

    assert names(sessions) == {"one"}


def test_load_that_was_stopped_goes_on_where_it_was(sessions, tmp_path, make_item):
    path = as_lines(tmp_path / "items.ndjson", [make_item(f"item-{number}") for number in range(10)])

    class Killed(Exception):
        pass

    def stop(_):
        raise Killed

    with pytest.raises(Killed):
        load_file(sessions, "patches", path, chunk=4, progress=stop)
    assert len(names(sessions)) == 4

    report = load_file(sessions, "patches", path, chunk=4)

    assert (report.skipped_lines, report.loaded.new, len(names(sessions))) == (4, 6, 10)


def test_same_file_twice_changes_nothing(sessions, tmp_path, make_item):
    path = as_lines(tmp_path / "items.ndjson", [make_item("one")])
    load_file(sessions, "patches", path)

    copied = as_lines(tmp_path / "copied.ndjson", [make_item("one")])
    report = load_file(sessions, "patches", copied)

    assert (report.loaded.new, report.loaded.replaced, report.loaded.same) == (0, 0, 1)


def test_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "items.csv").write_text("a,b")

    with pytest.raises(Invalid, match="ndjson"):
        list(read_lines(tmp_path / "items.csv"))
