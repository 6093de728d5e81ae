"""Suggesting a dataset or a correction: the form, what it keeps, and the lists it draws on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.accounts.access import Asker, CurrentAsker, transaction
from app.accounts.attempts import TooSoon
from app.accounts.forms import PRIVATE, check_form, form_page
from app.accounts.rights import Action
from app.base import html
from app.base.errors import AppError, Invalid, NotFound
from app.base.language import N_, _
from app.catalogue import naming
from app.curation import changes, queries, suggest_secrets
from app.curation.actors import Actor, actor_of, can
from app.curation.changes import Stale
from app.curation.form import lists, tabs
from app.curation.form.filling import fill
from app.curation.form.parsing import faults, parse
from app.curation.pages_footprint import File, Step, is_given, take
from app.curation.pages_suggestions import state_page
from app.curation.suggest_desk import PLACE, Form, Secret, Slug, actor_for, count_begin, own_link
from app.curation.suggest_notices import notices
from app.curation.suggest_saving import PROBLEM, Saved, Sent, begin, opened_by, opened_for, save
from app.curation.suggest_view import Opened, Typed, context, margin, progress, report_of

TRIES = 3
DONE: Mapping[str, str] = {
    "saved": N_("The draft is saved."),
    "cleared": N_("The field is cleared."),
    "answered": N_("The relation to that dataset is noted under Links."),
}

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/suggest", name="suggest_page")
def suggest_page(
    request: Request, asker: CurrentAsker, dataset: Slug = "", problem: bool = False
) -> Response:
    """An empty form, or that of a correction."""
    return _form(request, asker, None, Typed(is_problem=problem), dataset=dataset)


def _form(
    request: Request,
    asker: Asker,
    number: UUID | None,
    typed: Typed,
    *,
    dataset: str = "",
    draft: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """The form of a draft, or of one that is still to begin; `draft` stands in for what is stored."""
    actor = actor_for(request, asker, number)
    with transaction(request) as session:
        opened = opened_by(queries.get(session, number, actor)) if number else opened_for(session, dataset)
        if draft is not None:
            opened = Opened(draft, opened.base, opened.dataset, opened.revision)
        shown = context(session, opened, typed, actor, report_of(session, opened))
        shown["notices"] = notices(session, opened, actor, suggest_secrets.held(request))
    return form_page(
        request,
        "curation/suggest.html",
        status=status,
        own_link=own_link(request, number, actor),
        **shown,
    )


@router.get("/suggest/terms", name="suggest_terms")
def suggest_terms(
    vocabulary: Annotated[str, Query(max_length=40)], q: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Entries of a list that fit what was typed, for the box that completes it."""
    if vocabulary not in lists.names():
        raise NotFound(_("There is no list of this name."))
    found = [
        {
            "code": term.code,
            "label": lists.label(vocabulary, term.code),
            "help": naming.definition(term.definition),
        }
        for term in lists.find(vocabulary, q)
    ]
    kept = {"Cache-Control": "private, max-age=300", "Vary": "Cookie, Accept-Language"}
    return JSONResponse(found, headers=kept)


@forms.post("/suggest")
def begin_suggestion(request: Request, asker: CurrentAsker, form: Form, file: File) -> Response:
    """Keep a new draft, or send the report of a problem."""
    if form.said("step") == "problem":
        return _report_problem(request, asker, form)
    actor = actor_for(request, asker)
    try:
        count_begin(request, actor)
        with transaction(request) as session:
            begun = begin(session, actor, form)
            number, secret = begun.revision.id, begun.secret
    except (Invalid, TooSoon) as error:
        return _not_begun(request, asker, form, error)
    response = _answer(request, asker, number, form, file, secret)
    if secret:
        suggest_secrets.hold(request, response, number, secret)
    return response


def _not_begun(request: Request, asker: Asker, form: Sent, error: AppError) -> Response:
    """The form again, with everything typed and the reason why it was not kept."""
    if _wants_json(request):
        raise error
    slug = form.said("record")
    with transaction(request) as session:
        opened = opened_for(session, slug)
        draft = parse(form.values, opened.draft, opened.base).draft
    typed = Typed(values=form.values, problem=error.message)
    return _form(request, asker, None, typed, dataset=slug, draft=draft, status=error.status)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


@router.get(PLACE, name="suggestion_page")
def suggestion_page(
    request: Request,
    asker: CurrentAsker,
    number: UUID,
    secret: Secret = "",
    done: Annotated[str, Query(max_length=20)] = "",
    checked: bool = False,
    edit: bool = False,
) -> Response:
    """The form of a draft; once it is submitted, how far it has come."""
    if secret:
        response = RedirectResponse(f"/suggest/{number}", status_code=303, headers=PRIVATE)
        suggest_secrets.hold(request, response, number, secret)
        return response
    actor = actor_for(request, asker, number)
    with transaction(request) as session:
        revision = queries.get(session, number, actor)
        is_form = can(actor, revision, Action.EDIT) and (edit or not revision.waits_for_mail)
    if not is_form:
        return state_page(request, number, actor)
    typed = Typed(is_checked=checked, done=_(DONE[done]) if done in DONE else "")
    return _form(request, asker, number, typed)


