"""From a draft to a published state: what each step does, and what stops it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.rights import Role, State
from app.accounts.tables import Mail
from app.base.errors import Conflict, Forbidden, Invalid, TooLarge
from app.catalogue.search import get_record
from app.catalogue.tables import Dataset, DatasetQuality
from app.curation import audit, changes, queries
from app.curation.actors import Actor
from app.curation.holding import Orphaned
from app.curation.merging import differences
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


def test_a_stale_change_is_refused_with_the_current_state_which_outlives_the_transaction(
    session, submitter, editor
):
    revision = changes.begin(session, submitter, draft=draft()).revision
    changes.save(session, revision.id, editor, draft(year=2020), lock=1)
    session.commit()

    with pytest.raises(changes.Stale) as refused:
        changes.save(session, revision.id, submitter, draft(year=2021), lock=1)
    session.rollback()

    assert (refused.value.status, refused.value.current.lock) == (412, 2)
    assert refused.value.current.record["year"] == 2020


def test_nobody_approves_what_they_submitted_unless_there_is_one_curator(session, submitted, reviewer):
    revision = submitted(None, reviewer)

    with pytest.raises(Forbidden, match="themselves"):
        changes.accept(session, revision.id, reviewer, lock=revision.lock)
    alone = replace(reviewer, is_one_curator=True)

    assert changes.accept(session, revision.id, alone, lock=revision.lock).state == State.ACCEPTED


def test_who_handed_something_in_is_told_why_they_cannot_change_it_now(session, submitted, submitter):
    revision = submitted()

    with pytest.raises(Forbidden, match="with the reviewers now"):
        changes.save(session, revision.id, submitter, revision.record, lock=revision.lock)


def test_who_wrote_in_a_draft_or_handed_it_in_does_not_approve_it(session, submitter, editor, person):
    other = person(Role.EDITOR, "Otto")
    revision = changes.begin(session, submitter, draft=draft()).revision
    revision = changes.save(session, revision.id, editor, draft(year=2020), lock=revision.lock)
    revision = changes.submit(session, revision.id, other, lock=revision.lock)

    for writer in (editor, other):
        with pytest.raises(Forbidden):
            changes.accept(session, revision.id, writer, lock=revision.lock)


def test_a_reviewer_may_put_a_submission_right_and_the_audit_says_so(session, submitted, reviewer):
    revision = submitted()

    revision = changes.save(
        session, revision.id, reviewer, {**revision.record, "year": 2020}, lock=revision.lock
    )
    accepted = changes.accept(session, revision.id, reviewer, lock=revision.lock)

    entries = audit.read(session, revision.id)
    assert [(one.action, one.actor_name) for one in entries[-2:]] == [("edit", "Rosa"), ("accept", "Rosa")]
    assert entries[-2].record_digest != entries[-3].record_digest
    assert accepted.record["year"] == 2020


def test_a_part_is_accepted_and_the_rest_becomes_a_remark(session, add_dataset, submitted, reviewer):
    add_dataset("spring", **{**draft("Spring"), "year": 2019})
    revision = submitted("spring", year=2020, title="A better title", publisher="Somebody")

    changes.accept(session, revision.id, reviewer, lock=revision.lock, take={"year"})
    revision = changes.publish(session, revision.id, reviewer, lock=revision.lock)

    assert (revision.record["year"], revision.record.get("title")) == (2020, None)
    (remark,) = queries.thread(session, revision.id)
    assert "title: A better title" in remark.text
    assert "publisher: Somebody" in remark.text
    assert "year" not in remark.text


def test_a_new_dataset_keeps_its_name_and_slug_whatever_part_is_taken(session, submitted, reviewer):
    revision = submitted()

    changes.accept(session, revision.id, reviewer, lock=revision.lock, take={"description"})

    assert {"name", "slug", "kind", "description"} <= set(revision.record)
    assert "year" not in revision.record


def test_a_source_that_the_draft_names_is_kept_and_a_forged_day_is_not(
    session, add_dataset, submitted, reviewer
):
    add_dataset("spring", **draft("Spring"), provenance={"year": {"sources": ["paper"]}})
    entry = {"sources": ["repo"], "how": "stated", "checked_on": "1999-01-01", "note": "Table 2"}
    sources = {"year": {"sources": ["paper"]}, "title": entry}
    revision = submitted("spring", title="A title", provenance=sources)

    revision = changes.accept(session, revision.id, reviewer, lock=revision.lock)

    today = revision.decided.date().isoformat()
    known = revision.record["provenance"]
    assert known["title"] == {"sources": ["repo"], "checked_on": today, "note": "Table 2"}
    assert known["year"] == {"sources": ["paper"]}


def test_what_curators_state_themselves_is_credited_to_them(
    session, add_dataset, submitted, reviewer, editor
):
    add_dataset("spring", **draft("Spring"))
    revision = submitted("spring", reviewer, title="A title")

    revision = changes.accept(session, revision.id, editor, lock=revision.lock)

    assert revision.record["provenance"]["title"]["sources"] == ["asserted"]


def test_two_changes_of_one_record_come_together(session, add_dataset, submitted, reviewer):
    add_dataset("spring", **draft("Spring"))
    first, second = submitted("spring", title="A title"), submitted("spring", publisher="Somebody")

    for revision in (first, second):
        revision = changes.accept(session, revision.id, reviewer, lock=revision.lock)
        changes.publish(session, revision.id, reviewer, lock=revision.lock)

    record = get_record(session, "spring").record
    assert (record.title, record.publisher) == ("A title", "Somebody")
    assert (first.number, second.number) == (2, 3)


def test_what_somebody_published_between_acceptance_and_publication_is_not_lost(
    session, add_dataset, submitted, published, reviewer
):
    add_dataset("spring", **draft("Spring"))
    late = submitted("spring", title="A title")
    late = changes.accept(session, late.id, reviewer, lock=late.lock)
    published("spring", publisher="Somebody")

    late = changes.publish(session, late.id, reviewer, lock=late.lock)

    assert (late.record["title"], late.record["publisher"], late.number) == ("A title", "Somebody", 3)


def test_a_conflict_after_acceptance_stops_publication_until_it_is_settled(
    session, add_dataset, submitted, published, reviewer
):
    add_dataset("spring", **draft("Spring"))
    late = submitted("spring", title="Mine")
    late = changes.accept(session, late.id, reviewer, lock=late.lock)
    published("spring", title="Theirs")

    with pytest.raises(changes.Conflicting) as refused:
        changes.publish(session, late.id, reviewer, lock=late.lock)
    late = changes.publish(session, late.id, reviewer, lock=late.lock, settle={"title": "ours"})

    assert [one.path for one in refused.value.clashes] == ["title"]
    assert late.record["title"] == "Theirs"


def test_a_change_to_a_dataset_that_was_withdrawn_meanwhile_is_refused(
    session, add_dataset, submitted, reviewer, editor
):
    add_dataset("spring", **draft("Spring"))
    revision = submitted("spring", title="A title")
    changes.withdraw_dataset(session, "spring", editor, "A duplicate.")

    with pytest.raises(Orphaned, match="Restore it first"):
        changes.accept(session, revision.id, reviewer, lock=revision.lock)


def test_two_new_datasets_with_one_slug_are_not_both_published(session, submitted, reviewer):
    first, second = submitted(), submitted()
    changes.accept(session, first.id, reviewer, lock=first.lock)
    changes.accept(session, second.id, reviewer, lock=second.lock)
    changes.publish(session, first.id, reviewer, lock=first.lock)

    with pytest.raises(Conflict, match="slug"):
        changes.publish(session, second.id, reviewer, lock=second.lock)


def test_a_restored_state_goes_the_same_way_and_gets_the_next_number(
    session, add_dataset, published, reviewer, editor
):
    add_dataset("spring", **draft("Spring"), title="First")
    published("spring", title="Second")
    bundled = queries.versions(session, "spring")[-1]

    revision = changes.restore(session, bundled.id, editor)
    revision = changes.submit(session, revision.id, editor, lock=revision.lock)
    revision = changes.accept(session, revision.id, reviewer, lock=revision.lock)
    revision = changes.publish(session, revision.id, reviewer, lock=revision.lock)

    assert (revision.number, revision.record["title"]) == (3, "First")


def test_a_rejected_suggestion_can_be_taken_up_again_and_proposes_the_same(
    session, add_dataset, submitted, reviewer, submitter
):
    add_dataset("spring", **draft("Spring"))
    old = submitted("spring", title="A title")
    changes.reject(session, old.id, reviewer, lock=old.lock, reason="Why?")

    again = changes.restore(session, old.id, submitter)

    assert differences(again.base, again.record) == differences(old.base, old.record)


def test_errors_stop_a_submission_and_leave_the_draft(session, submitter):
    revision = changes.begin(session, submitter, draft={"name": "Fields", "year": "soon"}).revision
    session.commit()

    with pytest.raises(changes.Unready) as refused:
        changes.submit(session, revision.id, submitter, lock=revision.lock)
    session.rollback()

    assert "year" in {one.path for one in refused.value.findings}
    assert queries.get(session, revision.id, submitter).state == State.DRAFT


def test_the_slug_follows_the_name_until_somebody_chooses_one(session, submitter):
    revision = changes.begin(session, submitter, draft={"name": "Feldgrenzen Île-de-France"}).revision
    first = revision.slug
    revision = changes.save(session, revision.id, submitter, {**revision.record, "name": "Fields"}, lock=1)
    second = revision.slug
    chosen = {**revision.record, "slug": "my-fields"}
    revision = changes.save(session, revision.id, submitter, chosen, lock=2)
    revision = changes.save(session, revision.id, submitter, {**revision.record, "name": "Crops"}, lock=3)

    assert (first, second, revision.slug) == ("feldgrenzen-ile-de-france", "fields", "my-fields")


def test_only_reviewers_are_given_revisions_to_look_after(session, submitted, submitter, reviewer):
    revision = submitted()

    with pytest.raises(Invalid, match="reviewer"):
        changes.assign(session, revision.id, reviewer, submitter.user_id, lock=revision.lock)
    revision = changes.take_over(session, revision.id, reviewer, lock=revision.lock)

    assert revision.assigned_id == reviewer.user_id


def test_the_submitter_hears_of_a_decision_by_mail_with_a_link_that_opens_it(session, visitor, reviewer):
    begun = changes.begin(session, visitor, draft=draft())
    vera = replace(visitor, secret=begun.secret)
    changes.submit(session, begun.revision.id, vera, lock=begun.revision.lock)
    first = session.scalar(select(Mail).order_by(Mail.id))
    revision = changes.confirm(session, first.body.partition("secret=")[2].split()[0])

    changes.return_(session, revision.id, reviewer, lock=revision.lock, reason="Which crops?")

    mail = session.scalar(select(Mail).order_by(Mail.id.desc()))
    assert mail.recipient == "vera@example.org"
    assert "Which crops?" in mail.body
    secret = mail.body.partition("secret=")[2].split()[0]
    assert queries.get(session, revision.id, Actor(secret=secret)).state == State.RETURNED
    again = changes.save(session, revision.id, Actor(secret=secret), draft(year=2020), lock=revision.lock)
    again = changes.submit(session, again.id, Actor(secret=secret), lock=again.lock)
    assert again.state == State.SUBMITTED


@pytest.mark.parametrize(
    "broken", [{"name": "a\x00b"}, {"name": "\ud800"}, {"year": float("nan")}, {"year": 10**30}]
)
def test_what_no_record_can_hold_is_refused(session, submitter, broken):
    with pytest.raises(Invalid):
        changes.begin(session, submitter, draft=broken)


def test_a_draft_of_any_depth_and_size_is_refused_without_a_fault(session, submitter):
    deep: object = 1
    for _level in range(100):
        deep = [deep]

    with pytest.raises(Invalid, match="nested"):
        changes.begin(session, submitter, draft={"name": deep})
    with pytest.raises(TooLarge):
        changes.begin(session, submitter, draft={"notes": ["x" * 1000] * 3000})
