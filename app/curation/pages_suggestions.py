"""What follows a draft: its preview, handing it in, and how far it has come."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import Asker, CurrentAsker, require, transaction
from app.accounts.attempts import TooSoon
from app.accounts.forms import check_form, form_page
from app.accounts.rights import Action, State
from app.base.errors import Invalid, NotFound
from app.base.language import _
from app.curation import changes, diff, labels, merging, queries, suggest_secrets
from app.curation.actors import Actor, can
from app.curation.changes import Stale
from app.curation.checks import Unready
from app.curation.checks.reading import read
from app.curation.form.parsing import faults
from app.curation.suggest_desk import PLACE, Form, Secret, actor_for, count_mail, own_link
from app.curation.suggest_saving import Sent, opened_by
from app.curation.suggest_view import Typed, report_of
from app.portal import facts

SIGNS = {
    State.RETURNED: "warn",
    State.ACCEPTED: "good",
    State.PUBLISHED: "good",
    State.SUPERSEDED: "good",
    State.REJECTED: "bad",
    State.WITHDRAWN: "bad",
}
"""The mark beside the word for a state; those on their way have none of these."""

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


def state_page(request: Request, number: UUID, actor: Actor) -> Response:
    """How far a suggestion has come, and what was said about it."""
    with transaction(request) as session:
        revision = queries.get(session, number, actor)
        shown: dict[str, Any] = {
            "revision": revision,
            "state": State(revision.state),
            "thread": queries.thread(session, number),
            "can_edit": can(actor, revision, Action.EDIT),
            "can_withdraw": can(actor, revision, Action.WITHDRAW) and revision.state != State.PUBLISHED,
        }
    return form_page(
        request,
        "curation/suggest_state.html",
        own_link=own_link(request, number, actor),
        is_known=actor.user_id is not None,
        **shown,
    )


@router.get(PLACE + "/preview", name="suggestion_preview")
def preview_page(request: Request, asker: CurrentAsker, number: UUID) -> Response:
    """The record as readers would see it, what a correction changes, and the button that sends it."""
    return _preview(request, asker, number, Typed())


def _preview(request: Request, asker: Asker, number: UUID, typed: Typed, status: int = 200) -> Response:
    actor = actor_for(request, asker, number)
    with transaction(request) as session:
        revision = queries.get(session, number, actor)
        opened = opened_by(revision)
        report = report_of(session, opened)
    record = read(opened.draft).record
    changed = merging.differences(opened.base, opened.draft) if opened.base else ()
    return form_page(
        request,
        "curation/suggest_preview.html",
        status=status,
        revision=revision,
        dataset=opened.dataset,
        record=record,
        report=report,
        is_ready=not report.errors and not faults(opened.draft),
        is_changed=bool(changed) or opened.base is None,
        lines=[
            diff.line(one.path, one.before, one.after, opened.draft)
            for one in changed
            if not one.path.startswith(merging.SOURCE)
        ],
        groups=facts.groups(record),
        conflicts=[],
        can_submit=can(actor, revision, Action.SUBMIT),
        is_known=actor.user_id is not None,
        typed=typed,
        you=typed.you or revision.submitter_name,
        email=typed.email or revision.submitter_email,
    )


@forms.post(PLACE + "/submit")
def submit_suggestion(request: Request, asker: CurrentAsker, number: UUID, form: Form) -> Response:
    """Hand it in; a visitor first gets a mail."""
    actor = actor_for(request, asker, number)
    try:
        _hand_in(request, number, actor, form, form.lock)
    except Unready:
        return RedirectResponse(f"/suggest/{number}?checked=1", status_code=303)
    except Stale:
        said = _("The draft was changed meanwhile. Look at it again, then send it.")
        return _preview(request, asker, number, Typed(problem=said), status=412)
    except (Invalid, TooSoon) as error:
        typed = Typed(
            email_error=error.message, note=form.said("note"), you=form.said("you"), email=form.said("email")
        )
        return _preview(request, asker, number, typed, status=error.status)
    return RedirectResponse(f"/suggest/{number}", status_code=303)


def _hand_in(request: Request, number: UUID, actor: Actor, form: Sent, lock: int) -> None:
    if actor.user_id is None:
        count_mail(request, form.said("email"))
    with transaction(request) as session:
        if actor.user_id is None and actor.secret:
            changes.name_submitter(session, number, actor, name=form.said("you"), email=form.said("email"))
        changes.submit(session, number, actor, lock=lock, note=form.said("note"))


@forms.post(PLACE + "/withdraw")
def withdraw_suggestion(request: Request, asker: CurrentAsker, number: UUID, form: Form) -> Response:
    """Take a suggestion back."""
    actor = actor_for(request, asker, number)
    with transaction(request) as session:
        changes.withdraw(session, number, actor, lock=form.lock)
    return RedirectResponse(f"/suggest/{number}", status_code=303)


@router.get("/suggest/confirm", name="confirm_page")
def confirm_page(request: Request, secret: Secret = "") -> Response:
    """The page behind the mailed link; a button sends it, because programs that read mail open links."""
    return form_page(request, "curation/suggest_confirm.html", secret=secret, problem="")


@forms.post("/suggest/confirm")
def confirm_suggestion(request: Request, form: Form) -> Response:
    """Hand in what the mailed link belongs to, and let this browser follow it."""
    secret = form.values.get("secret", ("",))[0][: suggest_secrets.LONGEST_SECRET]
    try:
        with transaction(request) as session:
            number = changes.confirm(session, secret).id
    except NotFound as error:
        return form_page(
            request, "curation/suggest_confirm.html", status=404, secret="", problem=error.message
        )
    response = RedirectResponse(f"/suggest/{number}", status_code=303)
    suggest_secrets.hold(request, response, number, secret)
    return response


@router.get("/account/suggestions", name="suggestions_page")
def suggestions_page(request: Request, asker: Annotated[Asker, Depends(require())]) -> Response:
    """Everything that one has suggested, the last one changed first."""
    with transaction(request) as session:
        own = queries.own(session, actor_for(request, asker))
        lines = [
            (one, labels.kind(one.kind), labels.state(one.state), SIGNS.get(State(one.state), "unknown"))
            for one in own
        ]
        return form_page(request, "curation/suggestions.html", revisions=lines)


router.include_router(forms)
