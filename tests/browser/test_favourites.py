"""Favourites and saved searches of an account, with the mouse, by keyboard, and without scripts."""

from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

import pytest
from playwright.sync_api import Page, expect

from app.accounts.changes import create_user
from app.base.db import connect, open_sessions
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.settings import Settings
from app.web import create_app
from tests.conftest import serving

PASSWORD = "a plain sentence of words"


@pytest.fixture
def service(new_database, settings: Settings) -> Iterator[str]:
    """A service of its own, whose database knows one person and two datasets."""
    engine = connect(new_database)
    with open_sessions(engine).write.begin() as session:
        create_user(session, email="ada@example.org", name="Ada", password=PASSWORD)
        for slug in ("Floods", "Fields"):
            uuid = uuid5(NAMESPACE_URL, slug)
            publish(session, DatasetRecord(slug=slug.lower(), uuid=uuid, name=slug, kind="ml-dataset"))
    with serving(create_app(settings, new_database)) as address:
        yield address
    engine.dispose()


def sign_in(page: Page, service: str, after: str = "/favourites") -> None:
    page.goto(f"{service}/login?next={after}")
    page.locator("#email").fill("ada@example.org")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_stars_of_the_browser_move_to_the_account_and_stay_there(page: Page, browser, service):
    page.goto(f"{service}/datasets/fields")
    page.get_by_role("button", name="Favourite Fields").click()
    sign_in(page, service)

    expect(page.locator("ul.favourites li")).to_have_count(1)
    assert page.evaluate("localStorage.getItem('favourites')") is None

    page.goto(f"{service}/datasets/floods")
    star = page.get_by_role("button", name="Favourite Floods")
    with page.expect_response("**/favourites/keep"):
        star.click()
    expect(star).to_have_attribute("aria-pressed", "true")

    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    sign_in(other, service)
    expect(other.locator("ul.favourites li > a")).to_have_text(["Fields", "Floods"])
    elsewhere.close()


def test_a_star_that_the_account_refuses_goes_out_again(page: Page, service, faults):
    sign_in(page, service, "/datasets/floods")
    star = page.get_by_role("button", name="Favourite Floods")
    expect(star).to_have_attribute("aria-pressed", "false")
    page.route("**/favourites/keep", lambda route: route.fulfill(status=503, body="busy"))
    page.wait_for_load_state("networkidle")

    star.click()

    expect(page.get_by_role("status").filter(has_text="The account did not take that")).to_be_visible()
    expect(star).to_have_attribute("aria-pressed", "false")
    faults.clear()


def test_a_search_is_saved_renamed_and_deleted_by_keyboard(page: Page, service, look_for_barriers):
    sign_in(page, service, "/datasets?q=floods")
    page.get_by_role("link", name="Save this search").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_have_value("floods")
    assert look_for_barriers() == []
    page.locator("#name").fill("All floods")
    page.keyboard.press("Enter")

    saved = page.locator(".searches > li")
    expect(saved.get_by_role("link", name="All floods", exact=True)).to_have_attribute(
        "href", "/datasets?q=floods"
    )
    saved.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(saved.get_by_role("textbox")).to_be_visible()
    assert look_for_barriers() == []
    # Looking for barriers may move the focus on a slow machine, so it starts from the heading again.
    saved.locator("summary").press("Tab")
    expect(saved.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Water")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Water", exact=True)).to_be_visible()

    page.locator(".searches summary").click()
    page.get_by_role("button", name="Delete Water").click()
    expect(page.locator(".searches > li")).to_have_count(0)


def test_everything_works_without_a_script(plain: Page, service):
    sign_in(plain, service, "/datasets/fields")
    plain.get_by_role("link", name="Favourite", exact=True).click()
    plain.get_by_role("button", name="Add to favourites").click()
    expect(plain.get_by_role("link", name="Fields")).to_be_visible()

    plain.goto("/datasets?q=fields")
    plain.get_by_role("link", name="Save this search").click()
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("link", name="Atom feed fields")).to_have_attribute(
        "href", "/datasets.atom?q=fields"
    )

    plain.get_by_role("button", name="Remove Fields").click()
    expect(plain.get_by_text("None yet. Press the star beside a dataset.")).to_be_visible()
