"""What the queue shows, in which order and to whom."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.accounts.rights import Role, State
from app.base.errors import NotFound
from app.curation import changes, queries
from app.curation.actors import Actor
from app.curation.queries import QueueQuery
from tests.curation.conftest import draft


@pytest.fixture
def three(session, submitted):
    """Three submissions, the first one waiting longest."""
    made = [submitted(name=name) for name in ("Alpha fields", "Beta fields", "Gamma meadows")]
    for hours, revision in zip((3, 2, 1), made, strict=True):
        revision.submitted = datetime.now(UTC) - timedelta(hours=hours)
    session.flush()
    return made


def names(page):
    return [one.name.split()[0] for one in page.revisions]


def test_who_waits_longest_comes_first_unless_asked_otherwise(session, three):
    assert names(queries.queue(session, QueueQuery())) == ["Alpha", "Beta", "Gamma"]
    assert names(queries.queue(session, QueueQuery(sort="newest"))) == ["Gamma", "Beta", "Alpha"]


@pytest.mark.parametrize("sort", ["oldest", "newest", "changed"])
def test_pages_follow_each_other_without_gap_or_repetition(session, three, sort):
    seen, after = [], None
    for _page in range(4):
        page = queries.queue(session, QueueQuery(sort=sort, limit=1, after=after))
        seen += names(page)
        after = page.following
        assert page.total == 3
        if after is None:
            break

    assert sorted(seen) == ["Alpha", "Beta", "Gamma"]


def test_the_queue_is_narrowed_by_state_words_and_assignment(session, three, reviewer):
    changes.return_(session, three[0].id, reviewer, lock=three[0].lock, reason="Why?")
    changes.assign(session, three[1].id, reviewer, reviewer.user_id, lock=three[1].lock)

    assert names(queries.queue(session, QueueQuery(states=(State.RETURNED,)))) == ["Alpha"]
    assert names(queries.queue(session, QueueQuery(text="MEADOW"))) == ["Gamma"]
    assert names(queries.queue(session, QueueQuery(text="%"))) == []
    assert names(queries.queue(session, QueueQuery(assigned_id=reviewer.user_id))) == ["Beta"]
    assert names(queries.queue(session, QueueQuery(assigned_id=0))) == ["Alpha", "Gamma"]
    assert queries.count_states(session) == {State.SUBMITTED: 2, State.RETURNED: 1}


def test_drafts_are_not_in_the_queue(session, submitter):
    changes.begin(session, submitter, draft=draft())

    assert queries.queue(session, QueueQuery()).total == 0


def test_a_draft_is_there_for_its_author_alone_and_for_nobody_else_by_any_word(
    session, submitter, reviewer, editor, person
):
    revision = changes.begin(session, submitter, draft=draft()).revision

    assert queries.get(session, revision.id, submitter).id == revision.id
    assert queries.get(session, revision.id, editor).id == revision.id
    for stranger in (reviewer, person(name="Sven"), Actor(), Actor(secret="guessed")):
        with pytest.raises(NotFound, match="not open to you"):
            queries.get(session, revision.id, stranger)
    with pytest.raises(NotFound, match="not open to you"):
        queries.get(session, uuid4(), submitter)


def test_the_secret_of_one_draft_opens_no_other(session, visitor):
    first, second = (changes.begin(session, visitor, draft=draft(name)) for name in ("One", "Two"))

    assert queries.get(session, first.revision.id, Actor(secret=first.secret)).name == "One"
    with pytest.raises(NotFound):
        queries.get(session, second.revision.id, Actor(secret=first.secret))


def test_who_signs_in_later_finds_what_they_confirmed_as_a_visitor(session, visitor, person):
    begun = changes.begin(session, visitor, draft=draft())
    known = Actor(role=Role.CONTRIBUTOR, user_id=person(name="Vera").user_id, email="VERA@example.org")

    before = queries.own(session, known)
    begun.revision.confirmed = datetime.now(UTC)
    session.flush()

    assert before == []
    assert [one.id for one in queries.own(session, known)] == [begun.revision.id]
    assert queries.get(session, begun.revision.id, known).id == begun.revision.id


def test_open_revisions_of_a_dataset_are_found_so_that_a_second_draft_can_be_warned_of(
    session, add_dataset, submitter, submitted
):
    record = add_dataset("spring")
    first = changes.begin(session, submitter, slug="spring").revision
    second = submitted("spring", **draft("Spring"))

    assert [one.id for one in queries.open_for(session, record.uuid)] == [first.id, second.id]


def test_versions_are_those_that_were_published_the_newest_first(session, add_dataset, published, submitted):
    add_dataset("spring")
    published("spring", **draft("Spring"))
    published("spring", year=2001)
    submitted("spring", year=2002)

    assert [(one.number, one.state) for one in queries.versions(session, "spring")] == [
        (3, "published"),
        (2, "superseded"),
        (1, "superseded"),
    ]
    assert queries.versions(session, "nowhere") == []
