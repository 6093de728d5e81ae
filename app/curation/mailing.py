"""Mails about revisions: to confirm an address, and to tell a submitter what became of a submission."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import mails
from app.accounts.changes import checked_email
from app.accounts.opaque import digest, new_secret
from app.accounts.rights import Role
from app.accounts.tables import User
from app.base.errors import Invalid, NotFound
from app.base.language import _, language, speaking
from app.curation.actors import Actor
from app.curation.tables import Revision

CONFIRM_WITHIN = timedelta(days=7)
TOLD_TOGETHER = frozenset({"accept", "publish"})
"""What the submitter of a change set hears once about all of its revisions."""


def checked_address(email: str) -> str:
    """An e-mail address without the blanks around it.

    Raises:
        Invalid: no e-mail address.
    """
    return checked_email(email)


def ask_to_confirm(session: Session, revision: Revision, actor: Actor) -> None:
    """Mail a visitor the link that puts their suggestion into the queue, and keeps it open to them."""
    if not revision.submitter_email:
        raise Invalid(_("Give an e-mail address: a link is mailed to it, which sends the suggestion off."))
    secret = new_secret()
    revision.confirm_digest = revision.mailed_digest = digest(secret)
    revision.confirm_until = datetime.now(UTC) + CONFIRM_WITHIN
    post_to_submitter(
        session,
        revision,
        "curation/mails/confirm.txt",
        address=actor.address,
        name=revision.name,
        link=f"{actor.address}/suggest/confirm?secret={secret}",
        days=CONFIRM_WITHIN.days,
    )


def confirmed_by(session: Session, secret: str) -> Revision:
    """Lock the revision whose visitor opened the mailed link, and note that the address is theirs.

    Raises:
        NotFound: no submission waits for this link.
    """
    waits = (Revision.confirm_digest == digest(secret), Revision.confirm_until > func.now())
    revision = session.scalar(select(Revision).where(*waits).with_for_update())
    if revision is None:
        raise NotFound(
            _("This link ran out, was used, or the suggestion was changed since. Submit it again.")
        )
    revision.confirmed = datetime.now(UTC)
    return revision


def tell_submitter(session: Session, revision: Revision, actor: Actor, what: str) -> None:
    """Tell a submitter that a submission was returned, rejected, accepted or published."""
    if not revision.submitter_email or revision.submitter_id == actor.user_id:
        return
    if revision.change_set is not None and what in TOLD_TOGETHER:
        return
    link = submitter_link(revision, actor)
    post_to_submitter(
        session,
        revision,
        "curation/mails/decided.txt",
        address=actor.address,
        what=what,
        name=revision.name,
        reason=revision.reason,
        link=link,
        page=f"{actor.address}/datasets/{revision.slug}",
    )
    session.flush()


def post_to_submitter(session: Session, revision: Revision, template: str, **context: Any) -> None:
    """Mail a submitter in the language of their account, else in the one in which they began."""
    with speaking(revision.submitter_language or language()):
        mails.post(session, revision.submitter_email, template, **context)


def submitter_link(revision: Revision, actor: Actor) -> str:
    """The way to a revision for its submitter; a visitor's holds a new secret, which the revision notes."""
    if revision.submitter_id is not None:
        return f"{actor.address}/curation/revisions/{revision.id}"
    secret = new_secret()
    revision.mailed_digest = digest(secret)
    return f"{actor.address}/suggest/{revision.id}?secret={secret}"


def check_reviewer(session: Session, user_id: int | None) -> None:
    """See that revisions are assigned to people who can review them.

    Raises:
        Invalid: the account does not exist, is closed, or has a lesser role.
    """
    if user_id is None:
        return
    user = session.get(User, user_id)
    if user is None or not user.is_active or not Role(user.role).is_at_least(Role.REVIEWER):
        raise Invalid(_("Choose somebody who is a reviewer, an editor or an admin."))
