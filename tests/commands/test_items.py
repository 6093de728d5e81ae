"""The commands for items, as people call them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from sqlalchemy.orm import Session

from app import seeding
from app.base.db import connect
from app.catalogue.changes import publish
from app.catalogue.content import read_file

ROOT = Path(__file__).parents[2]


@pytest.fixture
def address(new_database):
    """A database that holds one dataset, So2Sat."""
    engine = connect(new_database)
    with Session(engine) as session, session.begin():
        publish(session, read_file(seeding.CATALOGUE / "so2sat-lcz42.yaml"))
    engine.dispose()
    return new_database


@pytest.fixture
def run(address, tmp_path):
    """Runs a command of items against that database."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EO_")}
    settings = {"COLUMNS": "200", "EO_STATE_DIR": str(tmp_path / "state"), "EO_DATABASE_URL": address}

    def command(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app", "items", *map(str, arguments)],
            cwd=ROOT, env={**inherited, **settings}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return command


@pytest.fixture
def folder(tmp_path):
    """A folder with the positions of three patches, of which one lies in no coordinate system."""
    place = tmp_path / "So2Sat"
    place.mkdir()
    with h5py.File(place / "training_geo.h5", "w") as file:
        file["epsg"] = np.array([32632.0, 1.0, 32632.0])
        file["tfw"] = np.array([[10, 0, 0, -10, 690_005, 5_334_995.0]] * 3)
        file["city"] = np.array([b"munich"] * 3)
    return place


def test_scanned_items_go_in_out_and_in_again(run, folder, tmp_path):
    path = tmp_path / "items.parquet"

    scanned = run("scan", "so2sat", folder, "--collection", "so2sat-lcz42")
    again = run("scan", "so2sat", folder, "--collection", "so2sat-lcz42", "--output", tmp_path / "a.ndjson")
    written = run("export", "so2sat-lcz42", path)
    loaded = run("load", "so2sat-lcz42", path, tmp_path / "a.ndjson")

    assert "2 new" in scanned.stderr and "2 unchanged" in again.stderr
    assert "items.parquet: 2 items." in written.stderr
    assert loaded.stderr.count("2 unchanged") == 1, "the lines were loaded with the scan before"
    assert "2 lines were loaded before" in loaded.stderr


def test_missing_part_of_a_catalogue_is_told(run, tmp_path):
    links = [{"rel": "item", "href": "./gone.json"}]
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps({"type": "Catalog", "id": "x", "description": "x", "links": links}))

    done = run("load", "so2sat-lcz42", path)

    assert "gone.json, which is not there" in done.stderr
    assert "Traceback" not in done.stderr


def test_server_imports_nothing_that_reads_rasters():
    code = "import sys, app.__main__; print({'rasterio', 'h5py', 'app.items.scans'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
