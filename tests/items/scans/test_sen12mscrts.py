"""SEN12MS-CR-TS: dates, regions and their lists."""

from collections import Counter

import pytest

from app.items.scans.sen12mscrts import CONTINENT, SPLIT


@pytest.fixture
def series(tmp_path, write_raster):
    """Writes the images of both sensors for one patch and date of a region."""

    def write(region, number, radar_day, optical_day, patch=0):
        branch, roi = region.split("/")
        for sensor, bands, day in (("S1", 2, radar_day), ("S2", 13, optical_day)):
            name = f"{sensor.lower()}_{branch}_{roi}_ImgNo_{number}_{day}_patch_{patch}.tif"
            write_raster(tmp_path / region / sensor / str(number) / name, bands, dtype="float32")

    return write


def test_series_becomes_one_item_a_date_with_split_and_continent_of_its_region(series, scanned, tmp_path):
    series("ROIs1158/106", 0, "2018-01-03", "2018-01-05")
    series("ROIs1158/106", 10, "2018-05-03", "2018-05-01")
    series("ROIs1158/106", 2, "2018-02-03", "2018-02-03")
    series("ROIs1868/17", 0, "2018-01-03", "2018-01-05")

    items, faults = scanned("sen12ms-cr-ts", tmp_path)

    assert not faults
    assert list(items) == [
        "ROIs1158_106_p0_t0", "ROIs1158_106_p0_t2", "ROIs1158_106_p0_t10", "ROIs1868_17_p0_t0",
    ]  # fmt: skip
    told = items["ROIs1158_106_p0_t10"]["properties"]
    assert (told["start_datetime"], told["end_datetime"]) == ("2018-05-01T00:00:00Z", "2018-05-03T23:59:59Z")
    assert (told["split"], told["eod:continent"]) == ("test", "America")
    assert items["ROIs1868_17_p0_t0"]["properties"]["split"] == "validate"
    assert items["ROIs1158_106_p0_t0"]["assets"]["S1"]["start_datetime"] == "2018-01-03T00:00:00Z"


def test_lists_of_regions_hold_what_the_makers_say():
    seasons = [region.split("/")[0] for region in CONTINENT]

    assert Counter(SPLIT.values()) == {"train": 35, "validation": 5, "test": 13}
    assert [seasons.count(f"ROIs{season}") for season in (1158, 1868, 1970, 2017)] == [1, 14, 21, 17]


def test_region_that_no_list_names_and_day_that_is_none_are_told(series, scanned, tmp_path):
    series("ROIs1158/1", 0, "2018-01-03", "2018-01-05")
    series("ROIs1158/106", 0, "2018-02-30", "2018-03-01")

    items, faults = scanned("sen12ms-cr-ts", tmp_path)

    assert not items
    assert ["region" in faults[0].reason, "date that exists" in faults[1].reason] == [True, True]
