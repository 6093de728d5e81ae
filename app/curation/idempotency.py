"""Requests that may come twice: the second one with the same key gets the answer of the first.

What was answered is kept with the change itself, in one transaction. A request that failed left nothing, so
it can be sent again with the same key.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.base.errors import Conflict
from app.curation.tables import IdempotencyKey

KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Answer:
    """What a request is answered, as it can be kept."""

    content: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] | None = None


class KeyReused(Conflict):
    """The key of another request came again."""

    code = "key-reused"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another request. Take a new one for each request."
        )


def once(session: Session, who: str, key: str, request: bytes, work: Callable[[], Answer]) -> Answer:
    """The answer to a request: of `work`, or of the same request that came before.

    Args:
        who: whose keys these are; two people may use the same one.
        key: "" where the request has none.
        request: everything that the answer depends on.
    Raises:
        KeyReused: the key came with another request.
    """
    if not key:
        return work()
    digest = hashlib.sha256(request).digest()
    # The second of two that come at once waits for the first to commit.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{who} {key}", 0))))
    kept = session.get(IdempotencyKey, (who, key))
    if kept is not None:
        if kept.request != digest:
            raise KeyReused()
        headers = {**kept.headers, "Idempotency-Replayed": "true"}
        return Answer(orjson.loads(kept.body), kept.status, headers)
    answer = work()
    session.add(
        IdempotencyKey(
            who=who,
            key=key,
            request=digest,
            status=answer.status,
            headers=dict(answer.headers or {}),
            body=orjson.dumps(answer.content).decode(),
        )
    )
    session.flush()
    return answer


def forget_old(session: Session) -> None:
    """Remove what no client repeats any more."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created < datetime.now(UTC) - KEPT))
