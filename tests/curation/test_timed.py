"""Publication at a set time, and what is computed and forgotten every night."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from app.accounts.rights import State
from app.accounts.tables import User
from app.catalogue.index import CURRENT_VERSION
from app.catalogue.tables import Dataset, DatasetQuality
from app.curation import audit, changes, cleaning, idempotency, queries, rating, timed
from app.curation.idempotency import Answer
from app.curation.tables import IdempotencyKey
from tests.curation.conftest import draft

PAST = datetime.now(UTC) - timedelta(minutes=1)


def waiting(session, kind):
    asked = text("SELECT args FROM procrastinate_jobs WHERE task_name = :kind")
    return [row[0] for row in session.execute(asked, {"kind": kind})]


def test_an_accepted_revision_is_published_once_its_time_has_come(session, submitted, reviewer):
    due, later = submitted(name="Due"), submitted(name="Later")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    changes.accept(session, due.id, reviewer, lock=due.lock, publish_at=PAST)
    changes.accept(session, later.id, reviewer, lock=later.lock, publish_at=tomorrow)

    timed.publish_due(session)
    timed.publish_due(session)
    for arguments in waiting(session, timed.ONE):
        timed.publish_one(session, **arguments)
    timed.publish_one(session, str(later.id))

    assert waiting(session, timed.ONE) == [{"number": str(due.id)}]
    assert (due.state, due.number) == (State.PUBLISHED, 1)
    assert later.state == State.ACCEPTED


def test_what_cannot_be_published_at_its_time_says_so_in_its_thread(
    session, add_dataset, submitted, published, reviewer
):
    add_dataset("spring", year=2019)
    late = submitted("spring", **draft("Spring", year=2020))
    late = changes.accept(session, late.id, reviewer, lock=late.lock, publish_at=PAST)
    published("spring", **draft("Spring", year=2021))

    timed.publish_one(session, str(late.id))
    timed.publish_one(session, str(late.id))

    assert (late.state, late.publish_at) == (State.ACCEPTED, None)
    (remark,) = queries.thread(session, late.id)
    assert "could not be published" in remark.text
    assert "year" in remark.text
    assert session.scalar(select(Dataset.record)).get("year") == 2021


def test_whoever_set_the_time_reads_in_their_language_why_it_was_in_vain(
    session, add_dataset, submitted, published, reviewer
):
    add_dataset("spring", year=2019)
    late = submitted("spring", **draft("Spring", year=2020))
    late = changes.accept(session, late.id, reviewer, lock=late.lock, publish_at=PAST)
    published("spring", **draft("Spring", year=2021))
    session.get_one(User, reviewer.user_id).language = "de"

    timed.publish_one(session, str(late.id))

    (remark,) = queries.thread(session, late.id)
    assert "anders veröffentlicht" in remark.text


def test_every_record_gets_a_level_and_only_what_changed_makes_a_new_version(session, add_dataset):
    for slug in ("one", "two"):
        add_dataset(slug)

    rating.rate_all(session)
    first = session.scalar(select(CURRENT_VERSION))
    rating.rate_all(session)

    levels = session.scalars(select(DatasetQuality)).all()
    assert {one.level for one in levels} <= {"Q0", "Q1"}
    assert all(one.reasons["Q3"] for one in levels)
    assert session.scalar(select(CURRENT_VERSION)) == first


def test_a_nightly_rating_keeps_the_mark_of_the_review(session, published):
    published()
    before = session.scalar(select(DatasetQuality))
    mark = (before.reviewed, before.reviewed_number, before.reviewer)

    rating.rate_all(session)

    session.refresh(before)
    assert (before.reviewed, before.reviewed_number, before.reviewer) == mark
    assert mark[1:] == (1, "Rosa")


def test_the_rating_of_many_goes_on_in_jobs_of_their_own(session, add_dataset, monkeypatch):
    monkeypatch.setattr(rating, "CHUNK", 1)
    for slug in ("one", "two"):
        add_dataset(slug)

    rating.rate_all(session)
    (following,) = waiting(session, rating.KIND)
    rating.rate_all(session, **following)

    assert len(session.scalars(select(DatasetQuality)).all()) == 2


def test_drafts_that_visitors_left_lying_are_put_away_with_who_they_were(session, visitor, submitter):
    old = changes.begin(session, visitor, draft=draft("Old")).revision
    new = changes.begin(session, visitor, draft=draft("New")).revision
    mine = changes.begin(session, submitter, draft=draft("Mine")).revision
    for revision in (old, mine):
        revision.changed = datetime.now(UTC) - cleaning.LEFT_LYING - timedelta(days=1)

    cleaning.clean(session)

    assert (old.state, old.submitter_email, old.secret_digest) == (State.WITHDRAWN, "", None)
    assert (new.state, mine.state) == (State.DRAFT, State.DRAFT)
    assert audit.verify(session, old.id)


def test_answers_that_no_client_repeats_are_forgotten(session):
    def keep(key):
        return idempotency.once(session, "me", key, b"x", lambda: Answer({}))

    keep("old")
    session.get(IdempotencyKey, ("me", "old")).created = datetime.now(UTC) - timedelta(days=3)
    keep("new")

    cleaning.clean(session)

    assert session.scalars(select(IdempotencyKey.key)).all() == ["new"]
