"""From a draft to a published state: what each step does, and what stops it."""

from sqlalchemy import select

from app.accounts.rights import State
from app.catalogue.search import get_record
from app.catalogue.tables import Dataset, DatasetQuality
from app.curation import audit, changes, queries
from app.curation.queries import QueueQuery
from tests.curation.conftest import draft


def test_a_draft_goes_all_the_way_and_is_found_in_the_catalogue(session, submitter, reviewer):
    begun = changes.begin(session, submitter, draft={"name": "Fields"})
    revision = changes.save(session, begun.revision.id, submitter, draft(), lock=begun.revision.lock)
    revision = changes.submit(session, revision.id, submitter, lock=revision.lock)
    waiting = queries.queue(session, QueueQuery())
    revision = changes.accept(session, revision.id, reviewer, lock=revision.lock)
    revision = changes.publish(session, revision.id, reviewer, lock=revision.lock)

    assert [one.id for one in waiting.revisions] == [revision.id]
    assert (revision.state, revision.number, revision.slug) == (State.PUBLISHED, 1, "fields-of-spring")
    assert get_record(session, "fields-of-spring").record.name == "Fields of Spring"
    assert [one.action for one in audit.read(session, revision.id)] == [
        "begin",
        "submit",
        "accept",
        "publish",
    ]
    assert audit.verify(session, revision.id)


def test_a_change_to_a_bundled_dataset_keeps_the_bundled_state_as_number_one(
    session, add_dataset, published, reviewer
):
    add_dataset("spring", year=2019)

    revision = published("spring", **draft("Spring"))

    states = queries.versions(session, "spring")
    assert [(one.number, one.state, one.kind) for one in states] == [
        (2, "published", "suggestion"),
        (1, "superseded", "bundled"),
    ]
    assert states[1].record["year"] == 2019
    row = session.scalar(select(Dataset).where(Dataset.slug == "spring"))
    assert row.revision == 2
    assert row.record == revision.record
    mark = session.get(DatasetQuality, row.id)
    assert (mark.reviewed_number, mark.reviewer) == (2, "Rosa")


def test_accepted_facts_are_credited_to_the_reader_and_checked_by_the_reviewer_today(
    session, add_dataset, published
):
    add_dataset("spring", year=2019, provenance={"year": {"sources": ["paper"]}})

    revision = published("spring", **draft("Spring", year=2020))

    today = revision.decided.date().isoformat()
    assert revision.record["provenance"]["year"] == {"sources": ["suggestion"], "checked_on": today}
