"""The area of a suggestion: given in one of five ways, looked at, taken back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from app.accounts import attempts
from app.accounts.access import CurrentAsker, transaction
from app.accounts.attempts import Counter, Limit
from app.accounts.callers import caller_of
from app.accounts.forms import PRIVATE, check_form, form_page
from app.accounts.rights import Role
from app.base import html
from app.base.errors import Conflict, Invalid, TooLarge
from app.base.language import _
from app.curation import changes, queries, suggest_secrets
from app.curation.actors import Actor, actor_of
from app.curation.changes import Stale
from app.curation.composing import compose
from app.curation.footprint_view import Given, shown
from app.curation.footprints import form as area_form
from app.curation.footprints.shapes import LARGEST_FILE, Footprint
from app.curation.form import tabs
from app.curation.form.filling import fill
from app.curation.suggest_desk import PLACE, Form, actor_for, count_begin
from app.curation.suggest_saving import Sent, begin, save
from app.curation.tables import Revision

TRIES = 3
REMOVE = "remove:"
AREAS_BY_PLACE = Limit("area of a suggestion, place", 200, timedelta(hours=1))

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


async def uploaded(request: Request) -> bytes | None:
    """The file of the form; in this colour because the form is read in it."""
    file = (await request.form()).get(f"{area_form.PREFIX}file")
    if not isinstance(file, UploadFile):
        return None
    content = await file.read(LARGEST_FILE + 1)
    await file.close()
    return content or None


File = Annotated[bytes | None, Depends(uploaded)]


@dataclass(frozen=True)
class Step:
    """One press of a button of this part: who, on which draft, and what was sent."""

    request: Request
    number: UUID
    actor: Actor
    sent: Sent
    file: bytes | None

    @property
    def texts(self) -> dict[str, str]:
        """The inputs of this part by name."""
        own = area_form.PREFIX
        return {name: texts[-1] for name, texts in self.sent.values.items() if texts and name.startswith(own)}


@router.get(f"{PLACE}/footprint")
def footprint_page(request: Request, asker: CurrentAsker, number: UUID) -> Response:
    """The area alone, on a page of its own."""
    return _page(request, number, actor_for(request, asker, number), Given())


@forms.post("/suggest/footprint")
def begin_with_footprint(request: Request, asker: CurrentAsker, form: Form, file: File) -> Response:
    """Keep a new draft of what was typed so far, then take the area."""
    actor = actor_for(request, asker)
    count_begin(request, actor)
    with transaction(request) as session:
        begun = begin(session, actor, form)
        number, secret = begun.revision.id, begun.secret
    known = actor_of(asker, request.app.state.settings, secret) if secret else actor
    response = take(Step(request, number, known, form, file))
    if secret:
        suggest_secrets.hold(request, response, number, secret)
    return response


@forms.post(f"{PLACE}/footprint")
def take_footprint(request: Request, asker: CurrentAsker, number: UUID, form: Form, file: File) -> Response:
    """Keep what was typed elsewhere on the page, then take or remove the area."""
    actor = actor_for(request, asker, number)
    if form.said("lock"):
        _keep_typed(request, number, actor, form)
    return take(Step(request, number, actor, form, file))


def _keep_typed(request: Request, number: UUID, actor: Actor, form: Sent) -> None:
    with transaction(request) as session:
        kept = save(session, number, actor, form)
    if kept.clashes:
        raise Conflict(_("Another tab has changed the same fields. Go back and save the form first."))


def is_given(form: Sent, file: bytes | None) -> bool:
    """Whether an area was typed, pasted or chosen, be its own button pressed or not."""
    way = f"{area_form.PREFIX}way"
    typed = (
        texts for name, texts in form.values.items() if name.startswith(area_form.PREFIX) and name != way
    )
    return bool(file) or any(text.strip() for texts in typed for text in texts)


def take(step: Step) -> Response:
    """The draft with the area, or without; the form again, with the fault, where it cannot be used."""
    try:
        footprint = None if step.sent.said("step").startswith(REMOVE) else _read(step)
        revision = _written(step, footprint)
    except (Invalid, TooLarge) as fault:
        return _refused(step, fault)
    if _wants_json(step.request):
        return JSONResponse(_told(step.request, revision), headers=PRIVATE)
    return RedirectResponse(f"/suggest/{step.number}#footprint", status_code=303)


def _read(step: Step) -> Footprint:
    _count(step)

    def named(names: list[str]) -> Any:
        with transaction(step.request) as session:
            return compose(session, names)

    return area_form.parse_footprint(step.texts, step.file, named)


def _count(step: Step) -> None:
    """Bound how many areas one place can have read."""
    if step.actor.role.is_at_least(Role.REVIEWER):
        return
    key, place = step.request.app.state.settings.signing_key, caller_of(step.request).place
    with transaction(step.request) as session:
        attempts.count(session, Counter(AREAS_BY_PLACE, key, (place,)))


def _written(step: Step, footprint: Footprint | None) -> Revision:
    """Write the area into the draft; once more where another tab was quicker by a moment."""
    for attempt in range(TRIES):
        try:
            with transaction(step.request) as session:
                revision = queries.get(session, step.number, step.actor)
                draft = _changed(revision.record, step, footprint)
                return changes.save(session, step.number, step.actor, draft, lock=revision.lock)
        except Stale:
            if attempt == TRIES - 1:
                raise
    raise Conflict(_("The draft is being changed elsewhere. Try again."))


def _changed(record: Any, step: Step, footprint: Footprint | None) -> dict[str, Any]:
    if footprint is None:
        return area_form.removed(record, step.sent.said("step").removeprefix(REMOVE))
    return area_form.placed(record, footprint, area_form.way_of(step.texts, step.file))


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _refused(step: Step, fault: Invalid | TooLarge) -> Response:
    if not _wants_json(step.request):
        return _page(step.request, step.number, step.actor, Given(step.texts, fault.message), fault.status)
    with transaction(step.request) as session:
        told = _told(step.request, queries.get(session, step.number, step.actor))
    return JSONResponse({**told, "fault": fault.message}, status_code=fault.status, headers=PRIVATE)


def _told(request: Request, revision: Revision) -> dict[str, Any]:
    """What a page that stays open needs to know."""
    area = shown(revision.record)
    return {
        "id": str(revision.id),
        "lock": revision.lock,
        "seen": tabs.seen(fill(revision.record, revision.base)),
        "outline": area.outline,
        "html": html.render(
            request, "curation/_footprint_state.html", area=area, area_action=_action(revision.id)
        ),
    }


def _action(number: UUID) -> str:
    return f"/suggest/{number}/footprint"


def _page(request: Request, number: UUID, actor: Actor, given: Given, status: int = 200) -> Response:
    with transaction(request) as session:
        revision = queries.get(session, number, actor)
        area, name = shown(revision.record, given), revision.name
    return form_page(
        request,
        "curation/footprint.html",
        status=status,
        area=area,
        area_action=_action(number),
        number=number,
        name=name,
    )


router.include_router(forms)
