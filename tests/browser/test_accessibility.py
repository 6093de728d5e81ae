"""No barrier that axe-core knows of, on any page, in either scheme, wide and narrow."""

import re

import pytest
from playwright.sync_api import Page

PAGES = (
    "/datasets?q=flood&task=semantic-segmentation&gsd_max=20",
    "/datasets?q=zzzzzz&task=counting",
    "/datasets/bigearthnet",
    "/about/data",
    "/favourites",
)


def wait_for_map(page: Page) -> None:
    """A map is drawn once it comes into sight."""
    if page.locator("#map").count():
        page.locator("#map").scroll_into_view_if_needed()
        page.wait_for_selector("#map[data-ready=true]", timeout=30_000)


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
)
@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_a_barrier(page: Page, look_for_barriers, address, scheme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    wait_for_map(page)

    assert look_for_barriers() == []


@pytest.mark.parametrize("address", ["/datasets?bbox=1,2,3", "/nowhere"])
def test_pages_of_errors_have_no_barrier(page: Page, faults, look_for_barriers, address):
    page.goto(address)

    assert look_for_barriers() == []
    # The browser itself reports the status of the answer.
    faults.clear()


@pytest.mark.parametrize("address", PAGES)
def test_no_page_scrolls_sideways_from_320_to_2560_pixels(page: Page, address):
    page.goto(address)
    found = {}

    for width in (320, 390, 820, 1030, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate("document.documentElement.scrollWidth")

    assert found == {width: width for width in found}


@pytest.mark.parametrize("address", ["/datasets", "/datasets/sen1floods11", "/about/data"])
def test_nothing_moves_while_a_page_loads(page: Page, address):
    page.add_init_script(
        """window.shifts = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry => (window.shifts += entry.value)))
          .observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(address)
    wait_for_map(page)

    assert page.evaluate("window.shifts") < 0.01


def test_the_reader_chooses_the_colours_and_comes_back(page: Page, address_of):
    page.goto("/datasets?q=flood")
    ground = page.evaluate("getComputedStyle(document.body).color")

    page.get_by_role("group", name="Colours").get_by_role("link", name="dark").click()

    assert address_of() == "/datasets?q=flood"
    assert page.locator("html").get_attribute("data-scheme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).color") != ground


def test_a_search_works_by_keyboard_alone(page: Page, address_of):
    page.goto("/datasets")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"

    page.keyboard.press("/")
    page.keyboard.type("ship detection sar")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('ship')")
    page.locator("#modality-sar").focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => location.search.includes('modality')")

    assert address_of() == "/datasets?q=ship+detection+sar&modality=sar"
    assert page.evaluate("document.activeElement.id") == "modality-sar"
    assert re.match(r"\d+ datasets? of 1054", page.inner_text("#count"))
