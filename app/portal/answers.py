"""Answers that clients may keep: bytes with an entity tag made from the catalogue's version."""

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import vocabulary
from app.catalogue.index import CURRENT_VERSION
from app.catalogue.query import SearchQuery

KEEP = "public, max-age=0, must-revalidate"


def versioned(
    request: Request,
    session: Session,
    media_type: str,
    make: Callable[[], bytes],
    *,
    beside: str = "",
    **headers: str,
) -> Response:
    """The bytes of `make`, or 304 where the client holds what this version of the catalogue answers.

    The tag covers the whole address and the release of the service, so equal tags mean equal bytes; `beside`
    stands for what the answer holds that changes without the catalogue.
    """
    version = f"{session.scalar(select(CURRENT_VERSION))}/{vocabulary.version()}"
    asked = f"{request.url.path}?{request.url.query} {request.base_url}"
    address = f"{request.app.version} {version} {asked}{beside}"
    tag = f'W/"{hashlib.sha256(address.encode()).hexdigest()[:24]}"'
    kept = {"ETag": tag, "Cache-Control": KEEP, **headers}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=kept)
    return Response(make(), media_type=media_type, headers=kept)


def json_bytes(content: Any) -> bytes:
    """JSON as programs read it."""
    return orjson.dumps(content)


def own_address(request: Request) -> str:
    """Where visitors reach this service, without a slash at the end: as configured, else as they asked."""
    public: str | None = request.app.state.settings.public_url
    if public:
        return public
    scope = request.scope
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    if host is None:
        return str(request.base_url).rstrip("/")
    # The framework takes its time to say the same.
    return f"{scope['scheme']}://{host.decode('latin-1')}{scope.get('root_path', '').rstrip('/')}"


def linked(address: str, query: SearchQuery) -> str:
    """The address of a page, list or feed for a query."""
    pairs = query.pairs()
    return f"{address}?{urlencode(pairs)}" if pairs else address
