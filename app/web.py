"""Builds the application: the ways to the database, routers, error answers, limits, static files."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Response
from sqlalchemy import Engine
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app import faults, gauges
from app.base import html, language
from app.base.access import Access
from app.base.compress import Compress
from app.base.db import SessionFactory, Sessions, connect, open_sessions
from app.base.heads import Heads
from app.base.limits import WAITING_PER_THREAD, Limits
from app.base.metrics import Metrics
from app.base.outside import Outside
from app.base.reader import Connections, DirectReader, joined
from app.base.routing import Shortcut
from app.base.shares import Shares
from app.base.storage import open_storage
from app.catalogue.following import Follower
from app.items.warming import warm
from app.routers import routers_of
from app.settings import Settings
from app.tiles import pictures

TITLE = "EO Dataset Catalogue"
SUMMARY = "Earth observation datasets for machine learning: described, mapped and compared."
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
    ways = _open(settings, address, sessions, read_address)
    metrics = Metrics()
    app = FastAPI(
        title=TITLE,
        summary=SUMMARY,
        version="1",
        docs_url=None,
        redoc_url=None,
        responses=faults.FAULTS,
        # Asking about it costs every request time, and figures and logs are told in our own way.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=_lifespan(settings, ways),
    )
    _set_state(app, settings, ways, metrics)
    language.load()
    _add_routes(app)
    faults.add_answers(app)
    gauges.add_figures(metrics, (ways.engine, ways.reading), ways.sessions)
    _add_layers(app, settings, metrics)
    return app


@dataclass(frozen=True)
class Ways:
    """The ways to the database: for writes, for reads, and for reads of one statement without a session."""

    engine: Engine
    reading: Engine
    direct: Connections
    sessions: Sessions
    is_shared: bool

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self.reading.dispose()
        self.direct.close()


def _open(settings: Settings, address: str, sessions: Sessions | None, read_address: str | None) -> Ways:
    timeout = settings.statement_timeout_ms
    if settings.read_database_url is not None:
        read_address = settings.read_database_url.get_secret_value()
    read_address = read_address or address
    engine = connect(address, pool_size=settings.pool_size, statement_timeout_ms=timeout)
    reading = connect(
        read_address, pool_size=settings.pool_size, statement_timeout_ms=timeout, only_reads=True
    )
    direct = Connections(read_address, statement_timeout_ms=timeout)
    return Ways(engine, reading, direct, sessions or open_sessions(engine, reading), sessions is not None)


def _set_state(app: FastAPI, settings: Settings, ways: Ways, metrics: Metrics) -> None:
    app.state.settings = settings
    app.state.engine = ways.engine
    app.state.read_engine = ways.reading
    app.state.reader = DirectReader(joined(ways.sessions.read) if ways.is_shared else ways.direct.borrow)
    app.state.looks = {}
    # Tests write and read in one process within a millisecond.
    app.state.look_lasts_s = 0.0 if ways.is_shared else LOOK_LASTS_S
    app.state.sessions = ways.sessions.write
    app.state.read_sessions = ways.sessions.read
    app.state.metrics = metrics
    app.state.outside = Outside(settings.public_url or "", is_on=settings.outside)
    app.state.storage = open_storage(
        settings.state / "files", settings.storage_url, settings.storage_endpoint
    )


def _add_layers(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """What stands around every route; the last one added is the first that a request meets."""
    app.add_middleware(Heads)
    app.add_middleware(Compress)
    app.add_middleware(Limits, refuse=faults.answer_error, at_once=settings.pool_size * WAITING_PER_THREAD)
    app.add_middleware(
        Shares,
        refuse=faults.answer_error,
        at_once=max(2, settings.pool_size // 4),
        waiting=settings.pool_size * WAITING_PER_THREAD // 2,
    )
    by_tls = settings.address.startswith("https:")
    app.add_middleware(Access, metrics=metrics, last_resort=faults.answer_fault, only_by_tls=by_tls)


def _lifespan(settings: Settings, ways: Ways) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What a process does before its first answer, beside its first answers, and after its last."""
    follower = Follower(ways.sessions.read)
    # Nothing beside a test may use the connection that it shares with its application.
    beside = () if ways.is_shared else (partial(_warm, ways.sessions.read), follower.start)

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
        follower.stop()
        ways.close()

    return lifespan


def _warm(sessions: SessionFactory) -> None:
    """What most searches need, and then, so that neither waits for the other, what draws tiles."""
    warm(sessions)
    pictures.warm()


def _add_routes(app: FastAPI) -> None:
    routers = routers_of(app.state.settings)
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
