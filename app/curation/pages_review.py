"""The review of one revision: read it, say something, decide. Every act is a form that needs no script."""

from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts.access import transaction
from app.accounts.forms import check_form, form_page
from app.base.errors import AppError, Conflict, Forbidden, Invalid, TooLarge
from app.base.language import N_, _
from app.curation import changes, review_context, review_view
from app.curation.actors import Actor
from app.curation.changes import Conflicting, Stale
from app.curation.checks import Unready
from app.curation.deciding import Typed, Undecided
from app.curation.desk import Acting, Looking, Sent
from app.curation.review_view import Problem
from app.curation.tables import Revision

DONE: Mapping[str, str] = {
    "assigned": N_("The revision is assigned."),
    "said": N_("The remark is added."),
    "returned": N_("The submitter is asked for changes, and gets a mail."),
    "rejected": N_("The revision is rejected; the submitter gets a mail with the reason."),
    "accepted": N_("The revision is accepted. It is not published yet."),
    "published": N_("The record is published. The submitter gets a mail."),
    "withdrawn": N_("The revision is withdrawn."),
    "restored": N_("A new revision begins from that version. Look at what it changes, then submit it."),
    "submitted": N_("The revision is submitted."),
    "stays": N_("Nothing is decided yet. Choose a button below “Decision”."),
}
Refused = (Conflict, Forbidden, Invalid, TooLarge)
"""What is told on the page itself, beside what was typed."""
Work = Callable[[Session], object]

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
PLACE = "/curation/revisions/{number}"


