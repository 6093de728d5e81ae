"""Mails about what was said and done in a review: to the submitter, and to whoever looks after the revision.

Nobody hears of what they did themselves, and a lively thread does not become a mail a line.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import mails
from app.accounts.tables import User
from app.curation import mailing
from app.curation.actors import Actor, is_own
from app.curation.tables import Comment, Revision

QUIET = timedelta(minutes=10)
"""For so long after a remark, further ones of the same person are read without a mail."""
TEMPLATE = "curation/mails/review.txt"


def of_remark(session: Session, revision: Revision, actor: Actor, remark: Comment) -> None:
    """Tell the other side what somebody said."""
    if _spoke_lately(session, remark):
        return
    if not is_own(actor, revision) and revision.submitter_email:
        link = mailing.submitter_link(revision, actor)
        context = _context(revision, actor, "remark", link, remark.text)
        mailing.post_to_submitter(session, revision, TEMPLATE, **context)
    _tell_assigned(session, revision, actor, "remark", remark.text)
    session.flush()


def _spoke_lately(session: Session, remark: Comment) -> bool:
    asked = select(func.count()).where(
        Comment.revision_id == remark.revision_id,
        Comment.author_name == remark.author_name,
        Comment.author_id.is_not_distinct_from(remark.author_id),
        Comment.id < remark.id,
        Comment.created > datetime.now(UTC) - QUIET,
    )
    return bool(session.scalar(asked))


def of_step(session: Session, revision: Revision, actor: Actor, what: str, words: str = "") -> None:
    """Tell whoever looks after a revision that it was given to them, handed in again, or taken back."""
    _tell_assigned(session, revision, actor, what, words)


def _tell_assigned(session: Session, revision: Revision, actor: Actor, what: str, words: str) -> None:
    if revision.assigned_id is None or revision.assigned_id == actor.user_id:
        return
    user = session.get(User, revision.assigned_id)
    if user is not None and user.is_active:
        link = f"{actor.address}/curation/revisions/{revision.id}"
        mails.post(session, user.email, TEMPLATE, **_context(revision, actor, what, link, words))


def _context(revision: Revision, actor: Actor, what: str, link: str, words: str) -> dict[str, str]:
    who = actor.name or revision.submitter_name
    return {"what": what, "name": revision.name, "who": who, "words": words.strip(), "link": link}
