"""Signing in, the account and the second factor as people meet them: mouse, keyboard, no scripts."""

import re
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page

from app.accounts.changes import create_user
from app.accounts.mails import Mail
from app.accounts.rights import Role
from app.base.db import connect, open_sessions
from app.settings import Settings
from app.web import create_app
from tests.conftest import serving

PASSWORD = "a plain sentence of words"


@pytest.fixture
def service(new_database, settings: Settings) -> Iterator[str]:
    """A service of its own, whose database knows one contributor and one editor."""
    engine = connect(new_database)
    with open_sessions(engine).write.begin() as session:
        create_user(session, email="ada@example.org", name="Ada", password=PASSWORD)
        create_user(session, email="eve@example.org", name="Eve", role=Role.EDITOR, password=PASSWORD)
    with serving(create_app(settings, new_database)) as address:
        yield address
    engine.dispose()


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)


def sign_in(page: Page, service: str, email: str = "ada@example.org") -> None:
    page.goto(f"{service}/login")
    fill(page, email=email, password=PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def key_on(page: Page) -> str:
    return page.locator(".key-text").inner_text().replace(" ", "")


def test_reader_signs_in_from_any_page_and_comes_back_to_it(page: Page, service):
    page.goto(f"{service}/about/data")
    page.get_by_role("link", name="Sign in").click()
    fill(page, email="ada@example.org", password=PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    assert page.url == f"{service}/about/data"
    assert page.get_by_role("link", name="Account").is_visible()


def test_everything_works_by_keyboard_alone(page: Page, service):
    page.goto(f"{service}/login")
    page.locator("#email").focus()
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")

    page.locator("summary", has_text="Make a token").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("from the keyboard")
    page.keyboard.press("Enter")

    page.wait_for_selector("#new-token")
    assert page.inner_text("#new-token").startswith("eocat_")


def test_everything_works_without_scripts(plain: Page, held):
    plain.goto("/account/reset")
    fill(plain, email="new@example.org")
    plain.get_by_role("button", name="Send the link").click()
    body = held(f"SELECT body FROM accounts.{Mail.__tablename__}")
    plain.goto(re.search(r"/account/reset\?token=\S+", body)[0])
    fill(plain, name="New", password="my own sentence of words")
    plain.get_by_role("button", name="Open the account").click()
    fill(plain, email="new@example.org", password="my own sentence of words")
    plain.get_by_role("button", name="Sign in").click()

    assert plain.url.endswith("/account")
    plain.get_by_role("button", name="Sign out").click()
    assert plain.get_by_role("link", name="Sign in").first.is_visible()


def test_editor_sets_up_a_second_factor_before_anything_else(page: Page, service, look_for_barriers):
    sign_in(page, service, "eve@example.org")
    page.wait_for_url("**/account/second-factor**")
    fill(page, code=pyotp.TOTP(key_on(page)).now())
    page.get_by_role("button", name="Set up").click()

    assert page.locator(".codes li").count() == 10
    assert look_for_barriers() == []
    page.get_by_role("link", name="I have kept them").click()
    assert page.get_by_role("heading", name="Account").is_visible()


def test_wrong_password_is_told_where_the_reader_is(page: Page, faults, service, look_for_barriers):
    page.goto(f"{service}/login")
    fill(page, email="ada@example.org", password="not this one, surely")
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.input_value("#email") == "ada@example.org"
    assert look_for_barriers() == []
    # The browser itself reports the status of the answer.
    faults.clear()


PAGES: dict[str, Any] = {
    "/login": None,
    "/account/reset": None,
    "/account": "ada@example.org",
    "/account/second-factor": "ada@example.org",
}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_accounts_has_a_barrier_or_scrolls_sideways(page: Page, service, look_for_barriers, path):
    if PAGES[path]:
        sign_in(page, service, PAGES[path])
        page.wait_for_url("**/account")

    for scheme, width in (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390), ("light", 320)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(service + path)
        assert look_for_barriers() == [], (path, scheme, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width
