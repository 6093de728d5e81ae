"""Only our own pages can send forms; cookies belong to this host alone."""

import pytest
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from app.accounts import account_pages, pages
from app.accounts.forms import own_path
from app.base.db import Sessions
from app.settings import Settings
from app.web import create_app

POSTS = [
    "/login", "/login/code", "/logout", "/account/reset", "/account/reset/choose", "/account/name",
    "/account/password", "/account/sessions/end", "/account/sessions/end-others", "/account/tokens",
    "/account/tokens/revoke", "/account/second-factor", "/account/second-factor/remove",
]  # fmt: skip
FIELDS = {
    "email": "ada@example.org", "password": "a plain sentence of words", "old": "a plain sentence of words",
    "new": "another sentence of words", "name": "Eva", "number": "1", "days": "30", "scope": "read",
    "code": "000000", "token": "none", "signed": "none",
}  # fmt: skip


@pytest.fixture
def signed_in(visitor, add_user):
    visitor.sign_in(add_user())
    visitor.look("/account")
    return visitor


def test_every_form_is_on_the_list():
    routers = [module.forms for module in (pages, account_pages)]

    assert {route.path for router in routers for route in router.routes} == set(POSTS)


@pytest.mark.parametrize("path", POSTS)
def test_form_without_its_token_changes_nothing(signed_in, path):
    answer = signed_in.client.post(path, data=FIELDS, headers=signed_in.sent_from)

    assert answer.status_code == 403
    assert "out of date" in answer.text


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "null"}, {"origin": "https://evil.example"}, {"origin": "http://testserver.evil.example"},
     {"referer": "https://evil.example/http://testserver"}, {"origin": "http://testserver:81"}],
)  # fmt: skip
def test_form_of_a_foreign_page_changes_nothing(signed_in, path, headers):
    filled = {"form_token": signed_in.hidden("form_token"), **FIELDS}

    assert signed_in.client.post(path, data=filled, headers=headers).status_code == 403
    assert signed_in.look("/account").status_code == 200


def test_token_of_another_browser_does_not_fit(signed_in, visitor, browser_of):
    other = browser_of()
    other.look("/login")

    answer = signed_in.send("/account/name", form_token=other.hidden("form_token"), name="Eva")

    assert answer.status_code == 403


def test_token_of_a_form_changes_with_the_session(visitor, add_user):
    visitor.look("/login")
    before = visitor.hidden("form_token")
    visitor.sign_in(add_user())
    visitor.look("/account")

    assert visitor.hidden("form_token") != before
    assert visitor.send("/account/name", form_token=before, name="Eva").status_code == 403


def test_scripts_may_send_the_token_in_a_header(signed_in):
    headers = {**signed_in.sent_from, "x-form-token": signed_in.hidden("form_token")}

    answer = signed_in.client.post("/account/name", data={"name": "Eva"}, headers=headers)

    assert answer.status_code == 303


def test_behind_tls_cookies_are_bound_to_this_host_and_forms_come_by_tls(
    settings, connection, database_address
):
    inside = {"bind": connection, "join_transaction_mode": "create_savepoint", "expire_on_commit": False}
    from_tests = Sessions(write=sessionmaker(**inside), read=sessionmaker(**inside))
    secure = Settings(**{**settings.model_dump(), "public_url": "https://catalogue.example.org"})
    client = TestClient(
        create_app(secure, database_address, from_tests), base_url="https://catalogue.example.org"
    )

    page = client.get("/login")
    cookie = page.headers["set-cookie"]
    plain = client.post("/login", data=FIELDS, headers={"origin": "http://catalogue.example.org"})

    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert cookie.startswith("__Host-visit=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "page of another service" in plain.text


@pytest.mark.parametrize(
    "path", ["/datasets", "/datasets?q=a&bbox=1,2,3,4", "/account#tokens", "/a/b?next=//x"]
)
def test_own_paths_are_kept(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "datasets", "//evil", "/\\evil", "https://evil", "/a\nb", "/\tevil", "/a\\..\\b", "/" + "x" * 5000],
)
def test_anything_else_becomes_the_account(path):
    assert own_path(path) == "/account"


def test_form_that_meets_an_ended_session_comes_back_to_its_page(signed_in, browser_of):
    stranger = browser_of()
    stranger.look("/login")
    stranger.sent_from = {"origin": "http://testserver", "referer": "http://testserver/account?done=name"}

    answer = stranger.send("/account/name", name="Eva")

    assert answer.headers["location"] == "/login?next=/account"
