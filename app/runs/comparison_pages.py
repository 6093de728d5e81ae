"""The page that compares models on equal ground, and the same for programs and spreadsheets."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request, Response

from app.base import html
from app.base.errors import NotFound
from app.base.language import _
from app.base.spreadsheet import defused
from app.runs.comparison import Compared, Comparison, Question, read_comparison, read_own, with_own
from app.runs.comparison_view import sections
from app.zoo.fitting import known_cards

pages = APIRouter(include_in_schema=False)
router = APIRouter(prefix="/api", tags=["models"])

COLUMNS = ("question", "model", "name", "figure", "unit", "seed", "tile", "value", "measured")
NONE_MADE: dict[int | str, dict[str, Any]] = {404: {"description": "No comparison was made here"}}


def _comparison(request: Request) -> Comparison | None:
    """What came with the models, and what only this installation has."""
    folder = request.app.state.settings.models
    served = {card.id: card.file.sha256 for card in known_cards(folder).values()}
    return with_own(read_comparison(folder), read_own(request.app.state.storage), served)


def _made(request: Request) -> Comparison:
    found = _comparison(request)
    if found is None:
        raise NotFound(_("No comparison of models was made here."))
    return found


@pages.get("/benchmarks", name="comparison_page")
def comparison_page(request: Request) -> Response:
    """Every model on every simulated tile that it fits."""
    found = _comparison(request)
    shown = sections(found) if found else ()
    return html.page(request, "runs/benchmarks.html", section="benchmarks", found=found, sections=shown)


@router.get("/benchmarks", summary="Compare all models on equal ground", responses=NONE_MADE)
def read_benchmarks(request: Request) -> Response:
    """Figures of every model on every simulated tile that it fits, for each seed of its training.

    What is marked `is_own` was measured by this installation, when and with which versions `own` says; a
    `fault` says why a model has no figures.
    """
    return Response(_made(request).model_dump_json(), media_type="application/json")


@router.get(
    "/benchmarks.csv",
    summary="Compare all models in a spreadsheet",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}, **NONE_MADE},
)
def download_benchmarks(request: Request) -> Response:
    """One row for each figure of a model, seed and tile (RFC 4180); seed 0 is what nobody trained.

    `measured` is the day on which the figure was taken.
    """
    found = _made(request)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for question in found.questions:
        for one in question.compared:
            made = found.own.made if found.own and one.is_own else found.made
            writer.writerows((*row, made) for row in _lines(question, one))
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="benchmarks.csv"'},
    )


def _lines(question: Question, one: Compared) -> Iterator[tuple[str | float, ...]]:
    for figure in one.figures:
        head = (question.answers, one.model, defused(one.name), defused(figure.what), figure.unit)
        for seed, values in figure.values.items():
            yield from (
                (*head, seed, tile, value) for tile, value in zip(question.tiles, values, strict=True)
            )
