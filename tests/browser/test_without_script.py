"""Everything but the map and the favourites works with JavaScript switched off."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": False}


def test_a_search_with_facet_and_range_is_sent_by_its_button(page: Page):
    page.goto("/datasets")

    page.get_by_role("searchbox").fill("flood")
    page.get_by_label("Semantic segmentation").check()
    page.fill("#gsd_max", "20")
    page.get_by_role("button", name="Apply filters").click()

    expect(page.locator(".ask-set .chip")).to_have_count(2)
    # Empty fields of the form are left out of the address.
    assert page.url.endswith("/datasets?q=flood&task=semantic-segmentation&gsd_max=20")


def test_a_typed_box_is_sent(page: Page):
    page.goto("/datasets")

    page.locator("#type-area summary").click()
    for side, value in (("west", "5"), ("south", "47"), ("east", "15"), ("north", "55")):
        page.fill(f"#box-{side}", value)
    page.get_by_role("button", name="Set", exact=True).click()

    assert page.url.endswith("bbox=5%2C47%2C15%2C55")
    expect(page.locator(".chip", has_text="Area:")).to_be_visible()


def test_all_values_of_a_facet_are_a_page(page: Page):
    page.goto("/datasets")

    page.get_by_role("link", name="All values of Task").click()

    assert page.locator("#facet-task .pick").count() > 30
    expect(page.get_by_role("link", name="Fewer values of Task")).to_be_visible()


def test_paging_sorting_and_removing_are_links_and_buttons(page: Page):
    page.goto("/datasets?task=change-detection")

    page.get_by_label("Sort").select_option("name")
    page.get_by_role("button", name="Sort").click()
    page.get_by_role("link", name="Next 20").click()
    page.get_by_role("link", name="Next 20").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("41–60 of")
    page.get_by_role("link", name="Previous 20").click()
    expect(page.get_by_role("link", name="First")).to_have_count(0)
    page.get_by_role("link", name="Task: Change detection remove").click()

    assert page.url.endswith("/datasets?sort=name")


def test_what_needs_a_script_is_not_offered(page: Page):
    page.goto("/datasets")

    expect(page.get_by_role("group", name="Map tools")).to_be_hidden()
    expect(page.locator("[data-star]").first).to_be_hidden()
    expect(page.locator(".map-words")).to_be_visible()


def test_a_record_can_be_read_cited_and_left(page: Page):
    page.goto("/datasets/eurosat")

    expect(page.get_by_role("heading", level=1)).to_have_text("EuroSAT")
    expect(page.locator("#cite pre").first).to_contain_text("@misc{eurosat")
    page.get_by_role("link", name="Get the data").first.click()
    expect(page.locator("#get")).to_be_in_viewport()
