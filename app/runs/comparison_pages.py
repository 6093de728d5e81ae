"""The page that compares models on equal ground, and the same for programs and spreadsheets."""

import csv
import io
from typing import Any

from fastapi import APIRouter, Request, Response

from app.base import html
from app.base.errors import NotFound
from app.base.language import _
from app.base.spreadsheet import defused
from app.runs.comparison import Comparison, read_comparison
from app.runs.comparison_view import sections

pages = APIRouter(include_in_schema=False)
router = APIRouter(prefix="/api", tags=["models"])

COLUMNS = ("question", "model", "name", "figure", "unit", "seed", "tile", "value")
NONE_MADE: dict[int | str, dict[str, Any]] = {404: {"description": "No comparison was made here"}}


def _comparison(request: Request) -> Comparison | None:
    return read_comparison(request.app.state.settings.models)


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
    """Figures of every model on every simulated tile that it fits, for each seed of its training."""
    return Response(_made(request).model_dump_json(), media_type="application/json")


@router.get(
    "/benchmarks.csv",
    summary="Compare all models in a spreadsheet",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}, **NONE_MADE},
)
def download_benchmarks(request: Request) -> Response:
    """One row for each figure of a model, seed and tile (RFC 4180); seed 0 is what nobody trained."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for question in _made(request).questions:
        for one in question.compared:
            for figure in one.figures:
                head = (question.answers, one.model, defused(one.name), defused(figure.what), figure.unit)
                writer.writerows(
                    (*head, seed, tile, value)
                    for seed, values in figure.values.items()
                    for tile, value in zip(question.tiles, values, strict=True)
                )
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="benchmarks.csv"'},
    )
