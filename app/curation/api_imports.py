"""REST for imports: send a file, ask how far it has come, read the report, hand the drafts in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.accounts.rights import Role
from app.base.db import DbSession
from app.base.errors import Forbidden
from app.curation.actors import Actor
from app.curation.asking import Asked, Reader, Reviewer, sent
from app.curation.described import ADDITIONS, READS
from app.curation.idempotency import Answer
from app.curation.imports import changes, queries, reports
from app.curation.imports.queries import Outcome

router = APIRouter(prefix="/api/imports", tags=["curation"])
FILE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
LONGEST_LINES = 1000


async def sent_file(request: Request) -> bytes:
    """The file as it was sent; in this colour because bodies are read in it."""
    return await request.body()


def _check(actor: Actor) -> None:
    if not actor.role.is_at_least(Role.REVIEWER):
        raise Forbidden(f"Imports need the role of reviewer; yours is {actor.role}.")


def _reviewer(actor: Reader) -> Actor:
    _check(actor)
    return actor


Watching = Annotated[Actor, Depends(_reviewer)]


@router.post(
    "",
    status_code=202,
    summary="Import a file of records into drafts",
    responses=ADDITIONS,
    openapi_extra=FILE,
)
def begin_import(
    session: DbSession,
    asked: Reviewer,
    content: Annotated[bytes, Depends(sent_file)],
    name: Annotated[str, Query(max_length=300, description="Name of the file, for the report.")] = "file",
) -> Response:
    """Take in one record in any format that is read here, or many as JSON Lines, list, BibTeX, RIS or zip.

    The answer's `Location` tells how far a worker has come.
    """
    _check(asked.actor)
    return sent(asked.done_once(session, [name, len(content)], lambda: _begun(session, asked, name, content)))


def _begun(session: DbSession, asked: Asked, name: str, content: bytes) -> Answer:
    if not content.strip():
        raise changes.empty()
    one = changes.begin(session, asked.actor, name, content)
    return Answer(
        reports.document(one, queries.counts(session, one.id)), 202, {"Location": f"/api/imports/{one.id}"}
    )


@router.get("/{number}", summary="See how far an import has come", responses=READS)
def show_import(session: DbSession, actor: Watching, number: UUID) -> Response:
    """State, progress and how many records had each outcome."""
    one = queries.get(session, number)
    return sent(Answer(reports.document(one, queries.counts(session, number))))


@router.get("/{number}/lines", summary="Read the report of an import", responses=READS)
def list_lines(
    session: DbSession,
    actor: Watching,
    number: UUID,
    outcome: Annotated[Outcome | None, Query()] = None,
    after: Annotated[int, Query(ge=-1, le=10**7, description="`next` of the page before.")] = -1,
    limit: Annotated[int, Query(ge=1, le=LONGEST_LINES)] = queries.PAGE,
) -> Response:
    """What became of each record, and why, in the order of the file."""
    queries.get(session, number)
    found = queries.lines(session, number, outcome=outcome or "", after=after, limit=limit)
    following = found[-1].line.position if len(found) == limit else None
    return sent(Answer({"lines": [reports.line(one) for one in found], "next": following}))


@router.post(
    "/{number}/submit", status_code=202, summary="Submit the drafts of an import", responses=ADDITIONS
)
def submit_import(session: DbSession, asked: Reviewer, number: UUID) -> Response:
    """Have a worker submit every draft that passes the checks; the report says what stops the others."""
    _check(asked.actor)

    def work() -> Answer:
        one = changes.ask_to_hand_in(session, number)
        return Answer(reports.document(one, queries.counts(session, number)), 202)

    return sent(asked.done_once(session, None, work))
