"""The page of one dataset."""

import json

from playwright.sync_api import Page, expect


def test_each_fact_leads_to_its_sources(page: Page):
    page.goto("/datasets/sen1floods11")

    row = page.locator(".facts tr", has=page.get_by_role("rowheader", name="Resolution (GSD)"))
    expect(row).to_contain_text("10\u00a0m")
    row.locator(".src").first.click()

    expect(page.locator("#sources")).to_be_in_viewport()


def test_conflicting_values_stand_below_the_one_kept(page: Page):
    page.goto("/datasets/bigearthnet")

    row = page.locator(".facts tr", has=page.get_by_role("rowheader", name="Samples"))

    expect(row.locator(".note")).to_contain_text("set aside")


def test_what_is_unknown_is_said_and_weighed(page: Page):
    page.goto("/datasets/sen1floods11")

    licence = page.locator(".facts tr", has=page.get_by_role("rowheader", name="Licence"))

    expect(licence).to_contain_text("not stated, which is not the same as free")
    expect(page.locator(".gaps")).to_contain_text("Licence")


def test_copy_puts_the_citation_on_the_clipboard(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/datasets/eurosat")

    page.get_by_role("button", name="Copy BibTeX").first.click()

    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{eurosat")


def test_the_page_describes_itself_to_machines(page: Page):
    page.goto("/datasets/eurosat")

    described = json.loads(page.locator("script[type='application/ld+json']").inner_text())

    assert described["@type"] == "Dataset"
    assert page.locator("meta[name=citation_title]").get_attribute("content") == "EuroSAT"


def test_a_record_without_location_says_why_and_draws_no_map(page: Page):
    page.goto("/datasets?geo_status=unknown")
    page.locator(".row h3 a").first.click()

    expect(page.locator("#where .areas")).not_to_be_empty()
    expect(page.locator("#map")).to_have_count(0)
