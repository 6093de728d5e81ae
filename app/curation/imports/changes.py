"""An import, step by step: cut the file into lines, make drafts of them, hand those in.

Each step is a job of its own that deals with some lines and asks for the next in the same transaction. A
worker that is killed loses the step it was at, and nothing else: that step runs again.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, undefer

from app import jobs
from app.accounts.rights import Role, State
from app.base.errors import AppError, Invalid, NotFound
from app.base.language import SOURCE, _, language, speaking
from app.curation import changes, drafts, merging
from app.curation.actors import Actor
from app.curation.beginning import Start, begin_all
from app.curation.checks import Unready
from app.curation.checks.reading import UNREADABLE, read
from app.curation.imports import drafting, matching, splitting
from app.curation.imports.tables import Import, ImportLine
from app.curation.standing import Standing
from app.curation.tables import Revision
from app.curation.workflow import OPEN

CUT, DRAFT, HAND_IN = "cut_import", "draft_import", "hand_in_import"
"""Kinds of jobs."""
LINES_A_STEP = 250
LONGEST_LABEL = 300
MOST_REASONS = 20
GIVEN_LATER = frozenset({"kind"})
"""What a draft may lack and still be worth keeping."""


def empty() -> Invalid:
    """Said of a file without anything in it."""
    return Invalid(_("The file is empty. Choose one that holds records."))


def begin(session: Session, actor: Actor, name: str, content: bytes, *, queued: bool = True) -> Import:
    """Take in a file; a worker cuts it and makes drafts of its records.

    Args:
        queued: whether each step asks a worker for the next; else the caller takes them one by one.
    """
    one = Import(
        id=uuid4(),
        name=name.strip()[:LONGEST_LABEL] or _("file"),
        actor_id=actor.user_id,
        actor_name=actor.name,
        actor_role=str(actor.role),
        state="waiting",
        content=content,
        total=0,
        done=0,
        failure="",
        created=datetime.now(UTC),
    )
    session.add(one)
    session.flush()
    _ask(session, CUT, one, queued)
    return one


def cut(session: Session, *, number: str, queued: bool = True) -> Import | None:
    """Cut the file of an import into lines; one that cannot be cut fails as a whole, with the reason."""
    one = _held(session, number, "waiting")
    if one is None:
        return None
    try:
        rows = _lines(one, splitting.pieces(one.name, one.content or b""))
    except AppError as error:
        one.state, one.failure, one.finished = "failed", error.message, datetime.now(UTC)
    else:
        remaining = iter(rows)
        while batch := list(islice(remaining, LINES_A_STEP)):
            session.execute(insert(ImportLine), batch)
        one.state, one.total = "running", len(rows)
        _ask(session, DRAFT, one, queued)
    one.content = None
    session.flush()
    return one


def _lines(one: Import, found: Any) -> list[dict[str, Any]]:
    return [
        {
            "import_id": one.id,
            "position": position,
            "label": piece.label[-LONGEST_LABEL:],
            "piece": piece.content,
            "digest": hashlib.sha256(piece.content).digest(),
            "outcome": "waiting",
        }
        for position, piece in enumerate(found)
    ]


def draft(session: Session, *, number: str, queued: bool = True) -> Import | None:
    """Make drafts of the next lines, and ask for the lines after them."""
    one = _held(session, number, "running")
    if one is None:
        return None
    lines = _next_lines(session, one)
    _draft_lines(session, one, lines)
    return _further(session, one, len(lines), DRAFT if queued else None)


def spoken(step: Callable[..., Import | None]) -> jobs.Work:
    """A step as the worker does it: the report is in the language of whoever brought the file."""

    def work(session: Session, *, number: str, reader: str = SOURCE) -> None:
        with speaking(reader):
            step(session, number=number)

    return work


def _ask(session: Session, kind: str, one: Import, queued: bool) -> None:
    if queued:
        jobs.enqueue(session, kind, number=str(one.id), reader=language())


def _further(session: Session, one: Import, lines: int, following: str | None) -> Import:
    """Note that so many lines are dealt with, and ask for the step after them where one is left."""
    one.done += lines
    if one.done >= one.total or not lines:
        one.state, one.finished = "done", datetime.now(UTC)
    elif following:
        _ask(session, following, one, queued=True)
    session.flush()
    return one


def _next_lines(session: Session, one: Import) -> Sequence[ImportLine]:
    asked = (
        select(ImportLine)
        .where(ImportLine.import_id == one.id, ImportLine.position >= one.done)
        .order_by(ImportLine.position)
        .limit(LINES_A_STEP)
        .options(undefer(ImportLine.piece))
    )
    return session.scalars(asked).all()


def _draft_lines(session: Session, one: Import, lines: Sequence[ImportLine]) -> None:
    readable, said = _read(lines)
    before = _open_by_digest(session, [line.digest for line in readable])
    fresh: dict[bytes, tuple[ImportLine, Start]] = {}
    again: list[ImportLine] = []
    for line, piece, base in zip(readable, said, matching.published(session, said), strict=True):
        _name(line, piece.values)
        start = None if line.digest in {**before, **fresh} else _start(line, piece, base)
        if start is not None:
            fresh[line.digest] = line, start
        elif line.outcome == "waiting":
            again.append(line)
    actor = Actor(role=Role(one.actor_role), user_id=one.actor_id, name=one.actor_name)
    begun = begin_all(
        session, actor, [start for _line, start in fresh.values()], kind="import", change_set=one.id
    )
    for line, revision in zip([line for line, _start in fresh.values()], begun, strict=True):
        line.slug, line.revision_id = revision.slug, revision.id
        before[line.digest] = revision.id
    for line in again:
        line.outcome, line.revision_id = "same", before[line.digest]
        line.reasons = [{"path": "", "message": _("The same record waits as a draft already.")}]
    session.flush()


def _read(lines: Sequence[ImportLine]) -> tuple[list[ImportLine], list[drafting.Said]]:
    """What lines say, as far as they can be read; the others are invalid."""
    readable, said = [], []
    for line in lines:
        try:
            said.append(drafting.read(line.label, line.piece or b""))
        except Invalid as error:
            _refuse(line, [{"path": "", "message": error.message}])
        else:
            readable.append(line)
        line.piece = None
    return readable, said


def _start(line: ImportLine, said: drafting.Said, base: Standing | None) -> Start | None:
    """What a draft of this line would start from; None where it is invalid or says nothing new."""
    draft = drafting.draft_of(said, base.record if base else None)
    _name(line, draft)
    found = [
        {"path": finding.path, "message": finding.message}
        for finding in read(draft).findings
        if not (finding.code == UNREADABLE and finding.path in GIVEN_LATER and finding.path not in draft)
    ]
    found = found or _unbearable(draft)
    if found:
        _refuse(line, found)
        return None
    line.reasons = [{"path": "", "message": text} for text in said.left[:MOST_REASONS]]
    if base is not None and not merging.differences(base.record, draft):
        line.outcome, line.slug = "same", base.slug
        return None
    line.outcome = "changed" if base else "new"
    return Start(draft, base)


def _unbearable(draft: dict[str, Any]) -> list[dict[str, Any]]:
    """Why a draft cannot be kept at all; one of its size must not stop the others."""
    try:
        drafts.checked(draft, UUID(int=0))
    except AppError as error:
        return [{"path": "", "message": error.message}]
    return []


def _name(line: ImportLine, values: Any) -> None:
    line.name = str(values.get("name") or "")[:200]
    line.slug = str(values.get("slug") or "")[:120]


def _refuse(line: ImportLine, reasons: list[dict[str, Any]]) -> None:
    line.outcome, line.reasons = "invalid", reasons[:MOST_REASONS]


def _open_by_digest(session: Session, digests: Sequence[bytes]) -> dict[bytes, UUID | None]:
    """Revisions still open that earlier lines of the same content became."""
    asked = (
        select(ImportLine.digest, Revision.id)
        .join(Revision, Revision.id == ImportLine.revision_id)
        .where(ImportLine.digest.in_(digests), Revision.state.in_(OPEN))
    )
    return {digest: number for digest, number in session.execute(asked)}


def ask_to_hand_in(session: Session, number: UUID, *, queued: bool = True) -> Import:
    """Have every draft of an import submitted that passes the checks.

    Raises:
        NotFound: there is no such import.
        Invalid: it is not done yet.
    """
    one = session.get(Import, number, with_for_update=True)
    if one is None:
        raise NotFound(_("There is no such import."))
    if one.state != "done":
        raise Invalid(_("This import is still at work. Wait until it is done."))
    one.state, one.done, one.finished = "handing-in", 0, None
    _ask(session, HAND_IN, one, queued)
    session.flush()
    return one


def hand_in(session: Session, *, number: str, queued: bool = True) -> Import | None:
    """Submit the drafts of the next lines; what stops one is added to its line."""
    one = _held(session, number, "handing-in")
    if one is None:
        return None
    lines = _next_lines(session, one)
    actor = Actor(role=Role(one.actor_role), user_id=one.actor_id, name=one.actor_name)
    for line in lines:
        revision = session.get(Revision, line.revision_id) if line.revision_id else None
        if revision is not None and revision.state == State.DRAFT:
            _submit(session, actor, line, revision)
    return _further(session, one, len(lines), HAND_IN if queued else None)


def _submit(session: Session, actor: Actor, line: ImportLine, revision: Revision) -> None:
    try:
        with session.begin_nested():
            changes.submit(session, revision.id, actor, lock=revision.lock)
            line.reasons = []
    except Unready as error:
        line.reasons = [{"path": one.path, "message": one.message} for one in error.findings[:MOST_REASONS]]
    except AppError as error:
        line.reasons = [{"path": "", "message": error.message}]


def _held(session: Session, number: str, state: str) -> Import | None:
    """The import, locked; None where another worker has brought it further meanwhile."""
    asked = select(Import).where(Import.id == UUID(number)).with_for_update().options(undefer(Import.content))
    one = session.scalar(asked)
    return one if one is not None and one.state == state else None
