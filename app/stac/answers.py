"""Answers that stay the same until the catalogue changes: made, compressed and tagged once per version."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.index import CURRENT_VERSION
from app.portal.answers import KEEP
from app.stac.kept import shelf_of
from app.stac.links import JSON

SMALLEST_COMPRESSED = 1024
COMPRESSION = 5


@dataclass(frozen=True)
class Kept:
    """The bytes of an answer, plain and compressed (None where that would not pay)."""

    plain: bytes
    packed: bytes | None


def lasting(
    request: Request, session: Session, make: Callable[[], bytes], media_type: str = JSON
) -> Response:
    """The bytes of `make`, from the shelf where this version was asked for before; 304 to who holds them.

    The tag covers the whole address and the release of the service, so equal tags mean equal bytes.
    """
    version = session.scalar(select(CURRENT_VERSION))
    address = f"{request.app.version} {version} {request.url.path}?{request.url.query} {request.base_url}"
    tag = f'W/"{hashlib.sha256(address.encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": KEEP, "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    shelf = shelf_of(session)
    kept: Kept | None = shelf.get(tag)
    if kept is None:
        kept = _kept(make())
        shelf.put(tag, kept, len(kept.plain) + len(kept.packed or b""))
    if kept.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(kept.packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(kept.plain, media_type=media_type, headers=headers)


def _kept(plain: bytes) -> Kept:
    if len(plain) < SMALLEST_COMPRESSED:
        return Kept(plain, None)
    # Without a time in the header, equal answers are equal bytes.
    return Kept(plain, gzip.compress(plain, COMPRESSION, mtime=0))
