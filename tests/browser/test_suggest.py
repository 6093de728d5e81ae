"""Suggesting as people do it: while it saves by itself, by keyboard, without scripts, with two tabs."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.accounts.changes import create_user
from app.accounts.rights import Role
from app.base.db import connect, open_sessions
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.curation import changes
from app.curation.actors import Actor
from app.settings import Settings
from app.web import create_app
from tests.conftest import serving
from tests.curation.conftest import draft

UUID = "5d0c2b1e-6f0a-5c56-9d0e-3b7a4c1f8e21"
PASSWORD = "a plain sentence of words"
DESCRIPTION = "Outlines of fields, drawn on images of three springs by people who know the crops."


@pytest.fixture
def service(new_database, settings: Settings) -> Iterator[str]:
    """A service of its own with one dataset in its catalogue."""
    engine = connect(new_database)
    with open_sessions(engine).write.begin() as session:
        record = draft("Fields", gsd_m={"min": 10, "max": 10}, classes=["wheat", "maize"])
        record["provenance"] = {"gsd_m": {"sources": ["paper"]}, "year": {"sources": ["paper"]}}
        publish(session, DatasetRecord(uuid=UUID, slug="fields", **record))
    with serving(create_app(settings, new_database)) as address:
        yield address
    engine.dispose()


def wait_until_saved(page: Page) -> None:
    page.wait_for_selector("#saved:not(.trouble) time", timeout=15_000)
    expect(page.locator("#saved")).to_have_text(re.compile("^saved"), timeout=15_000)


def fill_in(page: Page) -> None:
    """Everything that a submission needs, with the mouse."""
    page.fill("#f-name", "Hedges of Wales")
    page.fill("#f-description", DESCRIPTION)
    page.fill("#f-year", "2024")
    for name, word in (("tasks", "semantic seg"), ("modalities", "RGB")):
        box = page.locator(f"[data-field={name}] .combobox input")
        box.fill(word)
        page.locator(f"[data-field={name}] [role=option]").first.click()
    page.fill("#f-licence-spdx", "CC-BY-4.0")
    page.keyboard.press("Escape")
    page.fill("#f-urls-home", "hedges.example.org")
    page.fill("#f-spatial-countries", "United Kingdom")


def test_a_visitor_fills_in_while_it_saves_by_itself_and_sends_it(page: Page, service, stored):
    page.goto(f"{service}/datasets")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Suggest").click()
    fill_in(page)
    wait_until_saved(page)

    assert "/suggest/" in page.url
    assert stored()["tasks"] == ["semantic-segmentation"]
    page.get_by_role("button", name="Check and preview").click()
    page.wait_for_url("**/preview")
    page.fill("#email", "vera@example.org")
    page.get_by_role("button", name="Send to the reviewers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def test_a_fault_appears_at_its_field_while_one_types_and_goes_when_mended(page: Page, service):
    page.goto(f"{service}/suggest")
    page.fill("#f-year", "soon")
    expect(page.locator("#f-year-error")).to_be_visible(timeout=15_000)
    assert page.locator("#f-year").get_attribute("aria-invalid") == "true"
    expect(page.locator("#rail")).to_contain_text("1 to mend")

    page.fill("#f-year", "2021")

    expect(page.locator("#f-year-error")).to_be_hidden(timeout=15_000)
    assert page.locator("#f-year").get_attribute("aria-invalid") is None


def test_the_whole_form_works_by_keyboard(page: Page, service, stored):
    page.goto(f"{service}/suggest")
    page.locator("#f-name").focus()
    page.keyboard.type("Hedges")
    page.locator("[data-field=tasks] .combobox input").focus()
    page.keyboard.type("semseg")
    expect(page.locator("[data-field=tasks] [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    active = page.evaluate("document.activeElement.getAttribute('aria-activedescendant')")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    expect(page.locator("[data-field=tasks] .chosen")).to_contain_text("Semantic segmentation")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "combobox"

    page.locator("[data-field=gsd_m] summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("web")
    page.keyboard.press("Tab")
    page.keyboard.type("front page")
    page.locator("#f-gsd-m").focus()
    page.keyboard.type("10 m")
    wait_until_saved(page)

    assert stored()["provenance"]["gsd_m"] == {"sources": ["web"], "note": "front page"}
    page.get_by_role("button", name="Check and preview").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**checked=1")
    assert page.evaluate("document.activeElement.className") == "summary-errors"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-year"


def test_escape_closes_the_list_and_what_fits_nothing_says_so(page: Page, service):
    page.goto(f"{service}/suggest")
    box = page.locator("[data-field=modalities] .combobox")
    box.locator("input").fill("ra")
    expect(box.locator("[role=listbox]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box.locator("[role=listbox]")).to_be_hidden()
    assert box.locator("input").get_attribute("aria-expanded") == "false"

    box.locator("input").fill("zzzz")

    expect(box.locator("[role=status]")).to_have_text("Nothing in the list fits.")


def test_everything_works_without_scripts(plain: Page, stored):
    plain.goto("/suggest?dataset=fields")
    assert plain.locator("#f-gsd-m").input_value() == "10\u00a0m"
    plain.fill("#f-classes", "index,name\n0,wheat\n1,maize\n2,rye")
    plain.locator("[data-field=tasks] .all summary").click()
    plain.get_by_label("Instance segmentation").check()
    plain.fill("#f-year", "soon")
    plain.get_by_role("button", name="Check and preview").click()
    assert "checked=1" in plain.url
    expect(plain.locator(".summary-errors")).to_contain_text("Year")

    plain.fill("#f-year", "2022")
    plain.keyboard.press("Enter")
    expect(plain.locator("#done")).to_have_text("The draft is saved.")
    plain.get_by_role("button", name="Check and preview").click()

    assert plain.url.endswith("/preview")
    expect(plain.locator("table.changes").first).to_contain_text("2022")
    assert stored()["classes"] == ["wheat", "maize", "rye"]
    assert stored()["tasks"] == ["semantic-segmentation", "instance-segmentation"]
    assert stored()["provenance"] == {"gsd_m": {"sources": ["paper"]}, "year": {"sources": ["suggestion"]}}


def test_a_changed_value_loses_its_old_source_in_sight_and_gets_it_back(page: Page, service):
    page.goto(f"{service}/suggest?dataset=fields")
    source = page.locator("[data-field=gsd_m] [data-origin]")
    expect(source).to_have_text("paper or documentation")

    page.fill("#f-gsd-m", "20 m")
    expect(source).to_have_text("own knowledge")
    page.fill("#f-gsd-m", "10 m")

    expect(source).to_have_text("paper or documentation")


def test_what_another_tab_saved_appears_where_nothing_was_typed(page: Page, service, stored):
    page.goto(f"{service}/suggest")
    page.fill("#f-name", "Hedges")
    wait_until_saved(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#f-sample-unit", "patch")
    wait_until_saved(other)

    page.fill("#f-year", "2020")
    expect(page.locator("#f-sample-unit")).to_have_value("patch", timeout=15_000)

    assert stored()["year"] == 2020
    assert stored()["sample_unit"] == "patch"


def test_two_tabs_that_disagree_lose_neither_value(page: Page, service, stored, faults, look_for_barriers):
    page.goto(f"{service}/suggest")
    page.fill("#f-name", "Hedges")
    wait_until_saved(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#f-year", "2019")
    wait_until_saved(other)

    page.fill("#f-year", "2020")
    page.get_by_role("button", name="Show both").click(timeout=15_000)

    expect(page.locator("#f-year")).to_have_value("2020")
    expect(page.locator("[data-field=year] .clash")).to_contain_text("2019")
    assert look_for_barriers() == []
    page.get_by_label("Take that instead").check()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#f-year")).to_have_value("2019")
    assert stored()["year"] == 2019
    # The browser itself reports the two answers that told of the other tab.
    assert all("412" in fault for fault in faults)
    faults.clear()


def test_what_could_not_be_saved_is_kept_in_the_browser_and_offered_again(
    page: Page, service, stored, faults
):
    page.goto(f"{service}/suggest")
    page.fill("#f-name", "Hedges")
    wait_until_saved(page)
    place = page.url
    page.context.set_offline(True)
    page.fill("#f-year", "2020")
    expect(page.locator("#saved")).to_contain_text("No connection", timeout=15_000)
    later = page.context.new_page()
    page.close()
    later.context.set_offline(False)
    later.goto(place)

    expect(later.locator("#kept")).to_be_visible()
    assert later.locator("#f-year").input_value() == ""
    later.get_by_role("button", name="Put it back").click()
    expect(later.locator("#f-year")).to_have_value("2020")
    expect(later.locator("#saved")).to_contain_text("not saved yet")
    wait_until_saved(later)

    assert stored()["year"] == 2020
    faults.clear()


def test_a_lost_session_keeps_what_was_typed(page: Page, service, faults):
    page.goto(f"{service}/suggest")
    page.fill("#f-name", "Hedges")
    wait_until_saved(page)
    page.context.clear_cookies()
    page.fill("#f-year", "2020")

    expect(page.locator("#saved")).to_contain_text("kept in this browser", timeout=15_000)

    kept = page.evaluate(
        "JSON.parse(localStorage[Object.keys(localStorage).find((key) => key.startsWith('draft:'))])"
    )
    assert kept["texts"]["year"] == ["2020"]
    faults.clear()


def test_a_saved_draft_leaves_nothing_behind_in_the_browser(page: Page, service):
    page.goto(f"{service}/suggest")
    page.fill("#f-name", "Hedges")
    wait_until_saved(page)
    page.reload()

    expect(page.locator("#kept")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


def returned(service: str, new_database: str) -> str:
    """A visitor's suggestion that came back with a request; its address with the secret."""
    engine = connect(new_database)
    with open_sessions(engine).write.begin() as session:
        user = create_user(session, email="r@example.org", name="Rosa", role=Role.REVIEWER, password=PASSWORD)
        session.flush()
        rosa = Actor(role=Role.REVIEWER, user_id=user.id, name="Rosa", email="r@example.org", address=service)
        ada = create_user(session, email="a@example.org", name="Ada", password=PASSWORD)
        session.flush()
        writer = Actor(
            role=Role.CONTRIBUTOR, user_id=ada.id, name="Ada", email="a@example.org", address=service
        )
        begun = changes.begin(session, writer, draft=draft("Hedges"))
        revision = changes.submit(session, begun.revision.id, writer, lock=1)
        changes.comment(session, revision.id, rosa, "Which springs?", path="temporal_extent")
        changes.return_(session, revision.id, rosa, lock=revision.lock, reason="Nearly there.")
    engine.dispose()
    return f"/suggest/{revision.id}"


