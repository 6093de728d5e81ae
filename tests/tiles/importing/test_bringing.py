"""Real layouts become tiles: bands where they belong, no data apart from classes, places where told."""

from datetime import UTC, datetime
from pathlib import Path

import h5py
import numpy as np
import pytest
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.base.storage import LocalStorage
from app.items.scans.eurosat import BANDS
from app.items.scans.sensors import ALL_13, LAND_10
from app.tiles import changes, queries
from app.tiles.documents import description_of, item_of
from app.tiles.importing import bringing
from app.tiles.importing.bringing import FORMATS, bring, identifier
from app.tiles.reading import read_tile
from tests.tiles.importing.conftest import stepped

RADAR = np.stack([np.full((8, 8), -10.0), np.full((8, 8), -16.0)]).astype(np.float32)
NONE = 255


def names(layer):
    return tuple(band.name for band in layer.bands)


# SEN12MS and DFC2020.


def put_sen12ms(put, scene="7", patch=30, **more):
    branch = "ROIs1158_spring"
    for kind, values in (("s1", RADAR), ("s2", stepped(13)), ("lc", more.get("lc", stepped(4)))):
        put(f"{branch}/{kind}_{scene}/{branch}_{kind}_{scene}_p{patch}.tif", values)


def test_sen12ms_has_b8a_between_b8_and_b9(put, brought, layer):
    put_sen12ms(put)

    (tile,), _faults = brought("sen12ms")

    optical, values = layer(tile, "s2")
    assert names(optical) == ALL_13
    assert np.allclose(values[:, 0, 0], np.arange(1, 14) / 100)
    assert names(layer(tile, "s1")[0]) == ("VV", "VH")


def test_coarse_land_cover_keeps_no_data_apart_from_forest(put, brought, layer):
    cover = np.zeros((4, 8, 8), np.uint16)
    cover[0, 0, :6] = 1, 17, 13, 0, 255, 14
    put_sen12ms(put, lc=cover)

    (tile,), _faults = brought("sen12ms")

    truth, values = layer(tile, "coarse-land-cover")
    assert values[0, 0].tolist() == [0, 9, 6, NONE, NONE, 5, NONE, NONE]
    assert truth.gsd_m == 500
    assert truth.answers == "coarse-land-cover"


def test_damaged_patch_of_sen12ms_is_told(put, brought):
    branch = "ROIs1868_summer"
    put(f"{branch}/s2_146/{branch}_s2_146_p202.tif", stepped(13))

    tiles, faults = brought("sen12ms")

    assert tiles == []
    assert "makers" in faults[0].reason


def test_radar_that_is_nan_stays_unknown(put, brought, layer):
    holed = RADAR.copy()
    holed[:, 0, 0] = np.nan
    put("ROIs1158_spring/s1_7/ROIs1158_spring_s1_7_p1.tif", holed)

    (tile,), _faults = brought("sen12ms")

    values = layer(tile, "s1")[1]
    assert np.isnan(values[:, 0, 0]).all()
    assert np.isnan(values).sum() == 2


def test_pixel_that_is_zero_in_all_bands_is_unknown_and_one_that_is_not_stays(put, brought, layer):
    values = stepped(13).copy()
    values[:, 0, 0] = 0
    values[10, 1, 1] = 0
    put("ROIs1158_spring/s2_7/ROIs1158_spring_s2_7_p1.tif", values)

    (tile,), _faults = brought("sen12ms")

    found = layer(tile, "s2")[1]
    assert np.isnan(found[:, 0, 0]).all()
    assert found[10, 1, 1] == 0
    assert np.isnan(found).sum() == 13


def test_file_without_a_coordinate_system_takes_that_of_its_neighbours(put, brought):
    branch = "ROIs1158_spring"
    put(f"{branch}/s2_7/{branch}_s2_7_p1.tif", stepped(13), crs=None)
    put(f"{branch}/s1_7/{branch}_s1_7_p1.tif", RADAR)

    (tile,), _faults = brought("sen12ms")

    assert tile.box is not None
    assert tile.gsd_m in (None, 10)


