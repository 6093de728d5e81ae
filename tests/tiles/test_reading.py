"""What was written into the files of a tile is read back as models, measures and pictures need it."""

from dataclasses import replace

import numpy as np
import pytest

from app.base.errors import Invalid, NotFound
from app.scenes.series import single
from app.tiles import queries, reading


def test_a_clear_tile_is_read_as_optical_bands_and_then_radar(session, storage, add_tile):
    tile = reading.read_tile(storage, queries.get(session, add_tile().id))

    assert tile.bands[:3] == ("B1", "B2", "B3") and tile.bands[-3:] == ("B12", "VV", "VH")
    assert tile.values.shape == (15, 64, 64) and tile.values.dtype == np.float32
    assert tile.simulated and tile.known.all()


def test_values_differ_from_the_scene_by_half_a_step_of_their_file_at_most(storage, add_tile):
    day = 150 + 20_000 * 7 % 120
    scene = single(20_000, 64, day=day, cloudy=False)

    values = reading.read_tile(storage, add_tile(20_000)).values

    assert np.abs(values[:13] - scene.optical[0].values).max() <= 0.000051
    assert np.abs(values[13:] - scene.radar[0].values).max() <= 0.0051


def test_a_series_is_read_date_by_date_with_days_five_apart(storage, add_tile):
    tile = reading.read_tile(storage, add_tile(20_100, series=True))

    assert tile.values.shape == (3, 15, 64, 64)
    assert np.diff(tile.days).tolist() == [5, 5]


def test_truth_is_found_by_the_question_it_answers(storage, add_tile):
    clear, series = add_tile(), add_tile(20_100, series=True)

    assert reading.read_truth(storage, clear, "land-cover").dtype == np.uint8
    assert reading.read_truth(storage, clear, "ndvi").dtype == np.float32
    assert reading.read_truth(storage, series, "clear-image").shape == (13, 64, 64)
    assert reading.read_truth(storage, clear, "cloud") is None


def test_layers_of_another_shape_are_brought_to_that_of_the_tile(storage, add_tile):
    tile = replace(add_tile(), shape=(128, 128))

    found = reading.read_tile(storage, tile).values

    assert found.shape == (15, 128, 128)
    assert np.array_equal(found[:, ::2, ::2], reading.read_tile(storage, add_tile()).values)


def test_a_missing_file_is_not_found(storage, add_tile):
    tile = add_tile()
    lost = replace(tile, layers=(replace(tile.layers[0], path="tiles/nowhere/s2.tif"),))

    with pytest.raises(NotFound):
        reading.read_tile(storage, lost)


def test_a_damaged_file_is_told_in_words(storage, add_tile):
    tile = add_tile()
    content = storage.get(tile.layers[0].path)
    for number, damaged in enumerate((b"", b"no picture", content[: len(content) // 2])):
        path = f"tiles/damaged/{number}.tif"
        storage.put(path, damaged)

        with pytest.raises(Invalid, match="cannot be read"):
            reading.read_layer(storage, replace(tile.layers[0], path=path))


def test_a_series_whose_dates_have_other_bands_is_refused(storage, add_tile):
    tile = add_tile(20_100, series=True)
    uneven = replace(tile, layers=tuple(layer for layer in tile.layers if layer.key != "s1-2"))

    with pytest.raises(Invalid, match="same"):
        reading.read_tile(storage, uneven)