@router.get(PLACE, name="review_page")
def review_page(
    request: Request, number: UUID, actor: Looking, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Everything about one revision, for its submitter and for reviewers."""
    return _page(request, number, actor, Typed({}), done=done)


def _page(
    request: Request,
    number: UUID,
    actor: Actor,
    typed: Typed,
    *,
    done: str = "",
    error: AppError | None = None,
) -> Response:
    with transaction(request) as session:
        looked = review_context.look(session, number, actor)
        problem = _problem(session, looked, typed, error) if error else None
        context = review_context.context(session, looked, actor, typed, problem)
    return form_page(
        request,
        "curation/review.html",
        status=error.status if error else 200,
        done=_(DONE[done]) if done in DONE else "",
        **context,
    )


def _problem(session: Session, looked: review_context.Looked, typed: Typed, error: AppError) -> Problem:
    """Why nothing was done, with the ways to what can be mended."""
    if isinstance(error, Stale):
        return review_context.stale_problem(session, looked, typed)
    if isinstance(error, Conflicting):
        clashes = review_view.disputed(error.clashes, typed.fields)
        facts = tuple(review_view.Known(one.label, "", one.anchor) for one in clashes)
        return Problem(
            _("Settle these fields first"), _("Somebody else published other values."), facts=facts
        )
    title = _("That was not done")
    if isinstance(error, Undecided):
        return Problem(title, error.message, field=error.field, facts=review_view.ways_to(error.paths))
    if isinstance(error, Unready):
        text = "; ".join(one.message for one in error.findings)
        paths = dict.fromkeys(one.path for one in error.findings if one.path)
        return Problem(_("The record is not ready"), text, facts=review_view.ways_to(paths))
    return Problem(title, error.message)


def _act(request: Request, number: UUID, actor: Actor, typed: Typed, done: str, work: Work) -> Response:
    """Do it and show the page again; what is refused is said there, with everything typed still in place."""
    try:
        with transaction(request) as session:
            work(session)
    except Refused as error:
        return _page(request, number, actor, typed, error=error)
    return _back(number, actor, done)


def _back(number: UUID, actor: Actor, done: str) -> Response:
    asked = urlencode({"done": done, **({"secret": actor.secret} if actor.secret else {})})
    return RedirectResponse(f"/curation/revisions/{number}?{asked}#done", status_code=303)


@forms.post(PLACE + "/assign")
def assign(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Say who looks after it."""
    to = form.fields.get("to", "")

    def work(session: Session) -> None:
        changes.assign(session, number, actor, _number(to), lock=form.lock)

    return _act(request, number, actor, form, "assigned", work)


def _number(given: str) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Invalid(_("Choose somebody from the list."))
    return int(given)


@forms.post(PLACE + "/comment")
def comment(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Add a remark, about one field or the whole."""
    path, text = form.fields.get("path", ""), form.fields.get("text", "")
    kept = Typed({**form.fields, f"comment:{path}": text})

    def work(session: Session) -> None:
        changes.comment(session, number, actor, text, path=path)

    return _act(request, number, actor, kept, "said", work)


@forms.post(PLACE + "/return")
def return_(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Ask the submitter for changes; each question stands under its field as well."""

    def work(session: Session) -> None:
        _fresh(session, number, actor, form)
        reason = form.reason()
        for path, question in form.asked().items():
            if question:
                changes.comment(session, number, actor, question, path=path, is_told=False)
        changes.return_(session, number, actor, lock=form.lock, reason=reason)

    return _act(request, number, actor, form, "returned", work)


@forms.post(PLACE + "/reject")
def reject(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Turn it down for good."""

    def work(session: Session) -> None:
        changes.reject(session, number, actor, lock=form.lock, reason=form.reason())

    return _act(request, number, actor, form, "rejected", work)


@forms.post(PLACE + "/stay")
def stay(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Decide nothing: what Enter in a field of the decision does, whose first button this is."""
    return _page(request, number, actor, form, done="stays")


@forms.post(PLACE + "/accept")
def accept(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Accept what is taken, to be published later."""

    def work(session: Session) -> None:
        _accept(session, number, actor, form, later=True)

    return _act(request, number, actor, form, "accepted", work)


@forms.post(PLACE + "/publish-at-once")
def accept_and_publish(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Accept what is taken and publish it, with one press."""

    def work(session: Session) -> None:
        accepted = _accept(session, number, actor, form, later=False)
        changes.publish(session, number, actor, lock=accepted.lock)

    return _act(request, number, actor, form, "published", work)


def _fresh(session: Session, number: UUID, actor: Actor, form: Typed) -> review_context.Looked:
    """The revision as the page showed it.

    Raises:
        Stale: it was changed since.
    """
    looked = review_context.look(session, number, actor)
    if looked.revision.lock != form.lock:
        session.expunge(looked.revision)
        raise Stale(looked.revision)
    return looked


def _accept(session: Session, number: UUID, actor: Actor, form: Typed, *, later: bool) -> Revision:
    looked = _fresh(session, number, actor, form)
    lines = review_view.changed_lines(looked.changes, looked.revision.record, looked.revision.base)
    return changes.accept(
        session,
        number,
        actor,
        lock=form.lock,
        note=form.message,
        take=form.take([line.path for line in lines]),
        settle=form.settle(),
        publish_at=form.publish_at() if later else None,
    )


@forms.post(PLACE + "/publish")
def publish(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Publish what was accepted."""

    def work(session: Session) -> None:
        changes.publish(session, number, actor, lock=form.lock, settle=form.settle())

    return _act(request, number, actor, form, "published", work)


@forms.post(PLACE + "/withdraw")
def withdraw(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Take it back before it is published."""
    kept = Typed({**form.fields, "message": "", "withdraw": form.message})

    def work(session: Session) -> None:
        changes.withdraw(session, number, actor, lock=form.lock, reason=form.message)

    return _act(request, number, actor, kept, "withdrawn", work)


@forms.post(PLACE + "/submit")
def submit(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Hand in a draft as it stands, such as one that restores an earlier version."""

    def work(session: Session) -> None:
        changes.submit(session, number, actor, lock=form.lock)

    return _act(request, number, actor, form, "submitted", work)


@forms.post(PLACE + "/take-over")
def take_over(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Look after it oneself, and go on to the form that edits it."""
    try:
        with transaction(request) as session:
            changes.take_over(session, number, actor, lock=form.lock)
    except Refused as error:
        return _page(request, number, actor, form, error=error)
    return RedirectResponse(f"/suggest/{number}", status_code=303)


@forms.post(PLACE + "/restore")
def restore(request: Request, number: UUID, actor: Acting, form: Sent) -> Response:
    """Begin a new revision from an earlier one."""
    try:
        with transaction(request) as session:
            found = changes.restore(session, number, actor).id
    except Refused as error:
        return _page(request, number, actor, form, error=error)
    return _back(found, actor, "restored")


router.include_router(forms)
