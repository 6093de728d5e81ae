"""Answers that stay the same until the catalogue changes: made, compressed and tagged once per version.

A version is a number that rises with every change of what an answer is made from. Two statements say it: one
for sessions, and the same as text for the short way to read.
"""

import gzip
import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from fastapi import Request, Response
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from starlette.datastructures import State

from app.base.db import SessionFactory, translated
from app.base.kept import shelf_at, shelf_of
from app.base.reader import DirectReader
from app.catalogue.index import CURRENT_VERSION
from app.items.tables import ItemChange
from app.portal.answers import KEEP
from app.stac.links import JSON

SMALLEST_COMPRESSED = 1024
COMPRESSION = 5


@dataclass(frozen=True)
class Version:
    """How the version is read that some answers depend on."""

    statement: Select[tuple[int]]

    @cached_property
    def text(self) -> str:
        """The statement written out; it holds nothing but names."""
        return str(self.statement.compile(compile_kwargs={"literal_binds": True}))


DATASETS = Version(select(CURRENT_VERSION))
# Both parts only ever rise, so no sum comes twice.
DATASETS_AND_ITEMS = Version(
    select(CURRENT_VERSION + select(func.coalesce(func.max(ItemChange.version), 0)).scalar_subquery())
)

Asked = tuple[int, str, str, bytes, bytes]
"""What an answer depends on: version of the catalogue, scheme, path, parameters, and the host asked for."""


@dataclass(frozen=True)
class Kept:
    """The bytes of an answer, plain and compressed (None where that would not pay), and their entity tag."""

    plain: bytes
    packed: bytes | None
    tag: str


def finished(
    request: Request,
    make: Callable[[Session], bytes],
    media_type: str = JSON,
    version: Version = DATASETS,
) -> Response:
    """The bytes of `make`, which gets a session; where they are at hand, one look at the version is all.

    The tag covers the whole address and the release of the service, so equal tags mean equal bytes.
    """
    state = request.app.state
    reader: DirectReader = state.reader
    sessions: SessionFactory = state.read_sessions
    seen = _seen(state, reader, version)
    kept: Kept | None = shelf_at(sessions.kw["bind"]).get(_asked(request, seen))
    if kept is None:
        with translated(), sessions() as session:
            kept = _of_this_moment(request, session, make, version)
    return _answer(request, kept, media_type)


def _seen(state: State, reader: DirectReader, version: Version) -> int:
    """The version that the database has, or had some milliseconds ago: many askers share one look at it."""
    looks: dict[str, tuple[float, int]] = state.looks
    now = time.monotonic()
    at, seen = looks.get(version.text, (-math.inf, 0))
    if now - at > state.look_lasts_s:
        ((seen,),) = reader.fetch(version.text)
        looks[version.text] = (now, seen)
    return seen


def lasting(
    request: Request, session: Session, make: Callable[[], bytes], media_type: str = JSON
) -> Response:
    """The same for a route that has a session already."""
    return _answer(request, _of_this_moment(request, session, lambda _: make(), DATASETS), media_type)


def _of_this_moment(
    request: Request, session: Session, make: Callable[[Session], bytes], version: Version
) -> Kept:
    """From the shelf, or made and put there, for the version that the session sees."""
    asked = _asked(request, session.scalar(version.statement) or 0)
    shelf = shelf_of(session)
    kept: Kept | None = shelf.get(asked)
    if kept is None:
        kept = _kept(make(session), f"{request.app.version} {asked}")
        shelf.put(asked, kept, len(kept.plain) + len(kept.packed or b""))
    return kept


def _asked(request: Request, version: int) -> Asked:
    scope = request.scope
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return version, scope["scheme"], scope["path"], scope["query_string"], host


def _kept(plain: bytes, told: str) -> Kept:
    tag = f'W/"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
    if len(plain) < SMALLEST_COMPRESSED:
        return Kept(plain, None, tag)
    # Without a time in the header, equal answers are equal bytes.
    return Kept(plain, gzip.compress(plain, COMPRESSION, mtime=0), tag)


def _answer(request: Request, kept: Kept, media_type: str) -> Response:
    """304 to who holds the bytes; compressed to who can read that."""
    headers = {"ETag": kept.tag, "Cache-Control": KEEP, "Vary": "Accept-Encoding"}
    if kept.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if kept.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(kept.packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(kept.plain, media_type=media_type, headers=headers)
