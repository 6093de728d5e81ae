"""The audit of a revision: one row a step, and a chain in which every change shows."""

import pytest
from sqlalchemy import delete, update

from app.curation import audit, changes
from app.curation.tables import AuditEntry, Revision
from tests.curation.conftest import draft


@pytest.fixture
def done(session, published):
    revision = published()
    session.commit()
    return revision.id


def test_every_step_says_who_what_why_and_what_the_checks_said(session, submitted, reviewer):
    revision = submitted()
    changes.return_(session, revision.id, reviewer, lock=revision.lock, reason="Which crops?")

    begin, submit, returned = audit.read(session, revision.id)

    assert (begin.action, begin.from_state, begin.to_state) == ("begin", None, "draft")
    assert (submit.actor_name, submit.checks["score_after"]) == ("Ada", revision.score_after)
    assert (returned.actor_name, returned.actor_role, returned.reason) == ("Rosa", "reviewer", "Which crops?")
    assert (returned.from_state, returned.to_state, returned.lock) == ("submitted", "returned", revision.lock)
    assert returned.record_digest == audit.record_digest(revision.record)


def test_the_chain_of_a_published_revision_is_whole_and_so_is_that_of_the_one_before(
    session, add_dataset, published
):
    add_dataset("spring")
    second = published("spring", **draft("Spring"))
    third = published("spring", year=2001)

    for revision in (second, third):
        assert audit.verify(session, revision.id)
    assert [one.action for one in audit.read(session, second.id)][-1] == "supersede"


@pytest.mark.parametrize(
    "values",
    [
        {"reason": "Another one."},
        {"actor_name": "Mallory"},
        {"checks": {"findings": []}},
        {"record_digest": b"x"},
        {"position": 99},
        {"to_state": "rejected"},
        {"actor_id": None},
    ],
)
def test_a_changed_row_breaks_the_chain(session, done, values):
    third = AuditEntry.revision_id == done, AuditEntry.position == 3

    session.execute(update(AuditEntry).where(*third).values(values))

    assert not audit.verify(session, done)


@pytest.mark.parametrize("position", [1, 2, 4])
def test_a_row_taken_out_breaks_the_chain_at_its_end_too(session, done, position):
    gone = AuditEntry.revision_id == done, AuditEntry.position == position

    session.execute(delete(AuditEntry).where(*gone))

    assert not audit.verify(session, done)


def test_a_row_written_anew_with_its_own_digest_does_not_fit_the_next(session, done):
    second = audit.read(session, done)[1]
    second.reason = "Another one."
    second.digest = audit.digest_of(second)
    session.flush()

    assert not audit.verify(session, done)


def test_a_revision_without_any_row_is_not_whole(session, done):
    session.execute(delete(AuditEntry))
    session.execute(update(Revision).values(audit_head=None))

    assert not audit.verify(session, done)
