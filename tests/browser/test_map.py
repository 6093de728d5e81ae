"""The map: it shows the search, writes only the form's fields, and lists what lies at a place."""

import re

import pytest
from playwright.sync_api import Page, expect

PLACE_OF = """([lon, lat]) => {
  const map = document.getElementById("map").catalogueMap;
  const {x, y} = map.project([lon, lat]);
  const frame = map.getCanvas().getBoundingClientRect();
  return [frame.left + x, frame.top + y];
}"""
COUNT_OF = """layer => document.getElementById("map").catalogueMap
  .queryRenderedFeatures({layers: [layer]}).length"""
# A footprint of Sen1Floods11 in Nigeria, and a place in the empty Pacific.
NIGERIA = [5.7, 7.3]
PACIFIC = [-130.0, -40.0]


def place(page: Page, position: list[float]) -> tuple[float, float]:
    x, y = page.evaluate(PLACE_OF, position)
    return x, y


def drag(page: Page, start: list[float], end: list[float]) -> None:
    page.mouse.move(*place(page, start))
    page.mouse.down()
    page.mouse.move(*place(page, [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2]), steps=3)
    page.mouse.move(*place(page, end), steps=3)
    page.mouse.up()


def box_in(address: str) -> list[float]:
    found = re.search(r"bbox=([^&]+)", address)
    assert found, address
    return [float(value) for value in found[1].replace("%2C", ",").split(",")]


@pytest.fixture(autouse=True)
def wide(page: Page) -> None:
    page.set_viewport_size({"width": 1600, "height": 1000})


def test_the_map_draws_what_the_search_finds(page: Page, open_search):
    open_search("/datasets?q=sen1floods11")

    assert page.evaluate(COUNT_OF, "footprints") > 3


def test_another_search_gives_the_map_other_tiles(page: Page, open_search):
    open_search("/datasets?q=sen1floods11")

    page.fill("#q", "xview2 building damage zzz")
    with page.expect_request(re.compile(r"/tiles/datasets/.*q=xview2")):
        page.press("#q", "Enter")


def test_a_click_lists_what_lies_there(page: Page, open_search):
    open_search("/datasets?q=sen1floods11")

    page.mouse.click(*place(page, NIGERIA))
    panel = page.get_by_role("region", name="Datasets at this place")

    expect(panel.get_by_role("heading")).to_have_text("1 dataset here")
    assert page.evaluate("document.activeElement.tagName") == "H3"
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_click_adds_the_place_to_ones_own_area(page: Page, open_search, address_of):
    # Sen1Floods11 lies in the box around Ghana and at the clicked place in Nigeria, others only here.
    open_search("/datasets?q=sen1floods11&bbox=-4,4,2,12")
    page.evaluate("document.getElementById('map').catalogueMap.jumpTo({center: [5, 8], zoom: 4})")
    page.wait_for_function("() => document.getElementById('map').catalogueMap.areTilesLoaded()")

    with page.expect_request(re.compile(r"/api/datasets\?.*bbox=")) as asked:
        page.mouse.click(*place(page, NIGERIA))
    panel = page.get_by_role("region", name="Datasets at this place")

    expect(panel.get_by_role("link", name="Sen1Floods11")).to_be_visible()
    expect(panel).to_contain_text("among those in your area")
    assert "intersects=POLYGON" in asked.value.url
    assert "bbox=-4" in address_of()


def test_a_click_on_empty_ground_opens_nothing(page: Page, open_search):
    open_search("/datasets?q=sen1floods11")

    page.mouse.click(*place(page, PACIFIC))

    expect(page.locator(".map-list")).to_be_hidden()


def test_a_drawn_box_becomes_the_search(page: Page, open_search, address_of):
    open_search()

    page.get_by_role("button", name="Draw a box").click()
    drag(page, [-10, 0], [20, 25])
    page.wait_for_function("() => location.search.includes('bbox')")

    west, south, east, north = box_in(address_of())
    assert (west, south, east, north) == pytest.approx((-10, 0, 20, 25), abs=1)
    assert float(page.input_value("#box-west")) == pytest.approx(west)
    expect(page.locator(".chip", has_text="Area:")).to_be_visible()
    assert page.get_by_role("button", name="Draw a box").get_attribute("aria-pressed") == "false"


def test_a_drawn_polygon_becomes_the_search(page: Page, open_search, address_of):
    open_search()

    page.get_by_role("button", name="Draw a polygon").click()
    for corner in ([-10, 0], [20, 0]):
        page.mouse.click(*place(page, corner))
    page.mouse.dblclick(*place(page, [20, 25]))
    page.wait_for_function("() => location.search.includes('intersects')")

    assert "POLYGON" in address_of()
    assert "bbox" not in address_of()


