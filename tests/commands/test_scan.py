"""Scans: where the items go, and what is told of the rest."""

import io
import json

import h5py
import numpy as np
import pytest

from app.base.errors import Invalid
from app.commands.scan import opened, write_items
from app.items.scans.scanning import scan


@pytest.fixture
def folder(tmp_path):
    """A folder with the positions of three patches, of which one lies in no coordinate system."""
    with h5py.File(tmp_path / "training_geo.h5", "w") as file:
        file["epsg"] = np.array([32632.0, 1.0, 32632.0])
        file["tfw"] = np.array([[10, 0, 0, -10, 690_005, 5_334_995.0]] * 3)
        file["city"] = np.array([b"munich"] * 3)
    return tmp_path


def ids(file):
    return [json.loads(line)["id"] for line in file.getvalue().splitlines()]


def test_items_are_written_one_a_line_and_the_rest_is_told(folder, capsys):
    file = io.BytesIO()

    done = write_items(scan("so2sat", folder), folder, False, file)

    assert ids(file) == ["training-000000", "training-000002"]
    assert (done.items, done.faults) == (2, 1)
    assert "training_geo.h5: row 1: EPSG:1 is no coordinate system" in capsys.readouterr().err


def test_strict_scan_stops_at_what_cannot_be_read(folder):
    file = io.BytesIO()

    with pytest.raises(Invalid, match=r"training_geo\.h5: row 1"):
        write_items(scan("so2sat", folder), folder, True, file)

    assert ids(file) == ["training-000000"]


def test_strict_scan_goes_on_where_the_makers_know_of_the_damage(tmp_path, capsys):
    for kind in ("s1", "s2"):
        path = tmp_path / "ROIs1868_summer" / f"{kind}_146" / f"ROIs1868_summer_{kind}_146_p202.tif"
        path.parent.mkdir(parents=True)
        path.touch()

    done = write_items(scan("sen12ms", tmp_path), tmp_path, True, io.BytesIO())

    assert (done.items, done.faults) == (0, 1)
    assert "its makers say" in capsys.readouterr().err


def test_names_in_brackets_are_told_as_they_are(tmp_path, capsys):
    path = tmp_path / "ROIs1158" / "[red]"
    path.mkdir(parents=True)

    write_items(scan("sen12ms-cr-ts", tmp_path), tmp_path, False, io.BytesIO())

    assert "ROIs1158/[red]: no list" in capsys.readouterr().err


def test_items_are_not_written_into_a_file_of_another_kind(tmp_path):
    with pytest.raises(Invalid, match="ndjson"), opened(tmp_path / "items.tif"):
        pass

    assert not (tmp_path / "items.tif").exists()
