"""What is read of imports: how far one has come, what became of its lines, and the latest ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.base.language import _
from app.curation.imports.tables import Import, ImportLine
from app.curation.tables import Revision

Outcome = Literal["waiting", "new", "changed", "same", "invalid"]
OUTCOMES: tuple[Outcome, ...] = ("new", "changed", "same", "invalid", "waiting")
PAGE = 100
LATEST = 50


@dataclass(frozen=True)
class Line:
    """A line of the report with the state of the draft it became, "" for none."""

    line: ImportLine
    state: str


def get(session: Session, number: UUID) -> Import:
    """One import.

    Raises:
        NotFound: there is none with this number.
    """
    found = session.get(Import, number)
    if found is None:
        raise NotFound(_("There is no such import."))
    return found


def latest(session: Session) -> Sequence[Import]:
    """The latest imports, the newest first."""
    return session.scalars(select(Import).order_by(Import.created.desc(), Import.id).limit(LATEST)).all()


def counts(session: Session, number: UUID) -> dict[str, int]:
    """How many lines had each outcome."""
    asked = (
        select(ImportLine.outcome, func.count())
        .where(ImportLine.import_id == number)
        .group_by(ImportLine.outcome)
    )
    found = {outcome: count for outcome, count in session.execute(asked)}
    return {outcome: found.get(outcome, 0) for outcome in OUTCOMES}


def lines(
    session: Session, number: UUID, *, outcome: str = "", after: int = -1, limit: int = PAGE
) -> list[Line]:
    """Lines of an import in the order of its file, from behind a position on."""
    asked = (
        select(ImportLine, Revision.state)
        .outerjoin(Revision, Revision.id == ImportLine.revision_id)
        .where(ImportLine.import_id == number, ImportLine.position > after)
        .order_by(ImportLine.position)
        .limit(limit)
    )
    if outcome:
        asked = asked.where(ImportLine.outcome == outcome)
    return [Line(line, state or "") for line, state in session.execute(asked)]


def drafts(session: Session, number: UUID) -> int:
    """How many drafts of an import wait to be handed in."""
    asked = (
        select(func.count())
        .select_from(ImportLine)
        .join(Revision, Revision.id == ImportLine.revision_id)
        .where(ImportLine.import_id == number, Revision.state == "draft", Revision.change_set == number)
    )
    return int(session.scalar(asked) or 0)
