"""What is done to revisions. Every change locks the row, looks at rights and state, and writes an audit row.

Like all writes these flush and never commit: a change and its audit stand or fall together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.opaque import new_secret
from app.accounts.rights import Action, State
from app.base.errors import Invalid
from app.base.language import _
from app.curation import audit, drafts, examining, mailing, standing, telling
from app.curation.accepting import accept as accept
from app.curation.actors import Actor as Actor
from app.curation.beginning import Start, begin_all, put
from app.curation.checks import Unready as Unready
from app.curation.holding import Conflicting as Conflicting
from app.curation.holding import Stale as Stale
from app.curation.holding import hold, take_step, touch
from app.curation.mailing import checked_address as checked_address
from app.curation.publishing import publish as publish
from app.curation.restoring import restore as restore
from app.curation.tables import Comment, Revision
from app.curation.tombstones import withdraw_dataset as withdraw_dataset

LONGEST_PATH = 200


@dataclass(frozen=True)
class Begun:
    """A new draft; `secret` opens it for the visitor who began it, and is stored nowhere."""

    revision: Revision
    secret: str


def begin(
    session: Session,
    actor: Actor,
    *,
    draft: Mapping[str, Any] | None = None,
    slug: str | None = None,
    kind: str = "suggestion",
    change_set: UUID | None = None,
    secret: str | None = None,
) -> Begun:
    """Begin a draft: of a new dataset, or of a change to the one with this slug.

    Args:
        kind: how it came about, such as "suggestion", "import" or "bulk"; people filter by it.
        change_set: what it belongs to, where several are reviewed together.
        secret: for a visitor's link; None makes one.
    Raises:
        NotFound: there is no dataset with this slug.
        Invalid: the draft holds what no record can hold.
    """
    base = standing.of_slug(session, slug) if slug else None
    start = Start(draft if draft is not None else base.record if base else {}, base)
    secret = "" if actor.user_id is not None else secret or new_secret()
    (revision,) = begin_all(session, actor, [start], kind=kind, change_set=change_set, secret=secret)
    return Begun(revision, secret)


def save(session: Session, number: UUID, actor: Actor, draft: Mapping[str, Any], *, lock: int) -> Revision:
    """Keep another state of a draft; a reviewer may put a submission right by this, which is written down.

    Raises:
        Stale: it was changed since; the error holds the current state.
    """
    revision = hold(session, number, actor, Action.EDIT, lock=lock)
    record = drafts.checked(draft, revision.dataset_uuid, revision.record)
    put(revision, record)
    # What the visitor confirms by the mailed link must be what was submitted.
    revision.confirm_digest = None
    touch(revision)
    if revision.state == State.SUBMITTED:
        examining.examine(session, revision)
        audit.append(session, revision, actor, str(Action.EDIT), before=revision.state)
    else:
        _note_writer(revision, actor)
    session.flush()
    return revision


def _note_writer(revision: Revision, actor: Actor) -> None:
    """Whoever writes in a draft, or hands it in, does not approve it later."""
    if actor.user_id is not None and actor.user_id not in (revision.submitter_id, *revision.writers):
        revision.writers = [*revision.writers, actor.user_id]


def name_submitter(session: Session, number: UUID, actor: Actor, *, name: str, email: str) -> Revision:
    """Note who a visitor is, and where mails about the suggestion go; only the visitor can."""
    revision = hold(session, number, actor, Action.EDIT, lock=None)
    if revision.submitter_id is not None or not actor.secret:
        raise Invalid(_("Somebody with an account is known by that; change it there."))
    address = mailing.checked_address(email)
    if address != revision.submitter_email:
        revision.confirmed = revision.confirm_digest = None
    revision.submitter_name = drafts.checked_text(name)[: drafts.LONGEST_NAME]
    revision.submitter_email = address
    session.flush()
    return revision


def submit(session: Session, number: UUID, actor: Actor, *, lock: int, note: str = "") -> Revision:
    """Hand a draft in. What a visitor submits stays a draft until the link mailed to them is opened.

    Raises:
        Unready: the checks found errors; they say what to mend.
        Stale: it was changed since.
    """
    revision = hold(session, number, actor, Action.SUBMIT, lock=lock)
    errors = examining.examine(session, revision).errors
    if errors:
        raise Unready(errors)
    if note.strip():
        remark(session, revision, actor, note)
    if revision.submitter_id is None and revision.confirmed is None and actor.user_id is None:
        mailing.ask_to_confirm(session, revision, actor)
        touch(revision)
        session.flush()
        return revision
    return _hand_in(session, revision, actor, note)


def _hand_in(session: Session, revision: Revision, actor: Actor, note: str = "") -> Revision:
    _note_writer(revision, actor)
    revision.submitted = datetime.now(UTC)
    revision.confirm_digest = revision.confirm_until = None
    telling.of_step(session, revision, actor, "submitted", note)
    return take_step(session, revision, actor, Action.SUBMIT, reason=note.strip())


def confirm(session: Session, secret: str) -> Revision:
    """Submit what a visitor handed in, now that they have opened the link mailed to them.

    Raises:
        NotFound: the link is not ours, has run out, or the draft was changed since.
    """
    revision = mailing.confirmed_by(session, secret)
    actor = Actor(name=revision.submitter_name, email=revision.submitter_email, secret=secret)
    return _hand_in(session, revision, actor)


def comment(
    session: Session, number: UUID, actor: Actor, text: str, *, path: str = "", is_told: bool = True
) -> Comment:
    """Add a remark to the thread, about one fact where `path` names it.

    Args:
        is_told: whether the other side gets a mail; not where a decision follows that is told anyway.
    """
    revision = hold(session, number, actor, Action.COMMENT, lock=None)
    if not text.strip():
        raise Invalid(_("The remark is empty."))
    added = remark(session, revision, actor, text, path)
    if is_told:
        telling.of_remark(session, revision, actor, added)
    return added


def remark(session: Session, revision: Revision, actor: Actor, text: str, path: str = "") -> Comment:
    """Add to the thread of a revision that the caller has locked, or has just begun."""
    row = Comment(
        revision_id=revision.id,
        author_id=actor.user_id,
        author_name=actor.name or revision.submitter_name,
        author_role=str(actor.role),
        path=drafts.checked_text(path)[:LONGEST_PATH],
        text=drafts.checked_text(text),
    )
    session.add(row)
    session.flush()
    return row


def assign(session: Session, number: UUID, actor: Actor, assignee_id: int | None, *, lock: int) -> Revision:
    """Say who looks after a revision; None for nobody."""
    revision = hold(session, number, actor, Action.ASSIGN, lock=lock)
    mailing.check_reviewer(session, assignee_id)
    revision.assigned_id = assignee_id
    telling.of_step(session, revision, actor, "assigned")
    return take_step(session, revision, actor, Action.ASSIGN)


def take_over(session: Session, number: UUID, actor: Actor, *, lock: int) -> Revision:
    """Look after a revision oneself, in order to edit it."""
    hold(session, number, actor, Action.EDIT, lock=lock)
    return assign(session, number, actor, actor.user_id, lock=lock)


def return_(session: Session, number: UUID, actor: Actor, *, lock: int, reason: str) -> Revision:
    """Give a submission back with what is to be mended."""
    return _decide(session, number, actor, Action.RETURN, lock, reason)


def reject(session: Session, number: UUID, actor: Actor, *, lock: int, reason: str) -> Revision:
    """Turn a submission down for good."""
    return _decide(session, number, actor, Action.REJECT, lock, reason)


def _decide(session: Session, number: UUID, actor: Actor, action: Action, lock: int, reason: str) -> Revision:
    revision = hold(session, number, actor, action, lock=lock)
    if not reason.strip():
        raise Invalid(_("Say why, so that the submitter can mend it."))
    revision.reason = drafts.checked_text(reason)
    revision.decided, revision.publish_at = datetime.now(UTC), None
    remark(session, revision, actor, reason)
    take_step(session, revision, actor, action, reason=revision.reason)
    mailing.tell_submitter(session, revision, actor, str(action))
    return revision


def withdraw(session: Session, number: UUID, actor: Actor, *, lock: int, reason: str = "") -> Revision:
    """Take a revision back before it is published; `withdraw_dataset` is for what is published."""
    revision = hold(session, number, actor, Action.WITHDRAW, lock=lock)
    if revision.state == State.PUBLISHED:
        raise Invalid(_("It is published. Withdraw the dataset instead."))
    revision.reason = drafts.checked_text(reason)
    revision.publish_at = revision.confirm_digest = None
    telling.of_step(session, revision, actor, "withdrawn", revision.reason)
    return take_step(session, revision, actor, Action.WITHDRAW, reason=revision.reason)