@forms.post(PLACE)
def save_suggestion(request: Request, asker: CurrentAsker, number: UUID, form: Form, file: File) -> Response:
    """Keep what was typed, then do what the button says."""
    return _answer(request, asker, number, form, file)


def _answer(
    request: Request, asker: Asker, number: UUID, form: Sent, file: bytes | None, secret: str = ""
) -> Response:
    """What follows once a form was sent; `secret` is that of a draft that has just begun.

    An area that was given without pressing its own button is taken first, so that it is not lost.
    """
    actor = (
        actor_of(asker, request.app.state.settings, secret) if secret else actor_for(request, asker, number)
    )
    is_new = not form.said("lock")
    kept = _kept(request, number, actor) if is_new else _save(request, number, actor, form)
    if kept.clashes:
        return _clash(request, asker, number, kept)
    if _wants_json(request):
        return _told(request, number, actor, kept)
    if is_given(form, file):
        return take(Step(request, number, actor, form, file))
    return RedirectResponse(_next(request, number, kept.opened, form.said("step")), status_code=303)


def _kept(request: Request, number: UUID, actor: Actor) -> Saved:
    with transaction(request) as session:
        opened = opened_by(queries.get(session, number, actor))
        texts = fill(opened.draft, opened.base)
        return Saved(opened, texts, {}, tabs.seen(texts))


def _save(request: Request, number: UUID, actor: Actor, form: Sent) -> Saved:
    """Save; once more where another tab was quicker by a moment."""
    for _attempt in range(TRIES - 1):
        try:
            with transaction(request) as session:
                return save(session, number, actor, form)
        except Stale:
            continue
    with transaction(request) as session:
        return save(session, number, actor, form)


def _next(request: Request, number: UUID, opened: Opened, step: str) -> str:
    """Where a button leads: to the preview if nothing is wrong, else back to the form."""
    act = step.partition(":")[0]
    if act == "check":
        with transaction(request) as session:
            is_ready = not report_of(session, opened).errors and not faults(opened.draft)
        return f"/suggest/{number}/preview" if is_ready else f"/suggest/{number}?checked=1"
    said = {"clear": "cleared", "variant": "answered", "subset": "answered"}.get(act, "saved")
    return f"/suggest/{number}?done={said}"


def _clash(request: Request, asker: Asker, number: UUID, kept: Saved) -> Response:
    """Both values of what two tabs changed; a script asks for this page in its turn."""
    if _wants_json(request):
        said = {"code": "stale", "description": _("Another tab has changed the same fields.")}
        return JSONResponse(said, status_code=412, headers=PRIVATE)
    typed = Typed(values=kept.values, seen=kept.seen, clashes=kept.clashes)
    return _form(request, asker, number, typed, draft=kept.opened.draft, status=412)


def _told(request: Request, number: UUID, actor: Actor, kept: Saved) -> Response:
    """What a page that stays open needs to know after a save."""
    with transaction(request) as session:
        opened = opened_by(queries.get(session, number, actor))
        shown = margin(opened, report_of(session, opened))
        others = notices(session, opened, actor, suggest_secrets.held(request))
        lock, moment = opened.revision.lock if opened.revision else 0, opened.revision
    groups = progress(opened)
    document = {
        "id": str(number),
        "lock": lock,
        "saved": moment.changed.isoformat() if moment else "",
        "seen": kept.seen,
        "values": kept.values,
        "errors": {one.id: one.error for group in groups for one in group.fields + group.more if one.error},
        "score_text": _("%(n)s %% complete", n=shown["score"]),
        "rail": html.render(request, "curation/_form_rail.html", groups=groups),
        "margin": html.render(request, "curation/_form_margin.html", **shown),
        "notices": html.render(request, "curation/_form_notices.html", notices=others),
    }
    return JSONResponse(document, headers=PRIVATE)


def _report_problem(request: Request, asker: Asker, form: Sent) -> Response:
    """A correction that only says what is wrong."""
    actor = actor_for(request, asker)
    slug = form.said("record")
    typed = Typed(note=form.said("note").strip(), you=form.said("you"), email=form.said("email"))
    if not typed.note:
        typed = replace(typed, problem_error=_("Say what is wrong."))
        return _form(request, asker, None, typed, dataset=slug, status=400)
    try:
        count_begin(request, actor)
        with transaction(request) as session:
            begun = changes.begin(session, actor, slug=slug, kind=PROBLEM)
            number, secret = begun.revision.id, begun.secret
            known = actor_of(asker, request.app.state.settings, secret)
            if secret:
                changes.name_submitter(session, number, known, name=typed.you, email=typed.email)
            changes.submit(session, number, known, lock=begun.revision.lock, note=typed.note)
    except (Invalid, TooSoon) as error:
        typed = replace(typed, problem_error=error.message)
        return _form(request, asker, None, typed, dataset=slug, status=error.status)
    response = RedirectResponse(f"/suggest/{number}", status_code=303)
    if secret:
        suggest_secrets.hold(request, response, number, secret)
    return response


router.include_router(forms)
