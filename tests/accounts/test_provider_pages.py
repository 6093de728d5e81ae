"""Signing in with another provider, against one that runs beside the test."""

import secrets
from urllib.parse import urlsplit

import httpx2
import pyotp
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from app.accounts.rights import Role
from app.accounts.tables import LinkedIdentity, User
from app.base.db import Sessions
from app.settings import Provider
from app.web import create_app
from tests.accounts.issuer import CLIENT, SECRET, Issuer, build
from tests.conftest import serving

ADA = {"sub": "0000-0001", "email": "ada@example.org", "email_verified": True, "name": "Ada"}


@pytest.fixture
def issuer():
    """A provider that knows Ada."""
    found = Issuer(person=dict(ADA))
    with serving(build(found)) as address:
        found.address = address
        yield found


@pytest.fixture
def application(settings, connection, database_address, issuer):
    """The service with that provider, once by OpenID Connect and once by GitHub's way."""
    inside = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    known = {"client_id": CLIENT, "client_secret": SECRET, "issuer": issuer.address}
    providers = (
        Provider(name="there", label="There", **known),
        Provider(name="hub", label="Hub", kind="github", **known),
    )
    own = settings.model_copy(update={"sign_in_with": providers, "public_url": "http://testserver"})
    return create_app(own, database_address, Sessions(write=inside, read=inside))


def go(browser, path="/login/with/there"):
    """To the provider and back; gives the last answer of the service."""
    away = browser.look(path)
    if away.status_code != 303:
        return away
    back = httpx2.get(away.headers["location"]).headers["location"]
    return browser.look(f"{urlsplit(back).path}?{urlsplit(back).query}")


def test_unknown_person_with_a_confirmed_address_gets_an_account(visitor, session):
    answer = go(visitor, "/login/with/there?next=/datasets")

    user = session.scalars(select(User)).one()
    assert (answer.status_code, answer.headers["location"]) == (303, "/datasets")
    assert (user.email, user.name, user.role, user.password) == (
        "ada@example.org",
        "Ada",
        "contributor",
        None,
    )
    assert visitor.look("/account").status_code == 200


def test_page_offers_the_providers(visitor):
    assert 'href="/login/with/there?next=/account"' in visitor.look("/login").text


def test_confirmed_address_ties_the_identity_to_the_account_that_is_there(
    visitor, browser_of, add_user, issuer, session
):
    user = add_user("ADA@example.org")
    go(visitor)
    issuer.person["email"] = "moved@example.org"

    assert go(browser_of()).status_code == 303
    assert session.scalars(select(LinkedIdentity.user_id)).all() == [user.id]
    assert len(session.scalars(select(User)).all()) == 1


@pytest.mark.parametrize("confirmed", [False, None, "true", 1])
def test_address_that_is_not_confirmed_opens_nothing(visitor, add_user, issuer, session, confirmed):
    add_user()
    issuer.person["email_verified"] = confirmed

    answer = go(visitor)

    assert answer.status_code == 403
    assert "no confirmed e-mail address" in answer.text
    assert session.scalars(select(LinkedIdentity)).all() == []


def test_address_that_stands_beside_the_token_is_asked_for(visitor, issuer):
    issuer.in_token = False

    assert go(visitor).status_code == 303


def test_state_nonce_and_challenge_are_new_in_every_request(visitor, browser_of, issuer):
    go(visitor)
    go(browser_of())

    first, second = issuer.asked
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid email profile"
    assert all(len(first[name]) > 40 for name in ("state", "nonce", "code_challenge"))
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"}, {"aud": "another service"}, {"iss": "https://evil.example"}, {"exp": 1},
        {"azp": "another service"},
    ],
    ids=lambda lie: next(iter(lie)),
)  # fmt: skip
def test_token_that_was_not_made_for_this_sign_in_is_refused(visitor, issuer, session, lie):
    issuer.lie = lambda claims: {**claims, **lie}

    assert go(visitor).status_code == 403
    assert session.scalars(select(User)).all() == []


