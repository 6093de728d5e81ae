"""REST for runs: ask for one, see how far it is, read its outcome, receipt and files, cancel it."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from app.base.db import DbSession
from app.base.errors import Conflict, NotFound
from app.base.language import _
from app.runs import asking, changes, documents, events, files, holding, paging, queries
from app.runs.asking import AnyPerson, RunRequest
from app.runs.tables import Run

router = APIRouter(prefix="/api/runs", tags=["runs"])

UNLISTED = {"X-Robots-Tag": "noindex"}
PRIVATE = {"Cache-Control": "no-store", **UNLISTED}
FOREVER, FOREVER_FOR_ONE = "public, max-age=31536000, immutable", "private, max-age=31536000, immutable"
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such run, it ran out, or it is not open to you."}
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "There is no such model, or it does not fit the tile; the message says why."},
    403: {"description": "Runs need an account here, or the form is not one of our own."},
    404: {"description": "There is no such tile."},
    409: {"description": "The Idempotency-Key was used for another run."},
    429: {"description": "Too many runs of yours wait, or were asked for within an hour."},
}
places = events.Places()

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any text of yours: the same request with the same key begins one run.",
    ),
]


def _json(content: Any, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(orjson.dumps(content), status, {**PRIVATE, **named}, "application/json")


@router.post("", status_code=202, summary="Run models on a tile", responses=REFUSALS)
def request_run(
    session: DbSession,
    person: AnyPerson,
    wanted: RunRequest,
    _own: Annotated[None, Depends(asking.check_own_page)],
    key: Key = "",
) -> Response:
    """Put a run into the queue. `Location` tells how far it is; it can be asked again and again, or its
    `events` be watched. Without an account, a few runs an hour are free."""
    run, is_known = asking.begin(session, person, wanted, key)
    replayed = {"Idempotency_Replayed": "true"} if is_known else {}
    return _json(documents.whole(run), 202, Location=documents.address(run), **replayed)


@router.get("", summary="List the runs of a tile or a model")
def list_runs(
    session: DbSession,
    person: AnyPerson,
    tile: Annotated[str, Query(max_length=200, description="Id of a tile.")] = "",
    model: Annotated[str, Query(max_length=200, description="Id of a model.")] = "",
    mine: Annotated[bool, Query(description="Only those that you asked for.")] = False,
    after: Annotated[str, Query(max_length=2000, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = queries.PAGE,
) -> Response:
    """Newest first, without their outcomes. Runs of uploads are listed for the account that asked for them
    alone; visitors find theirs under the `tile`."""
    key = person.settings.signing_key
    before = paging.position(key, after)
    found = queries.history(
        session,
        person.name,
        tile=tile,
        model=model,
        mine=mine,
        with_private=asking.lists_private(person, tile),
        before=before,
        limit=limit + 1,
    )
    shown = found[:limit]
    following = paging.cursor(key, shown[-1]) if len(found) > limit else None
    return _json({"runs": [documents.short(run) for run in shown], "next": following})


def _run(session: DbSession, person: AnyPerson, number: UUID) -> Run:
    return asking.seen(session, person, queries.get(session, number))


Found = Annotated[Run, Depends(_run)]


@router.get("/{number}", summary="See how far a run is, and what came of it", responses=MISSING)
def show_run(run: Found) -> Response:
    """State, progress in percent, stage and log; once it succeeded, the report of each model."""
    return _json(documents.whole(run))


@router.delete(
    "/{number}",
    summary="Cancel a run",
    responses={**MISSING, 403: {"description": "Not yours."}, 409: {"description": "It has ended."}},
)
def cancel_run(
    session: DbSession,
    person: AnyPerson,
    run: Found,
    _own: Annotated[None, Depends(asking.check_own_page)],
) -> Response:
    """End a run that waits or is at work."""
    asking.own(person, run)
    if not changes.cancel(session, run):
        raise Conflict(_("This run has ended already."))
    return _json(documents.whole(run))


@router.get(
    "/{number}/events",
    summary="Watch a run",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}}, **MISSING},
)
def watch_run(request: Request, person: AnyPerson, run: Found) -> Response:
    """Server-sent events: `progress` on every change and `end` at the end, each with state, progress and
    stage. A stream ends after half a minute; browsers then ask again by themselves."""
    number, sessions = run.id, request.app.state.sessions

    def look() -> dict[str, Any]:
        with sessions() as session:
            found = session.get(Run, number)
            if found is None:
                return {"state": "failed", "error": "It ran out."}
            return documents.progress(found, is_left=holding.is_left(session, found))

    content = events.stream(places, person.place, look)
    return StreamingResponse(content, media_type="text/event-stream", headers=events.HEADERS)


@router.get("/{number}/receipt.json", summary="Take what repeats a run", responses=MISSING)
def show_receipt(run: Found) -> Response:
    """Digests, versions, preparation, options, timing: `python -m app runs replay` repeats it bit for bit."""
    if run.receipt is None:
        raise NotFound(_("This run has no receipt: it has not ended well."))
    name = f'attachment; filename="receipt-{run.id}.json"'
    content = orjson.dumps(run.receipt, option=orjson.OPT_INDENT_2)
    return Response(content, 200, {**PRIVATE, "Content-Disposition": name}, "application/json")


@router.get(
    "/{number}/files/{path:path}",
    summary="Take a file of a run",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in files.MEDIA.values()}}, **MISSING},
)
def show_file(request: Request, run: Found, path: str) -> Response:
    """A prediction as Cloud Optimized GeoTIFF, or a picture; the report of each model names them."""
    if path not in documents.file_paths(run):
        raise NotFound(_("This run has no file of this name."))
    content = request.app.state.storage.get(files.place(str(run.id), path))
    kept = FOREVER_FOR_ONE if run.is_private else FOREVER
    name = path.replace("/", "-")
    headers = {"Cache-Control": kept, "Content-Disposition": f'inline; filename="{name}"', **UNLISTED}
    return Response(content, 200, headers, files.MEDIA[path.rpartition(".")[2]])
