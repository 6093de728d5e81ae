"""From a suggestion to a published record as people do it: by mouse, by keyboard alone, without scripts."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from app.accounts import sessions
from app.accounts.callers import Caller
from app.accounts.changes import create_user
from app.accounts.rights import Role
from app.base.db import connect
from app.catalogue.changes import publish
from app.catalogue.record import DatasetRecord
from app.curation import changes
from app.curation.actors import Actor
from app.settings import Settings
from app.web import create_app
from tests.conftest import serving
from tests.curation.conftest import draft

UUID = "5d0c2b1e-6f0a-5c56-9d0e-3b7a4c1f8e21"
DESCRIPTION = "Outlines of hedges, drawn on images of three springs by people who know the country."


class Office:
    """A service of its own, with people who are signed in and what they submitted."""

    def __init__(self, address: str, secrets: dict[str, str], people: dict[str, Actor], engine) -> None:
        self.address, self.secrets, self.people, self.engine = address, secrets, people, engine

    def sign_in(self, context: BrowserContext, name: str) -> None:
        context.add_cookies([{"name": "session", "value": self.secrets[name], "url": self.address}])

    def change(self, **fields) -> str:
        """Ada hands in a change of the published dataset; the address of its review."""
        ada = self.people["Ada"]
        with Session(self.engine) as session, session.begin():
            revision = changes.begin(session, ada, slug="fields").revision
            changed = {**json.loads(json.dumps(revision.record)), **fields}
            revision = changes.save(session, revision.id, ada, changed, lock=revision.lock)
            revision = changes.submit(session, revision.id, ada, lock=revision.lock)
            return f"{self.address}/curation/revisions/{revision.id}"


@pytest.fixture
def office(new_database, settings: Settings) -> Iterator[Office]:
    """One dataset in the catalogue; a contributor, a reviewer and an administrator."""
    engine = connect(new_database)
    secrets, people = {}, {}
    with Session(engine) as session, session.begin():
        record = draft("Fields", n_samples=590_326, classes=["wheat", "maize"])
        publish(session, DatasetRecord(uuid=UUID, slug="fields", **record))
        for name, role in (("Ada", Role.CONTRIBUTOR), ("Rosa", Role.REVIEWER), ("Alma", Role.ADMIN)):
            user = create_user(session, email=f"{name.lower()}@example.org", name=name, role=role)
            session.flush()
            secrets[name] = sessions.begin(session, user, "complete", Caller("", "", "a browser"))
            people[name] = Actor(role=role, user_id=user.id, name=name, email=user.email)
    with serving(create_app(settings, new_database)) as address:
        yield Office(address, secrets, people, engine)
    engine.dispose()


@pytest.fixture
def page_of(browser: Browser, office: Office) -> Iterator[Callable[..., Page]]:
    """Opens a page for somebody, with scripts or without."""
    contexts = []

    def open_it(name: str, *, has_scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=office.address, java_script_enabled=has_scripts, locale="en-GB"
        )
        contexts.append(context)
        office.sign_in(context, name)
        return context.new_page()

    yield open_it
    for context in contexts:
        context.close()


def is_found(page: Page, words: str, name: str) -> None:
    page.goto(f"/datasets?q={words}")
    expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible()


def test_with_the_mouse_a_suggestion_is_reviewed_published_and_found(page_of, office: Office):
    ada, rosa = page_of("Ada"), page_of("Rosa")
    ada.goto("/suggest")
    ada.fill("#f-name", "Hedges of Wales")
    ada.fill("#f-description", DESCRIPTION)
    ada.fill("#f-year", "2024")
    for name, word in (("tasks", "semantic seg"), ("modalities", "RGB")):
        ada.locator(f"[data-field={name}] .combobox input").fill(word)
        ada.locator(f"[data-field={name}] [role=option]").first.click()
    ada.fill("#f-licence-spdx", "CC-BY-4.0")
    ada.keyboard.press("Escape")
    ada.fill("#f-urls-home", "hedges.example.org")
    ada.fill("#f-spatial-countries", "United Kingdom")
    ada.get_by_role("button", name="Check and preview").click()
    ada.wait_for_url("**/preview")
    ada.get_by_role("button", name="Send to the reviewers").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Hedges of Wales")

    rosa.goto("/curation/queue")
    rosa.get_by_role("link", name="Hedges of Wales").click()
    expect(rosa.get_by_role("heading", level=1)).to_have_text("Review a new record: Hedges of Wales")
    rosa.get_by_role("button", name="Accept and publish").click()
    expect(rosa.get_by_role("status")).to_contain_text("The record is published")

    is_found(rosa, "hedges", "Hedges of Wales")
    rosa.get_by_role("link", name="Hedges of Wales", exact=True).first.click()
    expect(rosa.locator(".badges")).to_contain_text("version 1 reviewed")


def press_until(page: Page, key: str, is_there: str, most: int = 120) -> None:
    """Press a key until the focus is where it is looked for: a selector."""
    for _ in range(most):
        if page.evaluate("at => document.activeElement.matches(at)", is_there):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{is_there} was not reached with {key}.")


def test_by_keyboard_alone_changes_are_requested_mended_and_published(page_of, office: Office):
    where = office.change(n_samples=549_488)
    rosa = page_of("Rosa")
    rosa.goto(where)

    press_until(rosa, "Tab", "[name='decide:n_samples']")
    rosa.keyboard.press("ArrowRight")
    rosa.keyboard.press("ArrowRight")
    assert rosa.evaluate("document.activeElement.value") == "ask"
    press_until(rosa, "Tab", "[name='question:n_samples']")
    rosa.keyboard.type("Which version is this?")
    press_until(rosa, "Tab", "[formaction$='/return']")
    rosa.keyboard.press("Enter")
    expect(rosa.get_by_role("status")).to_contain_text("asked for changes")

    ada = page_of("Ada")
    ada.goto(where)
    expect(ada.locator("#field-n-samples + .talk")).to_contain_text("Which version is this?")
    press_until(ada, "Tab", "#field-n-samples + .talk summary")
    ada.keyboard.press("Enter")
    ada.keyboard.press("Tab")
    ada.keyboard.type("The second.")
    ada.keyboard.press("Tab")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("status")).to_contain_text("remark is added")
    press_until(ada, "Tab", "form[action$='/submit'] button")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("status")).to_contain_text("submitted")

    rosa.goto(where)
    press_until(rosa, "Tab", "#decision .primary")
    rosa.keyboard.press("Enter")
    expect(rosa.get_by_role("status")).to_contain_text("The record is published")
    is_found(rosa, "fields", "Fields")
    rosa.goto("/datasets/fields")
    expect(rosa.locator("#facts")).to_contain_text("549\u202f488")


def test_enter_in_a_field_of_the_decision_publishes_nothing(page_of, office: Office):
    where = office.change(n_samples=549_488)
    rosa = page_of("Rosa")
    rosa.goto(where)

    rosa.locator("[name='decide:n_samples'][value=keep]").check()
    rosa.keyboard.press("Enter")
    expect(rosa.get_by_role("status")).to_contain_text("Nothing is decided yet")
    expect(rosa.locator("[name='decide:n_samples'][value=keep]")).to_be_checked()
    rosa.locator(".later summary").first.click()
    rosa.locator("#publish-at").focus()
    rosa.keyboard.press("Enter")

    expect(rosa.get_by_role("status")).to_contain_text("Nothing is decided yet")
    rosa.goto(where)
    expect(rosa.locator(".flow [aria-current]")).to_have_text("submitted")


def test_without_scripts_a_part_is_accepted_and_the_history_shows_it(page_of, office: Office):
    where = office.change(n_samples=549_488, aliases=["BEN"])
    rosa = page_of("Rosa", has_scripts=False)
    rosa.goto("/curation/queue")
    rosa.get_by_role("link", name="Fields").click()
    assert rosa.url == where

    group = rosa.get_by_role("radiogroup", name="Decision on Samples")
    group.get_by_label("keep").check()
    rosa.get_by_label("Message to the submitter").fill("The alias is right, the count is of another release.")
    rosa.get_by_role("button", name="Accept and publish").click()
    expect(rosa.get_by_role("status")).to_contain_text("The record is published")

    rosa.goto("/datasets?q=ben")
    expect(rosa.get_by_role("link", name="Fields", exact=True).first).to_be_visible()
    rosa.goto("/datasets/fields")
    rosa.get_by_role("link", name="all versions", exact=True).click()
    newest = rosa.locator("#version-2")
    expect(newest).to_contain_text("reviewed by Rosa")
    expect(newest).to_contain_text("The alias is right")
    expect(newest.locator("ins")).to_have_text("BEN")
    newest_numbers = rosa.locator(".versions h2").all_inner_texts()
    assert newest_numbers == ["Version 2", "Version 1"]


def test_without_scripts_a_whole_suggestion_goes_its_way(page_of, office: Office):
    ada = page_of("Ada", has_scripts=False)
    ada.goto("/suggest?dataset=fields")
    ada.fill("#f-aliases", "Fields of Spring")
    ada.get_by_role("button", name="Check and preview").click()
    ada.get_by_role("button", name="Send to the reviewers").click()
    rosa = page_of("Rosa", has_scripts=False)
    rosa.goto("/curation/queue?q=fields")
    rosa.get_by_role("link", name="Fields").click()
    rosa.get_by_role("button", name="Assign to me").click()
    expect(rosa.get_by_role("status")).to_contain_text("assigned")
    rosa.get_by_role("button", name="Accept and publish").click()

    is_found(rosa, "spring", "Fields")


def test_a_lost_race_puts_the_focus_on_what_happened(page_of, office: Office, faults):
    where = office.change(n_samples=549_488)
    rosa, alma = page_of("Rosa"), page_of("Alma")
    rosa.goto(where)
    alma.goto(where)
    alma.get_by_label("Message to the submitter").fill("Not this one.")
    alma.get_by_role("button", name="Reject").click()

    rosa.get_by_label("Message to the submitter").fill("A long and careful answer.")
    rosa.get_by_role("button", name="Request changes").click()

    expect(rosa.get_by_role("alert")).to_contain_text("Somebody else was faster")
    expect(rosa.get_by_role("alert")).to_contain_text("rejected by Alma")


WIDTHS = (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390), ("light", 320))


def test_no_page_of_curation_has_a_barrier_or_scrolls_sideways(page: Page, office: Office, look_for_barriers):
    where = office.change(
        n_samples=549_488, aliases=["BEN"], classes=["wheat"], spatial={"bbox": [-5, 42, 8, 51]}
    )
    office.sign_in(page.context, "Rosa")
    for path in ("/curation/queue", "/curation/queue?q=nothing", where.removeprefix(office.address)):
        look_at(page, office.address + path, look_for_barriers)
    page.goto(where)
    page.get_by_role("button", name="Accept and publish").click()
    for path in ("/datasets/fields/history?from=1&to=2", "/datasets/fields/history/1", "/datasets/fields"):
        look_at(page, office.address + path, look_for_barriers)
    office.sign_in(page.context, "Alma")
    look_at(page, f"{office.address}/curation/users", look_for_barriers)


def look_at(page: Page, address: str, look_for_barriers: Callable[[], list[str]]) -> None:
    for scheme, width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        assert look_for_barriers() == [], (address, scheme, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width, (address, width)


def test_a_refused_decision_has_no_barrier_and_takes_the_focus(
    page: Page, office: Office, faults, look_for_barriers
):
    where = office.change(n_samples=549_488)
    office.sign_in(page.context, "Rosa")
    page.goto(where)
    page.get_by_role("button", name="Reject").click()

    expect(page.get_by_role("alert")).to_be_focused()
    assert re.search("Say what is to be changed", page.get_by_role("alert").inner_text())
    assert look_for_barriers() == []
    # The browser itself reports the status of the answer.
    faults.clear()
