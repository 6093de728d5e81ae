"""What holds for every format."""

import h5py
import numpy as np
import pytest

from app.base.errors import Invalid
from app.items.scans.samples import Fault
from app.items.scans.scanning import FORMATS, scan


@pytest.mark.parametrize("name", FORMATS)
def test_folder_of_something_else_is_refused_with_what_was_expected(name, tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"")

    with pytest.raises(Invalid, match="Expected is"):
        list(scan(name, tmp_path))


def test_unknown_format_names_those_there_are(tmp_path):
    with pytest.raises(Invalid, match="eurosat"):
        list(scan("imagenet", tmp_path))


def test_base_stands_before_every_path(write_raster, tmp_path):
    write_raster(tmp_path / "River" / "River_1.tif", 13)

    found = list(scan("eurosat", tmp_path, base="https://data.example/eurosat/"))

    assert not isinstance(found[0], Fault)
    assert found[0]["assets"]["image"]["href"] == "https://data.example/eurosat/River/River_1.tif"


def test_several_processes_find_the_same_in_the_same_order(tmp_path):
    with h5py.File(tmp_path / "training_geo.h5", "w") as file:
        file["epsg"] = np.array([32632.0, 1.0] * 300)
        file["tfw"] = np.array([[10, 0, 0, -10, 690_005, 5_334_995.0]] * 600)
        file["city"] = np.array([b"munich"] * 600)

    one, several = list(scan("so2sat", tmp_path)), list(scan("so2sat", tmp_path, processes=2))

    assert several == one
    assert len(one) == 600 and sum(isinstance(found, Fault) for found in one) == 300
