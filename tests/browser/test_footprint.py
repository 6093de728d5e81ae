"""Giving an area as people do it: drawing with the mouse, by keyboard, from a file, by name."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.base.db import connect, open_sessions
from app.catalogue.changes import replace_outlines
from app.catalogue.outlines import read_outlines
from app.settings import Settings
from app.web import create_app
from tests.conftest import serving

SQUARE = "POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))"


@pytest.fixture
def service(new_database, settings: Settings) -> Iterator[str]:
    """A service of its own, which knows the outlines of countries."""
    engine = connect(new_database)
    with open_sessions(engine).write.begin() as session:
        replace_outlines(session, read_outlines())
    with serving(create_app(settings, new_database)) as address:
        yield address
    engine.dispose()


@pytest.fixture
def drafts(held):
    """How many drafts there are."""
    return lambda: held("SELECT count(*) FROM curation.revision")


@pytest.fixture
def form(page: Page, service: str) -> Page:
    page.goto(f"{service}/suggest")
    page.fill("#f-name", "Hedges of Wales")
    page.locator("[data-footprint]").scroll_into_view_if_needed()
    page.wait_for_selector("#footprint-map[data-ready=true]", timeout=30_000)
    return page


def use(page: Page) -> None:
    page.get_by_role("button", name="Use this area").click()
    expect(page.locator("[data-area-said]")).to_have_text("Taken into the draft.", timeout=15_000)


def test_a_box_drawn_with_the_mouse_becomes_the_outline(form: Page, stored):
    form.locator("#footprint-map").scroll_into_view_if_needed()
    form.get_by_role("button", name="Draw a box").click()
    map_box = form.locator("#footprint-map canvas").bounding_box()
    x, y = map_box["x"] + map_box["width"] / 2, map_box["y"] + map_box["height"] / 2
    form.mouse.move(x - 40, y - 30)
    form.mouse.down()
    form.mouse.move(x + 40, y + 30)
    form.mouse.up()
    expect(form.locator("#footprint-map .map-hint")).to_contain_text("Drawn.")
    use(form)

    assert stored()["spatial"]["footprint"]["type"] == "Polygon"
    assert stored()["provenance"]["spatial.footprint"]["note"] == "Drawn by hand."
    expect(form.locator("[data-area-state] svg.where-map")).to_be_visible()


def test_a_pressed_key_on_a_drawing_tool_leads_to_the_fields(form: Page, stored):
    form.get_by_role("button", name="Draw a box").press("Enter")
    expect(form.locator("#footprint-west")).to_be_focused()
    form.keyboard.type("176")
    for degrees in ("-20", "-178", "-15"):
        form.keyboard.press("Tab")
        form.keyboard.type(degrees)
    use(form)

    assert stored()["spatial"]["footprint"]["type"] == "MultiPolygon"


def test_a_file_and_places_by_name(form: Page, stored, tmp_path):
    form.get_by_label("Upload a file").check()
    file = tmp_path / "a.wkt"
    file.write_text(SQUARE)
    form.locator("#footprint-file").set_input_files(file)
    use(form)
    assert stored()["provenance"]["spatial.footprint"]["note"] == "Uploaded."

    form.get_by_label("Name countries and places").check()
    form.locator("#footprint-adding").press_sequentially("austr")
    expect(form.locator("#footprint-names option[value=Austria]")).to_be_attached()
    form.locator("#footprint-adding").fill("Austria")
    form.locator("#footprint-adding").press("Enter")
    expect(form.locator("#footprint-places")).to_have_value("Austria")
    use(form)
    assert stored()["provenance"]["spatial.footprint"]["note"].startswith("Composed of places by name.")


def test_a_fault_stands_at_the_field_and_the_form_goes_on_saving(form: Page, stored, drafts, faults):
    form.get_by_label("Paste GeoJSON or well-known text").check()
    form.fill("#footprint-text", "POLYGON((5 47, 15))")
    form.get_by_role("button", name="Use this area").click()
    expect(form.locator("#footprint-error")).to_contain_text("Line 1, column 18 of the text")
    faults.clear()  # The browser notes the refusal itself.

    form.fill("#footprint-text", SQUARE)
    use(form)
    expect(form.locator("#footprint-error")).to_be_hidden()
    form.fill("#f-year", "2024")
    for _ in range(60):
        if stored().get("year"):
            break
        form.wait_for_timeout(250)
    assert stored()["year"] == 2024
    assert "footprint" in stored()["spatial"]
    assert drafts() == 1


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("way", ["draw", "box", "text", "file", "places"])
def test_no_barrier_and_nothing_too_wide(form: Page, look_for_barriers, width, scheme, way):
    form.set_viewport_size({"width": width, "height": 900})
    form.emulate_media(color_scheme=scheme)
    form.locator(f"input[name='footprint.way'][value={way}]").check()

    assert [one for one in look_for_barriers() if "footprint" in one or "area" in one] == []
    assert form.evaluate("document.documentElement.scrollWidth") <= width
