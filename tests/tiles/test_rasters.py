"""Files of layers are Cloud Optimized GeoTIFFs that say what they hold, and come back as they went in."""

import subprocess
import sys

import numpy as np
import pytest
from rasterio.io import MemoryFile

from app.base.errors import Invalid
from app.base.extent import BBox
from app.tiles import rasters
from app.tiles.layers import ClassOfPixels
from app.tiles.legends import sentinel_2
from app.tiles.opened import Georeference
from app.tiles.rasters import CLASSES, DECIBELS, INDEX, PLAIN, REFLECTANCE, Encoding, Written
from app.tiles.writing import named


def written(values, encoding=REFLECTANCE, **said):
    """A file of reflectance in as many bands as there are values."""
    bands = said.pop("bands", sentinel_2()[: len(values)])
    return rasters.write_cog(rasters.encode(values, encoding), Written(bands, encoding, **said))


@pytest.fixture
def values():
    """Reflectance [3, 40, 60] with one unknown pixel."""
    found = np.random.default_rng(1).uniform(0, 1, (3, 40, 60)).astype(np.float32)
    found[:, 5, 6] = np.nan
    return found


def test_a_file_is_a_cloud_optimized_geotiff(values):
    with MemoryFile(written(values, gsd_m=10)) as memory, memory.open() as file:
        assert file.driver == "GTiff"
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.res == (10, 10) and file.crs is None


def test_a_file_names_bands_wavelengths_scale_no_data_and_statistics(values):
    with MemoryFile(written(values, tags={"SIMULATED": "YES"})) as memory, memory.open() as file:
        assert file.descriptions == ("B1", "B2", "B3")
        assert file.scales == (0.0001,) * 3 and file.offsets == (0,) * 3 and file.nodata == 65535
        assert file.units == ("1",) * 3
        assert file.tags()["SIMULATED"] == "YES"
        assert file.tags(2)["common_name"] == "blue"
        assert file.tags(2, ns="IMAGERY")["CENTRAL_WAVELENGTH_UM"] == "0.4927"
        known = file.read(2, masked=True)
        assert float(file.tags(2)["STATISTICS_MEAN"]) == pytest.approx(known.mean())


def test_classes_carry_their_names_and_colours():
    classes = (ClassOfPixels(0, "Clear", "#0000ff"), ClassOfPixels(1, "Cloud", "#ffffff"))
    labels = np.array([[[0, 1], [1, 255]]], dtype=np.uint8)

    content = written(labels, CLASSES, bands=(named("cloud", ""),), classes=classes)

    with MemoryFile(content) as memory, memory.open() as file:
        assert file.tags(1)["CLASS_1"] == "Cloud"
        assert file.colormap(1)[0] == (0, 0, 255, 255)
    assert np.array_equal(rasters.read_cog(content), labels)


@pytest.mark.parametrize(
    ("encoding", "low", "high"),
    [(REFLECTANCE, 0, 1.2), (DECIBELS, -40, 10), (INDEX, -1, 1), (PLAIN, -1e6, 1e6)],
    ids=["reflectance", "decibels", "index", "plain"],
)
def test_values_come_back_within_half_a_step_and_unknown_ones_as_nan(encoding, low, high):
    values = np.linspace(low, high, 2 * 16 * 16, dtype=np.float32).reshape(2, 16, 16)
    values[1, 3, 4] = np.nan

    found = rasters.read_cog(written(values, encoding))

    known = np.isfinite(values)
    assert np.array_equal(np.isfinite(found), known)
    step = encoding.scale if encoding.dtype != "float32" else 0
    assert np.abs(found - values)[known].max() <= 0.501 * step


def test_values_beyond_the_numbers_of_a_file_become_the_nearest_and_never_no_data():
    found = rasters.read_cog(written(np.array([[[-3, 9, np.inf]]], dtype=np.float32)))

    assert found[0, 0, :2].tolist() == pytest.approx([0, 6.5534])
    assert np.isnan(found[0, 0, 2])


def test_a_file_lies_where_its_georeference_says(values):
    place = Georeference("EPSG:32632", (10, 0, 500_000, 0, -10, 5_300_000), BBox(9, 47, 10, 48))

    with MemoryFile(written(values, place=place)) as memory, memory.open() as file:
        assert file.crs.to_epsg() == 32632
        assert file.bounds == (500_000, 5_299_600, 500_600, 5_300_000)


def test_another_shape_is_read_by_the_nearest_pixel(values):
    found = rasters.read_cog(written(values), shape=(80, 120))

    assert np.array_equal(found[:, ::2, ::2], rasters.read_cog(written(values)), equal_nan=True)


@pytest.mark.parametrize("shape", [(2, 4, 4), (3, 4), (3, 0, 4)], ids=str)
def test_an_array_that_does_not_fit_its_bands_is_refused(shape):
    with pytest.raises(Invalid, match="3 bands"):
        rasters.write_cog(np.zeros(shape, dtype=np.uint16), Written(sentinel_2()[:3], REFLECTANCE))


def test_a_layer_of_unknown_values_alone_is_written_without_statistics():
    content = written(np.full((1, 4, 4), np.nan, dtype=np.float32), Encoding("float32"))

    assert np.isnan(rasters.read_cog(content)).all()


def test_the_same_values_make_the_same_bytes(values):
    assert written(values) == written(values)


def test_reading_opens_no_file_that_another_driver_would_follow():
    source = '<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS></VRTDataset>'

    with pytest.raises(Invalid, match="cannot be read"):
        rasters.read_cog(source.encode())


def test_neither_service_nor_worker_imports_the_library_at_its_start():
    program = "import sys, app.web, app.worker; sys.exit('rasterio' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
