"""The page of the survey figures, drawn from the datasets of the current search."""

from fastapi import APIRouter, Request, Response

from app.base import html
from app.base.db import ReadSession
from app.insights import figures
from app.insights.charts import chart
from app.insights.links import Links, address, filters
from app.insights.reading import select_datasets
from app.portal.chips import chips_of
from app.portal.parameters import Query

router = APIRouter(include_in_schema=False)


@router.get("/insights", name="insights_page")
def insights_page(request: Request, session: ReadSession, query: Query) -> Response:
    """Every figure with its table; the parameters are those of the search."""
    filtered = filters(query)
    chosen = select_datasets(session, filtered)
    links = Links(filtered)
    return html.page(
        request,
        "insights/page.html",
        section="insights",
        number_matched=chosen.size,
        total=chosen.total,
        leaves_out=chosen.total < chosen.index.size,
        charts=[chart(figure, links) for figure in figures.draw(chosen).values()] if chosen.size else [],
        words=filtered.q,
        chips=[(chip.label, address("/insights", chip.query)) for chip in chips_of(filtered)],
        without_words=address("/insights", filtered.without("q")),
        list_address=address("/datasets", filtered),
        json_address=address("/api/insights", filtered),
    )