def test_dfc2020_has_fine_truth_from_one_to_ten(put, brought, layer):
    codes = np.zeros((1, 8, 8), np.uint8)
    codes[0, 0, :3] = 1, 10, 11
    for kind, values in (("s1", RADAR), ("s2", stepped(13)), ("dfc", codes)):
        put(f"ROIs0000_test/{kind}_0/ROIs0000_test_{kind}_0_p5.tif", values)

    (tile,), _faults = brought("dfc2020")

    truth, values = layer(tile, "land-cover")
    assert values[0, 0, :4].tolist() == [0, 9, NONE, NONE]
    assert truth.classes[0].name == "Forest"
    assert tile.split == "test"


# Clouds.


@pytest.mark.parametrize("folder", ["{season}", "{season}_{sensor}"])
def test_cloudy_image_is_seen_and_clear_one_is_truth(put, brought, layer, folder):
    season = "ROIs1158_spring"
    for sensor, values in (("s1", RADAR), ("s2", stepped(13)), ("s2_cloudy", stepped(13) * 3)):
        place = folder.format(season=season, sensor=sensor)
        put(f"{place}/{sensor}_7/{season}_{sensor}_7_p30.tif", values)

    (tile,), faults = brought("sen12ms-cr")

    assert faults == []
    assert [one.key for one in tile.seen] == ["s2", "s1"]
    assert layer(tile, "s2")[1][0, 0, 0] == pytest.approx(0.03)
    truth, values = layer(tile, "clear-image")
    assert truth.answers == "clear-image"
    assert values[0, 0, 0] == pytest.approx(0.01)


def test_series_has_its_first_dates_with_their_days(put, brought, kept):
    for number, day in ((0, "2018-01-04"), (1, "2018-01-16"), (2, "2018-02-03"), (3, "2018-02-20")):
        for sensor, values in (("S1", RADAR), ("S2", stepped(13))):
            name = f"{sensor.lower()}_ROIs1868_100_ImgNo_{number}_{day}_patch_12.tif"
            put(f"ROIs1868/100/{sensor}/{number}/{name}", values)

    (tile,), _faults = brought("sen12ms-cr-ts")

    read = read_tile(kept, tile)
    assert read.values.shape == (3, 15, 8, 8)
    assert np.diff(read.days).tolist() == [12, 18]
    assert tile.split == "test"


# So2Sat.


def put_so2sat(root: Path, rows: int = 4, geo: bool = False) -> None:
    random = np.random.default_rng(1)
    with h5py.File(root / "training.h5", "w") as file:
        radar = random.normal(0, 0.1, (rows, 32, 32, 8))
        radar[..., 4], radar[..., 5] = 0.01, 0.1
        radar[0, 0, 0, 4:6] = 0
        file["sen1"] = radar
        file["sen2"] = np.broadcast_to(np.arange(1, 11) / 100, (rows, 32, 32, 10))
        file["label"] = np.eye(17)[[0, 16, 6, 3][:rows]]
    if geo:
        with h5py.File(root / "training_geo.h5", "w") as file:
            file["epsg"] = np.full((rows, 1), 32632)
            file["tfw"] = np.tile([10.0, 0, 0, -10, 691_005, 5_334_995], (rows, 1))


def test_so2sat_has_its_bands_last_and_lacks_those_of_60_m(tmp_path, brought, layer):
    put_so2sat(tmp_path)

    tiles, _faults = brought("so2sat", most=2)

    optical, values = layer(tiles[0], "s2")
    assert names(optical) == LAND_10
    assert np.allclose(values[:, 5, 5], np.arange(1, 11) / 100)
    assert tiles[0].shape == (32, 32)
    assert len(tiles) == 2


def test_so2sat_radar_is_filtered_intensity_in_decibels_with_vv_first(tmp_path, brought, layer):
    put_so2sat(tmp_path)

    tiles, _faults = brought("so2sat", most=1)

    radar, values = layer(tiles[0], "s1")
    assert names(radar) == ("VV", "VH")
    assert values[:, 5, 5].tolist() == [-10, -20]
    assert np.isnan(values[:, 0, 0]).all()


