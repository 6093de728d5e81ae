"""Where visitors and programs see the state of a link."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.links import changes, queries
from app.links.probe import Outcome
from app.links.states import WORST_FIRST, State
from app.links.tables import Link, LinkCheck
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


def row_of(page: str, slug: str = "one") -> str:
    return page.split(f'id="row-{slug}"')[1].split("</article>")[0]


def test_list_says_nothing_of_links_that_nobody_looked_at(client, watched):
    watched()

    assert 'class="state' not in row_of(client.get("/datasets").text)


@pytest.mark.parametrize(
    ("state", "kind", "word"),
    [
        (State.OK, "good", "answered"),
        (State.MOVED, "good", "answered, moved"),
        (State.AUTH, "", "sign in there"),
        (State.NOT_FOUND, "bad", "not found"),
        (State.TIMEOUT, "bad", "timed out"),
        (State.CHECKSUM, "warn", "content changed"),
    ],
)
def test_list_shows_the_state_of_a_dataset_in_its_word(client, fail, state, kind, word):
    fail(state)

    row = row_of(client.get("/datasets").text)

    assert f'<span class="state {kind}"><span class="hidden-label">Links: </span>' in row
    assert f"</svg>{word}</span>" in row


def test_list_shows_a_new_state_at_once_to_pages_and_parts_of_them(client, session, fail):
    link = fail(State.GONE)
    first = client.get("/datasets")
    assert "removed" in row_of(first.text)
    assert "etag" not in first.headers

    changes.note(session, link, Outcome(State.OK), MONDAY + timedelta(days=3))

    for headers in ({}, {"HX-Request": "true"}):
        row = row_of(client.get("/datasets", headers=headers).text)
        assert "answered" in row
        assert "removed" not in row


@pytest.fixture
def told(session: Session, add_dataset):
    """Publishes a record with addresses that are shown in given states, and asks what the record comes to."""

    def tell(states: dict[str, State], **record) -> State | None:
        add_dataset("one", **record)
        changes.collect(session)
        for link in session.scalars(select(Link)):
            session.add(LinkCheck(link_id=link.id, state=states[link.host], seconds=0.1))
            link.shown = states[link.host]
        session.flush()
        return queries.of_slugs(session, ["one", "two"]).get("one")

    return tell


@pytest.mark.parametrize(
    ("one", "other", "all_"),
    [
        (State.OK, State.MOVED, State.MOVED),
        (State.OK, State.GONE, State.GONE),
        (State.SIZE, State.TIMEOUT, State.TIMEOUT),
        (State.AUTH, State.UNKNOWN, State.AUTH),
        (State.OK, State.UNKNOWN, None),
        (State.ROBOTS, State.ROBOTS, None),
    ],
)
def test_several_addresses_come_to_the_worst_and_to_nothing_where_one_is_open(told, one, other, all_):
    places = ("https://a.example.org/1.zip", "https://b.example.org/2.zip")

    assert told({"a.example.org": one, "b.example.org": other}, urls={"download": places}) == all_


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ({"data_doi": "10.5281/zenodo.1", "urls": {"download": ("https://a.example.org/1.zip",)}}, State.OK),
        ({"data_doi": "10.5281/zenodo.1", "urls": {"home": "https://b.example.org/"}}, State.AUTH),
        ({"urls": {"home": "https://b.example.org/", "code": "https://c.example.org/"}}, State.TIMEOUT),
        ({"urls": {"code": "https://c.example.org/"}}, None),
    ],
)
def test_the_most_direct_way_to_the_data_counts_and_code_never(told, record, state):
    states = {
        "a.example.org": State.OK,
        "doi.org": State.AUTH,
        "b.example.org": State.TIMEOUT,
        "c.example.org": State.GONE,
    }

    assert told(states, **record) == state


def test_every_state_has_its_place_from_the_worst_to_the_best():
    assert sorted(WORST_FIRST) == sorted(State)
