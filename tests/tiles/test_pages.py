"""Readers list tiles, look at one with its legends and values, and get pictures that browsers may keep."""

import re

import numpy as np
import pytest
from sqlalchemy import update

from app.tiles import changes
from app.tiles.tables import SampleTile
from tests.zoo.conftest import make_card, write_model

CLEAR, SERIES = "/tiles/simulated-clear-20000", "/tiles/simulated-series-20100"


@pytest.fixture
def clear(add_tile):
    return add_tile()


@pytest.fixture
def series(add_tile):
    return add_tile(20_100, series=True)


def pictures_of(page):
    return re.findall(r'src="(/tiles/[^"]+)"', page.text.replace("&amp;", "&"))


def test_all_tiles_are_listed_with_their_pictures_and_the_word_simulated(client, clear, series):
    page = client.get("/tiles")

    assert "2 tiles" in page.text
    assert clear.title in page.text and series.title in page.text
    assert page.text.count("badge made-up") == 2
    assert len(pictures_of(page)) == 4


def test_filters_leave_what_they_name(client, clear, series):
    page = client.get("/tiles?kind=series&answers=clear-image")

    assert series.title in page.text
    assert clear.title not in page.text


def test_a_filter_that_finds_nothing_says_so(client, clear):
    assert "Nothing matches" in client.get("/tiles?origin=seen").text


def test_without_tiles_the_list_says_where_they_come_from(client):
    assert "no sample tiles yet" in client.get("/tiles").text


def test_the_viewer_shows_both_sides_a_legend_histograms_and_files(client, clear):
    page = client.get(CLEAR).text

    assert page.count('class="picture"') == 2
    assert "truth: land cover" in page
    assert page.count('class="bars"') == 17
    assert page.count("/files/") == len(clear.layers)
    assert "not seen by a sensor" in page


def test_every_picture_that_the_viewer_names_is_there(client, series):
    for address in dict.fromkeys(pictures_of(client.get(SERIES))):
        answer = client.get(address)

        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png"), address
        assert "immutable" in answer.headers["cache-control"]


def test_all_of_it_works_as_a_form_without_scripts(client, series):
    form = "left=rgb&r=VV&g=B8&b=B2&right=ndvi&over=truth-cloud&opacity=35&stretch=all&date=2&row=&column="

    page = client.get(f"{SERIES}?{form}").text

    assert "VV–B8–B2" in page
    assert 'class="picture over o-35"' in page
    assert re.search(r'id="date"[^>]*value="2"', page)
    assert re.search(r'<option value="ndvi" selected>', page)
    assert re.search(r'<option value="all" selected>', page)


def test_a_pixel_that_is_asked_for_is_told_in_every_layer(client, clear):
    page = client.get(f"{CLEAR}?row=10&column=20").text

    assert "All values at row 10, column 20" in page
    assert page.count("<dt>B8A ") == 1
    assert 'class="plot spectrum"' in page


def test_a_pixel_outside_is_told_in_none(client, clear):
    assert "All values at" not in client.get(f"{CLEAR}?row=64&column=0").text


def test_htmx_gets_the_viewer_alone_and_an_address_that_says_what_was_chosen(client, clear):
    answer = client.get(f"{CLEAR}?left=ndvi&r=&over=&stretch=&row=", headers={"HX-Request": "true"})

    assert answer.text.lstrip().startswith('<div class="viewer-all"')
    assert answer.headers["hx-replace-url"] == f"{CLEAR}?left=ndvi"


def test_models_that_fit_can_be_run_and_the_others_say_why(application, client, clear, tmp_path):
    write_model(tmp_path, make_card(id="fits", name="Fits well"), channels=3)
    write_model(tmp_path, make_card(id="coarse", name="Too coarse", gsd_m=300), channels=3)
    settings = application.state.settings
    application.state.settings = settings.model_copy(update={"models": tmp_path})

    page = client.get(CLEAR).text
    application.state.settings = settings

    assert re.search(r'<form[^>]*method="post" action="/runs"', page)
    assert 'name="models" value="fits"' in page
    assert 'value="coarse"' not in page
    assert "the model knows pixels of 300 m" in page
    assert f'name="tile" value="{clear.id}"' in page