def test_so2sat_zone_is_one_to_seventeen(tmp_path, brought, layer):
    put_so2sat(tmp_path)

    tiles, _faults = brought("so2sat")

    zones = [np.unique(layer(tile, "local-climate-zone")[1]).tolist() for tile in tiles]
    assert zones == [[1], [17], [7], [4]]


def test_so2sat_of_version_four_says_where_its_patches_lie(tmp_path, brought):
    put_so2sat(tmp_path, geo=True)

    tiles, _faults = brought("so2sat", most=1)

    assert tiles[0].box is not None
    assert 11.5 < tiles[0].box.west < 11.6
    assert tiles[0].split == "train"


def test_so2sat_file_of_another_shape_is_told(tmp_path, brought):
    with h5py.File(tmp_path / "training.h5", "w") as file:
        file["sen1"] = file["sen2"] = np.zeros((2, 32, 32, 3))

    tiles, faults = brought("so2sat")

    assert tiles == []
    assert "sen1" in faults[0].reason


# EuroSAT, BigEarthNet, MapInWild, HyBiomass, Sen1Floods11.


def test_eurosat_carries_b8a_last_and_the_tile_does_not(put, brought, layer):
    assert BANDS[-1].name == "B8A"
    put("Forest/Forest_1.tif", stepped(13))

    (tile,), _faults = brought("eurosat")

    optical, values = layer(tile, "s2")
    assert names(optical) == ALL_13
    assert values[ALL_13.index("B8A"), 0, 0] == pytest.approx(0.13)
    assert values[ALL_13.index("B9"), 0, 0] == pytest.approx(0.09)
    assert "Forest" in tile.note


def test_bigearthnet_keeps_its_three_sizes_and_reads_as_one_grid(put, brought, kept, layer):
    scene = "S2A_MSIL2A_20170613T101031_N9999_R022_T33UUP"
    patch = f"{scene}_26_57"
    sizes = {10: 120, 20: 60, 60: 20}
    metres = {"B01": 60, "B02": 10, "B03": 10, "B04": 10, "B05": 20, "B06": 20, "B07": 20, "B08": 10,
              "B8A": 20, "B09": 60, "B11": 20, "B12": 20}  # fmt: skip
    for number, (band, step) in enumerate(metres.items(), 1):
        values = np.full((1, sizes[step], sizes[step]), number * 100, np.uint16)
        put(f"BigEarthNet-S2/{scene}/{patch}/{patch}_{band}.tif", values, step=step)

    (tile,), _faults = brought("bigearthnet")

    assert [(one.key, one.gsd_m) for one in tile.layers] == [("s2", 10), ("s2-20m", 20), ("s2-60m", 60)]
    assert tile.shape == (120, 120)
    assert tile.moment == datetime(2017, 6, 13, 10, 10, 31, tzinfo=UTC)
    read = read_tile(kept, tile)
    assert sorted(read.bands) == sorted(name.replace("B0", "B") for name in metres)
    assert read.values.shape == (12, 120, 120)
    assert layer(tile, "s2-60m")[1].shape == (2, 20, 20)


def test_bigearthnet_patch_without_a_band_is_told(put, brought):
    scene = "S2A_MSIL2A_20170613T101031_N9999_R022_T33UUP"
    put(f"BigEarthNet-S2/{scene}/{scene}_26_57/{scene}_26_57_B02.tif", stepped(1))

    tiles, faults = brought("bigearthnet")

    assert tiles == []
    assert "It has no B01" in faults[0].reason


def test_mapinwild_mask_has_two_classes_and_no_gap(put, brought, layer):
    mask = np.zeros((1, 8, 8), np.uint8)
    mask[0, 0, :2] = 1, 3
    for kind, values in (("s2_summer", stepped(10)), ("s1", RADAR), ("mask", mask)):
        put(f"{kind}/555.tif", values)

    (tile,), _faults = brought("mapinwild")

    values = layer(tile, "protected")[1]
    assert values[0, 0, :3].tolist() == [1, 1, 0]
    assert NONE not in values
    assert names(layer(tile, "s2")[0]) == LAND_10
    assert "summer" in tile.note


