"""Acceptance: what a submission changes, or the part that is taken, applied to what is published now."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rights import Action, Role
from app.accounts.tables import User
from app.catalogue.record import DatasetRecord, paths
from app.curation import checks, drafts, examining, mailing, standing
from app.curation.actors import Actor
from app.curation.holding import Conflicting, Orphaned, hold, take_step
from app.curation.merging import Side, differences, is_same, merge
from app.curation.standing import Standing
from app.curation.tables import Comment, Revision

FACTS = frozenset(paths())
NEEDED = frozenset({"slug", "name", "kind"})
"""What a new dataset cannot do without, so it is taken whatever else is."""
SUGGESTED, ASSERTED = "suggestion", "asserted"
"""Keys of data/vocabularies/sources.yaml: what a submitter stated, and what curators did."""


def accept(
    session: Session,
    number: UUID,
    actor: Actor,
    *,
    lock: int,
    note: str = "",
    take: Collection[str] | None = None,
    settle: Mapping[str, Side] | None = None,
    publish_at: datetime | None = None,
) -> Revision:
    """Accept a submission, for publication at once or at a set time.

    Args:
        take: the paths that are accepted; the others become a remark in the thread. None for all.
        settle: whose value holds where somebody else published another one meanwhile.
        publish_at: from when on the worker publishes it; None leaves that to `publish`.
    Raises:
        Conflicting: facts were published differently meanwhile; `settle` says what holds.
        Unready: what would be published is not a valid record.
        Stale: it was changed since.
    """
    revision = hold(session, number, actor, Action.ACCEPT, lock=lock)
    refused = _refused(revision, take)
    wanted = None if take is None else {*take, *(NEEDED if revision.base is None else ())}
    now = standing.of_dataset(session, revision.dataset_uuid)
    apply(session, revision, now, take=wanted, settle=settle, source=_source(session, revision))
    revision.decided, revision.reviewer_name = datetime.now(UTC), actor.name
    revision.publish_at, revision.reason = publish_at, drafts.checked_text(note)
    if refused:
        session.add(_remark(revision, actor, refused))
    take_step(session, revision, actor, Action.ACCEPT, reason=revision.reason)
    if publish_at is not None:
        mailing.tell_submitter(session, revision, actor, str(Action.ACCEPT))
    return revision


def apply(
    session: Session,
    revision: Revision,
    now: Standing | None,
    *,
    take: Collection[str] | None = None,
    settle: Mapping[str, Side] | None = None,
    source: str | None = None,
) -> DatasetRecord:
    """Let a revision, whose row is locked, hold the record as it will be published.

    Args:
        source: the key under which facts are entered whose source the draft does not name; None where the
            sources were entered before.
    """
    if now is None and revision.base is not None:
        raise Orphaned()
    current = now.record if now else None
    merged = merge(revision.base, revision.record, current, take=take, settle=settle)
    if merged.conflicts:
        raise Conflicting(merged.conflicts)
    draft = merged.draft
    if source is not None:
        draft = with_sources(current or {}, draft, source, datetime.now(UTC).date())
    record = checks.record_of({**draft, "uuid": str(revision.dataset_uuid)})
    revision.record = record.model_dump(mode="json", exclude_defaults=True)
    revision.base, revision.base_number = current, now.number if now else 0
    revision.name, revision.slug = record.name, record.slug
    examining.examine(session, revision)
    session.flush()
    return record


def with_sources(
    current: Mapping[str, Any], draft: Mapping[str, Any], source: str, day: date
) -> dict[str, Any]:
    """The draft with a source for every changed fact: as it names one, else `source`; checked on this day.

    A reviewer has looked at each of them, so a day that the draft itself names counts for nothing.
    """
    known, stated = _entries(current), _entries(draft)
    for path in {one.path.removeprefix("provenance.") for one in differences(current, draft)} & FACTS:
        if path in stated or _value(draft, path) is not None:
            is_old = path in stated and is_same(stated[path], known.get(path))
            entry = stated.get(path) if not is_old else None
            entry = entry or {"sources": [source], "how": "stated"}
            stated[path] = {**entry, "checked_on": day.isoformat()} if isinstance(entry, Mapping) else entry
    return {**draft, "provenance": stated} if stated else dict(draft)


def _entries(record: Mapping[str, Any]) -> dict[str, Any]:
    entries = record.get("provenance")
    return dict(entries) if isinstance(entries, Mapping) else {}


def _value(record: Mapping[str, Any], path: str) -> Any:
    name, _, key = path.partition(".")
    value = record.get(name)
    return value.get(key) if key and isinstance(value, Mapping) else value


def _source(session: Session, revision: Revision) -> str:
    """Under whose name facts stand that name no source: readers suggest, curators assert."""
    user = session.get(User, revision.submitter_id) if revision.submitter_id is not None else None
    return ASSERTED if user is not None and Role(user.role).is_at_least(Role.REVIEWER) else SUGGESTED


def _refused(revision: Revision, take: Collection[str] | None) -> str:
    """What of a submission is not taken, in words."""
    if take is None:
        return ""
    left = [
        one
        for one in differences(revision.base, revision.record)
        if one.path.removeprefix("provenance.") not in take and one.path not in take
    ]
    if revision.base is None:
        left = [one for one in left if one.path not in NEEDED]
    said = "\n".join(f"{one.path}: {_shown(one.after)}" for one in left)
    return f"Not taken:\n{said}"[: drafts.LONGEST_TEXT] if left else ""


def _shown(value: Any) -> str:
    return "(removed)" if value is None else str(value)[:200]


def _remark(revision: Revision, actor: Actor, text: str) -> Comment:
    return Comment(
        revision_id=revision.id,
        author_id=actor.user_id,
        author_name=actor.name,
        author_role=str(actor.role),
        path="",
        text=text,
    )
