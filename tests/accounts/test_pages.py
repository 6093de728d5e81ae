"""Signing in and out, and mailed links, as a browser meets them."""

import re

import pyotp
import pytest
from sqlalchemy import func, select, update

from app.accounts import passwords, signing
from app.accounts.rights import Role
from app.accounts.tables import Event, Mail, MailedLink, User, UserSession

PASSWORD = "a plain sentence of words"


def mailed(session) -> Mail:
    return session.scalars(select(Mail).order_by(Mail.id.desc())).first()


def link_in(mail: Mail) -> str:
    return re.search(r"https?://[^/]+(/account/reset\?token=\S+)", mail.body)[1]


def test_right_password_opens_the_account_and_goes_where_the_reader_wanted(visitor, add_user):
    user = add_user()

    answer = visitor.sign_in(user, next="/datasets?q=flood")

    assert (answer.status_code, answer.headers["location"]) == (303, "/datasets?q=flood")
    assert visitor.look("/account").status_code == 200


def test_visitor_is_sent_from_the_account_to_the_sign_in_and_back(visitor):
    answer = visitor.look("/account")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/account")


def test_wrong_password_and_missing_account_get_the_same_answer(visitor, browser_of, add_user):
    user = add_user()
    other = browser_of()

    wrong = visitor.sign_in(user, password="not this one, surely")
    other.look("/login")
    missing = other.send("/login", email="none@example.org", password="not this one, surely")

    plain = [re.sub(r'value="[^"]*"|next=[^"]*', "", answer.text) for answer in (wrong, missing)]
    assert wrong.status_code == missing.status_code == 403
    assert plain[0] == plain[1]


def test_the_same_work_is_done_whether_or_not_there_is_an_account(visitor, add_user, monkeypatch):
    user = add_user()
    asked: list[object] = []
    is_right = passwords.is_right
    monkeypatch.setattr(passwords, "is_right", lambda *given: asked.append(given) or is_right(*given))

    for email in (user.email, "none@example.org"):
        visitor.look("/login")
        visitor.send("/login", email=email, password="not this one, surely")

    assert len(asked) == 2


def test_closed_account_does_not_open(visitor, add_user, session):
    user = add_user()
    user.is_active = False
    session.commit()

    assert visitor.sign_in(user).status_code == 403


def test_closing_an_account_ends_what_is_open(visitor, add_user, session):
    user = add_user()
    visitor.sign_in(user)
    session.execute(update(User).values(is_active=False))
    session.commit()

    assert visitor.look("/account").status_code == 303


def test_signing_in_again_ends_the_session_before_and_gives_another(visitor, browser_of, add_user):
    user = add_user()
    visitor.sign_in(user)
    before = visitor.client.cookies["session"]
    copy = browser_of()
    copy.client.cookies.set("session", before)

    visitor.look("/account")
    visitor.send("/login", email=user.email, password=PASSWORD)

    assert visitor.client.cookies["session"] != before
    assert visitor.look("/account").status_code == 200
    assert copy.look("/account").status_code == 303


def test_session_that_somebody_else_planted_is_not_taken_over(visitor, add_user):
    user = add_user()
    visitor.client.cookies.set("session", "planted")

    visitor.sign_in(user)

    assert "planted" not in [cookie.value for cookie in visitor.client.cookies.jar if cookie.domain]


def test_session_cookie_is_out_of_reach_for_scripts_and_foreign_forms(visitor, add_user):
    answer = visitor.sign_in(add_user())

    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_only_digests_of_sessions_are_stored(visitor, add_user, session):
    visitor.sign_in(add_user())

    secret = visitor.client.cookies["session"]

    assert secret.encode() not in session.scalar(select(UserSession.digest))


def test_signing_out_ends_the_session_itself(visitor, browser_of, add_user):
    visitor.sign_in(add_user())
    copy = browser_of()
    copy.client.cookies.set("session", visitor.client.cookies["session"])
    visitor.look("/account")

    answer = visitor.send("/logout")

    assert answer.headers["location"] == "/"
    assert copy.look("/account").status_code == 303


