"""SEN12MS: seasons, the hold-out list, land cover, and what is damaged."""

import pytest

S2_13 = ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12"]


def names(asset):
    return [band["name"] for band in asset["bands"]]


@pytest.fixture
def sen12ms(tmp_path, write_raster):
    """Writes a triplet; its land cover holds the IGBP numbers given."""

    def write(branch, scene, patch, igbp=1, **options):
        at = tmp_path / branch
        stem = f"{branch}_{{}}_{scene}_p{patch}.tif"
        write_raster(at / f"s1_{scene}" / stem.format("s1"), 2, dtype="float32", **options)
        write_raster(at / f"s2_{scene}" / stem.format("s2"), 13, **options)
        return write_raster(at / f"lc_{scene}" / stem.format("lc"), 4, values=igbp, **options)

    return write


def test_sen12ms_patch_has_its_season_split_classes_and_bands(sen12ms, scanned, tmp_path):
    sen12ms("ROIs1158_spring", "1", 30, igbp=[[12] * 4 + [17] * 4] * 8)
    sen12ms("ROIs1158_spring", "63", 31)
    (tmp_path / "SEN12MS_holdOutScenes.txt").write_text("ROIs1158_spring/s1_63\n")

    items, faults = scanned("sen12ms", tmp_path)

    item = items["ROIs1158_spring_1_p30"]
    assert not faults
    assert item["properties"]["start_datetime"] == "2017-03-01T00:00:00Z"
    assert item["properties"]["end_datetime"] == "2017-05-30T23:59:59Z"
    assert item["properties"]["eod:classes"] == ["cropland", "water"]
    assert item["properties"]["proj:code"] == "EPSG:32632"
    assert [one["properties"]["split"] for one in items.values()] == ["train", "test"]
    assert names(item["assets"]["s2"]) == S2_13
    assert names(item["assets"]["s1"]) == ["VV", "VH"]
    assert item["assets"]["s1"]["nodata"] == "nan" and item["assets"]["s2"]["nodata"] == 0
    assert item["assets"]["lc"]["href"] == "ROIs1158_spring/lc_1/ROIs1158_spring_lc_1_p30.tif"
    assert item["assets"]["lc"]["roles"] == ["labels"]


def test_sen12ms_patches_come_in_the_order_of_their_numbers(sen12ms, scanned, tmp_path):
    for patch in (100, 9, 30):
        sen12ms("ROIs2017_winter", "8", patch)

    items, _ = scanned("sen12ms", tmp_path)

    assert [name.rpartition("_p")[2] for name in items] == ["9", "30", "100"]
    assert all("split" not in item["properties"] for item in items.values())


def test_sen12ms_patch_whose_radar_holds_no_numbers_is_left_out_and_told(sen12ms, scanned, tmp_path):
    sen12ms("ROIs1868_summer", "146", 202)
    sen12ms("ROIs1868_summer", "146", 203)

    items, faults = scanned("sen12ms", tmp_path)

    assert list(items) == ["ROIs1868_summer_146_p203"]
    assert [fault.known for fault in faults] == [True]
    assert faults[0].path.name == "ROIs1868_summer_s1_146_p202.tif"


@pytest.mark.parametrize("empty", [0, 255])
def test_patch_without_labels_is_not_of_a_class(sen12ms, scanned, tmp_path, empty):
    sen12ms("ROIs1970_fall", "1", 1, igbp=empty)
    sen12ms("ROIs1970_fall", "1", 2, igbp=[[empty] * 7 + [16]] * 8)

    items, _ = scanned("sen12ms", tmp_path)

    none, some = (item["properties"] for item in items.values())
    assert none["eod:labelled"] is False and "eod:class" not in none
    assert (some["eod:class"], some["eod:classes"]) == ("barren", ["barren"])


def test_damaged_file_is_told_and_the_rest_goes_on(sen12ms, scanned, tmp_path):
    sen12ms("ROIs1970_fall", "1", 1).write_bytes(b"II*\0damaged")
    sen12ms("ROIs1970_fall", "1", 2)

    items, faults = scanned("sen12ms", tmp_path)

    assert list(items) == ["ROIs1970_fall_1_p2"]
    assert "ROIs1970_fall_lc_1_p1.tif" in faults[0].reason and not faults[0].known


def test_labels_are_never_unpickled(sen12ms, scanned, tmp_path):
    sen12ms("ROIs1970_fall", "1", 1)
    ran = tmp_path / "ran"
    (tmp_path / "IGBP_probability_labels.pkl").write_bytes(b"cos\nsystem\n(S'touch %s'\ntR." % bytes(ran))

    scanned("sen12ms", tmp_path)

    assert not ran.exists()
