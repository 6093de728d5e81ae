"""So2Sat: positions by rows of HDF5 files."""

import h5py
import numpy as np
import pytest
import shapely
from pyproj import Transformer
from pytest import approx

LAND_10 = ["B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"]


def names(asset):
    return [band["name"] for band in asset["bands"]]


@pytest.fixture
def so2sat(tmp_path):
    """Writes a position file for patches in Munich, and their labels."""

    def write(split="training", count=3, city=b"munich", epsg=32632, marks=None):
        with h5py.File(tmp_path / f"{split}_geo.h5", "w") as file:
            file["epsg"] = np.full((count, 1), epsg, dtype="float64")
            file["tfw"] = np.array(
                [[10, 0, 0, -10, 690_005, 5_334_995 - 320 * row] for row in range(count)], float
            )
            file["city"] = np.array([city] * count)
        label = np.zeros((count, 17))
        for row, number in enumerate(marks or range(1, count + 1)):
            label[row, number - 1 : number] = 1
        with h5py.File(tmp_path / f"{split}.h5", "w") as file:
            file["label"] = label

    return write


def test_so2sat_position_is_the_centre_of_the_first_pixel(so2sat, scanned, tmp_path):
    so2sat()

    items, faults = scanned("so2sat", tmp_path)

    assert not faults
    corner = Transformer.from_crs(32632, 4326, always_xy=True).transform(690_000, 5_335_000)
    far = Transformer.from_crs(32632, 4326, always_xy=True).transform(690_320, 5_334_680)
    outline = shapely.geometry.shape(items["training-000000"]["geometry"])
    assert outline.distance(shapely.Point(corner)) < 1e-6 and outline.distance(shapely.Point(far)) < 1e-6
    assert outline.bounds[0] == approx(min(corner[0], outline.bounds[0]))


def test_so2sat_item_says_row_city_class_and_the_bands_in_the_order_of_the_file(so2sat, scanned, tmp_path):
    so2sat("validation", count=2)

    items, _ = scanned("so2sat", tmp_path)

    item = items["validation-000001"]
    assert item["properties"]["split"] == "validate"
    assert (item["properties"]["eod:row"], item["properties"]["eod:city"]) == (1, "munich")
    assert (item["properties"]["eod:class"], item["properties"]["eod:class_number"]) == (
        "compact mid-rise",
        2,
    )
    assert names(item["assets"]["patches"])[8:] == LAND_10
    assert item["assets"]["patches"]["href"] == "validation.h5"


def test_so2sat_row_without_a_mark_is_not_labelled(so2sat, scanned, tmp_path):
    so2sat(count=1, marks=[0])

    items, _ = scanned("so2sat", tmp_path)

    assert items["training-000000"]["properties"]["eod:labelled"] is False


def test_so2sat_coordinate_system_that_is_none_is_told_row_by_row(so2sat, scanned, tmp_path):
    so2sat(epsg=1)

    items, faults = scanned("so2sat", tmp_path)

    assert not items
    assert "row 0: EPSG:1" in faults[0].reason and len(faults) == 3


def test_so2sat_file_of_another_shape_is_told(scanned, tmp_path):
    (tmp_path / "training_geo.h5").write_bytes(b"no HDF5")
    with h5py.File(tmp_path / "testing_geo.h5", "w") as file:
        file["epsg"], file["tfw"], file["city"] = [1], [[1.0, 2.0]], [b"x"]
    with h5py.File(tmp_path / "validation_geo.h5", "w") as file:
        file["epsg"] = [1]

    _, faults = scanned("so2sat", tmp_path)

    assert [fault.path.name for fault in faults] == ["training_geo.h5", "validation_geo.h5", "testing_geo.h5"]
    assert "holds no tfw, city" in faults[1].reason and "shape (1, 2)" in faults[2].reason
