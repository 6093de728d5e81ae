"""The cookies: `session` of somebody who signed in, `visit` of somebody who fills in a form, and `desk`.

The last one opens nothing: it lets the head of every page show reviewers the way to curation.

Behind TLS their names begin with `__Host-`, which browsers accept from this very host only, never from a
neighbour under the same domain.
"""

from fastapi import Request, Response

from app.settings import Settings

SESSION = "session"
VISIT = "visit"
DESK = "desk"
HOST_ONLY = "__Host-"


def is_secure(request: Request) -> bool:
    """Whether visitors reach the service by TLS."""
    settings: Settings = request.app.state.settings
    return settings.address.startswith("https:") or request.url.scheme == "https"


def name_of(request: Request, name: str) -> str:
    """The name under which the browser knows a cookie."""
    return HOST_ONLY + name if is_secure(request) else name


def read(request: Request, name: str) -> str:
    """The value of a cookie; empty where there is none."""
    return request.cookies.get(name_of(request, name), "")


def put(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that no script can read and that foreign pages do not send with their forms.

    Args:
        seconds: how long it is kept; without it, until the browser closes.
    """
    secure = is_secure(request)
    response.set_cookie(
        name_of(request, name), value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax"
    )


def drop(request: Request, response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        name_of(request, name), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )


def is_signed_in(request: Request) -> bool:
    """Whether the browser holds a session, be it valid or not: enough for a link in the head of a page."""
    return bool(read(request, SESSION))
