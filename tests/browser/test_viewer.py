"""The viewer of a tile by pointer, by keyboard, and without scripts."""

import re
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.base.db import connect
from app.base.extent import BBox
from app.base.storage import open_storage
from app.tiles import changes, making
from app.web import create_app
from tests.conftest import serving

CLEAR, SERIES, PLACED = "/tiles/simulated-clear-20000", "/tiles/simulated-series-20100", "/tiles/placed"
FEW = 64


@pytest.fixture(scope="module")
def tiles_server(cluster, empty_address, settings, worker_id, tmp_path_factory) -> Iterator[str]:
    """Address of a service with a clear tile, a series, and one that lies somewhere, made by each worker."""
    name = f"with_tiles_{worker_id}"
    with psycopg.connect(cluster.address_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_empty STRATEGY file_copy")
    engine = connect(cluster.address_of(name))
    # A folder of its own: other tests make tiles of these names in other sizes.
    apart = settings.model_copy(update={"state_dir": tmp_path_factory.mktemp("viewer")})
    storage = open_storage(apart.state / "files")
    with Session(engine) as session, session.begin():
        clear = making.make_clear(storage, 20_000, FEW)
        for tile in (clear, making.make_cloudy(storage, 20_100, FEW)):
            changes.put(session, tile)
        changes.put(session, replace(clear, id="placed", box=BBox(11.5, 48.1, 11.51, 48.106)))
    engine.dispose()
    with serving(create_app(apart, cluster.address_of(name))) as address:
        yield address


@pytest.fixture
def view(page: Page, tiles_server: str):
    """Opens the page of a tile and waits until both pictures are there."""

    def open_it(path: str = CLEAR) -> None:
        page.goto(tiles_server + path)
        page.wait_for_function("[...document.querySelectorAll('.half img')].every((one) => one.naturalWidth)")

    return open_it


def at(page: Page, column: float, row: float) -> tuple[float, float]:
    """Where a pixel of the tile is on the screen."""
    box = page.locator("#swipe").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * (column + 0.5) / FEW, box["y"] + box["height"] * (row + 0.5) / FEW


def divider(page: Page) -> str:
    return page.locator(".swipe-at output").inner_text()


def test_the_divider_moves_by_one_percent_and_by_ten(page: Page, view):
    view()
    page.locator("#seam").focus()

    page.keyboard.press("ArrowRight")
    assert divider(page) == "51 %"
    page.keyboard.press("PageDown")
    assert divider(page) == "41 %"
    page.keyboard.press("Home")

    assert divider(page) == "0 %"
    assert page.evaluate("getComputedStyle(document.querySelector('.half.right .plate')).clipPath") == (
        "inset(0px 0px 0px 0%)"
    )


def test_the_divider_can_be_dragged_in_the_picture(page: Page, view):
    view()

    page.mouse.move(*at(page, 31.5, 20))
    page.mouse.down()
    page.mouse.move(*at(page, 15.5, 40), steps=3)
    page.mouse.up()
    page.mouse.move(*at(page, 50, 40))

    assert divider(page) == "25 %"


def test_the_values_under_the_pointer_are_those_that_the_server_tells(page: Page, view, tiles_server):
    view()
    page.mouse.move(*at(page, 9, 5))
    told = page.locator("#key-left .readout dd").first
    expect(told).not_to_have_text("–")

    found = page.request.get(f"{tiles_server}{CLEAR}/pixel.json?row=5&column=9").json()["values"]
    red = next(row["value"] for row in found if row["band"] == "B4")
    land = next(row["class"] for row in found if row["layer"] == "land-cover")

    assert float(told.inner_text()) == pytest.approx(red, abs=0.0006)
    expect(page.locator("#key-right .readout dd")).to_have_text(land)
    expect(page.locator("#here")).to_have_text("row 5, column 9")
    assert page.locator("#row").input_value() == ""


def test_a_pressed_pixel_stays_and_all_its_bands_can_be_read(page: Page, view):
    view()

    page.mouse.click(*at(page, 9, 5))
    page.mouse.move(*at(page, 40, 40))
    page.get_by_role("button", name="All bands here").click()

    expect(page.get_by_role("heading", name="All values at row 5, column 9")).to_be_visible()
    assert page.url.endswith("?row=5&column=9") or "row=5&column=9" in page.url


def test_a_typed_pixel_is_marked_and_told(page: Page, view):
    view()

    page.locator("#row").fill("3")
    page.locator("#column").fill("4")

    expect(page.locator("#here")).to_have_text("row 3, column 4")
    expect(page.locator("#key-left .readout dd").first).not_to_have_text("–")


def test_a_choice_changes_picture_legend_and_address_and_leaves_the_divider(page: Page, view):
    view()
    page.locator("#seam").focus()
    page.keyboard.press("PageUp")

    page.locator("#left").focus()
    page.select_option("#left", "ndwi")

    expect(page.locator("figcaption.l")).to_have_text("NDWI, water")
    expect(page.locator("#key-left .ramp-key")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?left=ndwi"))
    assert divider(page) == "60 %"
    assert page.evaluate("document.activeElement.id") == "left"


def test_a_band_chosen_by_hand_makes_the_left_side(page: Page, view):
    view()

    page.select_option("#band-r", "B8")

    expect(page.locator("figcaption.l")).to_have_text("B8–B3–B2")
    expect(page.locator("#left")).to_have_value("rgb")
    expect(page.locator(".histograms .letters").first).to_be_visible()


def test_a_thumbnail_goes_to_the_right_side(page: Page, view):
    view()

    page.locator("[data-right=radar]").click()

    expect(page.locator("figcaption.r")).to_have_text("radar VV, VH")
    expect(page.locator("[data-right=radar]")).to_have_attribute("aria-current", "true")


def test_truth_lies_over_the_left_as_strongly_as_the_reader_wants(page: Page, view):
    view()
    page.select_option("#over", "truth-land-cover")
    expect(page.locator(".over")).to_be_visible()

    page.locator("#opacity").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")

    assert page.evaluate("getComputedStyle(document.querySelector('.over')).opacity") == "0.05"


def test_dates_of_a_series_follow_the_slider_and_the_film(page: Page, view):
    view(SERIES)
    first = page.locator(".half.left img").first.get_attribute("src")

    page.locator("#date").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".film [aria-current]")).to_contain_text("2,")
    page.locator(".film a").nth(2).click()

    expect(page.locator(".film [aria-current]")).to_contain_text("3,")
    expect(page).to_have_url(re.compile("date=3"))
    assert page.locator(".half.left img").first.get_attribute("src") != first


