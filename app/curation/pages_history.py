"""The history of a dataset, open to everybody: its versions, what each changed, and each in full."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.accounts.access import Asker, CurrentAsker, transaction
from app.accounts.forms import form_page
from app.accounts.rights import Action, State, may
from app.base import html
from app.base.language import _
from app.catalogue.quality import Moved
from app.curation import diff, history_view, review_view
from app.curation.history_view import History

Slug = Annotated[str, Path(max_length=200)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Asked = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Form = Annotated[Literal["html", "json"] | None, Query()]
ORIGINS_SHOWN = 200

router = APIRouter(include_in_schema=False)


@router.get("/datasets/{slug}/history", name="history_page")
def history_page(
    request: Request,
    asker: CurrentAsker,
    slug: Slug,
    start: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1)] = None,
    to: Asked = None,
    f: Form = None,
) -> Response:
    """All versions; two of them side by side where the address names them."""
    found = _history(request, slug)
    if isinstance(found, Response):
        return found
    if _wants_json(request, f):
        return JSONResponse(history_view.documents(found), headers={"Vary": "Accept"})
    newest, oldest = found.versions[0], found.versions[-1]
    is_asked = start is not None or to is not None
    before, after = found.at(start or oldest.number), found.at(to or newest.number)
    return _answer(
        request,
        asker,
        "curation/history.html",
        found,
        told=history_view.told(found.versions),
        asked=(before.number, after.number),
        lines=history_view.compared(before, after) if is_asked else None,
        may_restore=may(asker.role, State.SUPERSEDED, Action.RESTORE, is_own=False),
    )


@router.get("/datasets/{slug}/history/{number}", name="version_page")
def version_page(
    request: Request, asker: CurrentAsker, slug: Slug, number: Number, f: Form = None
) -> Response:
    """One version in full, as a page or as JSON."""
    found = _history(request, slug, f"/{number}")
    if isinstance(found, Response):
        return found
    version = found.at(number)
    if _wants_json(request, f):
        return JSONResponse(history_view.document(found, version), headers={"Vary": "Accept"})
    sources = [diff.source_line(one) for one in (version.record.get("sources") or ())[:ORIGINS_SHOWN]]
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


def _history(request: Request, slug: str, rest: str = "") -> History | Response:
    """The history, or the way to where it stands since the dataset was renamed."""
    try:
        # Not the session that reads: visitors see only what was published, and its role sees no revisions.
        with transaction(request) as session:
            return history_view.read(session, slug)
    except Moved as moved:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/datasets/{moved.slug}/history{rest}{query}", status_code=308)


def _wants_json(request: Request, form: str | None) -> bool:
    if form is not None:
        return form == "json"
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def _answer(request: Request, asker: Asker, template: str, found: History, **context: Any) -> Response:
    """A page without forms for visitors, which caches may keep; with forms for those who are signed in."""
    known = {
        "slug": found.slug,
        "name": found.name or _("a dataset without a name"),
        "versions": found.versions,
        "is_published": found.is_published,
        **context,
    }
    if asker.is_known and asker.session_id is not None:
        return form_page(request, template, **known)
    headers = {"Vary": f"{html.VARY}, Accept"}
    return html.page(request, template, headers=headers, form_token="", **{**known, "may_restore": False})
