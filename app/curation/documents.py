"""Revisions, their thread and their audit as JSON objects for programs."""

from typing import Any

from app.accounts.rights import Action, Role
from app.curation.actors import Actor, can, is_own
from app.curation.merging import Clash, Difference
from app.curation.tables import AuditEntry, Comment, Revision

INSIDE = ("submitter", "assigned_to", "reason", "checks", "change_set", "waits_for_mail")
"""What a reader of a published state is not told."""
MOMENTS = ("created", "changed", "submitted", "decided", "publish_at", "published")


def revision(row: Revision, actor: Actor | None = None) -> dict[str, Any]:
    """A revision with its record and what the actor may do.

    The address of a submitter is told to nobody; who submitted it and what was said, only to those who take
    part in it. Without an actor all else is shown, to whom it was shown before.
    """
    document = {
        **summary(row),
        "lock": row.lock,
        "base_number": row.base_number,
        "waits_for_mail": row.waits_for_mail,
        "reason": row.reason,
        "checks": row.checks,
        "record": row.record,
    }
    if actor is None:
        return document
    left_out = () if takes_part(actor, row) else INSIDE
    shown = {name: value for name, value in document.items() if name not in left_out}
    return {**shown, "may": [str(action) for action in Action if can(actor, row, action)]}


def takes_part(actor: Actor, row: Revision) -> bool:
    """Whether an actor submitted a revision, wrote in it, or reviews."""
    return actor.role.is_at_least(Role.REVIEWER) or is_own(actor, row)


def summary(row: Revision) -> dict[str, Any]:
    """What a list shows of a revision."""
    return {
        "id": str(row.id),
        "dataset": str(row.dataset_uuid),
        "slug": row.slug,
        "name": row.name,
        "kind": row.kind,
        "state": row.state,
        "number": row.number,
        "submitter": row.submitter_name,
        "reviewer": row.reviewer_name,
        "assigned_to": row.assigned_id,
        "change_set": str(row.change_set) if row.change_set else None,
        "score_before": row.score_before,
        "score_after": row.score_after,
        "level": row.level,
        **{name: _moment(getattr(row, name)) for name in MOMENTS},
    }


def comment(row: Comment) -> dict[str, Any]:
    """One remark of a thread."""
    return {
        "author": row.author_name,
        "role": row.author_role,
        "path": row.path,
        "text": row.text,
        "created": _moment(row.created),
    }


def audit_entry(row: AuditEntry) -> dict[str, Any]:
    """One step of a revision, with the digest that the next one builds on."""
    return {
        "position": row.position,
        "moment": _moment(row.moment),
        "actor": row.actor_name,
        "role": row.actor_role,
        "action": row.action,
        "from": row.from_state,
        "to": row.to_state,
        "lock": row.lock,
        "reason": row.reason,
        "checks": row.checks,
        "record_digest": row.record_digest.hex(),
        "previous": row.previous.hex() if row.previous else None,
        "digest": row.digest.hex(),
    }


def difference(one: Difference) -> dict[str, Any]:
    """One fact that differs."""
    return {"path": one.path, "before": one.before, "after": one.after}


def clash(one: Clash) -> dict[str, Any]:
    """One fact on which a submission and what is published now disagree."""
    return {"path": one.path, "base": one.base, "theirs": one.theirs, "ours": one.ours}


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
