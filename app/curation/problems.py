"""Refusals that programs act on, as problem details (RFC 9457) with what to mend, fact by fact."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from app.base.errors import AppError
from app.curation import documents
from app.curation.changes import Conflicting, Stale, Unready

MEDIA_TYPE = "application/problem+json"
TITLES = {
    "unready": "The record is not ready",
    "stale": "Somebody else changed it meanwhile",
    "conflicting": "Facts were published differently meanwhile",
}


def answer_unready(request: Request, error: Unready) -> Response:
    """The validation report: each error with its path, code, and how to mend it."""
    errors = [{"path": one.path, "code": one.code, "detail": one.message} for one in error.findings]
    return _problem(request, error, {"errors": errors})


def answer_stale(request: Request, error: Stale) -> Response:
    """The current state, with the entity tag to go on with."""
    current = documents.revision(error.current)
    return _problem(request, error, {"current": current}, {"ETag": f'"{error.current.lock}"'})


def answer_conflicting(request: Request, error: Conflicting) -> Response:
    """The facts to settle, each with the value of both sides and the one before."""
    return _problem(request, error, {"conflicts": [documents.clash(one) for one in error.clashes]})


ANSWERS: Mapping[type[AppError], Callable[[Request, Any], Response]] = {
    Unready: answer_unready,
    Stale: answer_stale,
    Conflicting: answer_conflicting,
}


def _problem(
    request: Request, error: AppError, more: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    content = {
        "type": "about:blank",
        "title": TITLES[error.code],
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        "description": error.message,
        "request_id": getattr(request.state, "request_id", ""),
        **more,
    }
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(content, status_code=error.status, media_type=MEDIA_TYPE, headers=kept)
