"""Builds the application: routers, error answers, limits, static files, health and figures."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from threading import Thread
from typing import Any, cast

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel
from sqlalchemy import Engine, QueuePool, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app import jobs
from app.accounts import account_pages, provider_pages
from app.accounts import pages as sign_in_pages
from app.accounts.access import SignInNeeded, way_to_sign_in
from app.base import health, html, language, reference
from app.base.access import Access, asks_leave, leave
from app.base.compress import Compress
from app.base.db import Sessions, connect, open_sessions
from app.base.errors import AppError, Invalid
from app.base.language import N_, _
from app.base.limits import WAITING_PER_THREAD, Limits
from app.base.metrics import Metrics
from app.base.outside import Outside
from app.base.programs import is_address_for_programs
from app.base.reader import Connections, DirectReader, joined
from app.base.routing import Shortcut
from app.base.shares import Shares
from app.catalogue.following import Follower
from app.catalogue.quality import Moved, Withdrawn
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
    problems,
)
from app.insights import api as insights_api
from app.insights import pages as insights_pages
from app.items.warming import warm
from app.links import queries as link_queries
from app.links.states import DEAD, SUCCESSES, State
from app.portal import api, dumps, favourite_pages, feeds, item_pages, oai, opensearch, pages, places, tiles
from app.settings import Settings
from app.stac import api as stac_api
from app.stac import item_api as stac_item_api
from app.stac import item_tiles as stac_item_tiles
from app.stac import records_api, transactions

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
    stac_item_api.router,
    stac_item_tiles.router,
    stac_api.router,
    records_api.router,
)

TITLE = "EO Dataset Catalogue"
SUMMARY = "Earth observation datasets for machine learning: described, mapped and compared."
EXAMPLES = {"slug": "eurosat", "name": "task", "suffix": "csv", "z": "0", "x": "0", "y": "0", "part": "1"}
"""Values that fill the gaps of paths on the page that describes the interface."""
LOOK_LASTS_S = 0.005
"""For how long a look at the version of the database holds for answers that are kept ready."""
WARMING_SECONDS = 5
"""How long a service that ends waits for what it still reads into memory."""


def create_app(
    settings: Settings, address: str, sessions: Sessions | None = None, read_address: str | None = None
) -> FastAPI:
    """The whole service on the database at `address`.

    Args:
        sessions: lets a test join its own transaction.
        read_address: where reads go, when the settings do not say; else to `address` as well.
    """
    timeout = settings.statement_timeout_ms
    if settings.read_database_url is not None:
        read_address = settings.read_database_url.get_secret_value()
    engine = connect(address, pool_size=settings.pool_size, statement_timeout_ms=timeout)
    read_address = read_address or address
    reading = connect(
        read_address, pool_size=settings.pool_size, statement_timeout_ms=timeout, only_reads=True
    )
    direct = Connections(read_address, statement_timeout_ms=timeout)
    opened = sessions or open_sessions(engine, reading)
    # Nothing beside a test may use the connection that it shares with its application.
    follower = Follower(opened.read)
    beside = () if sessions else (partial(warm, opened.read), follower.start)
    metrics = Metrics()
    app = FastAPI(
        title=TITLE,
        summary=SUMMARY,
        version="1",
        docs_url=None,
        redoc_url=None,
        responses=FAULTS,
        # Asking about it costs every request time, and figures and logs are told in our own way.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=_lifespan(settings, beside, (follower.stop, engine.dispose, reading.dispose, direct.close)),
    )
    app.state.settings = settings
    app.state.engine = engine
    app.state.read_engine = reading
    app.state.reader = DirectReader(joined(sessions.read) if sessions else direct.borrow)
    app.state.looks = {}
    # Tests write and read in one process within a millisecond.
    app.state.look_lasts_s = 0.0 if sessions else LOOK_LASTS_S
    app.state.sessions = opened.write
    app.state.read_sessions = opened.read
    app.state.metrics = metrics
    app.state.outside = Outside(settings.public_url or "", is_on=settings.outside)
    language.load()
    _add_routes(app)
    _add_answers_to_errors(app)
    _add_figures(metrics, (engine, reading), opened)
    app.add_middleware(Compress)
    app.add_middleware(Limits, refuse=answer_error, at_once=settings.pool_size * WAITING_PER_THREAD)
    app.add_middleware(
        Shares,
        refuse=answer_error,
        at_once=max(2, settings.pool_size // 4),
        waiting=settings.pool_size * WAITING_PER_THREAD // 2,
    )
    by_tls = settings.address.startswith("https:")
    app.add_middleware(Access, metrics=metrics, last_resort=answer_fault, only_by_tls=by_tls)
    return app


class Fault(BaseModel):
    """The one shape of an error for programs."""

    code: str
    description: str
    request_id: str


FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": Fault, "description": "The request says something that cannot be."},
    404: {"model": Fault, "description": "There is no such thing."},
    413: {"model": Fault, "description": "The address or body is too large."},
    503: {"model": Fault, "description": "The search takes too long, or the database is down."},
}
TITLES = {
    400: N_("That request does not work"),
    401: N_("Sign in first"),
    403: N_("That is not open to you"),
    404: N_("There is nothing here"),
    405: N_("That is not possible here"),
    410: N_("This was taken back"),
    413: N_("That is too large"),
    429: N_("That was too often"),
    500: N_("Something went wrong on our side"),
    503: N_("Not available at the moment"),
}


def _lifespan(
    settings: Settings, beside: Sequence[Callable[[], None]], endings: Sequence[Callable[[], None]]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What a process does before its first answer, beside its first answers, and after its last."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # As many threads as connections: a request that runs never waits for a connection.
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.pool_size
        threads = [Thread(target=work, daemon=True) for work in beside]
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            thread.join(WARMING_SECONDS)
        for end in endings:
            end()

    return lifespan


def _routers(settings: Settings) -> tuple[APIRouter, ...]:
    """All that answers under these settings."""
    changing = (transactions.router,) if settings.stac_transactions else ()
    return (*ROUTERS, *changing, service)


def _add_routes(app: FastAPI) -> None:
    routers = _routers(app.state.settings)
    for router in routers:
        app.include_router(router)
    app.router.middleware_stack = Shortcut(app.router, routers)
    app.mount("/static", Static(directory=html.STATIC, check_dir=False), name="static")
    written = app.openapi

    def openapi() -> dict[str, Any]:
        return without_422(written())

    app.openapi = openapi  # type: ignore[method-assign]


def without_422(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document as the service behaves: what FastAPI announces as 422 is answered with 400."""
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    schemas = document.get("components", {}).get("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


class Static(StaticFiles):
    """Our files: kept for a year where the address names their content (`?v=`), else asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        lasting = b"v=" in scope["query_string"]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response


def _add_answers_to_errors(app: FastAPI) -> None:
    app.add_exception_handler(AppError, cast(Any, answer_error))
    app.add_exception_handler(SignInNeeded, cast(Any, answer_stranger))
    app.add_exception_handler(Moved, cast(Any, answer_moved))
    app.add_exception_handler(Withdrawn, cast(Any, answer_withdrawn))
    for kind, answer_problem in problems.ANSWERS.items():
        app.add_exception_handler(kind, cast(Any, partial(_answer_problem, answer_problem)))
    app.add_exception_handler(RequestValidationError, cast(Any, answer_unreadable))
    app.add_exception_handler(HTTPException, cast(Any, answer_http))


def answer_error(request: Request, error: AppError) -> Response:
    """The answer to anything of the error tree."""
    pause = getattr(error, "retry_after", None)
    headers = {"Retry-After": str(pause)} if pause else {}
    return answer(request, error.status, error.code, error.message, headers)


def _answer_problem(
    answer_problem: Callable[[Request, Any], Response], request: Request, error: AppError
) -> Response:
    """What programs are told of a refusal by fact; people see it as any other."""
    return answer_problem(request, error) if is_for_program(request) else answer_error(request, error)


def answer_moved(request: Request, error: Moved) -> Response:
    """The way to the same address with the slug that the dataset has now."""
    params, route = dict(request.path_params), request.scope.get("route")
    name = next((name for name, value in params.items() if value == error.old), None)
    if name is None or not isinstance(route, Route):
        return answer(request, 404, "not-found", error.message, {})
    path = str(route.url_path_for(route.name, **{**params, name: error.slug}))
    query = f"?{request.url.query}" if request.url.query else ""
    status = 301 if request.method in ("GET", "HEAD") else 308
    return RedirectResponse(path + query, status_code=status, headers={"Cache-Control": "no-cache"})


def answer_withdrawn(request: Request, error: Withdrawn) -> Response:
    """What is left of a dataset: when and why it was taken back, and what to use instead."""
    if is_for_program(request):
        return answer_error(request, error)
    page = html.render(request, "portal/withdrawn.html", section="datasets", grave=error)
    return HTMLResponse(page, status_code=error.status)


def answer_stranger(request: Request, error: SignInNeeded) -> Response:
    """The way to the page that signs in, for people; programs are told what to send."""
    headers = {"Cache-Control": "no-store"}
    if is_for_program(request):
        shown = {"WWW-Authenticate": 'Bearer realm="catalogue"'}
        return answer(request, error.status, error.code, error.message, {**headers, **shown})
    return RedirectResponse(way_to_sign_in(request, error.place), status_code=303, headers=headers)


def answer_unreadable(request: Request, error: RequestValidationError) -> Response:
    """A parameter or body that does not fit its description: 400, as STAC and OGC ask."""
    faults = [f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in error.errors()[:3]]
    return answer_error(request, Invalid("; ".join(faults)))


def answer_http(request: Request, error: HTTPException) -> Response:
    """What the router itself refuses: an unknown address or method."""
    messages = {
        404: _("There is no page at this address."),
        405: _("This address does not take that method."),
    }
    codes = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}
    status = error.status_code
    message = messages.get(status, str(error.detail))
    headers = dict(error.headers or {})
    if status == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request))) or headers.get("Allow", "GET")
    if status == 405 and asks_leave(request):
        return Response(status_code=204, headers=leave(headers["Allow"]))
    return answer(request, status, codes.get(status, "invalid"), message, headers)


def _methods(request: Request) -> set[str]:
    """The methods of all routes at this address; the router itself names those of the first only."""
    routers = _routers(request.app.state.settings)
    routes = [one for router in routers for one in router.routes if isinstance(one, Route)]
    here = [route for route in routes if route.matches(request.scope)[0] != Match.NONE]
    return {method for route in here for method in route.methods or ()}


def answer_fault(request: Request) -> Response:
    """The answer to a fault of our own; the log holds the reason under the same request number."""
    return answer(request, 500, "fault", _("The fault is in the log. Please report the request number."), {})


def answer(request: Request, status: int, code: str, message: str, headers: Any) -> Response:
    """An error as JSON for programs, as a page for people."""
    request_id = getattr(request.state, "request_id", "")
    if is_for_program(request):
        fault = Fault(code=code, description=message, request_id=request_id)
        return JSONResponse(fault.model_dump(), status_code=status, headers=headers)
    title = _(TITLES.get(status, TITLES[500 if status >= 500 else 400]))
    page = html.render(
        request, "error.html", status=status, title=title, description=message, request_id=request_id
    )
    return HTMLResponse(page, status_code=status, headers=headers)


def is_for_program(request: Request) -> bool:
    """Whether a program asks: by the address, or by what it accepts."""
    if is_address_for_programs(request.url.path):
        return True
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def _add_figures(metrics: Metrics, engines: Sequence[Engine], sessions: Sessions) -> None:
    def records() -> float:
        try:
            with sessions.read() as session:
                return float(session.scalar(select(func.count()).select_from(Dataset)) or 0)
        except SQLAlchemyError:
            return float("nan")

    metrics.gauge("eo_datasets", "Datasets published; NaN while the database is down.", records)
    _add_link_figures(metrics, sessions)

    def in_use() -> float:
        return float(sum(cast(QueuePool, engine.pool).checkedout() for engine in engines))

    metrics.gauge("eo_database_connections_in_use", "Connections in use.", in_use)


def _add_link_figures(metrics: Metrics, sessions: Sessions) -> None:
    def told(states: Collection[State]) -> Callable[[], float]:
        def read() -> float:
            try:
                with sessions.read() as session:
                    found = link_queries.counts(session)
            except SQLAlchemyError:
                return float("nan")
            return float(sum(count for state, count in found.items() if state in states))

        return read

    metrics.gauge("eo_links", "Addresses watched; NaN while the database is down.", told(frozenset(State)))
    metrics.gauge("eo_links_answered", "Addresses that answered.", told(SUCCESSES))
    metrics.gauge("eo_links_dead", "Addresses that failed on two days or more.", told(DEAD))


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
