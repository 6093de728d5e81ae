"""Where visitors and programs see the state of a link."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.links import changes
from app.links.probe import Outcome
from app.links.states import State
from app.links.tables import Link
from tests.links.conftest import MONDAY


@pytest.fixture
def fail(session: Session, watched):
    """Lets a link fail on two days after a success."""

    def happen(state: State):
        link = watched()
        changes.note(session, link, Outcome(State.OK), MONDAY)
        for day in (1, 2):
            changes.note(session, link, Outcome(state, note="<b>noted</b>"), MONDAY + timedelta(days=day))
        session.expire_all()
        return link

    return happen


def test_page_says_that_nobody_looked_yet_and_shows_nothing_green(client, watched):
    watched()

    page = client.get("/datasets/one").text

    assert "not checked yet" in page
    assert 'class="state good"' not in page


def test_page_shows_a_success_with_its_day(client, session, watched):
    changes.note(session, watched(), Outcome(State.OK), MONDAY)

    page = client.get("/datasets/one").text

    assert 'class="state good"' in page
    assert "2026-03-02T12:00:00" in page


@pytest.mark.parametrize(
    ("state", "word", "kind"),
    [
        (State.NOT_FOUND, "not found", "bad"),
        (State.AUTH, "sign in there", ""),
        (State.SIZE, "size changed", "warn"),
    ],
)
def test_page_shows_a_failure_with_the_last_success(client, fail, state, word, kind):
    fail(state)

    page = client.get("/datasets/one").text

    assert f'class="state {kind}"' in page
    assert word in page
    assert "last answered 2 Mar" in page
    assert "<b>noted" not in page


def test_page_offers_the_mirror_of_a_dead_link(client, session, fail):
    link = fail(State.GONE)
    changes.add_mirror(session, link.address, "https://mirror.example.com/file.zip")
    assert "mirror.example.com" not in client.get("/datasets/one").text

    mirrored = select(Link).where(Link.address == "https://mirror.example.com/file.zip")
    other = session.scalars(mirrored).one()
    changes.note(session, other, Outcome(State.OK), MONDAY)
    session.expire_all()

    assert 'href="https://mirror.example.com/file.zip"' in client.get("/datasets/one").text


def test_bucket_is_not_checked(client, add_dataset):
    add_dataset("one", urls={"download": ("s3://bucket/key",)})

    assert "not checked" in client.get("/datasets/one").text


def test_programs_read_the_state_and_never_keep_an_old_one(client, session, fail):
    before = client.get("/api/datasets/one")
    assert before.status_code == 404

    link = fail(State.GONE)
    answer = client.get("/api/datasets/one")
    (told,) = answer.json()["availability"]

    assert told == {
        "field": "urls.download",
        "address": link.address,
        "state": "gone",
        "checked": "2026-03-04T12:00:00+00:00",
        "last_success": "2026-03-02T12:00:00+00:00",
        "failing_since": "2026-03-03T12:00:00+00:00",
        "moved_to": None,
        "mirrors": [],
    }
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/api/datasets/one", headers=tag).status_code == 304
    changes.note(session, link, Outcome(State.OK), MONDAY + timedelta(days=3))
    session.expire_all()
    assert client.get("/api/datasets/one", headers=tag).json()["availability"][0]["state"] == "ok"
