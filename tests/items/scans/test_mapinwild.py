"""MapInWild: folders of kinds, in parts and in degrees."""

import csv

from pytest import approx

LAND_10 = ["B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"]


def names(asset):
    return [band["name"] for band in asset["bands"]]


def write_csv(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def test_mapinwild_place_has_all_its_kinds_from_parts_too(write_raster, scanned, tmp_path):
    degrees = {"x": 30.0, "y": -2.0, "pixel": 0.0001, "crs": "EPSG:4326"}
    write_raster(tmp_path / "s1_part2" / "1245.tif", 2, dtype="float32", **degrees)
    write_raster(tmp_path / "s2_winter" / "1245.tif", 10, **degrees)
    write_raster(tmp_path / "s2_temporal_subset" / "1245.tif", 10, **degrees)
    write_raster(tmp_path / "ESA_WC" / "1245.tif", 1, dtype="uint8", **degrees)
    write_raster(tmp_path / "VIIRS" / "1245.tif", 1, dtype="float32", **degrees)
    write_raster(tmp_path / "mask" / "1245.tif", values=[[0] * 6 + [3] * 2] * 8, **degrees)

    items, faults = scanned("mapinwild", tmp_path)

    item = items["1245"]
    assert not faults
    assert item["bbox"] == approx([30.0, -2.0008, 30.0008, -2.0])
    assert names(item["assets"]["s2_winter"]) == LAND_10
    assert item["assets"]["s2_winter"]["title"] == "winter"
    assert item["properties"]["eod:protected_share"] == 0.25
    assert item["properties"]["gsd"] == 10
    assert "nodata" not in item["assets"]["mask"]


def test_mapinwild_lists_have_columns_of_unequal_length(write_raster, scanned, tmp_path):
    for number in (1, 22, 333, 4444):
        write_raster(tmp_path / "mask" / f"{number}.tif")
    rows = [["train", "validation", "test"], ["1.0", "22", "333"], ["5", "", " "]]
    write_csv(tmp_path / "split_IDs" / "split_IDs.csv", rows)
    seasons = [["imagePath", "single_temporal_subset"], ["22.tif", "Summer"]]
    write_csv(tmp_path / "single_temporal_subset.csv", seasons)

    items, _ = scanned("mapinwild", tmp_path)

    assert [item["properties"].get("split") for item in items.values()] == ["train", "validate", "test", None]
    assert items["22"]["properties"]["eod:season"] == "summer"


def test_mapinwild_raster_in_another_system_says_so(write_raster, scanned, tmp_path):
    write_raster(tmp_path / "s2_spring" / "7.tif", 10)
    write_raster(tmp_path / "VIIRS" / "7.tif", x=9.0, y=47.9, pixel=0.004, crs="EPSG:4326")

    items, _ = scanned("mapinwild", tmp_path)

    assert items["7"]["properties"]["proj:code"] == "EPSG:32632"
    assert items["7"]["assets"]["VIIRS"]["proj:code"] == "EPSG:4326"
    assert "proj:code" not in items["7"]["assets"]["s2_spring"]