@pytest.mark.parametrize("column", [UserSession.expires, UserSession.used])
def test_session_runs_out(visitor, add_user, session, column):
    visitor.sign_in(add_user())
    session.execute(update(UserSession).values({column: func.now() - signing.HOUR * 24 * 40}))
    session.commit()

    assert visitor.look("/account").status_code == 303


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%0d\nSet-Cookie:a",
        "javascript:alert(1)",
        "\\\\evil",
    ],
)
def test_nobody_is_led_to_another_place_after_signing_in(visitor, add_user, place):
    assert visitor.sign_in(add_user(), next=place).headers["location"] == "/account"


@pytest.mark.parametrize("path", ["/login", "/login?next=/datasets", "/account/reset"])
def test_pages_with_forms_are_kept_by_no_cache(visitor, path):
    headers = visitor.look(path).headers

    assert headers["cache-control"] == "no-store"
    assert "unsafe" not in headers["content-security-policy"]


def test_ten_thousand_attempts_cost_no_more_than_the_limit(visitor, add_user, monkeypatch):
    user = add_user()
    asked: list[object] = []
    monkeypatch.setattr(passwords, "is_right", lambda *given: bool(asked.append(given)))
    visitor.look("/login")

    answers = [
        visitor.send("/login", email=user.email, password=f"attempt number {number}").status_code
        for number in range(60)
    ]

    assert answers == [403] * 10 + [429] * 50
    assert len(asked) == 10


def test_one_place_is_stopped_across_many_accounts(visitor, monkeypatch):
    monkeypatch.setattr(passwords, "is_right", lambda *_: False)
    visitor.look("/login")

    answers = [
        visitor.send("/login", email=f"person{number}@example.org", password="the same for all").status_code
        for number in range(35)
    ]

    assert answers == [403] * 30 + [429] * 5


def test_whoever_is_stopped_learns_for_how_long(visitor, add_user, monkeypatch):
    user = add_user()
    monkeypatch.setattr(passwords, "is_right", lambda *_: False)
    visitor.look("/login")
    for _ in range(10):
        visitor.send("/login", email=user.email, password="wrong")

    answer = visitor.send("/login", email=user.email, password="wrong")

    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert "Wait 15 minutes" in answer.text


def test_right_password_begins_the_count_anew(visitor, add_user):
    user = add_user()
    for _ in range(3):
        visitor.look("/login")
        for _ in range(6):
            visitor.send("/login", email=user.email, password="wrong")
        assert visitor.sign_in(user).status_code == 303
        visitor.client.cookies.clear()


def test_failed_attempts_are_written_down_for_the_owner(visitor, add_user, session):
    user = add_user()
    visitor.sign_in(user, password="not this one, surely")

    assert session.scalars(select(Event.kind).where(Event.user_id == user.id)).all() == ["refused"]


def test_password_made_at_another_cost_is_hashed_anew(visitor, add_user, session):
    user = add_user()
    user.password = passwords.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    session.commit()

    visitor.sign_in(user)

    session.refresh(user)
    assert "m=32768,t=3" in user.password


def test_second_factor_stands_between_the_password_and_everything_else(visitor, add_user):
    user = add_user(role=Role.ADMIN, totp=pyotp.random_base32())
    visitor.look("/login")

    answer = visitor.send("/login", email=user.email, password=PASSWORD, next="/datasets")

    assert answer.headers["location"] == "/login/code?next=/datasets"
    assert visitor.look("/account").headers["location"] == "/login/code?next=/account"
    assert visitor.look("/account/second-factor").status_code == 303


def test_code_opens_and_is_taken_only_once(visitor, browser_of, add_user):
    user = add_user(role=Role.ADMIN, totp=pyotp.random_base32())
    code = pyotp.TOTP(user.totp).now()
    other = browser_of()
    for browser in (visitor, other):
        browser.look("/login")
        browser.send("/login", email=user.email, password=PASSWORD)
        browser.look("/login/code")

    first, second = (browser.send("/login/code", code=code) for browser in (visitor, other))

    assert (first.status_code, second.status_code) == (303, 403)
    assert visitor.look("/account").status_code == 200


