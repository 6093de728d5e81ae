"""REST for everything a form does: suggest, edit, submit, review, publish."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from app.accounts.access import CurrentAsker
from app.base.db import DbSession
from app.curation import documents, queries
from app.curation.actors import Actor, actor_of

router = APIRouter(prefix="/api", tags=["curation"])

PRIVATE = {"Cache-Control": "no-store"}


def current_actor(
    request: Request,
    asker: CurrentAsker,
    secret: Annotated[
        str, Header(alias="Revision-Secret", max_length=200, description="Of a visitor's own suggestion.")
    ] = "",
) -> Actor:
    """Whoever asks, as curation knows them."""
    return actor_of(asker, request.app.state.settings, secret)


CurrentActor = Annotated[Actor, Depends(current_actor)]


@router.get("/revisions/{number}", summary="Read one revision")
def read_revision(session: DbSession, actor: CurrentActor, number: UUID) -> Response:
    """A revision with its record; the entity tag is what a change has to name in `If-Match`."""
    revision = queries.get(session, number, actor)
    return answered(documents.revision(revision, actor), revision.lock)


def answered(content: dict[str, Any], lock: int, status: int = 200) -> Response:
    """JSON with the entity tag of a state."""
    return JSONResponse(content, status_code=status, headers={**PRIVATE, "ETag": f'"{lock}"'})
