"""All that answers requests, and what the service tells of itself: health, figures, and its interface."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app import jobs
from app.accounts import account_pages, provider_pages
from app.accounts import pages as sign_in_pages
from app.base import health, html, reference
from app.catalogue.tables import Dataset
from app.curation import api as curation_api
from app.curation import (
    api_imports,
    api_review,
    pages_bulk,
    pages_change_sets,
    pages_filling,
    pages_footprint,
    pages_history,
    pages_imports,
    pages_lists,
    pages_prefill,
    pages_queue,
    pages_review,
    pages_suggest,
    pages_suggestions,
    pages_users,
    pages_vocabularies,
)
from app.insights import api as insights_api
from app.insights import pages as insights_pages
from app.portal import api, dumps, favourite_pages, feeds, item_pages, oai, opensearch, pages, places, tiles
from app.runs import api as runs_api
from app.runs import comparison_pages
from app.runs import pages as run_pages
from app.settings import Settings
from app.stac import aggregates as stac_aggregates
from app.stac import api as stac_api
from app.stac import item_api as stac_item_api
from app.stac import item_tiles as stac_item_tiles
from app.stac import models as stac_models
from app.stac import records_api, schemas_api, transactions
from app.tiles import api as tiles_api
from app.tiles import pages as tile_pages
from app.tiles import pages_upload
from app.zoo import api as zoo_api
from app.zoo import pages as zoo_pages

EXAMPLES = {
    "slug": "eurosat",
    "name": "task",
    "suffix": "csv",
    "z": "0",
    "x": "0",
    "y": "0",
    "part": "1",
    "q": "fra",
    "model": "sen2lcz",
    "key": "s2",
    "file": "card.yaml",
}
"""Values that fill the gaps of addresses on the page that describes the interface."""

service = APIRouter(tags=["service"])


@service.get(
    "/health",
    summary="See whether the service is ready",
    responses={503: {"description": "Not ready; the checks say why."}},
)
def examine_health(request: Request) -> Response:
    """Whether the service is ready, and why not."""
    found = health.examine(request.app.state.engine, request.app.state.read_engine, Dataset.__table__)
    document = {**found.document(), "worker_seconds": _worker_age(request) if found.ready else None}
    status = 200 if found.ready else 503
    return JSONResponse(document, status_code=status, headers={"Cache-Control": "no-store"})


def _worker_age(request: Request) -> float | None:
    with request.app.state.read_sessions() as session:
        return jobs.worker_age(session)


@service.get("/metrics", include_in_schema=False)
def show_metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@service.get("/docs", include_in_schema=False)
def reference_page(request: Request) -> Response:
    """The REST interface, described for people."""
    groups = reference.operations(request.app.openapi(), EXAMPLES)
    address = request.app.state.settings.public_url or str(request.base_url).rstrip("/")
    return html.page(request, "docs/reference.html", groups=groups, address=address)


ROUTERS = (
    pages.router,
    item_pages.router,
    favourite_pages.router,
    sign_in_pages.router,
    account_pages.router,
    provider_pages.router,
    api.router,
    tiles.router,
    feeds.router,
    dumps.router,
    oai.router,
    opensearch.router,
    places.router,
    curation_api.router,
    api_review.router,
    api_imports.router,
    pages_queue.router,
    pages_review.router,
    pages_users.router,
    pages_history.router,
    pages_imports.router,
    pages_lists.router,
    pages_filling.router,
    pages_bulk.router,
    pages_change_sets.router,
    pages_vocabularies.router,
    pages_prefill.router,
    pages_footprint.router,
    pages_suggest.router,
    pages_suggestions.router,
    insights_pages.router,
    insights_api.router,
    stac_models.router,
    stac_item_api.router,
    stac_aggregates.router,
    schemas_api.router,
    stac_item_tiles.router,
    stac_api.router,
    records_api.router,
    zoo_api.router,
    tiles_api.router,
    runs_api.router,
    comparison_pages.router,
    comparison_pages.pages,
    zoo_pages.router,
    run_pages.router,
    pages_upload.router,
    # Behind whatever has a word of its own beneath /tiles, because it takes any.
    tile_pages.router,
)


def routers_of(settings: Settings) -> tuple[APIRouter, ...]:
    """All that answers under these settings."""
    changing = (transactions.router,) if settings.stac_transactions else ()
    return (*ROUTERS, *changing, service)
