"""A change of many records: previewed, sent as one set, and decided by somebody else."""

import re

import pytest
from sqlalchemy import select

from app.accounts.rights import Role
from app.accounts.tables import Mail
from app.catalogue.search import get_record
from app.curation.tables import Revision

BULK = "/curation/bulk"


@pytest.fixture
def records(add_dataset):
    for number in range(3):
        add_dataset(f"set-{number}", year=2000 + number, tasks=["counting"])
    add_dataset("known", licence={"spdx": "MIT"})


@pytest.fixture
def sender(browser_of, person):
    return browser_of(person(Role.REVIEWER, "Sven"))


@pytest.fixture
def desk(browser_of, reviewer):
    return browser_of(reviewer)


def all_revisions(session):
    return list(session.scalars(select(Revision).where(Revision.kind == "bulk").order_by(Revision.name)))


def licence_to(browser, slugs, step):
    browser.look(f"{BULK}?field=licence.spdx&record=set-0")
    fields = {"field": "licence.spdx", "way": "set", "licence.spdx": "CC-BY-4.0", "from:licence.spdx": "web"}
    return browser.send(BULK, records="\n".join(slugs), step=step, **fields)


@pytest.fixture
def sent(sender, records):
    """The address of a change set of three records."""
    answer = licence_to(sender, ["set-0", "set-1", "set-2", "known"], "send")
    assert answer.status_code == 303
    return answer.headers["location"].partition("?")[0]


def decide(browser, place, step, chosen=(), **fields):
    browser.look(place)
    seen = re.findall(r'name="seen" value="([^"]*)"', browser.page)
    ids = [one.partition(":")[0] for one in seen]
    return browser.send(place, seen=seen, revision=[ids[number] for number in chosen], step=step, **fields)


def test_records_chosen_on_a_list_come_to_the_form(desk, records):
    page = desk.look(f"{BULK}?field=licence.spdx&record=set-0&record=set-1").text

    assert "set-0\nset-1" in page and "2 records" in page
    assert 'name="licence.spdx"' in page


def test_a_whole_list_can_be_taken(desk, records):
    page = desk.look(f"{BULK}?field=licence.spdx&list=missing/licence").text

    assert "set-0" in page and "known" not in page.partition("<textarea")[2]


def test_the_preview_shows_every_difference_and_changes_nothing(sender, session, records):
    page = licence_to(sender, ["set-0", "known", "set-1"], "preview").text

    assert page.count("CC-BY-4.0") >= 3
    assert "Send 3 revisions to review" in page and "<del>" in page
    assert all_revisions(session) == []


def test_what_stays_the_same_is_said_and_not_sent(sender, session, records):
    sender.look(f"{BULK}?field=tasks&record=set-0")
    fields = {"field": "tasks", "way": "add", "tasks": "counting", "records": "set-0 set-1"}
    assert "2 stay as they are" in sender.send(BULK, step="preview", **fields).text

    answer = sender.send(BULK, step="send", **fields)
    assert answer.status_code in (400, 403)
    assert all_revisions(session) == []


def test_sending_makes_one_revision_a_record_in_one_set(sent, session):
    revisions = all_revisions(session)

    assert [one.slug for one in revisions] == ["known", "set-0", "set-1", "set-2"]
    assert {one.state for one in revisions} == {"submitted"}
    assert len({one.change_set for one in revisions}) == 1
    assert sent.endswith(str(revisions[0].change_set))


def test_each_revision_leads_to_its_set(sent, desk, session):
    [first, *_] = all_revisions(session)

    assert f'href="{sent}"' in desk.look(f"/curation/revisions/{first.id}").text


def test_nobody_decides_about_their_own_set(sent, sender, session):
    page = sender.look(sent).text
    assert "somebody else decides" in page and "publish-all" not in page

    decide(sender, sent, "publish-all")
    assert {one.state for one in all_revisions(session)} == {"submitted"}


def test_all_are_published_with_one_press_and_one_mail(sent, desk, session):
    answer = decide(desk, sent, "publish-all")

    assert answer.headers["location"] == f"{sent}?done=decided"
    session.expire_all()
    assert {one.state for one in all_revisions(session)} == {"published"}
    assert get_record(session, "set-1").record.licence.spdx == "CC-BY-4.0"
    mails = [one for one in session.scalars(select(Mail)) if one.recipient.startswith("sven@")]
    assert len(mails) == 1 and sent in mails[0].body


def test_some_are_published_and_others_rejected(sent, desk, session):
    decide(desk, sent, "publish", [1])
    decide(desk, sent, "reject", [0], reason="It has another licence.")

    session.expire_all()
    states = {one.slug: one.state for one in all_revisions(session)}
    assert states == {"known": "rejected", "set-0": "published", "set-1": "submitted", "set-2": "submitted"}


def test_rejecting_needs_a_reason_and_a_choice(sent, desk):
    assert "Say why" in decide(desk, sent, "reject", [0]).text
    assert "Choose at least one" in decide(desk, sent, "reject", reason="No.").text


def test_what_somebody_changed_meanwhile_is_left_and_told(sent, desk, browser_of, editor, session):
    desk.look(sent)
    seen = re.findall(r'name="seen" value="([^"]*)"', desk.page)
    other = browser_of(editor)
    decide(other, sent, "reject", [1], reason="No.")
    answer = desk.send(sent, seen=seen, step="publish-all")

    assert answer.status_code == 200
    assert "1 record was left as it is" in answer.text
    session.expire_all()
    assert sorted(one.state for one in all_revisions(session)) == ["published"] * 3 + ["rejected"]


def test_contributors_change_no_records_in_bulk(browser_of, submitter, records):
    assert browser_of(submitter).look(BULK).status_code == 403


def test_a_set_is_closed_to_those_who_may_not_see_it(sent, browser_of, submitter):
    assert browser_of(submitter).look(sent).status_code == 404


@pytest.mark.parametrize("records_", ["", "nowhere", " ".join(f"set-{n}" for n in range(201))])
def test_selections_that_make_no_sense_are_told(sender, session, records, records_):
    assert licence_to(sender, [records_], "send").status_code in (400, 404)
    assert all_revisions(session) == []
