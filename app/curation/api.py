"""REST for everything a form does: suggest, look at revisions, edit drafts. `api_review` has the rest."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.access import SignInNeeded
from app.accounts.opaque import keyed, new_secret
from app.accounts.rights import State
from app.base.db import DbSession
from app.base.errors import Invalid, NotFound
from app.curation import audit, changes, documents, limits, merging, queries, standing
from app.curation.actors import Actor
from app.curation.asking import Asked, Reader, Suggester, sent, told
from app.curation.bodies import Note, Suggestion
from app.curation.conditions import SeenLock, draft_body, patch_body, patched
from app.curation.described import CHANGES, OPEN, READS, body_of_patch, body_of_record
from app.curation.idempotency import Answer
from app.curation.queries import QueueQuery, Sort
from app.curation.suggest_saving import CORRECTION, NEW, PROBLEM
from app.curation.tables import Revision
from app.curation.workflow import IN_REVIEW

router = APIRouter(prefix="/api", tags=["curation"])
RecordBody = Annotated[dict[str, Any], Depends(draft_body)]
PatchBody = Annotated[dict[str, Any], Depends(patch_body)]


@router.post("/suggestions", status_code=201, summary="Suggest a dataset or a correction", responses=OPEN)
def suggest(session: DbSession, asked: Suggester, body: Suggestion) -> Response:
    """Begin a suggestion and hand it in.

    Needs no account: a visitor gets a link mailed to `email`, and the suggestion waits until that is opened.
    `secret` in the answer opens it to them, sent as `Revision-Secret`.
    """
    secret = _secret(asked)
    answer = asked.done_once(session, body.model_dump(), lambda: _suggested(session, asked, body, secret))
    content = {**answer.content, "secret": secret} if secret else answer.content
    return sent(Answer(content, answer.status, answer.headers))


def _suggested(session: Session, asked: Asked, body: Suggestion, secret: str) -> Answer:
    actor = asked.actor
    limits.count_suggestion(session, asked.signing_key, asked.caller, actor)
    if actor.user_id is None:
        address = changes.checked_address(body.email) if body.submit or body.email else ""
        actor = Actor(name=body.name.strip(), email=address, address=actor.address)
    begun = changes.begin(
        session,
        actor,
        draft=body.record,
        slug=body.slug,
        kind=PROBLEM if body.record is None else CORRECTION if body.slug else NEW,
        secret=secret,
    )
    actor = replace(actor, secret=begun.secret)
    revision = begun.revision
    if body.submit:
        limits.count_mail(session, asked.signing_key, asked.caller, actor, actor.email)
        revision = changes.submit(session, revision.id, actor, lock=revision.lock, note=body.note)
    elif body.note.strip():
        changes.remark(session, revision, actor, body.note)
    answer = told(revision, actor, 201)
    return Answer(
        answer.content, 201, {**(answer.headers or {}), "Location": f"/api/revisions/{revision.id}"}
    )


def _secret(asked: Asked) -> str:
    """The secret of a visitor's link, "" for others; the same one when the request comes again with its key.

    So no answer has to be kept that holds it.
    """
    if asked.actor.user_id is not None:
        return ""
    if not asked.request_key:
        return new_secret()
    return keyed(asked.signing_key, "suggestion", asked.who, asked.request_key)


@router.get("/revisions", summary="List revisions", responses=READS)
def list_revisions(
    session: DbSession,
    actor: Reader,
    state: Annotated[list[State] | None, Query(description="Several are joined by or.")] = None,
    mine: Annotated[bool, Query(description="Only your own.")] = False,
    slug: Annotated[str | None, Query(max_length=120)] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    text: Annotated[str, Query(max_length=200, description="In names, slugs and submitters.")] = "",
    sort: Sort = "oldest",
    after: Annotated[str, Query(max_length=100, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=queries.LONGEST_PAGE)] = queries.PAGE,
) -> Response:
    """The queue for reviewers; for contributors, and with `mine`, what they submitted themselves."""
    if actor.user_id is None:
        raise SignInNeeded()
    is_whole = queries.sees_queue(actor) and not mine
    query = QueueQuery(
        states=queries.open_to(actor, state or IN_REVIEW) if is_whole else tuple(state or State),
        own_by=None if is_whole else actor.user_id,
        dataset_uuid=standing.of_slug(session, slug).uuid if slug else None,
        kind=kind,
        text=text,
        sort=sort,
        after=_place(after),
        limit=limit,
    )
    page = queries.queue(session, query)
    following = f"{page.following[0].isoformat()} {page.following[1]}" if page.following else None
    content = {
        "revisions": [documents.summary(one) for one in page.revisions],
        "number_matched": page.total,
        "next": following,
    }
    return sent(Answer(content))


def _place(text: str) -> tuple[datetime, UUID] | None:
    """Where a page begins, as `next` of the one before said."""
    if not text:
        return None
    moment, _, number = text.rpartition(" ")
    try:
        return datetime.fromisoformat(moment), UUID(number)
    except ValueError:
        raise Invalid("`after` takes what `next` of the page before says.") from None


@router.get("/revisions/{number}", summary="Read one revision", responses=READS)
def read_revision(session: DbSession, actor: Reader, number: UUID) -> Response:
    """A revision with its record; the entity tag is what a change has to name in `If-Match`."""
    return sent(told(queries.get(session, number, actor), actor))


@router.put(
    "/revisions/{number}",
    summary="Replace the record of a revision",
    responses=CHANGES,
    openapi_extra=body_of_record(),
)
def replace_record(
    session: DbSession, asked: Suggester, number: UUID, lock: SeenLock, record: RecordBody
) -> Response:
    """Keep another state of a draft; it may be incomplete."""
    return sent(told(changes.save(session, number, asked.actor, record, lock=lock), asked.actor))


@router.patch(
    "/revisions/{number}",
    summary="Change the record of a revision",
    responses={**CHANGES, 415: {"description": "No JSON Merge Patch."}},
    openapi_extra=body_of_patch(),
)
def patch_record(
    session: DbSession, asked: Suggester, number: UUID, lock: SeenLock, patch: PatchBody
) -> Response:
    """Change some facts of a draft, by JSON Merge Patch; null removes one."""
    revision = queries.get(session, number, asked.actor)
    record = patched(revision.record, patch)
    return sent(told(changes.save(session, number, asked.actor, record, lock=lock), asked.actor))


@router.post("/revisions/{number}/submit", summary="Submit a draft", responses=CHANGES)
def submit(session: DbSession, asked: Suggester, number: UUID, lock: SeenLock, body: Note) -> Response:
    """Hand a draft in; 400 with a report by fact where the checks find errors."""

    def work() -> Answer:
        revision = queries.get(session, number, asked.actor)
        if revision.confirmed is None:
            limits.count_mail(session, asked.signing_key, asked.caller, asked.actor, revision.submitter_email)
        done = changes.submit(session, number, asked.actor, lock=lock, note=body.note)
        return told(done, asked.actor)

    return sent(asked.done_once(session, body.model_dump(), work))


@router.get("/revisions/{number}/diff", summary="See what a revision changes", responses=READS)
def read_diff(
    session: DbSession,
    actor: Reader,
    number: UUID,
    against: Annotated[
        Literal["base", "published"], Query(description="What it began from, or what is published now.")
    ] = "base",
) -> Response:
    """The facts that differ, and those that somebody else changed differently meanwhile."""
    revision = queries.get(session, number, actor)
    now = standing.of_dataset(session, revision.dataset_uuid)
    current = now.record if now else None
    merged = merging.merge(revision.base, revision.record, current)
    base = revision.base if against == "base" else current
    content = {
        "against": against,
        "base_number": revision.base_number if against == "base" else (now.number if now else 0),
        "differences": [documents.difference(one) for one in merging.differences(base, revision.record)],
        "conflicts": [documents.clash(one) for one in merged.conflicts],
    }
    return sent(Answer(content))


@router.get("/revisions/{number}/audit", summary="See how a revision came about", responses=READS)
def read_audit(session: DbSession, actor: Reader, number: UUID) -> Response:
    """Every step with who, what, why and what the checks said, and whether the chain of digests is whole."""
    revision = _from_inside(session, actor, number)
    entries = [documents.audit_entry(one) for one in queries.audit(session, number)]
    return sent(Answer({"entries": entries, "is_whole": audit.verify(session, revision.id)}))


@router.get("/revisions/{number}/comments", summary="Read the thread of a revision", responses=READS)
def read_comments(session: DbSession, actor: Reader, number: UUID) -> Response:
    """The remarks, the first one first."""
    _from_inside(session, actor, number)
    return sent(Answer({"comments": [documents.comment(one) for one in queries.thread(session, number)]}))


def _from_inside(session: Session, actor: Actor, number: UUID) -> Revision:
    """A revision for those who take part in it: what was said on the way is not published with it."""
    revision = queries.get(session, number, actor)
    if not documents.takes_part(actor, revision):
        raise NotFound("What was said about this revision is open to its submitter and to reviewers.")
    return revision