def test_hybiomass_keeps_zero_and_drops_what_was_not_measured(put, brought, layer):
    values = np.ones((204, 8, 8), np.float32) * 2000
    values[202, 0, :5] = 0, -1, -9999, np.nan, 350
    put("Europe/ENMAP01_20230613T101031/p1.tif", values)

    (tile,), _faults = brought("hybiomass")

    truth, biomass = layer(tile, "biomass")
    assert np.nan_to_num(biomass[0, 0, :5], nan=-7).tolist() == [0, -7, -7, -7, 350]
    assert truth.bands[0].unit == "Mg/ha"
    assert len(tile.seen[0].bands) == 202


def test_hybiomass_never_opens_its_numpy_files(put, brought, tmp_path):
    put("Europe/ENMAP01_20230613T101031/p1.tif", np.ones((204, 8, 8), np.float32))
    (tmp_path / "Europe/ENMAP01_20230613T101031/p1.npy").write_bytes(b"\x80\x04not numbers")

    tiles, faults = brought("hybiomass")

    assert len(tiles) == 1
    assert faults == []


def test_floods_tell_dry_land_from_what_nobody_labelled(put, brought, layer, tmp_path):
    label = np.full((1, 8, 8), -1, np.int16)
    label[0, 0, :2] = 0, 1
    for kind, values in (("S1Hand", RADAR), ("S2Hand", stepped(13)), ("LabelHand", label)):
        place = f"v1.1/data/flood_events/HandLabeled/{kind}/Ghana_103272_{kind}.tif"
        put(place, values, crs="EPSG:4326", step=0.0000898)
    (tmp_path / "flood_valid_data.csv").write_text("Ghana_103272_S1Hand.tif,Ghana_103272_LabelHand.tif\n")

    (tile,), _faults = brought("sen1floods11")

    values = layer(tile, "water")[1]
    assert values[0, 0, :3].tolist() == [0, 1, NONE]
    assert (tile.gsd_m, tile.split) == (10, "validate")
    assert tile.box is not None


# All.


def test_file_cut_short_is_told_and_the_others_come_in(put, brought):
    put("Forest/Forest_1.tif", stepped(13))
    broken = put("Forest/Forest_2.tif", stepped(13))
    broken.write_bytes(broken.read_bytes()[:-200])

    tiles, faults = brought("eurosat")

    assert [tile.title for tile in tiles] == ["Forest 1"]
    assert faults[0].path.name == "Forest_2.tif"


def test_folder_of_nothing_says_what_is_expected(tmp_path, kept_nowhere):
    with pytest.raises(Invalid, match="Expected is"):
        list(bring("eurosat", tmp_path, kept_nowhere))


@pytest.fixture
def kept_nowhere(tmp_path):
    return LocalStorage(tmp_path / "kept")


def test_unknown_format_names_the_known_ones(tmp_path, kept_nowhere):
    with pytest.raises(Invalid, match="sen1floods11"):
        list(bring("landsat", tmp_path, kept_nowhere))


def test_tiles_are_kept_as_items_and_come_back_the_same(put, brought, session: Session):
    put_sen12ms(put)
    (tile,), _faults = brought("sen12ms")

    changes.put(session, tile)

    assert description_of(item_of(tile)) == tile
    assert queries.get(session, tile.id) == tile
    assert queries.tiles_of(session, dataset="sen12ms") == [tile]
    assert not tile.simulated


def test_ids_stay_the_same_and_can_stand_in_addresses():
    assert identifier("sen12ms", "ROIs1158_spring_7_p30") == "sen12ms-rois1158-spring-7-p30"
    assert len(identifier("x", "y" * 500)) == bringing.LONGEST_ID


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_names_a_dataset_of_the_catalogue(name):
    folder = Path(__file__).parents[3] / "data" / "catalogue"
    assert (folder / f"{FORMATS[name].dataset}.yaml").is_file()
