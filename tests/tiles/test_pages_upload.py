"""People upload images, see what was recognised, change it, and remove it; programs do the same."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import tokens
from app.accounts.rights import Role
from app.accounts.tables import User
from app.base.storage import Storage
from app.tiles import pages_upload, queries, upload_secrets, uploading
from app.tiles.reading import read_layer, read_tile
from app.tiles.tables import SampleTile
from tests.accounts.conftest import HERE, Browser, add_user, browser_of, visitor
from tests.tiles.uploads_made import geotiff, ignores_missing_place, sentinel2, zipped

__all__ = ["add_user", "browser_of", "visitor"]

TEN = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")


def upload(browser: Browser, content: bytes, name: str = "munich.tif", **fields: str) -> Any:
    """Send the form with a file, as a browser does."""
    browser.look("/tiles/upload")
    answer = browser.client.post(
        "/tiles/upload",
        data={"form_token": browser.hidden("form_token"), "place": "yes", **fields},
        files={"file": (name, content)},
        headers=browser.sent_from,
        follow_redirects=False,
    )
    browser.page = answer.text
    return answer


def number_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/tiles/upload/(upload-[0-9a-f]{32})", answer.headers["location"])
    assert found
    return found[1]


def test_upload_becomes_a_tile_in_units_that_models_eat(
    visitor: Browser, session: Session, storage: Storage
) -> None:
    values = sentinel2(10, 32)

    tile = number_of(upload(visitor, geotiff(values, names=TEN), title="My field"))

    described = queries.get(session, tile)
    assert described.title == "My field"
    assert described.box is not None
    assert not described.simulated
    read = read_tile(storage, described)
    assert read.bands == TEN
    assert np.allclose(read.values, values / 10_000, atol=1e-4)


def test_the_picture_of_an_upload_is_laid_on_the_map_by_its_corners(visitor: Browser) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(3))))

    upper_left = visitor.client.get(f"/api/tiles/{tile}").json()["properties"]["eod:corners"][0]

    assert f'data-corners="[[{upper_left[0]}, {upper_left[1]}], ' in visitor.look(f"/tiles/{tile}").text
    assert upper_left == pytest.approx([11.5675, 48.1396], abs=0.001)


def test_a_title_keeps_what_is_to_be_seen_and_needs_no_second_look(
    visitor: Browser, session: Session
) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(3)), title=" a\0b \u202e<b>ü</b>\n "))

    assert queries.get(session, tile).title == "a b <b>ü</b>"
    assert "<b>ü" not in visitor.look(f"/tiles/{tile}").text


def test_only_the_owner_of_an_upload_is_led_to_its_bands_and_no_search_engine_keeps_it(
    visitor: Browser, client: TestClient
) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(3))))
    own = visitor.look(f"/tiles/{tile}").text
    client.cookies.clear()

    other = client.get(f"/tiles/{tile}")

    assert own.count(f'href="/tiles/upload/{tile}"') == 2
    assert f'href="/tiles/upload/{tile}"' not in other.text
    assert '<meta name="robots" content="noindex">' in other.text
    for place in (f"/tiles/{tile}", f"/api/tiles/{tile}", f"/tiles/{tile}/pictures/natural.png"):
        assert client.get(place).headers["x-robots-tag"] == "noindex", place
    assert tile not in client.get("/sitemap.xml").text + client.get("/tiles").text


@ignores_missing_place
def test_upload_without_a_place_becomes_a_tile_without_a_map(visitor: Browser, session: Session) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(3), placed=False)))

    assert queries.get(session, tile).box is None
    assert visitor.look(f"/tiles/{tile}").status_code == 200


def test_place_stays_unsaid_where_that_was_asked(
    visitor: Browser, session: Session, storage: Storage
) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(3)), place=""))

    assert queries.get(session, tile).box is None


def test_bands_of_a_zip_become_optical_and_radar_layers(
    visitor: Browser, session: Session, storage: Storage
) -> None:
    radar = np.full((2, 16, 16), -12.5, np.float32)
    files = [("S2_B04.tif", geotiff(sentinel2(1))), ("s1.tif", geotiff(radar, names=("VV", "VH")))]

    tile = number_of(upload(visitor, zipped(files), "both.zip"))

    described = queries.get(session, tile)
    assert [layer.shows for layer in described.layers] == ["optical", "radar"]
    assert np.allclose(read_layer(storage, described.layers[1]), -12.5)


def test_page_tells_what_was_recognised_and_takes_changes(
    visitor: Browser, session: Session, storage: Storage
) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(2), names=("B4", "odd"))))
    page = visitor.look(f"/tiles/upload/{tile}").text
    assert "by its name" in page
    assert "not recognised" in page

    answer = visitor.send(
        f"/tiles/upload/{tile}",
        band=["B8", "B4"],
        optical="numbers",
        radar="decibels",
        title="Turned",
        place="yes",
    )

    assert answer.headers["location"] == f"/tiles/{tile}"
    described = queries.get(session, tile)
    assert described.title == "Turned"
    assert [band.name for band in described.layers[0].bands] == ["B4", "B8"]
    assert "chosen by you" in visitor.look(f"/tiles/upload/{tile}").text


def test_layer_that_is_no_longer_wanted_leaves_the_storage(
    visitor: Browser, session: Session, storage: Storage
) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(2), names=("B4", "odd"))))
    assert storage.has(f"tiles/{tile}/other.tif")
    visitor.look(f"/tiles/upload/{tile}")

    visitor.send(f"/tiles/upload/{tile}", band=["B4", "-"], optical="numbers", radar="decibels", title="x")

    assert [layer.key for layer in queries.get(session, tile).layers] == ["s2"]
    assert not storage.has(f"tiles/{tile}/other.tif")


def test_mistake_in_the_bands_is_told_and_keeps_what_was_typed(visitor: Browser) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(2), names=("B4", "odd"))))
    visitor.look(f"/tiles/upload/{tile}")

    answer = visitor.send(
        f"/tiles/upload/{tile}", band=["B4", "B4"], optical="reflectance", radar="linear", title="Keep <me>"
    )

    assert answer.status_code == 400
    assert "Two bands are called B4" in answer.text
    assert "Keep &lt;me&gt;" in answer.text
    assert '<option value="reflectance" selected>' in answer.text


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 400, "The file is empty"),
        (b"GIF89a", 400, "is no GeoTIFF"),
        (b'<VRTDataset rasterXSize="1"/>', 400, "format VRT"),
    ],
)
def test_fault_of_a_file_is_told_and_keeps_the_title(
    visitor: Browser, content: bytes, status: int, said: str
) -> None:
    answer = upload(visitor, content, title="My field")

    assert answer.status_code == status
    assert said in answer.text
    assert 'value="My field"' in answer.text


def test_form_without_a_file_says_so(visitor: Browser) -> None:
    visitor.look("/tiles/upload")

    answer = visitor.send("/tiles/upload", title="My field")

    assert answer.status_code == 400
    assert "Choose a GeoTIFF" in answer.text
    assert 'value="My field"' in answer.text


def test_fault_is_told_in_the_language_of_the_reader(visitor: Browser) -> None:
    visitor.client.headers["accept-language"] = "de"

    answer = upload(visitor, b"GIF89a")

    assert '<html lang="de"' in answer.text
    assert answer.status_code == 400


def test_visitor_may_upload_less_than_who_signed_in(
    visitor: Browser, add_user: Callable[..., Any], browser_of: Callable[[], Browser]
) -> None:
    content = geotiff(np.ones((1, 1100, 1100), np.uint8), compress="deflate")
    member = browser_of()
    member.sign_in(add_user())

    refused, taken = upload(visitor, content), upload(member, content)

    assert refused.status_code == 413
    assert "1100 × 1100 pixels" in refused.text.replace("1,100", "1100")
    assert taken.status_code == 303


def test_upload_of_a_visitor_lasts_a_day_and_of_a_member_a_month(
    visitor: Browser, session: Session, add_user: Callable[..., Any], browser_of: Callable[[], Browser]
) -> None:
    member = browser_of()
    user = add_user()
    member.sign_in(user)

    short, long = (
        number_of(upload(visitor, geotiff(sentinel2(3)))),
        number_of(upload(member, geotiff(sentinel2(3)))),
    )

    rows = {row.id: row for row in session.scalars(select(SampleTile))}
    now = datetime.now(UTC)
    assert timedelta(hours=23) < rows[short].expires - now <= timedelta(hours=24)
    assert timedelta(days=29) < rows[long].expires - now <= timedelta(days=30)
    assert (rows[short].owner_id, rows[long].owner_id) == (None, user.id)
    assert rows[long].secret_digest is None


def test_only_the_owner_finds_the_page_of_the_bands(
    visitor: Browser, browser_of: Callable[[], Browser], add_user: Callable[..., Any]
) -> None:
    other, member = browser_of(), browser_of()
    member.sign_in(add_user())
    tile = number_of(upload(visitor, geotiff(sentinel2(3))))

    assert visitor.look(f"/tiles/upload/{tile}").status_code == 200
    assert other.look(f"/tiles/upload/{tile}").status_code == 404
    assert member.look(f"/tiles/upload/{tile}").status_code == 404


def test_upload_of_a_member_is_theirs_in_every_browser(
    browser_of: Callable[[], Browser], add_user: Callable[..., Any]
) -> None:
    user = add_user()
    first, second = browser_of(), browser_of()
    first.sign_in(user)
    second.sign_in(user)

    tile = number_of(upload(first, geotiff(sentinel2(3)), title="Theirs"))

    assert second.look(f"/tiles/upload/{tile}").status_code == 200
    assert "Theirs" in second.look("/tiles/upload").text


def test_no_list_names_an_upload(visitor: Browser, browser_of: Callable[[], Browser]) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(3)), title="Hidden field"))
    other = browser_of()

    pages = [other.look(place).text for place in ("/tiles", "/api/tiles", "/tiles/upload")]

    assert not [page for page in pages if tile in page or "Hidden field" in page]
    assert "Hidden field" in visitor.look("/tiles/upload").text


def test_removed_upload_is_gone_with_its_files(visitor: Browser, session: Session, storage: Storage) -> None:
    tile = number_of(upload(visitor, geotiff(sentinel2(3))))
    visitor.look(f"/tiles/upload/{tile}")

    answer = visitor.send(f"/tiles/upload/{tile}/remove")

    assert answer.headers["location"] == "/tiles/upload"
    assert session.get(SampleTile, tile) is None
    assert not storage.has(f"tiles/{tile}/s2.tif")
    assert not storage.has(f"tiles/{tile}/source.bin")


def test_expired_uploads_are_cleaned_away_with_their_files(
    visitor: Browser, session: Session, storage: Storage
) -> None:
    over, lasting = (number_of(upload(visitor, geotiff(sentinel2(3)))) for _ in range(2))
    session.get_one(SampleTile, over).expires = datetime.now(UTC) - timedelta(minutes=1)
    session.flush()
    assert visitor.look(f"/tiles/upload/{over}").status_code == 404

    removed = uploading.clean(session, storage)

    assert removed == 1
    assert not storage.has(f"tiles/{over}/source.bin")
    assert storage.has(f"tiles/{lasting}/source.bin")


def test_uploads_are_counted_even_where_they_fail(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "BY_PLACE", uploading.Limit("upload, place", 2, timedelta(days=1)))

    codes = [upload(visitor, b"GIF89a").status_code for _ in range(3)]

    assert codes == [400, 400, 429]


def test_full_disk_is_said_before_anything_is_read(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    number_of(upload(visitor, geotiff(sentinel2(3))))
    monkeypatch.setattr(uploading, "MOST_BYTES", 1)

    answer = upload(visitor, geotiff(sentinel2(3)))

    assert answer.status_code == 503
    assert "no room" in answer.text


def test_form_of_a_foreign_page_uploads_nothing(visitor: Browser) -> None:
    visitor.sent_from = {"origin": "https://elsewhere.example"}

    assert upload(visitor, geotiff(sentinel2(3))).status_code == 403


# Programs.


@pytest.fixture
def program(application: FastAPI) -> TestClient:
    """A client without cookies."""
    return TestClient(application, base_url=HERE)


def test_program_uploads_and_learns_what_was_recognised(program: TestClient) -> None:
    answer = program.post("/api/tiles", files={"file": ("a.tif", geotiff(sentinel2(2), names=("B4", "odd")))})

    told = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{HERE}/api/tiles/{told['id']}"
    assert [(band["name"], band["known"]) for band in told["bands"]] == [("B4", "name"), ("", "none")]
    assert told["optical"] == "numbers"
    item = program.get(answer.headers["location"])
    assert item.status_code == 200
    assert item.json()["id"] == told["id"]


def test_program_says_itself_what_the_bands_are(program: TestClient, session: Session) -> None:
    told = program.post(
        "/api/tiles",
        files={"file": ("a.tif", geotiff(sentinel2(3)))},
        data={"bands": "B8, -, B4", "optical": "reflectance", "title": "Mine", "place": "false"},
    ).json()

    tile = queries.get(session, told["id"])
    assert [band.name for layer in tile.layers for band in layer.bands] == ["B4", "B8"]
    assert (tile.title, tile.box) == ("Mine", None)


def test_program_removes_with_the_secret_alone(program: TestClient, session: Session) -> None:
    told = program.post("/api/tiles", files={"file": ("a.tif", geotiff(sentinel2(3)))}).json()
    place, header = f"/api/tiles/{told['id']}", upload_secrets.HEADER

    assert program.delete(place).status_code == 400
    assert program.delete(place, headers={header: "x" * 43}).status_code == 404
    assert program.delete(place, headers={header: told["secret"]}).status_code == 204
    assert session.get(SampleTile, told["id"]) is None


def test_program_with_a_token_owns_what_it_uploads(
    program: TestClient, session: Session, add_user: Callable[..., Any], make_token: Callable[..., str]
) -> None:
    user = add_user(role=Role.CONTRIBUTOR)
    token = {"authorization": f"Bearer {make_token(user)}"}

    told = program.post("/api/tiles", files={"file": ("a.tif", geotiff(sentinel2(3)))}, headers=token).json()

    assert "secret" not in told
    assert session.get_one(SampleTile, told["id"]).owner_id == user.id
    assert program.delete(f"/api/tiles/{told['id']}", headers=token).status_code == 204


@pytest.fixture
def make_token(session: Session) -> Callable[..., str]:
    """Makes a token of somebody's."""

    def make(user: User) -> str:
        return tokens.create_token(session, user, name="t", scopes=["read"], days=7)

    return make


def test_signed_in_browser_counts_as_a_visitor_there(
    browser_of: Callable[[], Browser], add_user: Callable[..., Any], session: Session
) -> None:
    member = browser_of()
    member.sign_in(add_user())

    told = member.client.post("/api/tiles", files={"file": ("a.tif", geotiff(sentinel2(3)))}).json()

    assert session.get_one(SampleTile, told["id"]).owner_id is None


def test_faults_are_told_to_programs_as_json(program: TestClient) -> None:
    answer = program.post("/api/tiles", files={"file": ("a.tif", b"GIF89a")})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"


def test_address_of_upload_page_is_no_tile(visitor: Browser) -> None:
    assert visitor.look("/tiles/upload").status_code == 200
    assert visitor.look("/tiles/upload/upload-xyz").status_code in (400, 404)
    assert pages_upload.PLACE == "/tiles/upload"
