"""The data of the survey figures: JSON of all, CSV of each."""

import csv
import io
from typing import Any

from fastapi import APIRouter, Request, Response

from app.base.db import ReadSession
from app.base.errors import NotFound
from app.catalogue.query import SearchQuery
from app.insights.figure import Figure
from app.insights.figures import FIGURES, draw
from app.insights.links import address, filters
from app.insights.reading import select_datasets
from app.portal.answers import json_bytes, own_address, versioned
from app.portal.parameters import OF_PAGES, Query, documented

router = APIRouter(tags=["insights"])

CSV = "text/csv; charset=utf-8"


@router.get(
    "/api/insights",
    summary="Read the survey figures",
    openapi_extra=documented(without=(*OF_PAGES, "facets")),
)
def read_insights(request: Request, session: ReadSession, query: Query) -> Response:
    """The data of every figure for the datasets of a search: each says how many it shows (`n`), how many lack
    what it needs (`lacking`), and by which rule it counts."""

    def make() -> bytes:
        chosen = select_datasets(session, filters(query))
        found = {name: _figure(figure) for name, figure in draw(chosen).items()}
        base = own_address(request)
        return json_bytes(
            {"number_matched": chosen.size, "figures": found, "links": _links(base, filters(query))}
        )

    return versioned(request, session, "application/json", make)


@router.get(
    "/insights/{figure}.csv",
    summary="Download one survey figure",
    openapi_extra=documented(without=(*OF_PAGES, "facets")),
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}, 404: {"description": "No such figure"}},
)
def download_figure(request: Request, session: ReadSession, figure: str, query: Query) -> Response:
    """One figure as CSV for the datasets of a search; an empty field is unknown."""
    if figure not in FIGURES:
        raise NotFound(f"There is no figure {figure[:60]!r}. There are {', '.join(FIGURES)}.")

    def make() -> bytes:
        return as_csv(FIGURES[figure](select_datasets(session, filters(query))))

    disposition = f'attachment; filename="{figure}.csv"'
    return versioned(request, session, CSV, make, **{"Content-Disposition": disposition})


def as_csv(figure: Figure) -> bytes:
    """The rows of a figure under the names of its columns (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(figure.columns)
    writer.writerows(figure.rows)
    return out.getvalue().encode()


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "title": figure.title,
        "rule": figure.rule,
        "n": figure.n,
        "lacking": figure.lacking,
        "columns": figure.columns,
        "rows": figure.rows,
    }


def _links(base: str, query: SearchQuery) -> list[dict[str, str]]:
    return [
        {"rel": "self", "href": address(f"{base}/api/insights", query), "type": "application/json"},
        {"rel": "alternate", "href": address(f"{base}/insights", query), "type": "text/html"},
        *(
            {
                "rel": "item",
                "href": address(f"{base}/insights/{name}.csv", query),
                "type": "text/csv",
                "title": name,
            }
            for name in FIGURES
        ),
    ]
