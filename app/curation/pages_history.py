"""The history of a dataset, open to everybody: its versions, what each changed, and each in full."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.accounts.access import Asker, CurrentAsker, transaction
from app.accounts.forms import check_form, form_page
from app.accounts.rights import Action, Role, State, may
from app.base import html
from app.base.errors import AppError, Invalid, NotFound
from app.base.language import _
from app.curation import changes, diff, history_feed, history_view, review_view
from app.curation.actors import actor_of
from app.curation.desk import Editor, Sent
from app.curation.history_view import History
from app.portal.answers import own_address

LARGEST = 2**31 - 1
Slug = Annotated[str, Path(max_length=200)]
Number = Annotated[int, Path(ge=1, le=LARGEST)]
Start = Annotated[int | None, Query(alias="from", ge=1, le=LARGEST)]
End = Annotated[int | None, Query(ge=1, le=LARGEST)]
Form = Annotated[Literal["html", "json"] | None, Query()]
ListForm = Annotated[Literal["html", "json", "atom"] | None, Query()]
SOURCES_SHOWN = 200

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


@router.get("/datasets/{slug}/history", name="history_page")
def history_page(
    request: Request, asker: CurrentAsker, slug: Slug, start: Start = None, to: End = None, f: ListForm = None
) -> Response:
    """All versions, also as a feed; two of them side by side where the address names them."""
    found = _history(request, slug)
    if f == "atom":
        content = history_feed.feed(found, own_address(request))
        return Response(content, media_type=history_feed.MEDIA_TYPE, headers={"Vary": html.VARY})
    if _wants_json(request, f):
        return JSONResponse(history_view.documents(found), headers={"Vary": "Accept"})
    return _page(request, asker, found, start, to)


def _page(
    request: Request,
    asker: Asker,
    found: History,
    start: int | None = None,
    to: int | None = None,
    *,
    error: AppError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    newest, oldest = found.versions[0], found.versions[-1]
    before, after = found.at(start or oldest.number), found.at(to or newest.number)
    is_asked = start is not None or to is not None
    role = asker.role if asker.is_known else Role.VISITOR
    return _answer(
        request,
        asker,
        "curation/history.html",
        found,
        status=error.status if error else 200,
        told=history_view.told(found.versions),
        asked=(before.number, after.number),
        lines=history_view.compared(before, after) if is_asked else None,
        restorable=history_view.restorable(found, role),
        may_withdraw=found.is_published and may(role, State.PUBLISHED, Action.WITHDRAW, is_own=False),
        problem=error.message if error else "",
        typed=typed or {},
    )


@router.get("/datasets/{slug}/history/{number}", name="version_page")
def version_page(
    request: Request, asker: CurrentAsker, slug: Slug, number: Number, f: Form = None
) -> Response:
    """One version in full, as a page or as JSON."""
    found = _history(request, slug)
    version = found.at(number)
    if _wants_json(request, f):
        return JSONResponse(history_view.document(found, version), headers={"Vary": "Accept"})
    sources = [diff.source_line(one) for one in (version.record.get("sources") or ())[:SOURCES_SHOWN]]
    return _answer(
        request,
        asker,
        "curation/version.html",
        found,
        version=version,
        newest=found.versions[0].number,
        facts=review_view.known(version.record),
        sources=sources,
    )


@forms.post("/curation/datasets/{slug}/withdraw", name="withdraw_dataset")
def withdraw_dataset(request: Request, asker: Editor, slug: Slug, form: Sent) -> Response:
    """Take a dataset out of the catalogue; its page then says when, why, and what to use instead."""
    actor = actor_of(asker, request.app.state.settings)
    successor = form.fields.get("successor", "").strip() or None
    try:
        with transaction(request) as session:
            changes.withdraw_dataset(session, slug, actor, form.message, successor)
    except (Invalid, NotFound) as error:
        return _page(request, asker, _history(request, slug), error=error, typed=form.fields)
    return RedirectResponse(f"/datasets/{slug}/history", status_code=303)


def _history(request: Request, slug: str) -> History:
    """The history; not by the session that reads, whose role sees only what visitors see."""
    with transaction(request) as session:
        return history_view.read(session, slug)


def _wants_json(request: Request, form: str | None) -> bool:
    if form is not None:
        return form == "json"
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def _answer(
    request: Request, asker: Asker, template: str, found: History, *, status: int = 200, **context: Any
) -> Response:
    """A page without forms for visitors, which caches may keep; with forms for those who are signed in."""
    known = {
        "slug": found.slug,
        "name": found.name or _("a dataset without a name"),
        "versions": found.versions,
        "is_published": found.is_published,
        **context,
    }
    if asker.is_known and asker.session_id is not None:
        return form_page(request, template, status=status, **known)
    headers = {"Vary": f"{html.VARY}, Accept"}
    return html.page(request, template, status=status, headers=headers, form_token="", **known)


router.include_router(forms)
