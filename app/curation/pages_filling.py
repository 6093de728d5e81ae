"""Going through a work list: one record at a time, with the field at hand and the places where to look."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.accounts.access import transaction
from app.accounts.forms import check_form, form_page
from app.base.errors import Conflict
from app.base.language import _
from app.catalogue import work
from app.catalogue.record import DatasetRecord
from app.catalogue.search import get_record
from app.curation import changes_filling, filling_view, lists, lists_view, mending
from app.curation.actors import Actor, actor_of
from app.curation.checks import Unready
from app.curation.filling_view import Typed
from app.curation.form.fields import Values
from app.curation.form.filling import STATE
from app.curation.form.parsing import clean, parse
from app.curation.form.registry import BY_PATH
from app.curation.form.widgets import WIDGETS
from app.curation.lists import WorkList
from app.curation.lists_desk import DONE, Contributor, OnTheWay, Sent, Way, Word, reading, to, today, waiting

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/curation/lists/{group}/{key}/fill", name="fill_page")
def fill_page(
    request: Request,
    _asker: Contributor,
    way: OnTheWay,
    record: Word,
    done: Word = "",
    left: Word = "",
) -> Response:
    """One record of a list with the field at hand, and the places where to look."""
    told = _(DONE[done], record=left) if done in DONE else ""
    return _fill(request, way, record, Typed(), told=told)


def _fill(request: Request, way: Way, slug: str, typed: Typed, *, told: str = "") -> Response:
    with reading(request) as session:
        row = get_record(session, slug)
        total = waiting(request, session, way, limit=1).total
        links = lists.bad_links(session, slug) if way.list.group == lists.LINKS else []
        reviewed = lists.reviewed_on(session, row.id) if way.list.is_of_wholes else None
    shown = filling_view.context(way, row, links, typed, reviewed)
    return form_page(
        request, "curation/lists_fill.html", status=typed.status, told=told, total=total, **shown
    )


@forms.post("/curation/lists/{group}/{key}/fill")
def mend(
    request: Request,
    asker: Contributor,
    way: OnTheWay,
    record: Word,
    form: Sent,
) -> Response:
    """Send what was filled in to review and go on to the next record."""
    with reading(request) as session:
        base = get_record(session, record).record.model_dump(mode="json", exclude_defaults=True)
    draft, errors = _mended(way.list, base, form)
    if errors:
        return _fill(request, way, record, Typed(form, errors))
    actor = actor_of(asker, request.app.state.settings)
    try:
        done = _submitted(request, actor, way.list, record, draft, base, holds="holds" in form)
    except (Conflict, Unready) as error:
        return _fill(request, way, record, Typed(form, error=error))
    return to(way.address(f"{way.list.address}/next", after=record, done=done))


def _mended(
    list_: WorkList, base: Mapping[str, Any], form: Mapping[str, list[str]]
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """The record as somebody mended it, and what of it cannot be read."""
    day = today()
    if list_.group == work.CONFLICT:
        return mending.decided(base, _choices(form), day), {}
    values = clean(form)
    if "nowhere" in form:
        values = {**values, **_nowhere(list_, values)}
    parsed = parse(values, base, base)
    draft = parsed.draft
    if "confirm" in form:
        mended = lists_view.mended(list_, DatasetRecord.model_validate(base))
        draft = mending.confirmed(draft, mended, day)
    return draft, parsed.errors


def _nowhere(list_: WorkList, values: Values) -> dict[str, tuple[str, ...]]:
    """What says that the facts of a list are stated nowhere; those that were filled in all the same stay."""
    said: dict[str, tuple[str, ...]] = {}
    for field in {BY_PATH[path] for path in list_.paths if path in BY_PATH}:
        texts = {name: values.get(name, ("",)) for name in WIDGETS[field.widget].names(field)}
        if not any(text.strip() for part in texts.values() for text in part):
            said |= {**texts, f"{STATE}{field.path}": ("not-stated",)}
    return said


def _choices(form: Mapping[str, list[str]]) -> dict[int, str]:
    """What was decided about contradictions, by place."""
    chosen = {name.removeprefix("conflict-"): texts[-1] for name, texts in form.items() if texts}
    return {int(place): choice for place, choice in chosen.items() if place.isascii() and place.isdigit()}


def _submitted(
    request: Request,
    actor: Actor,
    list_: WorkList,
    slug: str,
    draft: dict[str, Any],
    base: dict[str, Any],
    *,
    holds: bool,
) -> str:
    with transaction(request) as session:
        made = changes_filling.mend(session, actor, list_, slug, draft, base=base, day=today(), holds=holds)
    return "sent" if made is not None else "same"


router.include_router(forms)
