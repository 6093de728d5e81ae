"""The pages a visitor reads: search, record, credits, and the choice of colours and language."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts import changes
from app.accounts.access import transaction, who_asks
from app.base import html, language
from app.base.db import ReadSession
from app.base.errors import NotFound
from app.base.language import _
from app.catalogue import related
from app.catalogue.parameters import is_outdated
from app.catalogue.quality import quality_of
from app.catalogue.query import SearchQuery
from app.catalogue.search import count, get_record, search
from app.exchange import negotiation
from app.links import queries as links
from app.portal import credits, formats, rail, record_items, record_view, review_mark, typed, view
from app.portal.answers import own_address
from app.portal.chips import loosened
from app.tiles.samples import samples
from app.zoo.card_view import fit_lines
from app.zoo.fitting import known_cards
from app.zoo.matrix import models_of

YEAR_IN_SECONDS = 31_536_000
MOST_WIDENINGS = 6

router = APIRouter()
# Before the page of a record, whose address would take the suffix for a part of the slug.
router.include_router(formats.router)


@router.get("/", name="start_page", include_in_schema=False)
@router.get("/datasets", name="search_page", include_in_schema=False)
def search_page(request: Request, session: ReadSession) -> Response:
    """The search; htmx morphs only the form, and its address is the canonical one."""
    given = request.query_params.multi_items()
    query, problem = typed.read(given)
    if problem is None and not html.wants_fragment(request) and (is_outdated(given) or typed.is_raw(given)):
        return RedirectResponse(rail.address(query), status_code=308 if is_outdated(given) else 303)
    secret = request.app.state.settings.signing_key
    answer = search(session, replace(query, facets=rail.facet_counts(query)), secret, surroundings=True)
    states = links.of_slugs(session, [card["slug"] for card in answer.cards])
    return html.page(
        request,
        "portal/search.html",
        fragment="portal/_search.html",
        status=problem.status if problem else 200,
        headers=_pushed(request, query) if problem is None else {},
        section="datasets",
        **view.search_context(query, answer, problem, typed.typed(given, query, problem), states),
        widenings=[] if answer.cards else _widenings(session, query),
    )


def _pushed(request: Request, query: SearchQuery) -> dict[str, str]:
    """The address for htmx to push; none where the reader is there already, as after the Back button."""
    canonical = rail.address(query)
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    is_there = f"{current.path}?{current.query}".rstrip("?") == canonical
    return {} if is_there else {"HX-Push-Url": canonical}


def _widenings(session: Session, query: SearchQuery) -> list[view.Widening]:
    """Searches with one filter less that find something; only asked where nothing was found."""
    counted = [
        view.Widening(chip.label, chip.href, count(session, replace(chip.query, facets={})).number_matched)
        for chip in loosened(query)[:MOST_WIDENINGS]
    ]
    return [wider for wider in counted if wider.count]


@router.get("/datasets/{slug}", name="record_page", include_in_schema=False)
def record_page(
    request: Request, session: ReadSession, slug: Annotated[str, Path(max_length=200)]
) -> Response:
    """Everything known about one dataset; a program that accepts another form is sent to its address."""
    form = negotiation.negotiated(request.headers.get("accept", ""))
    if form is not None:
        away = form.format(slug=quote(slug, safe=""))
        return RedirectResponse(away, status_code=303, headers={"Vary": "Accept"})
    row = get_record(session, slug)
    signposts = negotiation.signposts(row.record, own_address(request))
    return html.page(
        request,
        "portal/record.html",
        headers={"Link": negotiation.link_header(signposts), "Vary": f"{html.VARY}, Accept"},
        section="datasets",
        **record_view.context(
            row,
            related.related(session, row.record),
            own_address(request),
            review_mark.quality(quality_of(session, row.id)),
        ),
        link_states=links.of_record(session, row.record),
        samples=samples(session, slug),
        fits=fit_lines(models_of(row.record, known_cards(request.app.state.settings.models).values())),
        items=record_items.section(
            session, row.id, slug, record_items.Choice(), request.app.state.settings.signing_key
        ),
    )


@router.get("/about/data", name="credits_page", include_in_schema=False)
def credits_page(request: Request, session: ReadSession) -> Response:
    """Whom the facts are owed to, what was cleaned, and the words the catalogue uses."""
    return html.page(request, "portal/credits.html", section="about", **credits.context(session))


@router.get("/scheme/{choice}", name="choose_scheme", include_in_schema=False)
def choose_scheme(
    request: Request, choice: str, back: Annotated[str, Query(max_length=4000)] = "/"
) -> Response:
    """Remember light, dark or the system's colours, and return to where the reader was."""
    if choice not in html.SCHEMES:
        all_there = ", ".join(html.SCHEMES)
        raise NotFound(
            _(
                "There are no colours named %(given)s; there are %(all)s.",
                given=repr(choice[:40]),
                all=all_there,
            )
        )
    answer = RedirectResponse(safe_way_back(back), status_code=303)
    if choice == "system":
        answer.delete_cookie(html.SCHEME_COOKIE, samesite="lax")
    else:
        answer.set_cookie(html.SCHEME_COOKIE, choice, max_age=YEAR_IN_SECONDS, samesite="lax", httponly=True)
    return answer


@router.get("/language/{choice}", name="choose_language", include_in_schema=False)
def choose_language(
    request: Request, choice: str, back: Annotated[str, Query(max_length=4000)] = "/"
) -> Response:
    """Remember the language of the pages, for mails as well, and return to where the reader was."""
    if choice not in language.LANGUAGES:
        spoken = ", ".join(language.LANGUAGES)
        raise NotFound(
            _("There is no language %(code)s here; there are %(all)s.", code=choice[:40], all=spoken)
        )
    asker = who_asks(request)
    if asker.user_id is not None:
        with transaction(request) as session:
            changes.get_user(session, asker.user_id).language = choice
    answer = RedirectResponse(safe_way_back(back), status_code=303)
    answer.set_cookie(language.COOKIE, choice, max_age=YEAR_IN_SECONDS, samesite="lax", httponly=True)
    return answer


def safe_way_back(back: str) -> str:
    """The path to return to; anything that could lead to another host becomes the start page."""
    is_own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if is_own else "/"
