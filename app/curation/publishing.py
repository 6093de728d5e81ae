"""Publication: an accepted record becomes the next numbered state of its dataset, in one transaction.

Publications of one dataset take turns, so numbers rise without gaps and in the order in which states were
shown. What was bundled becomes number 1 first, so that every state can be read back.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.rights import Action, Role, State
from app.base.errors import Conflict
from app.base.language import _
from app.catalogue import changes as catalogue
from app.catalogue.quality import Mark
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset
from app.curation import audit, checks, levels, mailing, standing
from app.curation.accepting import apply
from app.curation.actors import Actor
from app.curation.findings import Report
from app.curation.holding import hold, take_step, touch
from app.curation.merging import Side, is_same
from app.curation.standing import Standing
from app.curation.tables import Revision
from app.items.changes import collection_number, remove_named
from app.items.places import place_items
from app.items.seeding import load_places

CATALOGUE = Actor(role=Role.ADMIN, name="EO Dataset Catalogue")
"""Who acts where nobody does: the catalogue itself."""
BUNDLED = "bundled"


def publish(
    session: Session,
    number: UUID,
    actor: Actor,
    *,
    lock: int | None,
    settle: Mapping[str, Side] | None = None,
    reason: str = "",
) -> Revision:
    """Publish an accepted revision as the next state of its dataset.

    Raises:
        Conflicting: facts were published differently since it was accepted; `settle` says what holds.
        Conflict: another dataset has the slug.
        Stale: it was changed since.
    """
    revision = hold(session, number, actor, Action.PUBLISH, lock=lock)
    standing.take_turn(session, revision.dataset_uuid)
    now = standing.of_dataset(session, revision.dataset_uuid)
    record = _record(session, revision, now, settle)
    former = now.slug if now else ""
    if former != record.slug and standing.is_taken(session, record.slug, record.uuid):
        raise Conflict(
            _("Another dataset has, or had, the slug %(slug)s. Choose another one.", slug=record.slug)
        )
    if now is not None and now.number == 0:
        keep_bundled(session, now)
    ended = end_published(
        session, revision.dataset_uuid, actor, State.SUPERSEDED, f"by revision {revision.id}"
    )
    reached = _after(ended) or next_number(session, revision.dataset_uuid)
    catalogue.publish(session, record, mark=_mark(session, revision, record, reached, former))
    _renew_places(session, now, record)
    revision.number, revision.published, revision.publish_at = reached, datetime.now(UTC), None
    take_step(session, revision, actor, Action.PUBLISH, reason=reason)
    mailing.tell_submitter(session, revision, actor, str(Action.PUBLISH))
    return revision


def _renew_places(session: Session, now: Standing | None, record: DatasetRecord) -> None:
    """Let the items that stand for places follow the record; those of places that are gone go."""
    before = list(place_items(DatasetRecord.model_validate(now.record))) if now else []
    after = list(place_items(record))
    if before == after:
        return
    load_places(session, [record])
    gone = {item["id"] for item in before} - {item["id"] for item in after}
    if gone:
        remove_named(session, collection_number(session, record.slug), sorted(gone))


def _record(
    session: Session, revision: Revision, now: Standing | None, settle: Mapping[str, Side] | None
) -> DatasetRecord:
    """The record to publish; where somebody else was faster, the differences are applied to what they
    published."""
    current = now.record if now else None
    if (now.number if now else 0) == revision.base_number and is_same(current, revision.base):
        return checks.record_of(revision.record)
    return apply(session, revision, now, settle=settle)


def _after(ended: Revision | None) -> int | None:
    """The number after that of the state shown so far, which is always the last one."""
    return ended.number + 1 if ended is not None and ended.number is not None else None


def _mark(session: Session, revision: Revision, record: DatasetRecord, number: int, former_slug: str) -> Mark:
    findings = Report.from_json(revision.checks).findings
    now = datetime.now(UTC).date()
    reviewed = revision.decided.date() if revision.decided else None
    level = levels.of_record(session, record, findings, reviewed=reviewed, today=now)
    return Mark(
        number=number,
        former_slug=former_slug,
        level=level.code,
        reasons=level.as_json(),
        reviewer=revision.reviewer_name,
        reviewed=revision.decided,
    )


def next_number(session: Session, dataset_uuid: UUID) -> int:
    """The number of the next published state; the caller has taken a turn."""
    last = select(func.max(Revision.number)).where(Revision.dataset_uuid == dataset_uuid)
    return (session.scalar(last) or 0) + 1


def keep_bundled(session: Session, now: Standing) -> Revision:
    """Write the bundled state of a dataset down as its number 1, so that it can be read back."""
    moment = session.scalar(select(Dataset.updated).where(Dataset.id == now.id)) or datetime.now(UTC)
    revision = Revision(
        id=uuid4(),
        dataset_uuid=now.uuid,
        slug=now.slug,
        name=now.name,
        kind=BUNDLED,
        state=str(State.PUBLISHED),
        number=1,
        record=now.record,
        base=None,
        base_number=0,
        lock=1,
        writers=[],
        created=moment,
        changed=moment,
        published=moment,
        checks={},
        reason="",
        submitter_name=CATALOGUE.name,
        submitter_email="",
        reviewer_name="",
    )
    session.add(revision)
    session.flush()
    audit.append(session, revision, CATALOGUE, BUNDLED, before=None)
    return revision


def end_published(
    session: Session, dataset_uuid: UUID, actor: Actor, state: State, reason: str
) -> Revision | None:
    """Let the published state of a dataset, if it has one, be superseded or withdrawn."""
    asked = select(Revision).where(
        Revision.dataset_uuid == dataset_uuid, Revision.state == str(State.PUBLISHED)
    )
    last = session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if last is None:
        return None
    before, last.state = last.state, str(state)
    touch(last)
    audit.append(session, last, actor, _ENDINGS[state], before=before, reason=reason)
    return last


_ENDINGS: Mapping[State, Any] = {State.SUPERSEDED: "supersede", State.WITHDRAWN: str(Action.WITHDRAW)}
