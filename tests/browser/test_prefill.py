"""Filling in a suggestion from elsewhere, as people do it: mouse, keyboard, without scripts, on a phone."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from app.web import create_app
from tests.base.world import World, living
from tests.base.world import page as answer_of
from tests.conftest import serving
from tests.exchange import answers
from tests.exchange.answers import DATA_DOI


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Every host, each with an answer."""
    with living(tmp_path) as found:
        yield answers.fill(found)


@pytest.fixture
def service(new_database, settings: Settings, world: World) -> Iterator[str]:
    """A service of its own in that world."""
    application = create_app(settings, new_database)
    application.state.outside = world.outside()
    with serving(application) as address:
        yield address


def test_doi_fills_in_the_form_and_each_value_says_where_it_is_from(page: Page, service):
    page.goto(f"{service}/suggest")
    page.get_by_label("An identifier, or a reference").fill(f"https://doi.org/{DATA_DOI}")
    page.get_by_role("button", name="Look it up").click()
    page.get_by_role("checkbox", name="Publisher").uncheck()
    page.get_by_role("button", name="Take what is ticked").click()

    expect(page).to_have_url(re.compile(r"/suggest/[0-9a-f-]{36}"))
    expect(page.locator("[name=name]")).to_have_value("Fields of Spring")
    expect(page.locator("[name=publisher]")).to_have_value("")
    expect(page.locator(".field.taken", has=page.locator("[name=name]"))).to_contain_text("from DataCite")


def test_everything_works_by_keyboard_alone(page: Page, service):
    page.goto(f"{service}/suggest/prefill")
    page.get_by_label("An identifier, or a reference").focus()
    page.keyboard.type(DATA_DOI)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Name", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Take what is ticked").focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/suggest/[0-9a-f-]{36}"))
    expect(page.locator("[name=name]")).to_have_value("")


def test_waiting_is_told_and_a_second_press_asks_nobody_twice(page: Page, service, world):
    def slowly(connection, _asked):
        time.sleep(1.5)
        connection.sendall(answer_of(200, answers.datacite()))

    world.say(f"api.datacite.org/dois/{DATA_DOI}", slowly)
    page.goto(f"{service}/suggest/prefill")
    page.get_by_label("An identifier, or a reference").fill(DATA_DOI)
    # What a page says while it is being left can only be read inside it.
    told = page.evaluate(
        """() => {
          const form = document.querySelector("[data-prefill]");
          const button = form.querySelector("button");
          button.click();
          button.click();
          return form.querySelector("[role=status]").textContent;
        }"""
    )

    assert told == "Looking it up. This takes up to ten seconds."
    expect(page.get_by_role("heading", level=1)).to_have_text("What was found")
    assert [one.path for one in world.asked].count(f"/dois/{DATA_DOI}") == 1


def test_everything_works_without_scripts(plain: Page):
    plain.goto("/suggest")
    plain.get_by_label("An identifier, or a reference").fill(DATA_DOI)
    plain.get_by_role("button", name="Look it up").click()
    plain.get_by_role("button", name="Take what is ticked").click()

    assert plain.locator("[name=name]").input_value() == "Fields of Spring"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390), ("light", 320)])
def test_list_of_what_was_found_has_no_barrier_and_does_not_scroll_sideways(
    page: Page, service, look_for_barriers, scheme, width
):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{service}/suggest/prefill")
    assert look_for_barriers() == []
    page.get_by_label("An identifier, or a reference").fill(f"{DATA_DOI} 10.9999/nothing")
    page.get_by_role("button", name="Look it up").click()

    expect(page.get_by_role("alert")).to_contain_text("10.9999/nothing")
    assert look_for_barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