def test_no_state_of_the_form_has_barriers(page: Page, service, new_database, look_for_barriers):
    page.goto(f"{service}/suggest")
    assert look_for_barriers() == []

    page.fill("#f-name", "Fields")
    page.fill("#f-year", "soon")
    expect(page.locator("#f-year-error")).to_be_visible(timeout=15_000)
    page.evaluate("for (const one of document.querySelectorAll('details:not(.menu)')) one.open = true")
    assert look_for_barriers() == []

    page.get_by_role("button", name="Check and preview").click()
    page.wait_for_url("**checked=1")
    assert look_for_barriers() == []

    page.goto(f"{service}/suggest?dataset=fields&problem=1")
    assert look_for_barriers() == []


def test_what_was_filled_in_names_its_source_and_can_be_cleared(
    page: Page, service, new_database, stored, look_for_barriers
):
    filled = draft("Hedges", publisher="A farm")
    filled["provenance"] = {"publisher": {"sources": ["datacite"], "note": "publisher"}}
    engine = connect(new_database)
    with open_sessions(engine).write.begin() as session:
        begun = changes.begin(session, Actor(address=service), draft=filled)
        place = f"/suggest/{begun.revision.id}?secret={begun.secret}"
    engine.dispose()
    page.goto(service + place)

    field = page.locator("[data-field=publisher]")
    expect(field.locator(".origin")).to_contain_text("from DataCite, publisher")
    expect(field).to_be_visible()
    assert look_for_barriers() == []
    field.get_by_role("button", name="clear").click()
    expect(page.locator("#done")).to_have_text("The field is cleared.")
    assert "publisher" not in stored()


def test_a_request_of_a_reviewer_is_met_at_its_field(page: Page, service, new_database, look_for_barriers):
    place = returned(service, new_database)
    page.goto(f"{service}/login?next={place}")
    page.fill("#email", "a@example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{place}")

    expect(page.locator("[data-field=temporal_extent] .request")).to_contain_text("Which springs?")
    assert look_for_barriers() == []
    page.goto(f"{service}/account/suggestions")
    expect(page.locator("table")).to_contain_text("changes requested")
    assert look_for_barriers() == []


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_the_form_is_never_wider_than_the_page(page: Page, service, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("/suggest", "/suggest?dataset=fields"):
        page.goto(service + address)

        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_ways_lead_to_the_form_from_a_record_and_an_empty_search(page: Page, service):
    page.goto(f"{service}/datasets/fields")
    page.get_by_role("link", name="Suggest a correction").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Correct Fields")

    page.goto(f"{service}/datasets/fields")
    page.get_by_role("link", name="Splits").click()
    assert page.url.endswith("#f-splits")

    page.goto(f"{service}/datasets?q=zzzzqqqq")
    page.get_by_role("link", name="Suggest it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Suggest a dataset")
