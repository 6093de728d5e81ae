"""Favourites and saved searches: of the account for who is signed in, else of the browser alone.

Every change is a form, so it needs no script; our scripts send the same forms.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.accounts import changes_kept
from app.accounts.access import Asker, CurrentAsker, SignInNeeded, require, transaction
from app.accounts.forms import PRIVATE, check_form, form_page, form_token, holder_of
from app.accounts.tables import SavedSearch
from app.base.db import ReadSession
from app.base.errors import AppError, Conflict, Invalid
from app.base.language import _
from app.catalogue.query import SearchQuery
from app.catalogue.search import get_record
from app.portal import favourites, rail
from app.portal.answers import own_address
from app.portal.chips import chips_of
from app.portal.parameters import Query

Owner = Annotated[Asker, Depends(require())]
Slug = Annotated[str, Form(max_length=200)]
Number = Annotated[int, Form(ge=1, le=2**62)]
Name = Annotated[str, Form(max_length=300)]
Parameters = Annotated[str, Form(max_length=60_000)]

router = APIRouter(include_in_schema=False)
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])


def _number(asker: Asker) -> int:
    if asker.user_id is None:
        raise SignInNeeded()
    return asker.user_id


@router.get("/favourites", name="favourites_page")
def favourites_page(request: Request, asker: CurrentAsker) -> Response:
    """What the account keeps; without one, the datasets starred in this browser, which never leave it."""
    return _page(request, asker)


def _page(request: Request, asker: Asker, problem: AppError | None = None, number: int = 0) -> Response:
    """The page; `problem` is what was wrong with a new name of the search `number`."""
    kept: list[favourites.Kept] = []
    searches: list[SavedSearch] = []
    if asker.is_known:
        with transaction(request) as session:
            kept = favourites.kept(session, changes_kept.list_favourites(session, _number(asker)))
            searches = changes_kept.list_searches(session, _number(asker))
    return form_page(
        request,
        "portal/favourites.html",
        status=problem.status if problem else 200,
        section="favourites",
        is_known=asker.is_known,
        kept=kept,
        searches=searches,
        problem=problem.message if problem else "",
        wrong=number,
    )


@router.get("/favourites/mine")
def tell_favourites(request: Request, asker: CurrentAsker) -> Response:
    """For our scripts: what the account keeps, and the token that changes need."""
    if not asker.is_known:
        return JSONResponse({"signed_in": False}, headers=PRIVATE)
    with transaction(request) as session:
        kept = favourites.kept(session, changes_kept.list_favourites(session, _number(asker)))
    told = [{"slug": one.slug, "name": one.name} for one in kept]
    token = form_token(request, holder_of(request))
    return JSONResponse({"signed_in": True, "form_token": token, "favourites": told}, headers=PRIVATE)


@router.get("/favourites/export.{kind}")
def export_favourites(request: Request, asker: Owner, kind: Literal["bib", "json"]) -> Response:
    """All favourites of the account in one file."""
    with transaction(request) as session:
        numbers = changes_kept.list_favourites(session, _number(asker))
        if kind == "bib":
            content, media_type = favourites.as_bibtex(session, numbers), "application/x-bibtex"
        else:
            content = favourites.as_json(session, numbers, own_address(request))
            media_type = "application/json"
    name = {"Content-Disposition": f'attachment; filename="favourites.{kind}"'}
    return Response(content, media_type=media_type, headers={**PRIVATE, **name})


@router.get("/favourites/keep", name="keep_page")
def keep_page(request: Request, session: ReadSession, asker: Owner, slug: str) -> Response:
    """Ask whether to keep a dataset: the way of the star without a script."""
    row = get_record(session, slug)
    return form_page(
        request, "portal/keep.html", section="favourites", asker=asker, slug=slug, name=row.record.name
    )


@forms.post("/favourites/keep")
def keep(request: Request, asker: Owner, slug: Slug) -> Response:
    """Keep a dataset."""
    with transaction(request) as session:
        changes_kept.keep(session, _number(asker), [get_record(session, slug).record.uuid])
    return _done()


@forms.post("/favourites/drop")
def drop(request: Request, asker: Owner, slug: Slug) -> Response:
    """Keep a dataset no longer."""
    with transaction(request) as session:
        for number in favourites.numbers_of(session, [slug]):
            changes_kept.drop(session, _number(asker), number)
    return _done()


@forms.post("/favourites/take-over")
def take_over(request: Request, asker: Owner, slug: Annotated[list[str] | None, Form()] = None) -> Response:
    """Add what a browser kept before its reader signed in; what is gone by now is passed over."""
    slugs = [one[:200] for one in slug or ()][: favourites.MOST_AT_ONCE]
    with transaction(request) as session:
        changes_kept.keep(session, _number(asker), favourites.numbers_of(session, slugs))
    return _done()


def _done(place: str = "") -> Response:
    return RedirectResponse(f"/favourites{place}", status_code=303)


@router.get("/searches/new", name="save_search_page")
def save_search_page(request: Request, asker: Owner, query: Query) -> Response:
    """Ask for the name of a search that is to be saved."""
    return _asking(request, asker, query, name=named(query))


def _asking(
    request: Request, asker: Asker, query: SearchQuery, name: str, problem: AppError | None = None
) -> Response:
    address = rail.address(query, "")
    return form_page(
        request,
        "portal/save_search.html",
        status=problem.status if problem else 200,
        section="favourites",
        asker=asker,
        name=name,
        words=query.q,
        chips=chips_of(query),
        parameters=address.lstrip("?"),
        back=rail.address(query),
        problem=problem.message if problem else "",
    )


def named(query: SearchQuery) -> str:
    """A name to begin with: the words and filters, as far as it holds them."""
    parts = [*([query.q] if query.q else []), *(chip.label for chip in chips_of(query))]
    return ", ".join(parts)[: changes_kept.LONGEST_NAME] or _("All datasets")


@forms.post("/searches")
def save_search(request: Request, asker: Owner, name: Name = "", parameters: Parameters = "") -> Response:
    """Save a search; its parameters are read and written again, so that only a search is kept."""
    query = rail.query_of(parameters)
    try:
        with transaction(request) as session:
            changes_kept.save_search(session, _number(asker), name, rail.address(query, "").lstrip("?"))
    except (Invalid, Conflict) as error:
        return _asking(request, asker, query, name, error)
    return _done("#searches")


@forms.post("/searches/rename")
def rename_search(request: Request, asker: Owner, number: Number, name: Name = "") -> Response:
    """Give a saved search another name."""
    try:
        with transaction(request) as session:
            changes_kept.rename_search(session, _number(asker), number, name)
    except (Invalid, Conflict) as error:
        return _page(request, asker, error, number)
    return _done("#searches")


@forms.post("/searches/drop")
def drop_search(request: Request, asker: Owner, number: Number) -> Response:
    """Delete a saved search."""
    with transaction(request) as session:
        changes_kept.drop_search(session, _number(asker), number)
    return _done("#searches")


router.include_router(forms)
