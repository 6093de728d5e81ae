"""Rows and files of tiles come and go together; the simulated ones bring their dataset with them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app import worker
from app.base.errors import NotFound
from app.base.storage import LocalStorage
from app.catalogue.changes import publish
from app.catalogue.content import read_file
from app.catalogue.tables import Dataset
from app.items import changes as items
from app.tiles import changes, making, queries
from app.tiles.tables import SampleTile

FEW = making.Plan((20_000,), (20_100,), 32)


def test_a_removed_tile_is_gone_with_its_files(session, storage, add_tile):
    tile = add_tile(20_017)

    changes.remove(session, storage, tile.id)
    changes.remove(session, storage, tile.id)

    assert not storage.has(tile.layers[0].path)
    with pytest.raises(NotFound):
        queries.get(session, tile.id)


def test_rows_repeat_what_is_searched(session, add_tile):
    row = session.get(SampleTile, add_tile().id)

    assert row.bands[7:10] == ["B8", "B8A", "B9"] and row.bands[-2:] == ["VV", "VH"]
    assert row.answers[0] == "land-cover" and "dfc2020" in row.imitates
    assert row.bytes > 1000


def test_simulating_publishes_dataset_tiles_and_items(session, tmp_path):
    made = changes.simulate(session, LocalStorage(tmp_path), plan=FEW)

    dataset = session.scalar(select(Dataset).where(Dataset.slug == making.DATASET))
    names = items.named(session, dataset.id, FEW.identifiers)
    assert made == 2 == len(queries.tiles_of(session, dataset=making.DATASET))
    assert names == set(FEW.identifiers)


def test_simulating_again_changes_nothing_and_removes_what_is_no_longer_made(session, tmp_path):
    storage = LocalStorage(tmp_path)
    changes.simulate(session, storage, plan=FEW)
    before = queries.all_tiles(session)

    changes.simulate(session, storage, plan=FEW)
    assert queries.all_tiles(session) == before

    changes.simulate(session, storage, plan=replace(FEW, cloudy=()))
    assert queries.all_tiles(session) == before[:1]
    assert not storage.has("tiles/simulated-series-20100/s2-1.tif")


def test_the_worker_is_asked_once_and_not_again_when_all_are_there(session, tmp_path):
    asked = [changes.ask_for_simulated(session, plan=FEW) for _ in range(2)]
    changes.simulate(session, LocalStorage(tmp_path), plan=FEW)

    assert asked == [True, False]
    assert changes.are_simulated(session, plan=FEW)
    assert not changes.ask_for_simulated(session, plan=FEW)


def test_the_worker_makes_one_tile_after_the_other_and_shows_them_when_all_are_there(session, tmp_path):
    storage = LocalStorage(tmp_path)

    made = [changes.simulate_next(session, storage, plan=FEW)]
    published = session.scalar(select(Dataset.id).where(Dataset.slug == making.DATASET))
    made += [changes.simulate_next(session, storage, plan=FEW) for _ in range(2)]

    assert made == [*FEW.identifiers, None]
    assert published is None
    assert session.scalar(select(Dataset.id).where(Dataset.slug == making.DATASET)) is not None


def test_tiles_of_an_older_recipe_are_made_anew(session, tmp_path):
    changes.simulate(session, LocalStorage(tmp_path), plan=FEW)

    session.get(SampleTile, "simulated-clear-20000").recipe = "an older one"
    session.flush()

    assert not changes.are_simulated(session, plan=FEW)


def test_a_record_that_curators_changed_is_left_as_it_is(session, tmp_path):
    publish(session, read_file(making.RECORD).model_copy(update={"title": "By a curator"}))
    dataset = session.scalar(select(Dataset).where(Dataset.slug == making.DATASET))
    dataset.revision = 1
    session.flush()

    changes.simulate(session, LocalStorage(tmp_path), plan=FEW)

    session.refresh(dataset)
    assert dataset.record["title"] == "By a curator"


def test_the_worker_knows_the_job(settings):
    assert changes.KIND in worker.kinds(settings)
