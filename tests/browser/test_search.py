"""Searching in the browser: htmx shortens the way, addresses and focus stay right."""

from playwright.sync_api import Page, expect


def count(page: Page) -> int:
    return int(page.inner_text("#count").split()[0].replace("\u202f", ""))


def test_words_find_datasets_and_become_the_address(page: Page, address_of):
    page.goto("/")

    page.get_by_role("searchbox", name="Search datasets").fill("sen1floods11")
    page.get_by_role("button", name="Search", exact=True).click()

    expect(page.locator(".row h3 a").first).to_have_text("Sen1Floods11")
    expect(page).to_have_title("sen1floods11 – EO Dataset Catalogue")
    assert address_of() == "/datasets?q=sen1floods11"


def test_a_facet_narrows_the_list_and_its_chip_widens_it_again(page: Page, address_of):
    page.goto("/datasets?q=flood")
    before = count(page)

    page.get_by_label("Semantic segmentation").check()
    expect(page.locator(".chip", has_text="Task: Semantic segmentation")).to_be_visible()
    narrowed = count(page)
    page.locator(".chip", has_text="Task: Semantic segmentation").click()
    expect(page.locator(".ask-set")).to_have_count(0)

    assert 0 < narrowed < before == count(page)
    assert not page.get_by_label("Semantic segmentation").is_checked()
    assert address_of() == "/datasets?q=flood"
    # The chip has gone, so the reader goes on at the heading of what changed.
    assert page.evaluate("document.activeElement.id") == "count"


def test_the_count_beside_a_facet_is_what_choosing_it_finds(page: Page):
    page.goto("/datasets?q=flood")
    promised = int(page.locator("label.pick", has=page.locator("#modality-sar")).locator(".n").inner_text())

    page.locator("#modality-sar").check()
    page.wait_for_function("() => location.search.includes('modality=sar')")

    assert count(page) == promised


def test_a_typed_range_is_sent_when_left_and_says_what_it_leaves_out(page: Page, address_of):
    page.goto("/datasets")

    page.get_by_label("Resolution (GSD), from").fill("5")
    page.get_by_label("Resolution (GSD), to", exact=True).fill("20")
    page.keyboard.press("Tab")
    page.wait_for_function("() => location.search.includes('gsd_max')")

    assert address_of() == "/datasets?gsd_min=5&gsd_max=20"
    expect(page.locator(".remarks")).to_contain_text("lack a resolution and are left out")


def test_a_thumb_types_its_bound(page: Page):
    page.goto("/datasets")
    thumb = page.get_by_label("Year, lower bound")

    thumb.focus()
    for _ in range(10):
        thumb.press("PageUp")
    page.wait_for_function("() => location.search.includes('year_min')")

    assert 2000 < int(page.input_value("#year_min")) <= 2028


def test_back_and_forward_restore_list_fields_and_address(page: Page, address_of):
    page.goto("/datasets")
    page.fill("#q", "flood")
    page.press("#q", "Enter")
    page.wait_for_function("() => location.search === '?q=flood'")
    found = count(page)
    page.get_by_label("Semantic segmentation").check()
    page.wait_for_function("() => location.search.includes('task')")

    page.go_back()
    expect(page.get_by_label("Semantic segmentation")).not_to_be_checked()
    assert (address_of(), count(page), page.input_value("#q")) == ("/datasets?q=flood", found, "flood")

    page.go_back()
    expect(page.locator("#q")).to_have_value("")
    assert (address_of(), count(page)) == ("/datasets", 1054)

    page.go_forward()
    expect(page.locator("#q")).to_have_value("flood")
    assert count(page) == found


def test_the_next_page_goes_on_where_the_first_ended(page: Page):
    page.goto("/datasets?sort=name")
    first = page.locator(".row h3 a").all_inner_texts()

    page.get_by_role("link", name="Next 20").click()
    page.wait_for_function("() => location.search.includes('cursor')")
    second = page.locator(".row h3 a").all_inner_texts()

    assert len(second) == 20
    assert not set(first) & set(second)
    assert page.evaluate("document.activeElement.id") == "count"


