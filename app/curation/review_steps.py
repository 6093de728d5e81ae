"""Where a revision stands and what happened to it, in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.accounts.rights import State
from app.base import html
from app.base.language import N_, _, ngettext
from app.curation import labels
from app.curation.tables import AuditEntry, Revision

MAIN_WAY = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.PUBLISHED)
STEPS: Mapping[str, str] = {
    "begin": N_("begun"),
    "bundled": N_("with the catalogue's first content"),
    "edit": N_("edited"),
    "save": N_("edited"),
    "submit": N_("submitted"),
    "confirm": N_("e-mail address confirmed"),
    "assign": N_("assigned"),
    "comment": N_("remark added"),
    "return": N_("changes requested"),
    "reject": N_("rejected"),
    "accept": N_("accepted"),
    "take-over": N_("taken over"),
    "publish": N_("published"),
    "supersede": N_("superseded"),
    "withdraw": N_("withdrawn"),
    "restore": N_("begun from an earlier one"),
}


@dataclass(frozen=True)
class Stop:
    """One state on the way of a revision."""

    label: str
    is_past: bool
    is_now: bool


@dataclass(frozen=True)
class Happened:
    """One step of the audit."""

    words: str
    who: str
    moment: datetime


def way(revision: Revision, steps: Iterable[AuditEntry]) -> list[Stop]:
    """The states from draft to published, those that were left behind, and the one of now.

    A revision that left the way shows where it went instead of where it might have gone.
    """
    now, been = State(revision.state), {step.to_state for step in steps}
    if now in MAIN_WAY:
        place = MAIN_WAY.index(now)
        shown = [one for one in MAIN_WAY if one is not State.RETURNED or one is now or one in been]
        return [
            Stop(
                labels.state(one), one is not now and (one in been or MAIN_WAY.index(one) < place), one is now
            )
            for one in shown
        ]
    passed = [one for one in MAIN_WAY if one in been or one is State.DRAFT]
    return [*(Stop(labels.state(one), True, False) for one in passed), Stop(labels.state(now), False, True)]


def happened(steps: Iterable[AuditEntry]) -> list[Happened]:
    """The audit in words, newest first; edits that follow each other count as one."""
    found: list[Happened] = []
    for step in steps:
        words = _(STEPS.get(step.action, step.action))
        one = Happened(words, step.actor_name or labels.role(step.actor_role), step.moment.astimezone(UTC))
        if found and (found[-1].words, found[-1].who) == (one.words, one.who):
            found[-1] = one
        else:
            found.append(one)
    return found[::-1]


def standing(revision: Revision, assigned: str, is_mine: bool, changes: int, now: datetime) -> list[str]:
    """Where a revision stands, in a few words each."""
    found = [_submitted_by(revision)]
    if revision.base is not None:
        found.append(ngettext("changes %(num)s field", "changes %(num)s fields", changes))
    else:
        found.append(_("a new record"))
    if revision.state == State.SUBMITTED and revision.submitted:
        found.append(_("open for %(age)s", age=age(revision.submitted, now)))
    if revision.state in (State.SUBMITTED, State.RETURNED):
        found.append(_assigned_to(assigned, is_mine))
    if revision.publish_at and revision.state == State.ACCEPTED:
        found.append(_("will be published on %(moment)s", moment=moment(revision.publish_at)))
    if revision.number:
        found.append(_("version %(number)s", number=revision.number))
    return found


def _submitted_by(revision: Revision) -> str:
    name = revision.submitter_name or _("a visitor")
    if revision.submitted is None:
        return _("begun on %(day)s by %(name)s", day=html.day(revision.created), name=name)
    return _("submitted on %(day)s by %(name)s", day=html.day(revision.submitted), name=name)


def _assigned_to(name: str, is_mine: bool) -> str:
    if is_mine:
        return _("assigned to you")
    return _("assigned to %(name)s", name=name) if name else _("assigned to nobody")


def moment(value: datetime) -> str:
    """A moment in UTC, in words."""
    there = value.astimezone(UTC)
    return f"{html.day(there)}, {there:%H:%M} UTC"


AGES: tuple[tuple[int, Callable[[int], str]], ...] = (
    (86_400, lambda count: ngettext("%(num)s day", "%(num)s days", count)),
    (3600, lambda count: ngettext("%(num)s hour", "%(num)s hours", count)),
    (60, lambda count: ngettext("%(num)s minute", "%(num)s minutes", count)),
)
"""Units of time in seconds, the longest first."""


def age(since: datetime, now: datetime) -> str:
    """How long ago a moment was, in its largest unit."""
    seconds = int((now - since).total_seconds())
    for unit, said_ in AGES:
        if seconds >= unit:
            return said_(seconds // unit)
    return _("a moment")
