"""The queue as its page draws it: what was asked for, rows, the heads that sort, and the ways on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from app.accounts.rights import State
from app.base.errors import Invalid
from app.base.language import N_, _
from app.curation import labels, review_steps, review_view
from app.curation.findings import Report
from app.curation.queries import Page, QueueQuery, Sort
from app.curation.tables import Revision
from app.curation.workflow import IN_REVIEW

OLD = timedelta(days=14)
"""From when on a submission has waited too long."""
STATES: Mapping[str, tuple[str, tuple[State, ...]]] = {
    "": (N_("in review"), IN_REVIEW),
    "submitted": (N_("submitted"), (State.SUBMITTED,)),
    "returned": (N_("changes requested"), (State.RETURNED,)),
    "accepted": (N_("accepted"), (State.ACCEPTED,)),
    "closed": (N_("rejected or withdrawn"), (State.REJECTED, State.WITHDRAWN)),
    "published": (N_("published"), (State.PUBLISHED, State.SUPERSEDED)),
}
ASSIGNED: Mapping[str, str] = {"": N_("anybody"), "me": N_("me"), "nobody": N_("nobody")}
AGES: Mapping[str, tuple[str, timedelta | None]] = {
    "": (N_("any time"), None),
    "2": (N_("2 days or more"), timedelta(days=2)),
    "7": (N_("a week or more"), timedelta(days=7)),
    "30": (N_("a month or more"), timedelta(days=30)),
}
NAMES = ("state", "kind", "assigned", "age", "q", "sort")


@dataclass(frozen=True)
class Row:
    """One revision of the queue."""

    id: UUID
    name: str
    kind: str
    is_new: bool
    by: str
    since: datetime
    age: str
    is_old: bool
    changed: datetime
    changed_age: str
    checks: str
    checks_kind: str
    assigned: str
    state: str
    due: str


@dataclass(frozen=True)
class Head:
    """The head of a column that sorts; `order` is ascending or descending where it does now."""

    label: str
    href: str
    order: str


def filters(given: Mapping[str, str]) -> dict[str, str]:
    """What was chosen, by the names of the fields.

    Raises:
        Invalid: something that there is no choice of.
    """
    chosen = {name: given.get(name, "").strip() for name in NAMES}
    chosen["sort"] = chosen["sort"] or "oldest"
    known = {
        "state": STATES,
        "assigned": ASSIGNED,
        "age": AGES,
        "kind": {"": "", **labels.KINDS},
        "sort": get_args(Sort),
    }
    for name, choices in known.items():
        if chosen[name] not in choices:
            raise Invalid(_("There is no such choice for %(name)s.", name=name))
    return chosen


def query(chosen: Mapping[str, str], me: int, after: str, now: datetime) -> QueueQuery:
    """The question to the database."""
    age = AGES[chosen["age"]][1]
    sort: Sort = chosen["sort"]  # type: ignore[assignment]
    return QueueQuery(
        states=STATES[chosen["state"]][1],
        kind=chosen["kind"] or None,
        assigned_id={"": None, "me": me, "nobody": 0}[chosen["assigned"]],
        text=chosen["q"],
        waiting_since=now - age if age else None,
        sort=sort,
        after=_place(after),
    )


def _place(given: str) -> tuple[datetime, UUID] | None:
    """Where a page begins.

    Raises:
        Invalid: not a place that one of our links named.
    """
    if not given:
        return None
    moment, _sign, number = given.partition("_")
    try:
        return datetime.fromisoformat(moment), UUID(number)
    except ValueError:
        raise Invalid(_("This page of the queue does not exist. Begin at its start.")) from None


def address(chosen: Mapping[str, str], following: tuple[datetime, UUID] | None = None) -> str:
    """The address of a page of the queue; what stands for itself is left out."""
    said = {name: value for name, value in chosen.items() if value and (name, value) != ("sort", "oldest")}
    if following:
        said["after"] = f"{following[0].astimezone(UTC).isoformat()}_{following[1]}"
    return f"/curation/queue?{urlencode(said)}" if said else "/curation/queue"


def heads(chosen: Mapping[str, str]) -> list[Head]:
    """The two heads that sort: by age, both ways, and by the last change."""
    sort = chosen["sort"]
    other = "newest" if sort == "oldest" else "oldest"
    by_age = {"oldest": "descending", "newest": "ascending"}.get(sort, "")
    return [
        Head(_("Age"), address({**chosen, "sort": other}), by_age),
        Head(_("Changed"), address({**chosen, "sort": "changed"}), "ascending" if sort == "changed" else ""),
    ]


def choices() -> dict[str, list[tuple[str, str]]]:
    """The options of the fields that filter."""
    return {
        "state": [(value, _(word)) for value, (word, _states) in STATES.items()],
        "kind": [("", _("any")), *((code, labels.kind(code)) for code in labels.KINDS)],
        "assigned": [(value, _(word)) for value, word in ASSIGNED.items()],
        "age": [(value, _(word)) for value, (word, _age) in AGES.items()],
    }


def rows(revisions: tuple[Revision, ...], names: Mapping[int, str], now: datetime) -> list[Row]:
    """The rows of a page; `names` are those of the people they are assigned to."""
    return [_row(one, names.get(one.assigned_id or 0, ""), now) for one in revisions]


def _row(revision: Revision, assigned: str, now: datetime) -> Row:
    since = revision.submitted or revision.created
    checks, kind = _checks(Report.from_json(revision.checks or {}))
    is_due = revision.publish_at is not None and revision.state == State.ACCEPTED
    return Row(
        id=revision.id,
        name=revision.name,
        kind=labels.kind(revision.kind),
        is_new=revision.base is None,
        by=revision.submitter_name or _("a visitor"),
        since=since,
        age=review_steps.age(since, now),
        is_old=revision.state == State.SUBMITTED and now - since > OLD,
        changed=revision.changed,
        changed_age=_("%(age)s ago", age=review_steps.age(revision.changed, now)),
        checks=checks,
        checks_kind=kind,
        assigned=assigned,
        state=labels.state(revision.state),
        due=review_steps.moment(revision.publish_at) if is_due and revision.publish_at else "",
    )


def _checks(report: Report) -> tuple[str, str]:
    """How many checks pass, and how grave the findings of the others are."""
    good, asked = review_view.passed(report)
    grave = {one.severity for one in report.findings}
    kind = "bad" if "error" in grave else "warn" if "warning" in grave else "good"
    return _("%(n)s of %(all)s", n=good, all=asked), kind


def context(chosen: Mapping[str, str], page: Page, names: Mapping[int, str], after: str) -> dict[str, Any]:
    """What the template of the queue needs, but for the counts of the head."""
    now = datetime.now(UTC)
    return {
        "filters": chosen,
        "choices": choices(),
        "heads": heads(chosen),
        "rows": rows(page.revisions, names, now),
        "total": page.total,
        "following": address(chosen, page.following) if page.following else "",
        "first": address(chosen),
        "is_first": not after,
        "is_filtered": any(chosen[name] for name in NAMES if name != "sort"),
    }