@pytest.mark.parametrize("status", [404, 500])
def test_what_the_service_cannot_show_leaves_the_viewer_as_it_is(page: Page, view, faults, status):
    view()
    page.route("**/tiles/*?*", lambda route: route.fulfill(status=status, body="<main>Gone wrong</main>"))

    page.select_option("#left", "ndwi")

    expect(page.locator(".toast")).to_contain_text("The service")
    expect(page.locator("figcaption.l")).to_have_text("natural colour")
    faults.clear()


def test_a_tile_with_a_place_lies_on_a_map(page: Page, view):
    view(PLACED)
    page.locator("#tile-map").scroll_into_view_if_needed()
    page.wait_for_selector("#tile-map[data-ready=true]", timeout=30_000)

    box = page.evaluate("document.getElementById('tile-map').tileMap.getBounds().toArray()")
    shown = page.evaluate("document.getElementById('tile-map').tileMap.getSource('tile').url")

    assert box[0][0] < 11.5 and box[1][0] > 11.51
    assert "/pictures/natural.png" in shown


def test_a_tile_without_a_place_has_no_map(page: Page, view):
    view()

    expect(page.locator("#tile-map")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
@pytest.mark.parametrize("address", ["/tiles", f"{CLEAR}?over=truth-ndvi&row=2&column=2", SERIES, PLACED])
def test_no_page_of_tiles_has_a_barrier_or_scrolls_sideways(
    page: Page, tiles_server, look_for_barriers, address, scheme, width
):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(tiles_server + address)

    assert look_for_barriers() == []
    for narrow in (320, width):
        page.set_viewport_size({"width": narrow, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == narrow


def test_without_scripts_a_form_shows_two_pictures_side_by_side(browser: Browser, tiles_server):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(tiles_server + CLEAR)

    page.select_option("#left", "false-colour")
    page.select_option("#right", "radar")
    page.select_option("#over", "truth-land-cover")
    page.locator("#row").fill("7")
    page.locator("#column").fill("8")
    page.get_by_role("button", name="Show", exact=True).click()

    left, right = (page.locator(f".half.{side}").bounding_box() for side in ("left", "right"))
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] == right["y"]
    expect(page.locator("figcaption.r")).to_have_text("radar VV, VH")
    expect(page.locator(".over")).to_be_visible()
    expect(page.get_by_role("heading", name="All values at row 7, column 8")).to_be_visible()
    expect(page.locator(".swipe-at")).to_be_hidden()
    page.context.close()
