"""Tiles are found by dataset and by what they imitate; uploads by their id alone, until they expire."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.base.errors import NotFound
from app.tiles import changes, queries


@pytest.fixture
def upload(session, add_tile):
    """An upload that expires in an hour, or whenever is said."""

    def put(name="upload", *, hours=1):
        tile = replace(add_tile(), id=name, dataset=None, simulated=False)
        changes.put(session, tile, expires=datetime.now(UTC) + timedelta(hours=hours))
        return tile

    return put


def test_a_tile_is_read_as_it_was_put(session, add_tile):
    tile = add_tile()

    assert queries.get(session, tile.id) == tile


def test_an_unknown_tile_is_not_found(session):
    with pytest.raises(NotFound):
        queries.get(session, "nothing")


def test_tiles_are_listed_by_dataset_and_by_what_they_imitate(session, add_tile):
    clear, series = add_tile(), add_tile(20_100, series=True)

    assert queries.tiles_of(session, dataset="simulated-scenes") == [clear, series]
    assert queries.tiles_of(session, imitating="dfc2020") == [clear]
    assert queries.tiles_of(session, imitating="sen12ms-cr-ts") == [series]
    assert queries.tiles_of(session, dataset="dfc2020") == []


def test_a_page_begins_behind_an_id(session, add_tile):
    first, second = add_tile(20_000), add_tile(20_001)

    assert queries.tiles_of(session, most=1) == [first]
    assert queries.tiles_of(session, after=first.id) == [second]


def test_uploads_are_found_by_id_and_listed_nowhere(session, upload):
    tile = upload()

    assert queries.get(session, tile.id) == tile
    assert queries.all_tiles(session) == [queries.get(session, "simulated-clear-20000")]
    assert tile.id not in [one.id for one in queries.tiles_of(session, imitating="dfc2020")]


def test_an_upload_that_expired_is_not_found(session, upload):
    tile = upload(hours=-1)

    with pytest.raises(NotFound, match="expired"):
        queries.get(session, tile.id)
