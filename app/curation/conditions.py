"""What a request says before it may change a revision: which state it saw, and in what form it writes."""

import re
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request
from starlette.exceptions import HTTPException

from app.base.errors import AppError, Invalid
from app.base.merge_patch import patched as patched

_TAG = re.compile(r'\s*"(\d{1,9})"\s*')
NEVER = 0
"""A lock that no revision has."""
PATCH_TYPES = ("application/merge-patch+json", "application/json")


class ConditionNeeded(AppError):
    """A change that does not say which state it was made on."""

    status = 428
    code = "condition-needed"

    def __init__(self) -> None:
        super().__init__(
            "Send If-Match with the entity tag of the state that you saw, so that no change is lost."
        )


def seen_lock(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", max_length=200, description="The entity tag of the state that you saw."),
    ] = None,
) -> int:
    """The lock of the state that a request was made on; `NEVER` where it names none of ours.

    Raises:
        ConditionNeeded: it names no single state, as `*` does not.
    """
    if if_match is None or if_match.strip() in ("", "*") or "," in if_match:
        raise ConditionNeeded()
    found = _TAG.fullmatch(if_match)
    return int(found[1]) if found else NEVER


SeenLock = Annotated[int, Depends(seen_lock)]


async def draft_body(request: Request) -> dict[str, Any]:
    """The JSON object in the body.

    In this colour because bodies are read in it.

    Raises:
        Invalid: it is no JSON object.
    """
    try:
        found = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise Invalid(f"The body is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Invalid("The body is a JSON object.")
    return found


async def patch_body(request: Request) -> dict[str, Any]:
    """The JSON Merge Patch (RFC 7396) in the body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in PATCH_TYPES:
        raise HTTPException(415, f"Send a patch as {PATCH_TYPES[0]}.", {"Accept-Patch": PATCH_TYPES[0]})
    return await draft_body(request)