def test_escape_gives_a_drawing_up(page: Page, open_search, address_of):
    open_search()

    page.get_by_role("button", name="Draw a polygon").click()
    page.mouse.click(*place(page, [0, 0]))
    page.keyboard.press("Escape")

    assert page.get_by_role("button", name="Draw a polygon").get_attribute("aria-pressed") == "false"
    assert address_of() == "/datasets"


def test_by_key_the_box_is_typed_instead_of_drawn(page: Page, open_search):
    open_search()

    page.get_by_role("button", name="Draw a box").focus()
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "box-west"
    assert page.input_value("#box-west") != ""


def test_a_typed_box_across_the_antimeridian_is_kept_as_typed(page: Page, open_search, address_of):
    open_search()

    page.locator("#type-area summary").click()
    for side, value in (("west", "170"), ("south", "-30"), ("east", "-170"), ("north", "0")):
        page.fill(f"#box-{side}", value)
    page.get_by_role("button", name="Set", exact=True).click()
    page.wait_for_function("() => location.search.includes('bbox')")

    assert box_in(address_of()) == [170, -30, -170, 0]


def test_a_pasted_outline_is_searched_and_can_be_removed(page: Page, open_search, address_of):
    open_search()

    page.get_by_role("button", name="Load GeoJSON or WKT").click()
    page.fill("#intersects", '{"type":"Polygon","coordinates":[[[5,47],[15,47],[15,55],[5,47]]]}')
    page.get_by_role("button", name="Set", exact=True).click()
    page.wait_for_function("() => location.search.includes('intersects')")
    page.get_by_role("button", name="Remove area").click()
    page.wait_for_function("() => !location.search.includes('intersects')")

    assert address_of() == "/datasets"


def test_a_file_with_an_outline_is_searched(page: Page, open_search):
    open_search()
    outline = b"POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))"

    page.locator("#type-area summary").click()
    page.set_input_files("#outline-file", {"name": "area.wkt", "mimeType": "text/plain", "buffer": outline})

    page.wait_for_function("() => location.search.includes('intersects')")


def test_the_view_becomes_the_search_and_follows_when_asked(page: Page, open_search, address_of):
    open_search("/datasets?bbox=0,40,20,55")
    page.get_by_role("button", name="Search here").click()
    page.wait_for_function("() => !location.search.includes('bbox=0%2C40')")
    before = address_of()

    page.get_by_label("Search as I move the map").check()
    drag(page, [8, 48], [12, 48])
    page.wait_for_function("was => location.pathname + location.search !== was", arg=before)

    assert box_in(address_of())[0] < box_in(before)[0]


def test_a_row_under_the_pointer_lights_its_footprint(page: Page, open_search):
    open_search("/datasets?q=sen1floods11")

    page.locator("#row-sen1floods11").hover()

    page.wait_for_function(
        """() => document.getElementById("map").catalogueMap
          .queryRenderedFeatures({layers: ["lit-area"]}).length > 0"""
    )
    expect(page.locator("#row-sen1floods11")).to_have_class(re.compile("near"))


def test_a_footprint_under_the_pointer_lights_its_row(page: Page, open_search):
    open_search("/datasets?q=sen1floods11")

    page.mouse.move(*place(page, [60, -30]))
    page.mouse.move(*place(page, NIGERIA), steps=4)

    expect(page.locator("#row-sen1floods11")).to_have_class(re.compile("near"))


def test_escape_leaves_the_map(page: Page, open_search):
    open_search()

    page.locator("#map canvas").focus()
    page.keyboard.press("Escape")

    assert page.evaluate("document.activeElement.textContent") == "Type the area"


def test_without_webgl_the_page_says_so_in_words(page: Page, faults):
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")

    page.goto("/datasets")

    expect(page.locator(".map-hint")).to_contain_text("cannot draw the map")
    faults.clear()


def test_a_record_shows_its_areas(page: Page):
    page.goto("/datasets/sen1floods11")
    page.locator("#map").scroll_into_view_if_needed()
    page.wait_for_selector("#map[data-ready=true]", timeout=30_000)

    page.wait_for_function(
        """() => document.getElementById("map").catalogueMap
          .queryRenderedFeatures({layers: ["lit-area"]}).length > 5"""
    )
    page.locator("#where summary").click()
    assert page.locator("#where tbody tr").count() == 12
