"""The page of users: what administrators can do, and what they cannot."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts import sessions
from app.accounts.callers import Caller
from app.accounts.rights import Role
from app.accounts.tables import Event, Mail, User, UserSession

PLACE = "/curation/users"


@pytest.fixture
def admin(person):
    """Somebody who administers."""
    return person(Role.ADMIN, "Alma")


@pytest.fixture
def desk(browser_of, admin, person):
    """The browser of an administrator, who looks at the users; there is somebody else to act on."""
    person(Role.CONTRIBUTOR, "Zoe")
    browser = browser_of(admin)
    browser.look(PLACE)
    return browser


def words(page):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def user(session, actor):
    return session.get(User, actor.user_id, populate_existing=True)


def test_users_are_found_by_name_role_and_account(desk, person):
    person(Role.REVIEWER, "Rosa")
    person(Role.CONTRIBUTOR, "Cara")

    found = {
        asked: sorted(re.findall(r"\b(Alma|Rosa|Cara|Zoe)\b(?=<)", desk.look(f"{PLACE}?{asked}").text))
        for asked in ("q=rosa", "role=contributor", "account=closed", "q=%25")
    }

    assert found == {
        "q=rosa": ["Rosa"],
        "role=contributor": ["Cara", "Zoe"],
        "account=closed": [],
        "q=%25": [],
    }


def test_a_list_longer_than_a_page_goes_on(desk, person):
    for number in range(51):
        person(Role.CONTRIBUTOR, f"u{number:02}")

    first = desk.look(f"{PLACE}?role=contributor").text
    second = desk.look(unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])).text

    names = re.findall(r'scope="row">\s*(u\d\d)', first + second)
    assert names == [f"u{number:02}" for number in range(51)]


def test_a_new_role_is_written_down_mailed_and_asked_for_anew(desk, person, session):
    rosa = person(Role.CONTRIBUTOR, "Rosa")
    sessions.begin(session, user(session, rosa), "complete", Caller("here", "here", "a browser"))

    desk.send(f"{PLACE}/role", number=rosa.user_id, role="reviewer")

    assert user(session, rosa).role == "reviewer"
    assert not session.scalars(select(UserSession).where(UserSession.user_id == rosa.user_id)).all()
    event = session.scalars(select(Event).where(Event.user_id == rosa.user_id)).one()
    assert (event.kind, event.agent) == ("role", "Alma: contributor → reviewer")
    mail = session.scalars(select(Mail)).one()
    assert mail.recipient == rosa.email and "reviewer" in mail.body
    assert "Alma: contributor → reviewer" in words(desk.look(PLACE).text)


def test_an_account_is_closed_and_opened_again(desk, person, session):
    rosa = person(Role.REVIEWER, "Rosa")

    desk.send(f"{PLACE}/close", number=rosa.user_id)
    closed = user(session, rosa).is_active
    desk.send(f"{PLACE}/open", number=rosa.user_id)

    assert (closed, user(session, rosa).is_active) == (False, True)


def test_a_lost_second_factor_is_removed(desk, person, session):
    emil = person(Role.EDITOR, "Emil")
    user(session, emil).totp = "JBSWY3DPEHPK3PXP"
    session.commit()

    desk.send(f"{PLACE}/remove-second-factor", number=emil.user_id)

    assert user(session, emil).totp is None


@pytest.mark.parametrize(("verb", "fields"), [("role", {"role": "reviewer"}), ("close", {})])
def test_nobody_takes_the_role_from_themselves(desk, admin, session, verb, fields):
    answer = desk.send(f"{PLACE}/{verb}", number=admin.user_id, **fields)

    assert answer.status_code == 403
    assert "Ask another administrator" in words(answer.text)
    assert (user(session, admin).role, user(session, admin).is_active) == ("admin", True)


def test_two_administrators_who_demote_each_other_leave_one(desk, browser_of, admin, person, session):
    other = person(Role.ADMIN, "Olga")
    second = browser_of(other)
    second.look(PLACE)

    desk.send(f"{PLACE}/role", number=other.user_id, role="contributor")
    answer = second.send(f"{PLACE}/role", number=admin.user_id, role="contributor")

    assert answer.headers["location"].startswith("/login")
    assert user(session, admin).role == "admin"


@pytest.mark.parametrize("fields", [{"role": "visitor"}, {"role": "king"}, {}])
def test_a_role_that_is_none_is_refused(desk, person, session, fields):
    rosa = person(Role.REVIEWER, "Rosa")

    answer = desk.send(f"{PLACE}/role", number=rosa.user_id, **fields)

    assert answer.status_code == 400
    assert user(session, rosa).role == "reviewer"


@pytest.mark.parametrize("number", ["999999", "one", "-1"])
def test_an_account_that_is_not_there_is_not_found(desk, number):
    assert desk.send(f"{PLACE}/close", number=number).status_code == 404


def test_one_reviewer_alone_is_told_that_nobody_approves_their_own_work(desk, person):
    person(Role.CONTRIBUTOR, "Cara")

    assert "there is only one reviewer" in words(desk.look(PLACE).text)


@pytest.mark.parametrize("asked", ["role=king", "account=somewhere"])
def test_an_unknown_filter_is_refused(desk, asked):
    assert desk.look(f"{PLACE}?{asked}").status_code == 400
