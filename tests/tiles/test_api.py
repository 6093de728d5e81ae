"""Programs list tiles with the models that fit, read each as STAC Item, and fetch files or parts of them."""

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from app.base.db import Sessions
from app.tiles import changes
from app.tiles.api import byte_range
from app.tiles.rasters import read_cog
from app.web import create_app
from app.zoo.cards import CARD, write_card
from tests.zoo.conftest import make_card


def test_tiles_are_listed_with_bands_truth_and_models(client, add_tile):
    add_tile()
    add_tile(20_100, series=True)

    clear, series = client.get("/api/tiles").json()["tiles"]

    assert (clear["id"], clear["simulated"], clear["dates"]) == ("simulated-clear-20000", True, 1)
    assert clear["bands"][:2] == ["B1", "B2"] and "land-cover" in clear["answers"]
    assert isinstance(clear["models"], list)
    assert series["dates"] == 3 and series["answers"] == ["cloud", "clear-image"]


def test_only_models_that_fit_are_named(settings, connection, database_address, add_tile, tmp_path):
    eaten = make_card().inputs[0]
    cards = (
        make_card(),
        make_card(id="series", inputs=(eaten.model_copy(update={"dates": 3}),)),
        make_card(id="larger", inputs=(eaten.model_copy(update={"smallest": 512}),)),
    )
    for card in cards:
        (tmp_path / card.id).mkdir()
        write_card(card, tmp_path / card.id / CARD)
    add_tile()
    add_tile(20_100, series=True)
    inside = sessionmaker(connection, join_transaction_mode="create_savepoint")
    own = settings.model_copy(update={"models": tmp_path})

    with TestClient(create_app(own, database_address, Sessions(write=inside, read=inside))) as client:
        clear, series = client.get("/api/tiles").json()["tiles"]

        of_series = client.get("/api/tiles?model=series").json()["tiles"]
        first = client.get("/api/tiles?model=toy&limit=1").json()
        second = client.get(first["links"][0]["href"]).json()
        unknown = client.get("/api/tiles?model=<x>")
        page = client.get("/tiles?model=series").text

    assert clear["models"] == ["toy"]
    assert set(series["models"]) == {"toy", "series"}
    assert [one["id"] for one in of_series] == [series["id"]]
    assert [one["id"] for part in (first, second) for one in part["tiles"]] == [clear["id"], series["id"]]
    assert second["links"] == []
    assert (unknown.status_code, unknown.json()["code"]) == (400, "invalid")
    assert "There is no model <x>" in unknown.json()["description"]
    assert series["title"] in page and clear["title"] not in page


def test_an_empty_list_says_that_tiles_are_being_made(client):
    assert client.get("/api/tiles").json() == {"tiles": [], "links": [], "being_made": True}


def test_pages_lead_on_to_the_next(client, add_tile):
    add_tile(20_000)
    add_tile(20_001)

    first = client.get("/api/tiles?limit=1&dataset=simulated-scenes").json()
    second = client.get(first["links"][0]["href"]).json()

    assert [one["id"] for page in (first, second) for one in page["tiles"]] == [
        "simulated-clear-20000",
        "simulated-clear-20001",
    ]
    assert second["links"] == [] and second["being_made"]


def test_tiles_are_chosen_by_what_they_imitate(client, add_tile):
    add_tile()
    add_tile(20_100, series=True)

    found = client.get("/api/tiles?imitating=sen12ms-cr-ts").json()["tiles"]

    assert [one["id"] for one in found] == ["simulated-series-20100"]


def test_a_tile_is_a_stac_item_whose_files_can_be_fetched(client, add_tile):
    tile = add_tile()

    answer = client.get(f"/api/tiles/{tile.id}")
    asset = answer.json()["assets"]["land-cover"]
    file = client.get(asset["href"])

    assert answer.headers["content-type"] == "application/geo+json"
    assert file.headers["content-type"].startswith("image/tiff")
    assert asset["file:checksum"] == "1220" + hashlib.sha256(file.content).hexdigest()
    assert read_cog(file.content).shape == (1, 64, 64)


def test_the_name_of_a_downloaded_file_says_simulated(client, add_tile):
    answer = client.get(f"/api/tiles/{add_tile().id}/files/s2.tif")

    assert 'filename="simulated-clear-20000-s2.tif"' in answer.headers["content-disposition"]


def test_a_file_that_the_asker_has_is_not_sent_again(client, add_tile):
    address = f"/api/tiles/{add_tile().id}/files/s2.tif"
    tag = client.get(address).headers["etag"]

    again = client.get(address, headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_a_range_of_a_file_is_sent_as_asked(client, add_tile):
    address = f"/api/tiles/{add_tile().id}/files/s2.tif"
    whole = client.get(address).content

    part = client.get(address, headers={"Range": "bytes=10-19"})
    beyond = client.get(address, headers={"Range": f"bytes={len(whole)}-"})

    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize(
    ("wanted", "ends"),
    [
        ("bytes=0-", (0, 99)),
        ("bytes=90-200", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes=-0", (100, 99)),
        ("bytes=100-", (100, 99)),
        ("", None),
        ("bytes=-", None),
        ("bytes=5-3", None),
        ("bytes=0-1,5-9", None),
        ("lines=1-2", None),
    ],
)
def test_ranges_of_a_hundred_bytes(wanted, ends):
    assert byte_range(wanted, 100) == ends


@pytest.mark.parametrize(
    "path", ["nothing", "nothing/files/s2.tif", "simulated-clear-20000/files/nothing.tif"]
)
def test_what_is_not_there_is_not_found(client, add_tile, path):
    add_tile()

    answer = client.get(f"/api/tiles/{path}")

    assert answer.status_code == 404
    assert answer.json()["description"]


def test_an_upload_is_read_by_its_id_and_kept_by_no_proxy(client, session, add_tile):
    changes.put(session, replace(add_tile(), id="upload", dataset=None, simulated=False))

    item, file = client.get("/api/tiles/upload"), client.get("/api/tiles/upload/files/s2.tif")

    assert item.status_code == file.status_code == 200
    assert item.headers["cache-control"].startswith("private")
    assert file.headers["cache-control"].startswith("private")
    assert "upload" not in [one["id"] for one in client.get("/api/tiles").json()["tiles"]]


@pytest.mark.parametrize("name", ["%00", "%2e%2e", "a%2Fb", "x" * 200, "%F0%9F%9B%B0"])
def test_strange_names_are_refused_or_not_found(client, name):
    for path in (f"/api/tiles/{name}", f"/api/tiles/{name}/files/s2.tif", f"/api/tiles?dataset={name}"):
        assert client.get(path).status_code in (200, 400, 404)
