"""The pages and the interface of imports, for reviewers only."""

import json

import pytest

from app.accounts import tokens
from app.accounts.rights import Role
from app.accounts.tables import User
from app.curation.imports import changes
from app.curation.imports.tables import Import
from tests.curation.conftest import draft


def _send(browser, name="a.jsonl", content=None):
    content = content if content is not None else json.dumps(draft("<b>Alpha</b>")).encode()
    browser.look("/curation/imports")
    return browser.client.post(
        "/curation/imports",
        data={"form_token": browser.hidden("form_token")},
        files={"file": (name, content)},
        headers=browser.sent_from,
    )


def _work(session):
    one = session.query(Import).one()
    changes.cut(session, number=str(one.id))
    changes.draft(session, number=str(one.id))
    session.commit()
    return one


def test_a_file_is_taken_in_and_its_report_shown(session, reviewer, browser_of):
    browser = browser_of(reviewer)

    answer = _send(browser)
    waiting = browser.look(answer.headers["location"]).text
    _work(session)
    done = browser.look(answer.headers["location"]).text

    assert answer.status_code == 303
    assert "waits for a worker" in waiting and 'hx-trigger="every 2s"' in waiting
    assert "1 record was looked at" in done and "hx-trigger" not in done
    assert "&lt;b&gt;Alpha&lt;/b&gt;" in done and "<b>Alpha</b>" not in done
    assert browser.look(answer.headers["location"] + "?outcome=new").status_code == 200


def test_the_drafts_are_submitted_by_one_button(session, reviewer, browser_of):
    browser = browser_of(reviewer)
    place = _send(browser).headers["location"]
    one = _work(session)
    browser.look(place)

    browser.send(f"{place}/submit")
    session.expire_all()
    changes.hand_in(session, number=str(one.id))
    session.commit()

    assert "now submitted" in browser.look(place).text


def test_an_empty_file_is_refused_on_the_page(session, reviewer, browser_of):
    answer = _send(browser_of(reviewer), content=b"")

    assert answer.status_code == 400 and "The file is empty" in answer.text


def test_the_report_comes_as_a_file(session, reviewer, browser_of):
    browser = browser_of(reviewer)
    place = _send(browser).headers["location"]
    _work(session)

    answer = browser.look(f"{place}/report.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert "a.jsonl" in answer.text


@pytest.mark.parametrize(
    "path", ["/curation/imports", "/curation/imports/0b0e3c3e-0000-4000-8000-000000000000"]
)
def test_imports_are_for_reviewers(session, submitter, browser_of, path):
    assert browser_of(None).look(path).status_code == 303
    assert browser_of(submitter).look(path).status_code == 403


def test_an_unknown_import_is_not_there(session, reviewer, browser_of):
    assert (
        browser_of(reviewer).look("/curation/imports/0b0e3c3e-0000-4000-8000-000000000000").status_code == 404
    )


def test_a_file_without_the_token_of_the_form_is_refused(session, reviewer, browser_of):
    browser = browser_of(reviewer)

    answer = browser.client.post("/curation/imports", files={"file": ("a", b"{}")}, headers=browser.sent_from)

    assert answer.status_code == 403


@pytest.fixture
def bearer(session):
    """Headers with a token of somebody, good for all that their role allows."""

    def make(actor):
        user = session.get_one(User, actor.user_id)
        token = tokens.create_token(session, user, name="t", scopes=tokens.scopes_for(actor.role), days=7)
        session.commit()
        return {"Authorization": f"Bearer {token}"}

    return make


def test_programs_import_with_a_token(client, session, person, bearer):
    headers = bearer(person(Role.REVIEWER))

    begun = client.post(
        "/api/imports?name=a.jsonl", content=json.dumps(draft("Alpha")).encode(), headers=headers
    )
    _work(session)
    state = client.get(begun.headers["location"], headers=headers).json()
    lines = client.get(state["lines"], headers=headers).json()["lines"]

    assert begun.status_code == 202 and state["state"] == "done" and state["counts"]["new"] == 1
    assert lines[0]["outcome"] == "new" and lines[0]["state"] == "draft"
    assert client.post(f"{begun.headers['location']}/submit", headers=headers).status_code == 202


def test_contributors_have_no_imports(client, submitter, bearer):
    headers = bearer(submitter)

    assert client.post("/api/imports", content=b"{}", headers=headers).status_code == 403
