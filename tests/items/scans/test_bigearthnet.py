"""BigEarthNet: both editions, native resolutions, labels and pairs."""

import csv

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import Transformer


def write_csv(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


FIRST = "S2A_MSIL2A_20170613T101031_0_48"
FIRST_RADAR = "S1A_IW_GRDH_1SDV_20170613T165043_33UUP_0_48"
SECOND = "S2B_MSIL2A_20170613T101031_N9999_R022_T33UUP_26_57"
SECOND_RADAR = "S1A_IW_GRDH_1SDV_20170613T165043_33UUP_26_57"
SIZES = {"B01": 2, "B02": 12, "B03": 12, "B04": 12, "B05": 6, "B06": 6, "B07": 6, "B08": 12, "B8A": 6,
         "B09": 2, "B11": 6, "B12": 6}  # fmt: skip
WKT = (
    'PROJCS["WGS 84 / UTM zone 33N",GEOGCS["WGS 84",'
    'DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],'
    'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]'
)


@pytest.fixture
def write_bands(write_raster):
    """Writes the bands of a patch, each at its own resolution."""

    def write(folder, name, **options):
        for band, size in SIZES.items():
            write_raster(folder / f"{name}_{band}.tif", size=size, pixel=1200 / size * 0.1, **options)

    return write


def test_first_bigearthnet_takes_labels_from_json_and_pairs_from_lists(
    write_bands, write_raster, scanned, tmp_path
):
    patch = tmp_path / "BigEarthNet-v1.0" / FIRST
    write_bands(patch, FIRST)
    labels = {"labels": ["Pastures", "Water bodies"], "projection": WKT}
    (patch / f"{FIRST}_labels_metadata.json").write_bytes(orjson.dumps(labels))
    for band in ("VV", "VH"):
        path = tmp_path / "BigEarthNet-S1-v1.0" / FIRST_RADAR / f"{FIRST_RADAR}_{band}.tif"
        write_raster(path, size=12, dtype="float32")
    write_csv(tmp_path / "val.csv", [[FIRST, FIRST_RADAR]])
    write_csv(tmp_path / "patches_with_seasonal_snow.csv", [[FIRST]])

    items, faults = scanned("bigearthnet", tmp_path)

    item = items[FIRST]
    assert not faults
    assert item["properties"]["datetime"] == "2017-06-13T10:10:31Z"
    assert item["properties"]["split"] == "validate"
    assert item["properties"]["eod:classes"] == ["Pastures", "Water bodies"]
    assert "43" in item["properties"]["eod:class_scheme"]
    assert item["properties"]["eod:seasonal_snow"] is True
    assert item["properties"]["platform"] == "sentinel-2a"
    assert {"VV", "VH", "metadata", *SIZES} == set(item["assets"])


def test_bigearthnet_keeps_the_native_resolution_of_each_band(write_bands, scanned, tmp_path):
    write_bands(tmp_path / "BigEarthNet-v1.0" / FIRST, FIRST)

    items, _ = scanned("bigearthnet", tmp_path)

    assets = items[FIRST]["assets"]
    assert [assets[band]["gsd"] for band in ("B02", "B8A", "B09")] == [10, 20, 60]
    assert [assets[band]["proj:shape"] for band in ("B02", "B8A", "B09")] == [[12, 12], [6, 6], [2, 2]]
    assert items[FIRST]["properties"]["eod:labelled"] is False


def test_bigearthnet_without_coordinate_system_takes_the_words_of_its_json(write_bands, scanned, tmp_path):
    patch = tmp_path / "BigEarthNet-v1.0" / FIRST
    write_bands(patch, FIRST, crs=None, x=600_000, y=5_300_000)
    (patch / f"{FIRST}_labels_metadata.json").write_bytes(orjson.dumps({"labels": ["x"], "projection": WKT}))

    items, _ = scanned("bigearthnet", tmp_path)

    corner = Transformer.from_crs(32633, 4326, always_xy=True).transform(600_000, 5_300_000)
    assert shapely.geometry.shape(items[FIRST]["geometry"]).distance(shapely.Point(corner)) < 1e-6
    assert "beside" in items[FIRST]["properties"]["eod:place"]


def second(tmp_path, rows, name="metadata.parquet"):
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / name)


ROW = {"patch_id": SECOND, "labels": ["Arable land"], "split": "validation", "country": "Austria",
       "s1_name": SECOND_RADAR, "s2v1_name": FIRST, "contains_seasonal_snow": False,
       "contains_cloud_or_shadow": True}  # fmt: skip


def test_second_bigearthnet_takes_all_from_its_table(write_bands, write_raster, scanned, tmp_path):
    scene = SECOND.rsplit("_", 2)[0]
    write_bands(tmp_path / "BigEarthNet-S2" / scene / SECOND, SECOND)
    radar = tmp_path / "BigEarthNet-S1" / SECOND_RADAR.rsplit("_", 3)[0] / SECOND_RADAR
    write_raster(radar / f"{SECOND_RADAR}_VV.tif", size=12, dtype="float32")
    write_raster(tmp_path / "Reference_Maps" / scene / SECOND / f"{SECOND}_reference_map.tif", size=12)
    second(tmp_path, [ROW, {**ROW, "patch_id": SECOND.replace("26_57", "26_58")}])

    items, faults = scanned("bigearthnet", tmp_path)

    item = items[SECOND]
    assert item["properties"]["split"] == "validate"
    assert item["properties"]["eod:country"] == "Austria"
    assert item["properties"]["eod:cloud_or_shadow"] is True
    assert "19" in item["properties"]["eod:class_scheme"]
    assert item["properties"]["platform"] == "sentinel-2b"
    assert {"VV", "reference_map", *SIZES} == set(item["assets"])
    assert ["no file of this patch" in fault.reason for fault in faults] == [True]


def test_second_bigearthnet_without_its_table_has_no_labels(write_bands, scanned, tmp_path):
    write_bands(tmp_path / "BigEarthNet-S2" / SECOND.rsplit("_", 2)[0] / SECOND, SECOND)

    items, _ = scanned("bigearthnet", tmp_path)

    assert "split" not in items[SECOND]["properties"]


def test_table_that_names_paths_leads_nowhere(write_bands, scanned, tmp_path):
    (tmp_path / "BigEarthNet-S2").mkdir()
    second(tmp_path, [{"patch_id": "../../etc/S2A_MSIL2A_20170613T101031_1_1"}])

    _, faults = scanned("bigearthnet", tmp_path)

    assert "is no name of a patch" in faults[0].reason
