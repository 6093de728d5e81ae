"""Questions about revisions: one, the queue, a thread, the history of a dataset."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.changes import email_key
from app.accounts.rights import Action, Reach, Role, State, reach
from app.base.errors import NotFound
from app.base.language import _
from app.catalogue.tables import Dataset, SlugRedirect, Tombstone
from app.curation import audit as audits
from app.curation.actors import Actor, can
from app.curation.holding import NOT_THERE
from app.curation.tables import AuditEntry, Comment, Revision
from app.curation.workflow import IN_REVIEW, ONCE_PUBLISHED, OPEN

Sort = Literal["oldest", "newest", "changed"]
PAGE = 25
LONGEST_PAGE = 200

# By what the queue is sorted, and whether downwards; a draft that was never submitted counts from its begin.
_WAITING: ColumnElement[datetime] = func.coalesce(Revision.submitted, Revision.created)
SORTS: dict[Sort, tuple[Any, bool]] = {
    "oldest": (_WAITING, False),
    "newest": (_WAITING, True),
    "changed": (Revision.changed, True),
}


@dataclass(frozen=True)
class QueueQuery:
    """What of the queue is asked for; `after` is the moment and number of the last one seen.

    `assigned_id` 0 stands for nobody; `own_by` asks for what somebody submitted or wrote in. `text` is looked
    for in names, slugs and submitters; `waiting_since` keeps those that came no later.
    """

    states: tuple[State, ...] = IN_REVIEW
    kind: str | None = None
    assigned_id: int | None = None
    submitter_id: int | None = None
    own_by: int | None = None
    dataset_uuid: UUID | None = None
    change_set: UUID | None = None
    text: str = ""
    waiting_since: datetime | None = None
    sort: Sort = "oldest"
    after: tuple[datetime, UUID] | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class Page:
    """One page of revisions, how many there are in all, and where the next page begins."""

    revisions: tuple[Revision, ...]
    total: int
    following: tuple[datetime, UUID] | None = None


def get(session: Session, number: UUID, actor: Actor) -> Revision:
    """One revision.

    Raises:
        NotFound: there is none, or not for this actor; nobody learns which.
    """
    revision = session.get(Revision, number)
    if revision is None or not can(actor, revision, Action.VIEW):
        raise NotFound(_(NOT_THERE))
    return revision


def queue(session: Session, query: QueueQuery) -> Page:
    """The revisions that fit a query; who may see the queue is for the caller to ask."""
    conditions = _conditions(query)
    total = session.scalar(select(func.count()).select_from(Revision).where(*conditions)) or 0
    moment, is_falling = SORTS[query.sort]
    asked = select(Revision).where(*conditions)
    if query.after is not None:
        last, number = query.after
        beyond = moment < last if is_falling else moment > last
        asked = asked.where(or_(beyond, and_(moment == last, Revision.id > number)))
    limit = max(1, min(query.limit, LONGEST_PAGE))
    order = moment.desc() if is_falling else moment
    found = list(session.scalars(asked.order_by(order, Revision.id).limit(limit + 1)))
    page = found[:limit]
    following = (_moment_of(page[-1], query.sort), page[-1].id) if len(found) > limit else None
    return Page(tuple(page), total, following)


def _moment_of(revision: Revision, sort: Sort) -> datetime:
    return revision.changed if sort == "changed" else revision.submitted or revision.created


def _conditions(query: QueueQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Revision.state.in_([str(state) for state in query.states])]
    exact = {
        Revision.kind: query.kind,
        Revision.submitter_id: query.submitter_id,
        Revision.dataset_uuid: query.dataset_uuid,
        Revision.change_set: query.change_set,
    }
    conditions += [column == value for column, value in exact.items() if value is not None]
    if query.assigned_id is not None:
        conditions.append(Revision.assigned_id.is_not_distinct_from(query.assigned_id or None))
    if query.waiting_since is not None:
        conditions.append(query.waiting_since >= _WAITING)
    if query.own_by is not None:
        is_writer = Revision.writers.contains([query.own_by])
        conditions.append(or_(Revision.submitter_id == query.own_by, is_writer))
    if query.text.strip():
        fields = (Revision.name, Revision.slug, Revision.submitter_name)
        conditions.append(or_(*(field.icontains(query.text.strip(), autoescape=True) for field in fields)))
    return conditions


def count_states(session: Session) -> dict[State, int]:
    """How many revisions there are in each state that has any."""
    rows = session.execute(select(Revision.state, func.count()).group_by(Revision.state))
    return {State(state): count for state, count in rows}


def thread(session: Session, number: UUID) -> list[Comment]:
    """The remarks about a revision, the first one first."""
    return list(session.scalars(select(Comment).where(Comment.revision_id == number).order_by(Comment.id)))


def audit(session: Session, number: UUID) -> list[AuditEntry]:
    """The steps of a revision, the first one first."""
    return audits.read(session, number)


def versions(session: Session, slug: str) -> list[Revision]:
    """Every state of a dataset that was ever published and kept, the newest first; none while it was never
    curated. Old slugs and those of withdrawn datasets work, too."""
    return versions_of(session, _uuid_of(slug))


def versions_of(session: Session, dataset_uuid: Any) -> list[Revision]:
    """The same, by the identifier of the dataset."""
    asked = select(Revision).where(
        Revision.dataset_uuid == dataset_uuid,
        Revision.state.in_([str(state) for state in ONCE_PUBLISHED]),
        Revision.number.is_not(None),
    )
    return list(session.scalars(asked.order_by(Revision.number.desc())))


def _uuid_of(slug: str) -> Any:
    parts: Sequence[Select[Any]] = (
        select(Dataset.uuid).where(Dataset.slug == slug),
        select(SlugRedirect.dataset_uuid).where(SlugRedirect.slug == slug),
        select(Tombstone.dataset_uuid).where(Tombstone.slug == slug),
    )
    return func.coalesce(*(part.scalar_subquery() for part in parts))


def own(
    session: Session, actor: Actor, states: tuple[State, ...] = tuple(State), *, limit: int = LONGEST_PAGE
) -> list[Revision]:
    """What an actor submitted or wrote in, the last one changed first; a visitor has no list."""
    if actor.user_id is None:
        return []
    is_mine = [Revision.submitter_id == actor.user_id, Revision.writers.contains([actor.user_id])]
    if actor.email:
        address = func.lower(Revision.submitter_email) == email_key(actor.email)
        is_mine.append(and_(address, Revision.submitter_id.is_(None), Revision.confirmed.is_not(None)))
    asked = select(Revision).where(or_(*is_mine), Revision.state.in_([str(state) for state in states]))
    return list(session.scalars(asked.order_by(Revision.changed.desc(), Revision.id).limit(limit)))


def own_drafts(session: Session, actor: Actor) -> list[Revision]:
    """What an actor has begun, or got back, and not submitted."""
    return own(session, actor, (State.DRAFT, State.RETURNED))


def open_for(session: Session, dataset_uuid: UUID) -> list[Revision]:
    """What is under way for a dataset, the oldest first; drafts of others are among them."""
    asked = select(Revision).where(
        Revision.dataset_uuid == dataset_uuid, Revision.state.in_([str(state) for state in OPEN])
    )
    return list(session.scalars(asked.order_by(Revision.created, Revision.id)))


def open_to(actor: Actor, states: Iterable[State]) -> tuple[State, ...]:
    """Those of some states in which an actor may see everybody's revisions; drafts are their authors'."""
    return tuple(state for state in states if reach(actor.role, state, Action.VIEW) is Reach.ANY)


def sees_queue(actor: Actor) -> bool:
    """Whether the queue is open to an actor."""
    return actor.role.is_at_least(Role.REVIEWER)
