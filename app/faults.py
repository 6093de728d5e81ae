"""How errors are answered: as JSON for programs, as a page for people, in words that say what to change."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from app.accounts.access import SignInNeeded, way_to_sign_in
from app.base import html
from app.base.access import asks_leave, leave
from app.base.errors import AppError, Invalid
from app.base.language import N_, _
from app.base.programs import is_address_for_programs
from app.catalogue.quality import Moved, Withdrawn
from app.curation import problems
from app.routers import routers_of


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


def add_answers(app: FastAPI) -> None:
    """Have every error of the tree, and what the router refuses, answered."""
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
    return answer_error(request, Invalid("; ".join(map(_unfit, error.errors()[:3]))))


def _unfit(fault: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in fault["loc"][1:])
    if fault["type"] == "extra_forbidden":
        return _("There is no field %(name)s here; /docs has those that there are.", name=place)
    return f"{place}: {fault['msg']}"


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
    routers = routers_of(request.app.state.settings)
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
