"""Forms that only our own pages can send, and answers that no cache keeps.

Two checks stand before every change that a browser asks for: the request names our own pages as its origin,
and it carries a token made of the browser's cookie, which a foreign page can neither read nor guess. Programs
that show a token of their own in the header `Authorization` bring no cookie along, so they need neither.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response

from app.accounts import cookies
from app.accounts.opaque import is_same, keyed, new_secret
from app.base import html
from app.base.errors import Forbidden
from app.base.language import _
from app.settings import Settings

FIELD = "form_token"
HEADER = "X-Form-Token"
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""Answers that are meant for one person; addresses with a mailed secret are not told to other hosts."""


def form_token(request: Request, holder: str) -> str:
    """The token of the forms that the holder of a cookie gets."""
    return keyed(request.app.state.settings.signing_key, "form", holder)


def holder_of(request: Request) -> str:
    """The cookie that tokens of forms are made of: the session's, else the visit's."""
    return cookies.read(request, cookies.SESSION) or cookies.read(request, cookies.VISIT)


def form_page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    fragment: str | None = None,
    **context: Any,
) -> Response:
    """A page that holds a form: the template puts `form_token` into a hidden field of that name.

    A browser without a cookie gets one, which ends with the browser.
    """
    holder = holder_of(request)
    given = holder or new_secret()
    response = html.page(
        request,
        template,
        fragment=fragment,
        status=status,
        headers={**PRIVATE, **(headers or {})},
        **{FIELD: form_token(request, given)},
        **context,
    )
    if not holder:
        cookies.put(request, response, cookies.VISIT, given)
    return response


async def check_form(request: Request) -> None:
    """Let only our own pages and programs with a token of theirs change anything; for `Depends`.

    In this colour because the form is read in it, once for this and for the route.

    Raises:
        Forbidden: from a foreign page, without the token, or with one of another browser or session.
    """
    if shows_token(request):
        return
    if not is_own_origin(request):
        raise Forbidden(
            _("This form came from a page of another service. Open the page here and send it again.")
        )
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD)
    holder = holder_of(request)
    if not holder or not isinstance(given, str) or not is_same(given, form_token(request, holder)):
        raise Forbidden(_("This form is out of date. Go back, reload the page, and send it again."))


def shows_token(request: Request) -> bool:
    """Whether a program shows a token; then cookies count for nothing."""
    return request.headers.get("authorization", "").lower().startswith("bearer ")


def is_own_origin(request: Request) -> bool:
    """Whether a request names this service as the origin it comes from."""
    named = request.headers.get("origin") or request.headers.get("referer", "")
    try:
        origin = urlsplit(named)
    except ValueError:
        return False
    settings: Settings = request.app.state.settings
    if cookies.is_secure(request) and origin.scheme != "https":
        return False
    own = {request.headers.get("host", "").lower(), urlsplit(settings.address).netloc.lower()}
    return origin.scheme in ("http", "https") and origin.netloc.lower() in own


def own_path(given: str, otherwise: str = "/account") -> str:
    """An address to go on to, as long as it is a path of this service."""
    is_path = given.startswith("/") and not given.startswith(("//", "/\\")) and "\\" not in given
    return given if is_path and given.isprintable() and len(given) <= 4000 else otherwise
