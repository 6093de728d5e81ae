"""Items of the current search on the map of the search page."""

import re

from playwright.sync_api import expect


def tile_answers(page):
    found = []
    page.on("response", lambda answer: found.append(answer) if "/tiles/items/" in answer.url else None)
    return found


def test_map_of_a_search_shows_its_items_on_demand(page, live_server):
    answers = tile_answers(page)
    page.goto(f"{live_server}/datasets?q=so2sat")
    page.wait_for_selector("#map[data-ready=true]")
    button = page.get_by_role("button", name="Show items")

    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(
        "() => document.getElementById('map').catalogueMap.queryRenderedFeatures()"
        ".some((feature) => feature.layer.id.startsWith('items-'))"
    )

    assert answers and all(answer.status in (200, 204) for answer in answers)
    assert re.search(r"datasets=q%3Dso2sat", answers[0].url)


def test_items_leave_the_map_again(page, live_server):
    page.goto(f"{live_server}/datasets?q=so2sat")
    page.wait_for_selector("#map[data-ready=true]")
    button = page.get_by_role("button", name="Show items")

    button.click()
    button.click()

    expect(button).to_have_attribute("aria-pressed", "false")
    layers = page.evaluate(
        "document.getElementById('map').catalogueMap.getStyle().layers.map((one) => one.id)"
    )
    assert not [name for name in layers if name.startswith("items-")]
