"""Who asks the interface of curation, with what rights, and how they are answered."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts import cookies
from app.accounts.access import CurrentAsker
from app.accounts.callers import Caller, caller_of
from app.accounts.forms import check_form, shows_token
from app.accounts.opaque import keyed
from app.accounts.tokens import Scope
from app.base.errors import Forbidden
from app.curation import documents
from app.curation.actors import Actor, actor_of
from app.curation.idempotency import Answer, once
from app.curation.tables import Revision

PRIVATE = {"Cache-Control": "no-store"}
JSON = "application/json"

Secret = Annotated[
    str,
    Header(alias="Revision-Secret", max_length=200, description="Opens a visitor's own suggestion to them."),
]
RequestKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any text of yours: the same request with the same key is done once.",
    ),
]


@dataclass(frozen=True)
class Asked:
    """A request to change something: who asks, from where, and under which key it is done once."""

    request: Request
    actor: Actor
    caller: Caller
    request_key: str

    @property
    def signing_key(self) -> str:
        """The secret of the service."""
        return str(self.request.app.state.settings.signing_key)

    @property
    def who(self) -> str:
        """Whose request keys these are; it tells neither the address nor the secret of a visitor."""
        if self.actor.user_id is not None:
            return f"user {self.actor.user_id}"
        place = "" if self.actor.secret else self.caller.place
        return f"visitor {keyed(self.signing_key, 'request key', self.actor.secret, place)}"

    def done_once(self, session: Session, said: Any, work: Callable[[], Answer]) -> Answer:
        """The answer of `work`, or the one that the same request got before; `said` is all it sent."""
        whole = [self.request.method, self.request.url.path, self.request.headers.get("if-match"), said]
        return once(
            session, self.who, self.request_key, json.dumps(whole, sort_keys=True, default=str).encode(), work
        )


async def check_own_page(request: Request) -> None:
    """See that what comes with the cookie of a session comes from our own pages.

    In this colour because a form may have to be read for it.
    """
    if cookies.read(request, cookies.SESSION) and not shows_token(request):
        await check_form(request)


def reading(scope: Scope = Scope.READ) -> Callable[..., Actor]:
    """Whoever reads; a token needs the scope."""

    def check(request: Request, asker: CurrentAsker, secret: Secret = "") -> Actor:
        if asker.is_known and asker.session_id is None and scope not in asker.scopes:
            raise Forbidden(f"This token is not good for that: it needs the scope {scope}.")
        return actor_of(asker, request.app.state.settings, secret)

    return check


def writing(scope: Scope) -> Callable[..., Asked]:
    """Whoever changes something; a token needs the scope, a session the token of our forms."""

    def check(
        request: Request,
        actor: Annotated[Actor, Depends(reading(scope))],
        _own: Annotated[None, Depends(check_own_page)],
        request_key: RequestKey = "",
    ) -> Asked:
        return Asked(request, actor, caller_of(request), request_key)

    return check


Reader = Annotated[Actor, Depends(reading())]
Suggester = Annotated[Asked, Depends(writing(Scope.SUGGEST))]
Reviewer = Annotated[Asked, Depends(writing(Scope.REVIEW))]
Publisher = Annotated[Asked, Depends(writing(Scope.PUBLISH))]


def told(revision: Revision, actor: Actor, status: int = 200) -> Answer:
    """The answer that shows how a revision stands now."""
    return Answer(documents.revision(revision, actor), status, {"ETag": f'"{revision.lock}"'})


def sent(answer: Answer) -> Response:
    """The answer as it goes out: for nobody else, and not to be kept."""
    headers = {**PRIVATE, **(answer.headers or {})}
    return Response(orjson.dumps(answer.content), answer.status, headers, JSON)