def test_a_tile_that_is_not_there_is_not_found(client):
    assert client.get("/tiles/none").status_code == 404
    assert client.get("/tiles/none/pictures/natural.png").status_code == 404


def test_a_picture_under_another_fingerprint_is_asked_for_again_and_confirmed_without_a_file(client, clear):
    first = client.get(f"{CLEAR}/pictures/natural.png?v=old")

    again = client.get(f"{CLEAR}/pictures/natural.png", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, no-cache"
    assert (again.status_code, again.content) == (304, b"")


def test_the_name_of_a_picture_says_that_it_is_simulated(client, clear):
    answer = client.get(f"{CLEAR}/pictures/rgb:B8,B4,B3.webp")

    assert "simulated-clear-20000-rgb-B8-B4-B3-simulated.webp" in answer.headers["content-disposition"]
    assert answer.content[8:12] == b"WEBP"


@pytest.mark.parametrize("what", ["thermal.png", "rgb:B4.png", "natural.gif", "natural"])
def test_pictures_that_there_are_not_are_refused(client, clear, what):
    assert client.get(f"{CLEAR}/pictures/{what}").status_code in (400, 404)


def test_values_are_those_of_the_picture_in_its_order(client, clear):
    answer = client.get(f"{CLEAR}/values/radar.bin")

    values = np.frombuffer(answer.content, "<f4").reshape(3, 64, 64)

    np.testing.assert_allclose(values[2], values[0] - values[1], atol=1e-4)
    assert -40 < np.nanmin(values[0]) < np.nanmax(values[0]) < 20
    again = client.get(f"{CLEAR}/values/radar.bin", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_pixel_tells_programs_what_it_tells_readers(client, clear):
    found = client.get(f"{CLEAR}/pixel.json?row=1&column=2").json()

    bands = {row["band"]: row for row in found["values"]}
    assert found["simulated"] is True
    assert bands["VV"]["unit"] == "dB"
    assert bands["land-cover"]["class"]
    assert client.get(f"{CLEAR}/pixel.json").status_code == 404


def test_histograms_count_every_pixel(client, clear):
    found = client.get(f"{CLEAR}/histograms.json").json()["histograms"]

    assert {sum(one["counts"]) + one["unknown"] for one in found} == {64 * 64}


def test_pictures_of_an_upload_are_for_its_reader_alone(client, session, clear):
    session.execute(update(SampleTile).values(dataset_slug=None))
    document = session.query(SampleTile).one().document
    session.execute(
        update(SampleTile).values(document={k: v for k, v in document.items() if k != "collection"})
    )
    session.expire_all()

    answer = client.get(f"{CLEAR}/pictures/natural.png")

    assert answer.headers["cache-control"] == "private, no-cache"
    assert clear.title not in client.get("/tiles").text


def test_the_page_of_a_dataset_offers_its_tiles_and_those_that_imitate_it(client, add_dataset, clear, series):
    add_dataset("dfc2020", name="DFC2020")
    add_dataset("simulated-scenes", name="Simulated scenes")
    add_dataset("lonely", name="Lonely")

    imitated, own, lonely = (
        client.get(f"/datasets/{slug}").text for slug in ("dfc2020", "simulated-scenes", "lonely")
    )

    assert "Try it on a simulated tile" in imitated and clear.title in imitated
    assert series.title not in imitated
    assert clear.title in own and series.title in own and "Try it on" not in own
    assert "Sample tiles" not in lonely


def test_a_missing_file_is_said_not_crashed(client, session, storage, add_tile):
    tile = add_tile(20_007)
    changes.remove(session, storage, tile.id)
    changes.put(session, tile)

    assert client.get(f"/tiles/{tile.id}").status_code == 404
    assert client.get(f"/tiles/{tile.id}/pictures/natural.png").status_code == 404
