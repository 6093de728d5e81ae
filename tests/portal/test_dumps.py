"""The whole catalogue as files, read back by the field's own tools."""

import csv
import hashlib
import io
import json

import geopandas
import pytest

from app.catalogue.content import read_folder
from app.catalogue.record import DatasetRecord
from app.seeding import CATALOGUE


@pytest.fixture(scope="module")
def files(seeded_client):
    """Every dump by its suffix."""
    return {
        suffix: seeded_client.get(f"/dump/datasets.{suffix}").content
        for suffix in ("jsonl", "csv", "parquet")
    }


def test_lines_are_the_whole_records(files):
    read = [DatasetRecord.model_validate(json.loads(line)) for line in files["jsonl"].splitlines()]

    assert read == sorted(read_folder(CATALOGUE), key=lambda record: record.slug)


def test_table_has_a_row_per_dataset(files):
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode())))

    assert len(rows) == 1054
    sen1floods11 = next(row for row in rows if row["slug"] == "sen1floods11")
    assert (sen1floods11["gsd_min_m"], sen1floods11["sensors"]) == ("10.0", "Sentinel-1; Sentinel-2")
    assert sen1floods11["licence_spdx"] == ""


def test_geoparquet_opens_with_footprints_in_degrees(files):
    frame = geopandas.read_parquet(io.BytesIO(files["parquet"]))

    assert len(frame) == 1054 and frame.crs == "OGC:CRS84"
    assert frame.set_index("slug").geometry["sen1floods11"].bounds == pytest.approx(
        (-95.692, -28.187, 106.427, 41.062)
    )
    assert frame.set_index("slug").geometry["dior"] is None


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_checksum_is_that_of_the_file(seeded_client, files, suffix):
    digest, name = seeded_client.get(f"/dump/datasets.{suffix}.sha256").text.split()

    assert (digest, name) == (hashlib.sha256(files[suffix]).hexdigest(), f"datasets.{suffix}")


def test_unknown_dump_is_not_found(seeded_client):
    assert seeded_client.get("/dump/datasets.xlsx").status_code == 404
    assert seeded_client.get("/dump/datasets.csv.md5").status_code == 404
