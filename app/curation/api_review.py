"""REST for reviewers and editors: decide, publish, restore and withdraw."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.base.db import DbSession
from app.curation import changes, documents
from app.curation.asking import Asked, Publisher, Reviewer, Suggester, sent, told
from app.curation.bodies import (
    Acceptance,
    Assignment,
    Body,
    MayWhy,
    Publication,
    Remarked,
    Why,
    Withdrawal,
)
from app.curation.conditions import SeenLock
from app.curation.described import ADDITIONS, CHANGES
from app.curation.idempotency import Answer
from app.curation.tables import Revision

router = APIRouter(prefix="/api", tags=["curation"])
Slug = Annotated[str, Path(max_length=200)]


def _changed(session: Session, asked: Asked, body: Body, change: Callable[[], Revision]) -> Response:
    """Make a change once, however often it is sent, and show the revision it leaves."""
    said = body.model_dump(mode="json")
    return sent(asked.done_once(session, said, lambda: told(change(), asked.actor)))


@router.post("/revisions/{number}/return", summary="Return a submission", responses=CHANGES)
def return_revision(session: DbSession, asked: Reviewer, number: UUID, lock: SeenLock, body: Why) -> Response:
    """Give it back to its submitter, with what is to be mended."""

    def change() -> Revision:
        return changes.return_(session, number, asked.actor, lock=lock, reason=body.reason)

    return _changed(session, asked, body, change)


@router.post("/revisions/{number}/reject", summary="Reject a submission", responses=CHANGES)
def reject_revision(session: DbSession, asked: Reviewer, number: UUID, lock: SeenLock, body: Why) -> Response:
    """Turn it down for good."""

    def change() -> Revision:
        return changes.reject(session, number, asked.actor, lock=lock, reason=body.reason)

    return _changed(session, asked, body, change)


@router.post("/revisions/{number}/accept", summary="Accept a submission, whole or in part", responses=CHANGES)
def accept_revision(
    session: DbSession, asked: Reviewer, number: UUID, lock: SeenLock, body: Acceptance
) -> Response:
    """Accept it for publication, at a set time where `publish_at` says so.

    409 with `conflicts` where others published different values meanwhile: say in `settle` which ones hold.
    """

    def change() -> Revision:
        return changes.accept(
            session,
            number,
            asked.actor,
            lock=lock,
            note=body.note,
            take=body.take,
            settle=body.settle,
            publish_at=body.publish_at,
        )

    return _changed(session, asked, body, change)


@router.post("/revisions/{number}/publish", summary="Publish an accepted revision", responses=CHANGES)
def publish_revision(
    session: DbSession, asked: Publisher, number: UUID, lock: SeenLock, body: Publication
) -> Response:
    """Make it the next numbered state of its dataset; it shows everywhere at once."""

    def change() -> Revision:
        return changes.publish(session, number, asked.actor, lock=lock, settle=body.settle)

    return _changed(session, asked, body, change)


@router.post("/revisions/{number}/withdraw", summary="Take back what is not published", responses=CHANGES)
def withdraw_revision(
    session: DbSession, asked: Suggester, number: UUID, lock: SeenLock, body: MayWhy
) -> Response:
    """Take a revision back before it is published."""

    def change() -> Revision:
        return changes.withdraw(session, number, asked.actor, lock=lock, reason=body.reason)

    return _changed(session, asked, body, change)


@router.post("/revisions/{number}/assign", summary="Assign a revision", responses=CHANGES)
def assign_revision(
    session: DbSession, asked: Reviewer, number: UUID, lock: SeenLock, body: Assignment
) -> Response:
    """Say who looks after it."""

    def change() -> Revision:
        return changes.assign(session, number, asked.actor, body.assignee, lock=lock)

    return _changed(session, asked, body, change)


@router.post(
    "/revisions/{number}/comments", status_code=201, summary="Add to the thread", responses=ADDITIONS
)
def add_comment(session: DbSession, asked: Suggester, number: UUID, body: Remarked) -> Response:
    """Add a remark, about one fact where `path` names it."""

    def work() -> Answer:
        remark = changes.comment(session, number, asked.actor, body.text, path=body.path)
        return Answer(documents.comment(remark), 201)

    return sent(asked.done_once(session, body.model_dump(), work))


@router.post(
    "/revisions/{number}/restore", status_code=201, summary="Restore an earlier state", responses=ADDITIONS
)
def restore_revision(session: DbSession, asked: Suggester, number: UUID) -> Response:
    """Begin a new draft that holds the record of this revision."""

    def work() -> Answer:
        answer = told(changes.restore(session, number, asked.actor), asked.actor, 201)
        place = {"Location": f"/api/revisions/{answer.content['id']}"}
        return Answer(answer.content, 201, {**(answer.headers or {}), **place})

    return sent(asked.done_once(session, None, work))


@router.post("/datasets/{slug}/withdraw", summary="Withdraw a published dataset", responses=ADDITIONS)
def withdraw_dataset(session: DbSession, asked: Publisher, slug: Slug, body: Withdrawal) -> Response:
    """Take a dataset out of the catalogue; its address answers 410 with name, date, reason and successor."""

    def change() -> Revision:
        return changes.withdraw_dataset(session, slug, asked.actor, body.reason, body.successor)

    return _changed(session, asked, body, change)
