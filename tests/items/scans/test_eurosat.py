"""EuroSAT: the order of its bands, and lists that name the other edition."""

S2_13 = ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12"]


def names(asset):
    return [band["name"] for band in asset["bands"]]


def test_eurosat_carries_b8a_last(write_raster, scanned, tmp_path):
    write_raster(tmp_path / "EuroSAT_MS" / "Forest" / "Forest_7.tif", 13)

    items, _ = scanned("eurosat", tmp_path)

    assert names(items["Forest_7"]["assets"]["image"]) == [*S2_13[:8], "B9", "B10", "B11", "B12", "B8A"]
    assert items["Forest_7"]["assets"]["image"]["bands"][-1]["eo:common_name"] == "nir08"


def test_eurosat_lists_name_pictures_and_mean_rasters(write_raster, scanned, tmp_path):
    for name in ("River_1", "River_2", "River_10"):
        write_raster(tmp_path / "ds" / "images" / "River" / f"{name}.tif", 13)
    (tmp_path / "eurosat-train.txt").write_text("River_1.jpg\n")
    (tmp_path / "eurosat-val.txt").write_text("River_2.jpg\nRiver_3.jpg\n")
    (tmp_path / "eurosat-spatial-test.txt").write_text("River_1.jpg\n")

    items, _ = scanned("eurosat", tmp_path)

    found = {name: item["properties"] for name, item in items.items()}
    assert list(found) == ["River_1", "River_2", "River_10"]
    assert [one.get("split") for one in found.values()] == ["train", "validate", None]
    assert found["River_1"]["eod:split_spatial"] == "test"
    assert {one["eod:class"] for one in found.values()} == {"River"}


def test_eurosat_picture_of_three_bands_is_told(write_raster, scanned, tmp_path):
    write_raster(tmp_path / "River" / "River_1.tif", 3)

    _, faults = scanned("eurosat", tmp_path)

    assert "3 bands; 13 were expected" in faults[0].reason
