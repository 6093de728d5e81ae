"""What the page of a review shows, read from the database for whoever looks at it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import people
from app.accounts.rights import Action, Role, State
from app.base.language import _
from app.curation import deciding, examining, labels, queries, review_map, review_steps, review_view, standing
from app.curation.accepting import NEEDED
from app.curation.actors import Actor, can, is_own
from app.curation.deciding import Typed
from app.curation.findings import Report, by_path
from app.curation.merging import SOURCE, Difference, differences, flat, merge
from app.curation.queries import QueueQuery
from app.curation.review_view import Problem
from app.curation.standing import Standing
from app.curation.tables import Revision

WAITING = (State.SUBMITTED,)
"""What "next in queue" leads to."""


@dataclass(frozen=True)
class Looked:
    """A revision with what is published beside it now, and what it would change."""

    revision: Revision
    published: Standing | None
    changes: tuple[Difference, ...]


def look(session: Session, number: UUID, actor: Actor) -> Looked:
    """The revision, as far as the actor may see it.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    revision = queries.get(session, number, actor)
    published = standing.of_dataset(session, revision.dataset_uuid)
    return Looked(revision, published, differences(revision.base, revision.record))


def context(
    session: Session, looked: Looked, actor: Actor, typed: Typed, problem: Problem | None = None
) -> dict[str, Any]:
    """Everything the template of a review needs, but for the token of its forms."""
    revision = looked.revision
    report = examining.kept(revision)
    allowed = _allowed(revision, actor)
    return {
        "revision": revision,
        "heading": _heading(revision, actor),
        "is_new": revision.base is None,
        "needed": NEEDED,
        "is_published": looked.published is not None,
        "key": actor.secret,
        "me": actor.user_id,
        "is_known": actor.user_id is not None,
        "typed": typed.fields,
        "problem": problem,
        **allowed,
        "left_over": review_view.left_over(
            typed.fields,
            has_fields=allowed["can_decide"],
            has_message=any(allowed[name] for name in ("can_decide", "can_return", "can_reject")),
        ),
        **_changes(session, looked, actor, typed, report),
        **_conflicts(looked, typed),
        **_margin(session, revision, report),
        **_surroundings(session, revision, actor, _count(looked)),
    }


def _heading(revision: Revision, actor: Actor) -> str:
    name = revision.name or _("a dataset without a name")
    if not queries.sees_queue(actor):
        return _("Your suggestion: %(name)s", name=name)
    if revision.base is None:
        return _("Review a new record: %(name)s", name=name)
    return _("Review a change to %(name)s", name=name)


def _allowed(revision: Revision, actor: Actor) -> dict[str, Any]:
    """What the actor may do now; a draft is submitted, and a published state withdrawn, on other pages."""
    own = is_own(actor, revision)
    return {
        "is_own": own,
        "can_decide": can(actor, revision, Action.ACCEPT),
        "can_return": can(actor, revision, Action.RETURN),
        "can_reject": can(actor, revision, Action.REJECT),
        "can_publish": can(actor, revision, Action.PUBLISH),
        "can_submit": can(actor, revision, Action.SUBMIT),
        "can_settle": can(actor, revision, Action.ACCEPT) or can(actor, revision, Action.PUBLISH),
        "can_comment": can(actor, revision, Action.COMMENT),
        "can_assign": can(actor, revision, Action.ASSIGN),
        "can_edit": can(actor, revision, Action.EDIT),
        "can_withdraw": can(actor, revision, Action.WITHDRAW) and revision.state != State.PUBLISHED,
        "can_restore": can(actor, revision, Action.RESTORE),
        "can_see_queue": queries.sees_queue(actor),
        "four_eyes": _four_eyes(revision, actor, own),
    }


def _four_eyes(revision: Revision, actor: Actor, own: bool) -> str:
    """Why somebody who decides about others' submissions cannot decide about this one."""
    decides = actor.role.is_at_least(Role.REVIEWER) and revision.state == State.SUBMITTED
    if decides and own and not can(actor, revision, Action.ACCEPT):
        return _("You submitted this, or wrote in it. Somebody else decides about it.")
    return ""


