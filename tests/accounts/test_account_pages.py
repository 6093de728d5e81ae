"""One's own account: sessions, password, tokens and second factor."""

import re

import pyotp
import pytest
from sqlalchemy import func, select

from app.accounts import sessions, signing
from app.accounts.rights import Role
from app.accounts.tables import ApiToken, Mail, RecoveryCode, UserSession

PASSWORD = "a plain sentence of words"
NEW = "another sentence of words"


@pytest.fixture
def owner(visitor, add_user):
    """A browser signed in as Ada, on the page of the account."""
    visitor.sign_in(add_user())
    visitor.look("/account")
    return visitor


def key_on(page: str) -> str:
    return re.search(r'<code class="key-text">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")


def set_up(browser) -> list[str]:
    """Set up a second factor and return the recovery codes."""
    browser.look("/account/second-factor")
    code = pyotp.TOTP(key_on(browser.page)).now()
    answer = browser.send("/account/second-factor", signed=browser.hidden("signed"), code=code)
    assert answer.status_code == 200
    return re.findall(r"<li><code>([a-z2-7-]+)</code></li>", answer.text)


def test_name_changes_and_is_shown_as_text(owner):
    owner.send("/account/name", name="<b>Ada</b> & Co")

    page = owner.look("/account").text

    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; Co" in page
    assert "<b>Ada" not in page


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_name_that_cannot_be_is_told_at_its_field(owner, name):
    answer = owner.send("/account/name", name=name)

    assert answer.status_code == 400
    assert 'aria-describedby="name-error"' in answer.text


def test_another_password_ends_other_sessions_and_renews_this_one(owner, browser_of, add_user):
    other = browser_of()
    other.client.cookies.set("session", owner.client.cookies["session"])
    before = owner.client.cookies["session"]

    answer = owner.send("/account/password", old=PASSWORD, new=NEW)

    assert answer.headers["location"] == "/account?done=password#done"
    assert owner.client.cookies["session"] != before
    assert owner.look("/account").status_code == 200
    assert other.look("/account").status_code == 303


def test_password_does_not_change_without_the_old_one(owner):
    assert owner.send("/account/password", old="not this one, surely", new=NEW).status_code == 403


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaa", "ada@example.org", "x" * 201])
def test_weak_password_is_refused(owner, weak):
    assert owner.send("/account/password", old=PASSWORD, new=weak).status_code in (400, 403)


def test_change_of_the_password_is_mailed_to_its_owner(owner, session):
    owner.send("/account/password", old=PASSWORD, new=NEW)

    assert "password of your account was changed" in session.scalars(select(Mail.body)).one()


def test_sessions_are_listed_and_ended_one_by_one(owner, browser_of, add_user, session):
    other = browser_of()
    other.client.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    other.look("/login")
    other.send("/login", email="ada@example.org", password=PASSWORD)
    number = session.scalar(select(func.max(UserSession.id)))

    assert "Firefox on Linux" in owner.look("/account").text
    owner.send("/account/sessions/end", number=number)

    assert other.look("/account").status_code == 303
    assert owner.look("/account").status_code == 200


def test_all_other_sessions_end_at_once(owner, browser_of):
    others = [browser_of() for _ in range(2)]
    for other in others:
        other.look("/login")
        other.send("/login", email="ada@example.org", password=PASSWORD)

    owner.send("/account/sessions/end-others")

    assert [other.look("/account").status_code for other in others] == [303, 303]
    assert owner.look("/account").status_code == 200


def test_nobody_ends_the_sessions_or_tokens_of_somebody_else(owner, browser_of, add_user, session):
    add_user("eva@example.org")
    eva = browser_of()
    eva.look("/login")
    eva.send("/login", email="eva@example.org", password=PASSWORD)
    eva.look("/account")
    eva.send("/account/tokens", name="hers", days="30", scope="read")

    owner.send("/account/sessions/end", number=session.scalar(select(func.max(UserSession.id))))
    owner.send("/account/tokens/revoke", number=session.scalar(select(func.max(ApiToken.id))))

    assert eva.look("/account").status_code == 200
    assert session.scalar(select(func.count()).select_from(ApiToken)) == 1


def test_another_role_asks_for_another_sign_in(owner, session, add_user):
    user = session.scalars(select(sessions.User)).one()

    signing.changes.set_role(session, user, Role.REVIEWER)
    session.commit()

    assert owner.look("/account").status_code == 303


def test_token_is_shown_once_and_stored_as_a_digest(owner, session):
    answer = owner.send("/account/tokens", name="for my script", days="30", scope="read")
    token = re.search(r'id="new-token">([^<]+)<', answer.text)[1]

    assert token.startswith("eocat_")
    assert token not in owner.look("/account").text
    assert "for my script" in owner.page
    assert token.encode() not in session.scalar(select(ApiToken.digest))


def test_token_does_not_open_more_than_the_role_of_its_owner(owner):
    answer = owner.send("/account/tokens", name="too much", days="30", scope="publish")

    assert answer.status_code == 400
    assert 'value="publish"' not in owner.look("/account").text


def test_token_needs_a_scope_a_name_and_a_known_life(owner):
    for fields in ({"name": "n", "days": "30"}, {"name": " ", "days": "30", "scope": "read"}):
        assert owner.send("/account/tokens", **fields).status_code == 400
    assert owner.send("/account/tokens", name="n", days="31", scope="read").status_code == 400


def test_second_factor_is_set_up_with_a_picture_a_key_and_recovery_codes(owner, session):
    codes = set_up(owner)

    assert len(set(codes)) == 10
    assert not {code.encode() for code in codes} & set(session.scalars(select(RecoveryCode.digest)))
    assert "recovery codes left: 10" in owner.look("/account").text


def test_picture_of_the_key_needs_no_inline_style(owner):
    page = owner.look("/account/second-factor").text

    assert "<svg" in page
    assert "style=" not in page


def test_wrong_code_sets_up_nothing_and_keeps_the_key(owner):
    owner.look("/account/second-factor")
    key = key_on(owner.page)

    answer = owner.send("/account/second-factor", signed=owner.hidden("signed"), code="000000")

    assert answer.status_code == 403
    assert key_on(answer.text) == key


def test_key_that_the_page_did_not_show_to_this_user_is_refused(owner):
    owner.look("/account/second-factor")

    assert owner.send("/account/second-factor", signed="forged.key.here", code="000000").status_code == 400


def test_recovery_code_stands_in_once(owner, browser_of):
    code = set_up(owner)[0]
    answers = []
    for _ in range(2):
        lost = browser_of()
        lost.look("/login")
        lost.send("/login", email="ada@example.org", password=PASSWORD)
        lost.look("/login/code")
        answers.append(lost.send("/login/code", code=f" {code.upper()} ").status_code)

    assert answers == [303, 403]


def test_second_factor_is_removed_with_the_password_and_everybody_is_signed_out(owner):
    set_up(owner)
    owner.look("/account")

    wrong = owner.send("/account/second-factor/remove", password="not this one, surely")
    owner.look("/account")
    right = owner.send("/account/second-factor/remove", password=PASSWORD)

    assert (wrong.status_code, right.headers["location"]) == (403, "/login?done=factor")
    assert owner.look("/account").status_code == 303


def test_second_factor_that_is_there_cannot_be_replaced_without_removing_it(owner):
    set_up(owner)

    assert owner.look("/account/second-factor").status_code == 403


def test_editor_who_sets_up_a_second_factor_comes_in(visitor, add_user):
    visitor.sign_in(add_user(role=Role.EDITOR))

    set_up(visitor)

    assert visitor.look("/account").status_code == 200
