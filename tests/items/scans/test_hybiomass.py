"""HyBiomass: 204 bands, sparse labels, and arrays that are not trusted."""

import numpy as np
import pytest


def names(asset):
    return [band["name"] for band in asset["bands"]]


@pytest.fixture
def hybiomass(tmp_path, write_raster):
    """Writes a patch of 204 bands, with the biomass given, and the array beside it."""

    def write(tile, patch, biomass=1.0, array=True):
        values = np.ones((204, 8, 8), dtype="float32")
        values[202] = biomass
        stem = tmp_path / "North_America" / tile / patch
        write_raster(stem.with_suffix(".tif"), 204, dtype="float32", values=values)
        if array:
            np.save(stem.with_suffix(".npy"), values)
        return stem

    return write


@pytest.mark.parametrize("missing", [np.nan, -1, -9999])
def test_hybiomass_counts_measured_pixels_and_zero_is_a_measurement(hybiomass, scanned, tmp_path, missing):
    hybiomass("20230401T103000Z", "004", biomass=[[missing] * 6 + [0, 250]] * 8)

    items, faults = scanned("hybiomass", tmp_path)

    item = items["North_America_20230401T103000Z_004"]
    assert not faults
    assert item["properties"]["eod:labelled_share"] == 0.25
    assert item["properties"]["datetime"] == "2023-04-01T10:30:00Z"
    assert len(item["assets"]["image"]["bands"]) == 204
    assert names(item["assets"]["image"])[124:128] == ["EnMAP 125", "EnMAP 126", "EnMAP 142", "EnMAP 143"]
    assert set(item["assets"]) == {"image", "array"}


def test_hybiomass_array_of_objects_is_never_unpickled(hybiomass, scanned, tmp_path):
    ran = tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return (type(ran).touch, (ran,))

    np.save(
        hybiomass("00012", "001").with_suffix(".npy"), np.array([Trap()], dtype=object), allow_pickle=True
    )

    _, faults = scanned("hybiomass", tmp_path)

    assert "001.npy" in faults[0].reason
    assert not ran.exists()


def test_hybiomass_array_alone_says_nothing_of_its_place(hybiomass, scanned, tmp_path):
    hybiomass("00012", "001").with_suffix(".tif").unlink()
    hybiomass("00012", "002", array=False)

    items, faults = scanned("hybiomass", tmp_path)

    assert list(items) == ["North_America_00012_002"]
    assert faults[0].path.name == "001.npy"
