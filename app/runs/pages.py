"""The pages of runs: a form of the viewer begins one; its page tells how far it is and what came of it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts.forms import check_form, form_page
from app.base import html, tokens
from app.base.db import DbSession
from app.base.errors import Invalid, NotFound
from app.base.language import _
from app.runs import asking, changes, documents, holding, paging, queries, saying, views, views_measured
from app.runs.api import UNLISTED
from app.runs.asking import AnyPerson, Options, Person, RunRequest
from app.runs.tables import Run
from app.tiles import queries as tiles
from app.tiles.layers import TileDescription
from app.tiles.pages import reader
from app.tiles.viewing import Choice, asked
from app.zoo.api import cards_of

router = APIRouter(include_in_schema=False)

FEW = 5
"""Runs that stand beside a tile; the page has more."""

Cursor = Annotated[str, Query(max_length=tokens.LONGEST_TOKEN)]
Name = Annotated[str, Form(min_length=1, max_length=asking.LONGEST_NAME, pattern=asking.WITHOUT_NUL)]


@router.post("/runs", dependencies=[Depends(check_form)])
def begin(
    session: DbSession,
    person: AnyPerson,
    tile: Name,
    models: Annotated[list[Name] | None, Form(max_length=asking.MOST_MODELS)] = None,
    occlusion: Annotated[bool, Form()] = False,
) -> Response:
    """Begin a run, and go to its page."""
    if not models:
        raise Invalid(_("Choose at least one model."))
    wanted = RunRequest(tile=tile, models=tuple(models), options=Options(occlusion=occlusion))
    run, _is_known = asking.begin(session, person, wanted)
    return RedirectResponse(f"/runs/{run.id}", 303)


@router.get("/runs", name="runs_page")
def runs_page(
    request: Request,
    session: DbSession,
    person: AnyPerson,
    tile: Annotated[str, Query(max_length=asking.LONGEST_NAME)] = "",
    model: Annotated[str, Query(max_length=asking.LONGEST_NAME)] = "",
    after: Cursor = "",
    before: Cursor = "",
) -> Response:
    """Runs of a tile, of a model, or of all, newest first; htmx asks for the first few of them."""
    most = FEW if html.wants_fragment(request) else queries.PAGE
    found = paging.page(session, person, tile=tile, model=model, after=after, before=before, most=most)
    return html.page(
        request,
        "runs/runs.html",
        fragment="runs/_history.html",
        headers={"Cache-Control": "no-store", **UNLISTED},
        section="tiles",
        runs=found.runs,
        page=found,
        tile_id=tile,
        model_id=model,
        tile=_tile(session, tile) if tile else None,
        cards=cards_of(request),
    )


@router.get("/runs/{number}", name="run_page")
def run_page(
    request: Request,
    session: DbSession,
    person: AnyPerson,
    number: UUID,
    choice: Annotated[Choice, Depends(asked)],
) -> Response:
    """How far a run is, and what came of it; htmx asks for the part that changes."""
    run = asking.seen(session, person, queries.get(session, number))
    tile = _tile(session, run.tile_id)
    choice, cards = views.tidy(choice, tile), cards_of(request)
    chosen = {"HX-Replace-Url": views.address(run, choice)} if html.wants_fragment(request) else {}
    return form_page(
        request,
        "runs/run.html",
        fragment="runs/_run.html",
        headers={**UNLISTED, **chosen},
        section="tiles",
        names=[cards[name].name if name in cards else name for name in run.models],
        **_context(request, person, run, tile, choice, holding.is_left(session, run)),
    )


@router.post("/runs/{number}/cancel", dependencies=[Depends(check_form)])
def cancel(session: DbSession, person: AnyPerson, number: UUID) -> Response:
    """Cancel a run of one's own; one that has ended stays as it is."""
    run = asking.own(person, asking.seen(session, person, queries.get(session, number)))
    changes.cancel(session, run)
    return RedirectResponse(f"/runs/{run.id}", 303)


def _context(
    request: Request,
    person: Person,
    run: Run,
    tile: TileDescription | None,
    choice: Choice,
    is_left: bool,
) -> dict[str, Any]:
    outcome = documents.outcome(run)
    told = views.context(run, outcome, tile, choice)
    left_side = views.left_side(tile, told["left"], reader(request, tile)) if tile and outcome else None
    return {
        "run": run,
        "is_left": is_left,
        "say": saying.told,
        "stage_words": {code: saying.told(code) for code in saying.STAGES},
        "outcome": outcome,
        "tile": tile,
        "is_own": run.asker == person.name,
        "address": f"/runs/{run.id}",
        "left_side": left_side,
        "drawn": {one["model"]: views_measured.of_report(one) for one in told["reports"]},
        "compared": views_measured.compared(told["reports"]),
        **told,
    }


def _tile(session: Session, name: str) -> TileDescription | None:
    """The tile of a run, while it is there."""
    try:
        return tiles.get(session, name)
    except NotFound:
        return None
