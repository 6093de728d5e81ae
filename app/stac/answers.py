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
from typing import Any, cast

from fastapi import Request, Response
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from starlette.datastructures import State

from app.base.db import SessionFactory, translated
from app.base.kept import shelf_at, shelf_of
from app.base.reader import DirectReader
from app.catalogue import vocabulary
from app.catalogue.index import CURRENT_VERSION
from app.items.tables import ItemChange
from app.portal.answers import KEEP
from app.stac.links import JSON

SMALLEST_COMPRESSED = 1024
COMPRESSION = 5


@dataclass(frozen=True)
class Version:
    """How the version is read that some answers depend on, and what it counts."""

    name: str
    statement: Select[tuple[int]]

    @cached_property
    def text(self) -> str:
        """The statement written out; it holds nothing but names."""
        return str(self.statement.compile(compile_kwargs={"literal_binds": True}))


DATASETS = Version("datasets", select(CURRENT_VERSION))
# Both parts only ever rise, so no sum comes twice.
DATASETS_AND_ITEMS = Version(
    "datasets and items",
    select(CURRENT_VERSION + select(func.coalesce(func.max(ItemChange.version), 0)).scalar_subquery()),
)

Asked = tuple[str, int, int, str, str, bytes, bytes]
"""What an answer depends on: what is counted, how far, scheme, path, parameters, and the host asked for."""


@dataclass(frozen=True)
class Kept:
    """The bytes of an answer, plain and compressed (None where that would not pay), and what they are."""

    plain: bytes
    packed: bytes | None
    tag: str
    media_type: str


def at_hand(request: Request) -> Response | None:
    """The answer, where a look at the version still holds and it is on the shelf; this waits for nothing."""
    state = request.app.state
    shelf = shelf_at(state.read_sessions.kw["bind"])
    for version in (DATASETS, DATASETS_AND_ITEMS):
        seen = last_look(state, version.name)
        kept: Kept | None = None if seen is None else shelf.get(_asked(request, version, seen))
        if kept is not None:
            return _answer(request, kept)
    return None


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
    kept: Kept | None = shelf_at(sessions.kw["bind"]).get(_asked(request, version, seen))
    if kept is None:
        with translated(only_reads=True), sessions() as session:
            kept = _of_this_moment(request, session, make, media_type, version)
    return _answer(request, kept)


def tagged(request: Request, content: bytes, media_type: str) -> Response:
    """Bytes that are made anew each time, or 304 to who holds them."""
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": KEEP}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _seen(state: State, reader: DirectReader, version: Version) -> int:
    """The version that the database has, or had some milliseconds ago: many askers share one look at it."""
    seen = last_look(state, version.name)
    if seen is None:
        now = time.monotonic()
        ((seen,),) = reader.fetch(version.text)
        state.looks[version.name] = (now, seen)
    return cast(int, seen)


def last_look(state: State, name: str) -> Any:
    """What the last look of a name saw; None where it was too long ago."""
    looks: dict[str, tuple[float, Any]] = state.looks
    at, seen = looks.get(name, (-math.inf, None))
    return seen if time.monotonic() - at < state.look_lasts_s else None


def lasting(
    request: Request, session: Session, make: Callable[[], bytes], media_type: str = JSON
) -> Response:
    """The same for a route that has a session already."""
    return _answer(request, _of_this_moment(request, session, lambda _: make(), media_type, DATASETS))


def _of_this_moment(
    request: Request, session: Session, make: Callable[[Session], bytes], media_type: str, version: Version
) -> Kept:
    """From the shelf, or made and put there, for the version that the session sees."""
    asked = _asked(request, version, session.scalar(version.statement) or 0)
    shelf = shelf_of(session)
    kept: Kept | None = shelf.get(asked)
    if kept is None:
        kept = _kept(make(session), media_type, f"{request.app.version} {asked}")
        shelf.put(asked, kept, len(kept.plain) + len(kept.packed or b""))
    return kept


def _asked(request: Request, version: Version, seen: int) -> Asked:
    scope = request.scope
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    words = vocabulary.version()
    return version.name, seen, words, scope["scheme"], scope["path"], scope["query_string"], host


def _kept(plain: bytes, media_type: str, told: str) -> Kept:
    # Models come from files, not from the database, so the version alone does not tell them apart.
    tag = f'W/"{hashlib.sha256(told.encode() + plain).hexdigest()[:24]}"'
    if len(plain) < SMALLEST_COMPRESSED:
        return Kept(plain, None, tag, media_type)
    # Without a time in the header, equal answers are equal bytes.
    return Kept(plain, gzip.compress(plain, COMPRESSION, mtime=0), tag, media_type)


def _answer(request: Request, kept: Kept) -> Response:
    """304 to who holds the bytes; compressed to who can read that."""
    headers = {"ETag": kept.tag, "Cache-Control": KEEP, "Vary": "Accept-Encoding"}
    if kept.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if kept.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(kept.packed, media_type=kept.media_type, headers=headers)
    return Response(kept.plain, media_type=kept.media_type, headers=headers)
