"""People with accounts, and browsers that fill in forms as browsers do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pyotp
import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.accounts import changes
from app.accounts.rights import Role
from app.accounts.tables import User

PASSWORD = "a plain sentence of words"
HERE = "http://testserver"


@pytest.fixture
def add_user(session: Session) -> Callable[..., User]:
    """Adds a user; those who need a second factor have one, with the key in `totp`."""

    def add(email: str = "ada@example.org", role: Role = Role.CONTRIBUTOR, **fields: Any) -> User:
        given = {"name": "Ada", "password": PASSWORD, **fields}
        factor = given.pop("totp", None)
        user = changes.create_user(session, email=email, role=role, **given)
        user.totp = factor
        session.commit()
        return user

    return add


@dataclass
class Browser:
    """A client that sends forms from the page it looked at last, with cookies, origin and hidden token."""

    client: TestClient
    page: str = ""
    sent_from: dict[str, str] = field(default_factory=lambda: {"origin": HERE})

    def look(self, path: str) -> Response:
        """Open a page and remember it."""
        answer = self.client.get(path)
        self.page = answer.text
        return answer

    def hidden(self, name: str) -> str:
        """The value of a hidden field on the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"The page has no field {name}."
        return unescape(found[1])

    def send(self, path: str, **fields: Any) -> Response:
        """Send a form of the page; redirects are not followed."""
        filled = {"form_token": self.hidden("form_token"), **fields}
        answer = self.client.post(path, data=filled, headers=self.sent_from, follow_redirects=False)
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.page = answer.text
        return answer

    def sign_in(self, user: User, password: str = PASSWORD, **fields: Any) -> Response:
        """Sign in, with the second factor where the user has one."""
        self.look("/login")
        answer = self.send("/login", email=user.email, password=password, **fields)
        if "/login/code" in answer.headers.get("location", ""):
            self.look("/login/code")
            answer = self.send("/login/code", code=pyotp.TOTP(user.totp).now(), **fields)
        return answer


@pytest.fixture
def browser_of(application: FastAPI) -> Callable[[], Browser]:
    """Opens browsers, each with cookies of its own."""
    return lambda: Browser(TestClient(application, base_url=HERE, follow_redirects=False))


@pytest.fixture
def visitor(browser_of) -> Browser:
    """A browser that nobody has signed in with."""
    return browser_of()
