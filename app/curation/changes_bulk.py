"""A change of many records: one revision each, held together by a change set and decided together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.accounts import mails
from app.base.errors import AppError, Invalid, NotFound
from app.base.language import _
from app.curation import bulk, changes, standing
from app.curation.actors import Actor
from app.curation.bulk import Change
from app.curation.tables import Revision

MOST = 200
"""Records in one change set: as many as are examined and published within a few seconds."""


@dataclass(frozen=True)
class Refused:
    """A record that was left out, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Outcome:
    """How many were dealt with, and which were not."""

    done: int
    refused: tuple[Refused, ...] = ()


def send(session: Session, actor: Actor, change: Change, slugs: Sequence[str]) -> tuple[UUID, Outcome]:
    """Submit the change for each record that it changes.

    Raises:
        Invalid: too many records, or none that it changes.
    """
    if len(slugs) > MOST:
        raise Invalid(_("At most %(most)s records are changed together. Choose fewer.", most=MOST))
    set_, refused, done = uuid4(), [], 0
    for slug in dict.fromkeys(slugs):
        why = _attempt(session, lambda slug=slug: _submit(session, actor, change, slug, set_))  # type: ignore[misc]
        if why is None:
            done += 1
        elif why:
            refused.append(Refused(slug, why))
    if not done:
        told = f" {refused[0].name}: {refused[0].why}" if refused else ""
        raise Invalid(_("This changes none of the records.%(told)s", told=told))
    return set_, Outcome(done, tuple(refused))


class _Same(AppError):
    """The change makes no difference to the record."""


def _submit(session: Session, actor: Actor, change: Change, slug: str, set_: UUID) -> None:
    now = standing.of_slug(session, slug)
    applied = bulk.apply(change, now.record)
    if not applied.changes:
        raise _Same("")
    begun = changes.begin(
        session, actor, draft=applied.draft, slug=now.slug, kind="bulk", change_set=set_
    ).revision
    changes.submit(session, begun.id, actor, lock=begun.lock)


def _attempt(session: Session, work: Callable[[], object]) -> str | None:
    """Do one thing as a whole or not at all; None when it was done, else why not."""
    try:
        with session.begin_nested():
            work()
    except AppError as error:
        return error.message
    return None


def publish(session: Session, actor: Actor, chosen: Iterable[tuple[UUID, int]]) -> Outcome:
    """Accept and publish revisions of a change set; `chosen` are their numbers with the locks seen."""

    def work(number: UUID, lock: int) -> Revision:
        accepted = changes.accept(session, number, actor, lock=lock)
        return changes.publish(session, number, actor, lock=accepted.lock)

    return _each(session, chosen, work)


def reject(session: Session, actor: Actor, chosen: Iterable[tuple[UUID, int]], reason: str) -> Outcome:
    """Turn down revisions of a change set."""
    return _each(
        session, chosen, lambda number, lock: changes.reject(session, number, actor, lock=lock, reason=reason)
    )


def _each(
    session: Session, chosen: Iterable[tuple[UUID, int]], work: Callable[[UUID, int], Revision]
) -> Outcome:
    done, refused = [], []
    for number, lock in chosen:
        why = _attempt(session, lambda number=number, lock=lock: done.append(work(number, lock)))  # type: ignore[misc]
        if why is not None:
            revision = session.get(Revision, number)
            refused.append(Refused(revision.name if revision else str(number), why))
    return Outcome(len(done), tuple(refused))


def tell(session: Session, actor: Actor, set_: UUID, revisions: Sequence[Revision], outcome: Outcome) -> None:
    """Mail the submitter once what became of a change set."""
    first = next((one for one in revisions if one.submitter_email), None)
    if first is None or first.submitter_id == actor.user_id or not outcome.done:
        return
    mails.post(
        session,
        first.submitter_email,
        "curation/mails/change_set.txt",
        address=actor.address,
        done=outcome.done,
        total=len(revisions),
        link=f"{actor.address}/curation/change-sets/{set_}",
    )


def existing(session: Session, slugs: Iterable[str]) -> list[standing.Standing]:
    """The published records among some slugs, in their order.

    Raises:
        NotFound: there is none of this name.
    """
    found = []
    for slug in dict.fromkeys(slugs):
        try:
            found.append(standing.of_slug(session, slug))
        except NotFound:
            raise NotFound(
                _("There is no dataset “%(slug)s”. Remove it from the selection.", slug=slug)
            ) from None
    return found