def _changes(session: Session, looked: Looked, actor: Actor, typed: Typed, report: Report) -> dict[str, Any]:
    """The changed fields with their remarks and findings, the maps, and what stays."""
    revision = looked.revision
    lines = review_view.changed_lines(looked.changes, revision.record, revision.base)
    shown = {line.path for line in lines}
    comments = queries.thread(session, revision.id)
    about = {one.id: one.path for one in comments}
    remarks = [review_view.said(one, actor.user_id) for one in comments]
    return {
        "lines": review_view.entries(lines, typed.fields, remarks, about, by_path(report.findings)),
        "seen": deciding.seen(looked.changes),
        "remarks": [
            one
            for one in remarks
            if about[one.id] not in shown and one.text.strip() != revision.reason.strip()
        ],
        "maps": _maps(looked),
        "others": review_view.others(revision.record),
        "unchanged": review_view.known(revision.record, shown) if revision.base is not None else [],
        "findings": review_view.findings_of(report, shown | _standing_paths(revision)),
        "checks_said": review_view.passed_said(report) if revision.checks else "",
        "duplicates": report.duplicates,
    }


def _standing_paths(revision: Revision) -> set[str]:
    """The fields that stay as they are, which the page of a change lists as well."""
    return set(flat(revision.record)) if revision.base is not None else set()


def _count(looked: Looked) -> int:
    """How many facts change; a source goes with its fact."""
    return len({one.path.removeprefix(SOURCE) for one in looked.changes})


def _maps(looked: Looked) -> review_map.Maps | None:
    """Both maps; a single one tells nothing that the words do not, unless the record is new."""
    changed = any(one.path.startswith("spatial.") for one in looked.changes)
    return review_map.maps(looked.revision.base, looked.revision.record) if changed else None


def _conflicts(looked: Looked, typed: Typed) -> dict[str, Any]:
    """What was published since the revision began, as long as it can still be decided about."""
    revision, published = looked.revision, looked.published
    if revision.state not in (State.SUBMITTED, State.ACCEPTED, State.RETURNED, State.DRAFT):
        return {"conflicts": [], "moved": None}
    current = published.record if published else None
    number = published.number if published else 0
    merged = merge(revision.base, revision.record, current)
    return {
        "conflicts": review_view.disputed(merged.conflicts, typed.fields),
        "moved": number if number != revision.base_number and revision.base is not None else None,
    }


def _margin(session: Session, revision: Revision, report: Report) -> dict[str, Any]:
    """Completeness, level and what happened so far."""
    steps = queries.audit(session, revision.id)
    score = report.score_after if revision.checks else 0
    gain = score - (report.score_before or 0) if report.score_before is not None else 0
    return {
        "score": score,
        "gain": gain,
        "gained": f"+{gain}" if gain > 0 else f"\u2212{-gain}",
        "level": report.level if revision.checks else "",
        "level_said": labels.level(report.level),
        "steps": review_steps.happened(steps),
        "flow": review_steps.way(revision, steps),
    }


def _surroundings(session: Session, revision: Revision, actor: Actor, changes: int) -> dict[str, Any]:
    """Where the revision stands in the queue and with whom; nothing of that is for submitters."""
    assigned = people.names(session, [revision.assigned_id]).get(revision.assigned_id or 0, "")
    is_mine = actor.user_id is not None and revision.assigned_id == actor.user_id
    found: dict[str, Any] = {
        "standing": review_steps.standing(revision, assigned, is_mine, changes, datetime.now(UTC)),
        "reviewers": [],
        "waiting": 0,
        "previous": None,
        "next": None,
    }
    if queries.sees_queue(actor):
        place = (revision.submitted or revision.created, revision.id)
        later = queries.queue(session, QueueQuery(states=WAITING, after=place, limit=1))
        earlier = queries.queue(session, QueueQuery(states=WAITING, sort="newest", after=place, limit=1))
        found |= {
            "reviewers": people.reviewers(session),
            "waiting": later.total,
            "previous": earlier.revisions[0].id if earlier.revisions else None,
            "next": later.revisions[0].id if later.revisions else None,
        }
    return found


def stale_problem(session: Session, looked: Looked, typed: Typed) -> Problem:
    """What somebody else did since the page was opened: their steps, and the fields they changed."""
    steps = [step for step in queries.audit(session, looked.revision.id) if step.lock > typed.lock]
    said = "; ".join(
        _(
            "%(what)s by %(who)s, %(moment)s",
            what=one.words,
            who=one.who,
            moment=review_steps.moment(one.moment),
        )
        for one in review_steps.happened(steps)
    )
    text = _("Since you opened this page: %(steps)s.", steps=said) if said else _("It stands as below now.")
    return Problem(
        title=_("Somebody else was faster"),
        text=f"{text} {_('What you typed is still here; look again, then send it.')}",
        facts=review_view.ways_to(typed.changed_since(looked.changes)),
    )
