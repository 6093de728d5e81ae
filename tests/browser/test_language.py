"""Pages in German as readers meet them: chosen at the foot, drawn by scripts, narrow and wide."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

PAGES = ("/datasets?q=flood", "/datasets/eurosat", "/insights", "/about/data", "/login", "/nothing")


@pytest.fixture
def german(browser: Browser, live_server: str) -> Iterator[Page]:
    """A page of a reader whose browser asks for German."""
    context = browser.new_context(base_url=live_server, locale="de-DE", timezone_id="UTC")
    yield context.new_page()
    context.close()


def test_reader_chooses_a_language_at_the_foot_and_stays_on_the_page(page: Page, live_server):
    page.goto("/insights?task=change-detection")
    page.get_by_role("link", name="Deutsch").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Einblicke")
    assert page.evaluate("location.pathname + location.search") == "/insights?task=change-detection"
    assert page.evaluate("document.documentElement.lang") == "de"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Insights")


def test_the_way_back_is_where_htmx_led(german: Page):
    german.goto("/datasets")
    german.locator("#q").fill("flood")
    german.keyboard.press("Enter")
    expect(german).to_have_url("/datasets?q=flood")
    expect(german).to_have_title("flood – EO-Datensatzkatalog")

    german.get_by_role("link", name="English").click()

    expect(german).to_have_url("/datasets?q=flood")
    expect(german.get_by_role("heading", level=1)).to_contain_text("datasets")


def test_scripts_speak_the_language_of_the_page(german: Page):
    german.goto("/datasets")
    german.wait_for_selector("#map[data-ready=true]", timeout=30_000)

    assert "Pfeiltasten verschieben" in german.locator("#map canvas").get_attribute("aria-label")
    german.locator("[data-tool=box]").click()
    expect(german.locator(".map-hint")).to_have_text("Einen Rahmen über die Karte ziehen. Escape bricht ab.")


def test_favourites_of_the_browser_are_listed_in_german(german: Page):
    german.goto("/favourites")
    expect(german.locator("[data-favourites-list]")).to_contain_text("Noch keine.")

    german.goto("/datasets/eurosat")
    german.get_by_role("button", name="Favorit EuroSAT").click()
    german.goto("/favourites")

    expect(german.get_by_role("button", name="Entfernen EuroSAT")).to_be_visible()
    expect(german.get_by_role("button", name="Als BibTeX exportieren")).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1440, 1030, 390, 320])
def test_longer_words_fit(german: Page, path, width):
    german.set_viewport_size({"width": width, "height": 900})
    german.goto(path)

    assert german.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = german.evaluate(
        """[...document.querySelectorAll("button, a.button, .badge, .chip, h1, .collar a, .foot a")]
            .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
            .filter((one) => getComputedStyle(one).display !== "inline" && one.clientWidth > 1)
            .map((one) => one.textContent.trim())"""
    )
    assert cut == []
