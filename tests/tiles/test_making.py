"""Simulated tiles are the same for a seed, belong to the test split, and say that they are simulated."""

import time

import numpy as np
from rasterio.io import MemoryFile

from app.base.storage import LocalStorage
from app.catalogue.content import read_file
from app.scenes.series import TEST
from app.seeding import CATALOGUE
from app.settings import Settings
from app.tiles import making, reading
from app.tiles.layers import Layer
from app.zoo.fitting import known_cards


def test_a_seed_makes_the_same_files_every_time(tmp_path):
    first, second = (LocalStorage(tmp_path / name) for name in ("first", "second"))

    assert making.make_clear(first, 20_003, 32) == making.make_clear(second, 20_003, 32)
    assert making.make_cloudy(first, 20_103, 32) == making.make_cloudy(second, 20_103, 32)


def test_no_model_was_trained_or_chosen_on_the_seeds():
    assert set(making.CLEAR) | set(making.CLOUDY) <= set(TEST)
    assert not set(making.CLEAR) & set(making.CLOUDY)
    assert 24 <= len(making.ALL.identifiers) <= 36


def test_a_clear_tile_has_five_kinds_of_truth(add_tile):
    tile = add_tile()

    answers = [layer.answers for layer in tile.truth]

    assert answers == ["land-cover", "coarse-land-cover", "local-climate-zone", "ndvi", "height"]
    assert (tile.dates, tile.shape, tile.box, tile.split) == (1, (64, 64), None, "test")


def test_a_series_has_clouds_of_every_date_and_the_middle_date_without(storage, add_tile):
    tile = add_tile(20_100, series=True)

    clear = next(layer for layer in tile.truth if layer.answers == "clear-image")
    clouds = [layer for layer in tile.truth if layer.answers == "cloud"]

    assert tile.dates == 3 and [layer.step for layer in clouds] == [0, 1, 2]
    assert clear.step == 1 and clear.moment == tile.moment
    hidden = reading.read_layer(storage, clouds[1])[0] == 1
    seen = reading.read_tile(storage, tile).values[1, :13]
    without = reading.read_layer(storage, clear)
    apart = np.abs(seen - without).mean(axis=0)
    assert apart[hidden].mean() > 10 * apart[~hidden].mean()


def test_every_file_says_that_it_is_simulated(storage, add_tile):
    for layer in add_tile().layers:
        assert "simulated" in layer.title
        assert tags(storage, layer)["SIMULATED"] == "YES"


def tags(storage, layer: Layer) -> dict[str, str]:
    """What a file says of itself."""
    with MemoryFile(storage.get(layer.path)) as memory, memory.open() as file:
        return dict(file.tags())


def test_optical_files_tell_sun_and_view_and_radar_files_orbit_and_incidence(storage, add_tile):
    optical, radar = (tags(storage, layer) for layer in add_tile().seen)

    assert 20 < float(optical["VIEW_SUN_ELEVATION"]) < 70 and float(optical["VIEW_INCIDENCE_ANGLE"]) <= 10
    assert radar["SAT_ORBIT_STATE"] in ("ascending", "descending")
    assert 31 <= float(radar["VIEW_INCIDENCE_ANGLE"]) <= 45


def test_imitated_datasets_are_in_the_catalogue():
    known = {path.stem for path in CATALOGUE.glob("*.yaml")}

    assert {*making.IMITATED_BY_CLEAR, *making.IMITATED_BY_CLOUDY} <= known


def test_the_record_of_the_dataset_tells_what_the_tiles_are():
    record = read_file(making.RECORD)

    assert record.slug == making.DATASET and record.n_samples == len(making.ALL.identifiers)
    assert record.platforms == ("synthetic",) and record.spatial.extent == "synthetic"
    assert record.sensors == () and "simulated" in record.summary.lower()
    assert record.licence.spdx == making.LICENCE


def test_classes_are_called_as_the_models_call_them(add_tile):
    named = {layer.answers: [one.name.casefold() for one in layer.classes] for layer in add_tile().truth}
    cards = [card for card in known_cards(Settings().models).values() if card.classes]

    assert {card.answers for card in cards} == {"land-cover", "local-climate-zone"}
    for card in cards:
        assert named[card.answers] == [one.name.casefold() for one in card.classes], card.id


def test_no_bundled_record_is_one_of_ours():
    assert not (CATALOGUE / f"{making.DATASET}.yaml").exists()


def test_a_tile_of_128_pixels_takes_no_longer_than_five_scenes_may(tmp_path):
    storage = LocalStorage(tmp_path)
    making.make_clear(storage, 20_000)

    begun = time.process_time()
    making.make_clear(storage, 20_001)

    assert time.process_time() - begun < 1.0
