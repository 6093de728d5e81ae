"""Who asks, and whether they may.

A route says what it needs: `asker: Annotated[Asker, Depends(require(Role.REVIEWER, Scope.REVIEW))]`, or takes
`CurrentAsker` where visitors are welcome too.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request

from app.accounts import cookies, sessions, tokens
from app.accounts.forms import is_own_origin, own_path, shows_token
from app.accounts.rights import Role
from app.accounts.sessions import Stage
from app.accounts.tokens import Scope
from app.base.db import request_session
from app.base.errors import AppError, Forbidden
from app.base.language import _

transaction = contextmanager(request_session)
"""A transaction of its own, beside or before that of the route."""


@dataclass(frozen=True)
class Asker:
    """Whoever sent a request. A visitor has no number; a token has scopes, a session has all of them."""

    role: Role = Role.VISITOR
    user_id: int | None = None
    name: str = ""
    email: str = ""
    session_id: int | None = None
    stage: Stage = "complete"
    scopes: frozenset[Scope] = field(default_factory=lambda: frozenset(Scope))

    @property
    def is_known(self) -> bool:
        """Whether somebody is signed in, with all that is asked of them."""
        return self.user_id is not None and self.stage == "complete"


VISITOR = Asker()
STEPS = {"complete": "/login", "code": "/login/code", "enrol": "/account/second-factor"}
"""The page that does what a session of a stage still lacks."""


class SignInNeeded(AppError):
    """The request needs somebody who is signed in; `place` is the page that signs in, or goes on with it."""

    status = 401
    code = "sign-in-needed"

    def __init__(self, message: str | None = None, place: str = "/login") -> None:
        super().__init__(message or _("Sign in, or send a token."))
        self.place = place


def who_asks(request: Request) -> Asker:
    """Whoever shows a valid token or session; otherwise a visitor.

    Raises:
        SignInNeeded: a token was shown and is not valid, so that no program goes on as a visitor unawares.
    """
    if shows_token(request):
        return _by_token(request)
    secret = cookies.read(request, cookies.SESSION)
    if not secret:
        return VISITOR
    with transaction(request) as session:
        found = sessions.find(session, secret)
        if found is None:
            return VISITOR
        row, user = found
        return Asker(
            role=Role(user.role) if row.stage == "complete" else Role.VISITOR,
            user_id=user.id,
            name=user.name,
            email=user.email,
            session_id=row.id,
            stage=row.stage,  # type: ignore[arg-type]
        )


def _by_token(request: Request) -> Asker:
    shown = request.headers["authorization"].partition(" ")[2].strip()
    with transaction(request) as session:
        found = tokens.find(session, shown)
        if found is None:
            raise SignInNeeded(
                _("This token is not valid: it ran out, was revoked, or was never one of ours.")
            )
        row, user = found
        return Asker(
            role=Role(user.role),
            user_id=user.id,
            name=user.name,
            email=user.email,
            scopes=frozenset(Scope(scope) for scope in row.scopes),
        )


CurrentAsker = Annotated[Asker, Depends(who_asks)]


def require(role: Role = Role.CONTRIBUTOR, scope: Scope | None = None) -> Callable[[Asker], Asker]:
    """What a route depends on that is not for everybody.

    Args:
        role: the lowest one that may come in.
        scope: what a token must be good for; without one, no token opens this route.
    """

    def check(asker: CurrentAsker) -> Asker:
        if not asker.is_known:
            raise SignInNeeded(place=STEPS[asker.stage])
        if not asker.role.is_at_least(role):
            raise Forbidden(
                _(
                    "This needs the role of %(needed)s; yours is %(yours)s.",
                    needed=role.label,
                    yours=asker.role.label,
                )
            )
        if asker.session_id is None and scope not in asker.scopes:
            if scope is None:
                raise Forbidden(_("This token is not good for that: it needs a browser that is signed in."))
            raise Forbidden(_("This token is not good for that: it needs the scope %(scope)s.", scope=scope))
        return asker

    return check


def way_to_sign_in(request: Request, place: str) -> str:
    """The address of a page that signs in and comes back to where the request was made.

    A form that met an ended session comes back to the page it stood on.
    """
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method not in ("GET", "HEAD"):
        before = urlsplit(request.headers.get("referer", ""))
        here = own_path(before.path) if is_own_origin(request) else "/account"
    return f"{place}?next={quote(own_path(here))}"