@pytest.mark.parametrize("missing", ["nonce", "aud", "iss", "exp", "sub"])
def test_token_that_lacks_a_claim_is_refused(visitor, issuer, missing):
    issuer.lie = lambda claims: {name: value for name, value in claims.items() if name != missing}

    assert go(visitor).status_code == 403


def test_token_with_another_signature_is_refused(visitor, issuer):
    issuer.signs_with = RSAKey.generate_key(2048, {"kid": "one"}, private=True)

    assert go(visitor).status_code == 403


def test_answer_to_a_sign_in_that_another_browser_began_is_refused(visitor, browser_of):
    away = visitor.look("/login/with/there").headers["location"]
    back = urlsplit(httpx2.get(away).headers["location"])

    victim = browser_of()
    answer = victim.look(f"{back.path}?{back.query}")

    assert answer.status_code == 403
    assert "not begun in this browser" in answer.text


@pytest.mark.parametrize("change", ["state=another", "iss=https%3A%2F%2Fevil.example", "error=access_denied"])
def test_answer_with_another_state_or_issuer_or_without_code_is_refused(visitor, change):
    visitor.look("/login/with/there")

    assert visitor.look(f"/login/from/there?code={secrets.token_hex()}&{change}").status_code == 403


def test_code_is_of_no_use_twice(visitor):
    away = visitor.look("/login/with/there").headers["location"]
    back = urlsplit(httpx2.get(away).headers["location"])
    way = visitor.client.cookies["way"]
    visitor.look(f"{back.path}?{back.query}")
    visitor.client.cookies.clear()
    visitor.client.cookies.set("way", way)

    assert visitor.look(f"{back.path}?{back.query}").status_code == 403


def test_second_factor_is_asked_for_after_a_provider_too(visitor, add_user):
    add_user(role=Role.ADMIN, totp=pyotp.random_base32())

    assert go(visitor).headers["location"] == "/login/code?next=/account"


def test_closed_account_stays_closed(visitor, add_user, session):
    add_user().is_active = False
    session.commit()

    assert go(visitor).status_code == 403


def test_who_is_signed_in_connects_an_identity_without_address_and_comes_back_by_it(
    visitor, browser_of, add_user, issuer
):
    user = add_user("eva@example.org")
    issuer.person = {"sub": "0000-0002"}
    visitor.sign_in(user)
    page = visitor.look("/account").text
    link = page.partition('href="/login/with/there?link=')[2].partition('"')[0]

    answer = go(visitor, f"/login/with/there?link={link}")
    other = browser_of()
    go(other)

    assert answer.headers["location"] == "/account?done=linked#done"
    assert "eva@example.org" in other.look("/account").text


def test_foreign_page_cannot_make_somebody_connect_an_identity(visitor, add_user, session):
    visitor.sign_in(add_user("eva@example.org"))

    assert go(visitor, "/login/with/there?link=guessed").status_code == 403
    assert session.scalars(select(LinkedIdentity)).all() == []


def test_github_names_the_person_by_its_own_interface(visitor, session):
    answer = go(visitor, "/login/with/hub")

    assert answer.status_code == 303
    assert session.scalars(select(LinkedIdentity)).one().subject == "7"
    assert session.scalars(select(User)).one().email == "ada@example.org"


def test_unconfirmed_address_at_github_opens_nothing(visitor, issuer):
    issuer.person["email_verified"] = False

    assert go(visitor, "/login/with/hub").status_code == 403


def test_provider_that_is_not_configured_is_not_found(visitor):
    assert visitor.look("/login/with/nowhere").status_code == 404


def test_provider_that_is_away_is_told_in_words(application, browser_of, settings):
    away = Provider(name="away", label="Away", issuer="http://127.0.0.1:9", client_id="a", client_secret="b")
    application.state.settings = application.state.settings.model_copy(update={"sign_in_with": (away,)})

    answer = browser_of().look("/login/with/away")

    assert answer.status_code == 503
    assert "Away does not answer" in answer.text
