"""Out and in again: what comes back is what was there."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.base.db import connect
from app.base.errors import Invalid
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.items.changes import collection_number
from app.items.exporting import export_file, export_lines
from app.items.loading import load_file
from app.items.tables import ItemDocument


@pytest.fixture
def sessions(new_database):
    engine = connect(new_database)
    with Session(engine) as session, session.begin():
        for number, slug in enumerate(("patches", "others"), 1):
            record = DatasetRecord(uuid=UUID(int=number), slug=slug, name=slug, kind="ml-dataset")
            publish(session, record)
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture
def mixed(sessions, tmp_path, make_item):
    """A collection of items that have little in common."""
    interval = {
        "datetime": None,
        "start_datetime": "2020-01-01T00:00:00Z",
        "end_datetime": "2020-02-01T00:00:00Z",
    }
    items = [
        make_item("plain", split="train", **{"eo:cloud_cover": 10}),
        make_item("other", split="test", **{"eo:cloud_cover": 10.5, "classes": ["forest", "water"]}),
        make_item("nested", label={"name": "x", "scores": [0.5, 1]}, split=3, classes=[]),
        {**make_item("interval"), "properties": {**interval, "flag": True, "nothing": None}},
        {**make_item("nowhere"), "geometry": None, "assets": {}},
    ]
    path = tmp_path / "items.ndjson"
    path.write_text("".join(json.dumps(item) + "\n" for item in items))
    load_file(sessions, "patches", path)
    return items


def digests(sessions):
    with sessions() as session:
        rows = session.execute(select(ItemDocument.name, ItemDocument.digest))
        return {name: digest for name, digest in rows}


def exported(sessions, path):
    counts = []
    with sessions() as session:
        written = export_file(session, collection_number(session, "patches"), path, counts.append)
    return written, sum(counts)


@pytest.mark.parametrize("name", ["items.ndjson", "items.parquet", "items.geoparquet"])
def test_collection_that_went_out_comes_in_unchanged(sessions, mixed, tmp_path, name):
    before, path = digests(sessions), tmp_path / "out" / name
    path.parent.mkdir()

    written, _ = exported(sessions, path)
    report = load_file(sessions, "patches", path)

    assert written.items == 5
    assert (report.loaded.same, report.loaded.replaced, report.loaded.new, report.invalid) == (5, 0, 0, 0)
    assert digests(sessions) == before and len(before) == 5


def test_lines_hold_the_items_of_one_collection_in_the_order_they_came(sessions, mixed, tmp_path, make_item):
    path = tmp_path / "other.ndjson"
    path.write_text(json.dumps(make_item("foreign")))
    load_file(sessions, "others", path)

    with sessions() as session:
        lines = list(export_lines(session, collection_number(session, "patches")))

    assert [json.loads(line)["id"] for line in lines] == [item["id"] for item in mixed]


def test_progress_counts_every_item(sessions, mixed, tmp_path):
    assert exported(sessions, tmp_path / "a.ndjson")[1] == 5
    assert exported(sessions, tmp_path / "a.parquet")[1] == 10, "a table is written in two readings"


def test_file_of_another_name_is_refused(sessions, mixed, tmp_path):
    with pytest.raises(Invalid, match=r"\.ndjson or \.parquet"):
        exported(sessions, tmp_path / "items.shp")
