"""A change set: revisions that belong together, shown side by side and decided together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.access import Asker, require, transaction
from app.accounts.forms import check_form, form_page
from app.accounts.rights import Action, Role, State
from app.base.errors import Forbidden, Invalid, NotFound
from app.base.language import _
from app.curation import changes_bulk, diff, examining, labels, queries, review_view
from app.curation.actors import Actor, actor_of, can
from app.curation.changes_bulk import MOST, Outcome, Refused
from app.curation.form.fields import Values
from app.curation.form.parsing import clean
from app.curation.lists_desk import Contributor, Sent, Word, to
from app.curation.merging import differences
from app.curation.queries import QueueQuery
from app.curation.tables import Revision

PLACE = "/curation/change-sets/{number}"
Reviewer = Annotated[Asker, Depends(require(Role.REVIEWER))]

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@dataclass(frozen=True)
class Member:
    """One revision of a change set as its page shows it."""

    id: UUID
    lock: int
    slug: str
    name: str
    state: str
    is_open: bool
    lines: tuple[diff.Line, ...]
    findings: tuple[str, ...]


@router.get(PLACE, name="change_set_page")
def change_set_page(request: Request, asker: Contributor, number: UUID, done: Word = "") -> Response:
    """Every revision of a change set with what it changes."""
    told = {
        "sent": _("The change is sent to review. Somebody else accepts it."),
        "decided": _("The decision is carried out."),
    }
    return _set_page(request, asker, number, done=told.get(done, ""))


def _set_page(
    request: Request,
    asker: Asker,
    number: UUID,
    *,
    done: str = "",
    problem: str = "",
    refused: Sequence[Refused] = (),
    reason: str = "",
) -> Response:
    actor = actor_of(asker, request.app.state.settings)
    with transaction(request) as session:
        found = _members(session, number, actor)
        may_decide = any(can(actor, one, Action.ACCEPT) for one in found)
        is_own = actor.role.is_at_least(Role.REVIEWER) and not may_decide
        members = [_member(one) for one in found]
    counted: dict[str, int] = {}
    for one in members:
        counted[one.state] = counted.get(one.state, 0) + 1
    return form_page(
        request,
        "curation/bulk_set.html",
        status=400 if problem else 200,
        number=number,
        by=found[0].submitter_name or _("a visitor"),
        begun=found[0].created,
        members=members,
        counted=counted,
        may_decide=may_decide,
        is_own=is_own and any(one.is_open for one in members),
        done=done,
        problem=problem,
        refused=refused,
        reason=reason,
    )


def _members(session: Session, number: UUID, actor: Actor) -> list[Revision]:
    """The revisions of a change set that an actor may see.

    Raises:
        NotFound: none.
    """
    asked = QueueQuery(states=tuple(State), change_set=number, limit=MOST)
    found = [one for one in queries.queue(session, asked).revisions if can(actor, one, Action.VIEW)]
    if not found:
        raise NotFound(_("There is no such change set, or it is not open to you."))
    return sorted(found, key=lambda one: one.name.casefold())


def _member(revision: Revision) -> Member:
    changes = differences(revision.base, revision.record)
    report = examining.kept(revision)
    return Member(
        id=revision.id,
        lock=revision.lock,
        slug=revision.slug,
        name=revision.name,
        state=labels.state(revision.state),
        is_open=revision.state == State.SUBMITTED,
        lines=tuple(review_view.changed_lines(changes, revision.record, revision.base)),
        findings=tuple(one.message for one in report.errors),
    )


@forms.post(PLACE)
def decide(request: Request, asker: Reviewer, number: UUID, form: Sent) -> Response:
    """Publish or reject all open revisions of a set, or those that were chosen."""
    values = clean(form)
    step = values.get("step", ("",))[-1]
    reason = values.get("reason", ("",))[-1].strip()
    chosen = _chosen(values, is_all=step.endswith("-all"))
    if not chosen:
        return _set_page(request, asker, number, problem=_("Choose at least one record."), reason=reason)
    if step.startswith("reject") and not reason:
        problem = _("Say why, so that the submitter can mend it.")
        return _set_page(request, asker, number, problem=problem)
    outcome = _decided(request, asker, number, step, chosen, reason)
    if outcome.refused:
        return _set_page(request, asker, number, refused=outcome.refused)
    return to(f"/curation/change-sets/{number}?done=decided")


def _decided(
    request: Request, asker: Asker, number: UUID, step: str, chosen: Mapping[UUID, int], reason: str
) -> Outcome:
    actor = actor_of(asker, request.app.state.settings)
    with transaction(request) as session:
        members = _members(session, number, actor)
        wanted = [(one.id, chosen[one.id]) for one in members if one.id in chosen]
        if step.startswith("reject"):
            outcome = changes_bulk.reject(session, actor, wanted, reason)
        elif step.startswith("publish"):
            outcome = changes_bulk.publish(session, actor, wanted)
            changes_bulk.tell(session, actor, number, members, outcome)
        else:
            raise Forbidden(_("There is no such decision."))
    return outcome


def _chosen(values: Values, *, is_all: bool) -> dict[UUID, int]:
    """The revisions decided about, each with the lock of the state that was seen."""
    picked = set(values.get("revision", ()))
    found: dict[UUID, int] = {}
    for text in values.get("seen", ()):
        number, _colon, lock = text.partition(":")
        if (is_all or number in picked) and lock.isascii() and lock.isdigit() and len(lock) < 10:
            found[_uuid(number)] = int(lock)
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("There is no such revision.")) from None


router.include_router(forms)