def test_previous_leads_back_and_the_place_is_told(page: Page, address_of):
    page.goto("/datasets?sort=name")
    first = page.locator(".row h3 a").all_inner_texts()
    pages = page.get_by_role("navigation", name="Pages")
    expect(pages).to_contain_text("1–20 of 1054")

    for place in ("21–40", "41–60"):
        page.get_by_role("link", name="Next 20").click()
        expect(pages).to_contain_text(f"{place} of 1054")
    page.get_by_role("link", name="Previous 20").click()
    expect(pages).to_contain_text("21–40 of 1054")
    page.get_by_role("link", name="Previous 20").click()
    expect(pages).to_contain_text("1–20 of 1054")

    assert page.locator(".row h3 a").all_inner_texts() == first
    assert address_of() == "/datasets?sort=name"


def test_bounds_the_wrong_way_round_are_swapped_by_a_link(page: Page, faults, address_of):
    page.goto("/datasets?q=flood&gsd_min=30&gsd_max=10")

    page.get_by_role("link", name="Search with the two swapped").click()
    expect(page.locator("#count")).to_contain_text("of 1054")

    assert address_of() == "/datasets?q=flood&gsd_min=10&gsd_max=30"
    faults.clear()


def test_an_outline_too_long_to_send_is_explained_and_stays_in_its_field(page: Page, faults):
    page.goto("/datasets?q=flood")
    outline = "LINESTRING(" + ", ".join(f"{x / 1000} 1" for x in range(9000)) + ")"

    page.locator("#type-area summary").click()
    page.fill("#intersects", outline)
    page.get_by_role("button", name="Set", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("simplify the outline")
    assert page.input_value("#intersects") == outline
    assert page.input_value("#q") == "flood"
    assert page.locator(".row").count() == 20
    faults.clear()


def test_nothing_found_offers_searches_that_find_something(page: Page):
    page.goto("/datasets?q=eurosat&task=counting")

    page.get_by_role("link", name="Without Task: Counting").click()

    expect(page.locator(".row h3 a").first).to_have_text("EuroSAT")


def test_a_wrong_value_keeps_the_rest_and_offers_the_nearest_right_one(page: Page, faults, address_of):
    page.goto("/datasets?q=flood&task=semantic-segmentatio")
    assert page.input_value("#q") == "flood"

    page.get_by_role("link", name="Search with semantic-segmentation instead").click()
    expect(page.locator("#count")).to_contain_text("of 1054")

    assert address_of() == "/datasets?q=flood&task=semantic-segmentation"
    # The browser itself reports the status of the first answer.
    faults.clear()


def test_a_wrong_range_stands_in_its_field_to_be_mended(page: Page, faults):
    page.goto("/datasets?gsd_min=30&gsd_max=10")

    assert page.input_value("#gsd_min") == "30"
    assert page.input_value("#gsd_max") == "10"
    expect(page.get_by_role("alert")).to_contain_text("swap them")
    faults.clear()


def test_favourites_stay_in_this_browser_and_are_listed(page: Page):
    page.goto("/datasets?q=eurosat")
    page.get_by_role("button", name="Favourite EuroSAT", exact=True).click()
    expect(page.locator(".tools [data-favourites]")).to_have_text(", 1")

    page.goto("/favourites")
    expect(page.get_by_role("main").get_by_role("link", name="EuroSAT")).to_be_visible()
    page.get_by_role("button", name="Remove EuroSAT").click()

    expect(page.get_by_role("main")).to_contain_text("None yet")


def test_favourites_are_exported_as_bibtex(page: Page):
    page.goto("/datasets/eurosat")
    page.get_by_role("button", name="Favourite EuroSAT").click()
    page.goto("/favourites")

    with page.expect_download() as saved:
        page.get_by_role("button", name="Export as BibTeX").click()

    assert saved.value.path().read_text().startswith("@misc{eurosat")


def test_list_and_map_stand_beside_the_filters_at_every_width_that_has_room_for_both(page: Page):
    page.goto("/datasets")
    found = {}

    for width in (1024, 1279, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        rail, rows, where = (page.locator(name).bounding_box() for name in ("#filters", "#results", "#where"))
        assert rail and rows and where
        found[width] = (
            rows["x"] >= rail["x"] + rail["width"],
            where["x"] >= rail["x"] + rail["width"],
            rows["width"] > rail["width"],
            where["x"] >= rows["x"] + rows["width"] or rows["y"] >= where["y"] + where["height"],
        )

    assert all(all(facts) for facts in found.values()), found