def test_codes_cannot_be_guessed(visitor, add_user):
    user = add_user(totp=pyotp.random_base32())
    visitor.look("/login")
    visitor.send("/login", email=user.email, password=PASSWORD)
    visitor.look("/login/code")

    answers = [visitor.send("/login/code", code="000000").status_code for _ in range(8)]

    assert answers == [403] * 6 + [429] * 2


def test_editor_without_second_factor_must_set_one_up_first(visitor, add_user):
    user = add_user(role=Role.EDITOR)

    answer = visitor.sign_in(user)

    assert answer.headers["location"] == "/account/second-factor?next=/account"
    assert visitor.look("/account").headers["location"] == "/account/second-factor?next=/account"


def test_mailed_link_sets_a_new_password_once_and_ends_all_sessions(visitor, browser_of, add_user, session):
    user = add_user()
    visitor.sign_in(user)
    other = browser_of()
    other.look("/account/reset")
    other.send("/account/reset", email="ADA@example.org")
    way = link_in(mailed(session))

    other.look(way)
    token = other.hidden("token")
    first = other.send("/account/reset/choose", token=token, password="another sentence of words")
    again = other.send("/account/reset/choose", token=token, password="a third sentence of words")

    assert first.headers["location"] == "/login?done=password"
    assert again.status_code == 403
    assert visitor.look("/account").status_code == 303
    assert browser_of().sign_in(user, "another sentence of words").status_code == 303


def test_mailed_link_opens_an_account_for_who_has_none(visitor, session):
    visitor.look("/account/reset")
    visitor.send("/account/reset", email="new@example.org")
    visitor.look(link_in(mailed(session)))

    answer = visitor.send(
        "/account/reset/choose", token=visitor.hidden("token"), name="New", password="a sentence of words"
    )

    user = session.scalars(select(User)).one()
    assert answer.status_code == 303
    assert (user.email, user.name, user.role) == ("new@example.org", "New", "contributor")


def test_asking_for_a_link_tells_nobody_who_has_an_account(visitor, add_user):
    add_user()
    texts = []
    for email in ("ada@example.org", "eva@example.org"):
        visitor.look("/account/reset")
        texts.append(visitor.send("/account/reset", email=email).text.replace(email, ""))

    assert texts[0] == texts[1]


def test_weak_password_leaves_the_mailed_link_valid(visitor, add_user, session):
    add_user()
    visitor.look("/account/reset")
    visitor.send("/account/reset", email="ada@example.org")
    visitor.look(link_in(mailed(session)))
    token = visitor.hidden("token")

    weak = visitor.send("/account/reset/choose", token=token, password="short")
    good = visitor.send("/account/reset/choose", token=token, password="a sentence of words")

    assert weak.status_code == 400
    assert "12 to 200 characters" in weak.text
    assert good.status_code == 303


def test_mailed_link_runs_out(visitor, add_user, session):
    add_user()
    visitor.look("/account/reset")
    visitor.send("/account/reset", email="ada@example.org")
    session.execute(update(MailedLink).values(expires=func.now() - signing.HOUR))
    session.commit()

    assert visitor.look(link_in(mailed(session))).status_code == 403


def test_only_a_few_mails_go_to_one_address(visitor, session):
    for _ in range(5):
        visitor.look("/account/reset")
        answer = visitor.send("/account/reset", email="ada@example.org")

    assert answer.status_code == 429
    assert session.scalar(select(func.count()).select_from(Mail)) == 3


def test_link_in_a_mail_leads_to_the_address_of_the_settings_whatever_host_was_named(visitor, session):
    visitor.client.headers["host"] = "evil.example"
    visitor.sent_from = {"origin": "http://evil.example"}
    visitor.look("/account/reset")
    visitor.send("/account/reset", email="ada@example.org")

    assert "evil" not in mailed(session).body


def test_what_is_typed_comes_back_as_text(visitor):
    visitor.look("/login")

    answer = visitor.send("/login", email='"><script>alert(1)</script>', password="wrong")

    assert "<script>alert" not in answer.text
