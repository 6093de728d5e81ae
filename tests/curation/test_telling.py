"""Mails about a review: who gets one, and who does not."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.tables import Mail
from app.base.language import speaking
from app.curation import changes
from app.curation.tables import Revision
from tests.curation.conftest import draft


@pytest.fixture
def mails(session):
    """The mails that wait: (recipient, subject), the first one first."""

    def read():
        asked = select(Mail.recipient, Mail.subject).order_by(Mail.id)
        return [tuple(row) for row in session.execute(asked)]

    return read


@pytest.fixture
def assigned(session, submitted, reviewer):
    """A submission that a reviewer looks after."""
    revision = submitted()
    return changes.assign(session, revision.id, reviewer, reviewer.user_id, lock=revision.lock)


def test_who_takes_a_revision_gets_no_mail_and_who_is_given_one_does(
    session, mails, submitted, reviewer, editor
):
    revision = submitted()

    revision = changes.assign(session, revision.id, reviewer, reviewer.user_id, lock=revision.lock)
    changes.assign(session, revision.id, reviewer, editor.user_id, lock=revision.lock)

    assert mails() == [(editor.email, "“Fields of Spring” waits for your review")]


def test_a_remark_of_the_reviewer_reaches_the_submitter(session, mails, assigned, reviewer, submitter):
    changes.comment(session, assigned.id, reviewer, "Which version?")

    mail = session.scalars(select(Mail)).one()
    assert mail.recipient == submitter.email
    assert "Rosa wrote:\n\nWhich version?" in mail.body
    assert f"/curation/revisions/{assigned.id}" in mail.body


def test_a_remark_of_the_submitter_reaches_the_reviewer(mails, session, assigned, reviewer, submitter):
    changes.comment(session, assigned.id, submitter, "The second.")

    assert mails() == [(reviewer.email, "A remark on “Fields of Spring”")]


def test_a_lively_thread_is_one_mail(mails, session, assigned, reviewer):
    for text in ("One", "Two", "Three"):
        changes.comment(session, assigned.id, reviewer, text)

    assert len(mails()) == 1


def test_a_visitor_gets_a_link_that_opens_the_suggestion(session, assigned, reviewer):
    assigned.submitter_id, assigned.submitter_email = None, "vera@example.org"

    changes.comment(session, assigned.id, reviewer, "Which version?")

    mail = session.scalars(select(Mail)).one()
    assert f"/suggest/{assigned.id}?secret=" in mail.body


def test_what_is_handed_in_again_reaches_who_returned_it(session, mails, assigned, reviewer, submitter):
    returned = changes.return_(session, assigned.id, reviewer, lock=assigned.lock, reason="Which version?")

    changes.submit(session, returned.id, submitter, lock=returned.lock)

    assert mails()[-1] == (reviewer.email, "“Fields of Spring” was submitted again")


def test_a_visitor_is_mailed_in_the_language_in_which_they_began(session, visitor, reviewer):
    with speaking("de"):
        begun = changes.begin(session, visitor, draft=draft())
        vera = replace(visitor, secret=begun.secret)
        changes.submit(session, begun.revision.id, vera, lock=begun.revision.lock)
    link = session.scalars(select(Mail.body)).one()
    changes.confirm(session, re.search(r"secret=(\S+)", link)[1])
    revision = session.get_one(Revision, begun.revision.id)

    changes.return_(session, revision.id, reviewer, lock=revision.lock, reason="Which version?")

    told = session.scalars(select(Mail.subject).order_by(Mail.id)).all()[-1]
    assert told == "Der Vorschlag „Fields of Spring“ braucht noch einen Blick"
