"""The items of a dataset: map, chart and list follow one choice, with and without JavaScript."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.base.db import connect
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.items.changes import collection_number, load_chunk
from app.items.document import check_item
from app.web import create_app
from tests.conftest import serving

SPLITS = ("train", "train", "val", "test", None)
DRAWN = """layer => document.getElementById("items-map").itemsMap
  .queryRenderedFeatures({layers: [layer]}).length"""
TILES = re.compile(r"/tiles/items/\d+/\d+/\d+\.mvt")


def item(number: int) -> dict[str, object]:
    """A square of a tenth of a degree in a row along the 50th parallel, a few every year."""
    west, split = 5 + number * 0.2, SPLITS[number % len(SPLITS)]
    ring = [[west, 50], [west + 0.1, 50], [west + 0.1, 50.1], [west, 50.1], [west, 50]]
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "id": f"patch-{number:02d}",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "datetime": f"{2012 + number // 5}-0{number % 5 + 1}-15T10:00:00Z",
            **({"split": split} if split else {}),
        },
        "assets": {},
    }


@pytest.fixture(scope="module")
def items_server(cluster, empty_address, settings, worker_id) -> Iterator[str]:
    """Address of a service with one dataset of forty items, made for this module by each worker."""
    name = f"with_items_{worker_id}"
    with psycopg.connect(cluster.address_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_empty STRATEGY file_copy")
    engine = connect(cluster.address_of(name))
    with Session(engine) as session, session.begin():
        uuid = "0b8a3b0e-9a1c-5b6e-8f00-1a2b3c4d5e6f"
        publish(session, DatasetRecord(slug="patches", uuid=uuid, name="Patches", kind="ml-dataset"))
        session.flush()
        checked = [check_item(item(number), "patches") for number in range(40)]
        load_chunk(session, collection_number(session, "patches"), checked)
    engine.dispose()
    with serving(create_app(settings, cluster.address_of(name))) as address:
        yield address


@pytest.fixture
def open_items(page: Page, items_server: str):
    """Opens a page with items and waits until their map is drawn."""

    def open_it(path: str = "/datasets/patches/items") -> None:
        page.goto(items_server + path)
        page.locator("#items-map").scroll_into_view_if_needed()
        drawn(page)

    return open_it


def drawn(page: Page) -> None:
    page.wait_for_selector("#items-map[data-ready=true]", timeout=30_000)


def fly(page: Page, zoom: float) -> None:
    page.evaluate(
        """zoom => new Promise((done) => {
          const map = document.getElementById("items-map").itemsMap;
          map.once("idle", done);
          map.jumpTo({center: [6, 50.05], zoom});
        })""",
        zoom,
    )


def test_from_afar_items_are_squares_and_near_by_outlines(page: Page, open_items):
    open_items()

    fly(page, 1)
    assert page.evaluate(DRAWN, "items-cells") > 0
    assert page.evaluate(DRAWN, "items-area") == 0
    fly(page, 8)
    assert page.evaluate(DRAWN, "items-area") > 3
    assert page.evaluate(DRAWN, "items-edge-test") > 0


def test_a_split_that_is_left_out_leaves_map_list_and_chart(page: Page, open_items):
    open_items()
    fly(page, 8)

    page.get_by_label("Test").uncheck()
    page.wait_for_function("() => location.search.includes('split')")
    expect(page.locator("#items-count")).to_contain_text("32 of 40 items")
    drawn(page)

    assert page.evaluate(DRAWN, "items-edge-test") == 0
    assert page.evaluate(DRAWN, "items-edge-train") > 0
    assert "Test" not in page.locator("#items-list tbody").inner_text()
    expect(page.get_by_label("Test")).not_to_be_checked()


def test_a_drag_over_the_bars_chooses_a_span_for_map_and_list(page: Page, open_items):
    open_items()
    page.locator(".items-time").scroll_into_view_if_needed()
    first, last = (page.locator(".time-bar .hit").nth(place).bounding_box() for place in (1, 3))

    with page.expect_request(lambda request: TILES.search(request.url) and "datetime=2013" in request.url):
        page.mouse.move(first["x"] + 4, first["y"] + 30)
        page.mouse.down()
        page.mouse.move(last["x"] + 4, last["y"] + 30, steps=4)
        page.mouse.up()

    expect(page.locator("#items-count")).to_contain_text("15 of 40 items")
    assert page.url.endswith("?from=2013&to=2015")
    assert page.input_value("#items-from") == "2013"
    assert page.locator(".time-bar:not(.off)").count() == 3


def test_the_span_is_chosen_by_keyboard_as_well(page: Page, open_items):
    open_items()

    page.locator("#items-from").focus()
    page.locator("#items-from").select_option("2018")

    expect(page.locator("#items-count")).to_contain_text("10 of 40 items")
    assert page.evaluate("document.activeElement.id") == "items-from"


def test_back_brings_the_choice_before(page: Page, open_items):
    open_items()
    page.locator("#items-from").select_option("2018")
    expect(page.locator("#items-count")).to_contain_text("10 of 40")

    page.go_back()

    expect(page.locator("#items-count")).to_have_text("40 items, newest first")
    assert page.input_value("#items-from") == ""


def test_the_record_page_keeps_its_address_and_leads_to_the_choice(page: Page, open_items, items_server):
    open_items("/datasets/patches")

    page.locator("#items-from").select_option("2018")
    expect(page.locator("#items-count")).to_contain_text("10 of 40")

    assert page.url == f"{items_server}/datasets/patches"
    page.get_by_role("link", name="This choice as a page").click()
    page.wait_for_url("**/items?from=2018")


def test_pages_of_the_list_turn_in_place(page: Page, open_items):
    open_items()
    newest = page.locator("#items-list tbody th").first.inner_text()

    page.get_by_role("link", name="Older").click()
    expect(page.locator("#items-list tbody th").first).not_to_have_text(newest)
    assert page.evaluate("document.activeElement.id") == "items-count"
    page.get_by_role("link", name="Newer").click()

    expect(page.locator("#items-list tbody th").first).to_have_text(newest)


def test_a_click_lists_the_items_there_with_links(page: Page, open_items):
    open_items()
    fly(page, 9)
    x, y = page.evaluate(
        """() => {
          const map = document.getElementById("items-map").itemsMap;
          const {x, y} = map.project([6.05, 50.05]);
          const frame = map.getCanvas().getBoundingClientRect();
          return [frame.left + x, frame.top + y];
        }"""
    )

    page.mouse.click(x, y)
    panel = page.get_by_role("region", name="Items at this place")

    expect(panel.get_by_role("heading")).to_have_text("1 item here")
    link = panel.get_by_role("link")
    assert link.get_attribute("href") == "/stac/collections/patches/items/patch-05"
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_without_script_choices_and_pages_are_addresses(browser: Browser, items_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{items_server}/datasets/patches")

    page.get_by_label("Training").uncheck()
    page.locator("#items-from").select_option("2016")
    page.locator("#items-choice").get_by_role("button", name="Show").click()

    assert "from=2016" in page.url
    expect(page.locator("#items-count")).to_contain_text("12 of 40 items")
    page.get_by_role("link", name="Older").click()
    assert page.locator("#items-list tbody tr").count() == 2
    context.close()


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
)
@pytest.mark.parametrize("path", ["/datasets/patches", "/datasets/patches/items?from=2014&split=train"])
def test_items_raise_no_barrier(page: Page, open_items, look_for_barriers, path, scheme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    open_items(path)

    assert look_for_barriers() == []


def test_items_never_scroll_a_page_sideways(page: Page, open_items):
    open_items()
    found = {}

    for width in (320, 390, 820, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate("document.documentElement.scrollWidth")

    assert found == {width: width for width in found}


def test_items_of_a_search_lie_on_the_map_of_the_search(page: Page, open_search):
    open_search("/datasets?q=sen1floods11")

    number = page.evaluate(
        """async () => {
          const { showItems } = await import("/static/js/items-layer.js");
          const map = document.getElementById("map").catalogueMap;
          const search = new URLSearchParams(location.search).toString();
          const shown = showItems(map, { query: new URLSearchParams({ datasets: search }).toString(),
                                         hasSplits: false });
          await new Promise((done) => map.once("idle", done));
          const drawn = map.queryRenderedFeatures({ layers: ["items-cells", "items-area"] }).length;
          shown.remove();
          return [drawn, Boolean(map.getSource("items"))];
        }"""
    )

    assert number[0] > 3
    assert number[1] is False


def test_colours_of_items_are_told_while_they_lie_on_the_map_of_the_search(page: Page, open_search):
    open_search("/datasets?q=sen1floods11")
    legend = page.locator(".items-legend")
    expect(legend).to_be_hidden()

    page.get_by_role("button", name="Show items").click()

    expect(legend.get_by_text("Validation")).to_be_visible()
    page.get_by_role("button", name="Show items").click()
    expect(legend).to_be_hidden()


def test_without_webgl_the_items_say_so_in_words(page: Page, items_server, faults):
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")

    page.goto(f"{items_server}/datasets/patches/items")

    expect(page.locator("#items-map .map-hint")).to_contain_text("cannot draw the map")
    faults.clear()
