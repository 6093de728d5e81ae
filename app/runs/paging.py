"""Pages of the list of runs: by the run where one ends, so that new runs shift nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.base.language import _
from app.base.tokens import read_token, write_token
from app.runs import queries
from app.runs.asking import Person, lists_private
from app.runs.tables import Run

Position = tuple[datetime, UUID]
"""Moment and number of a run, by which the list is ordered."""


@dataclass(frozen=True)
class Page:
    """Some runs, newest first, and where the pages beside them are; None where there is none."""

    runs: Sequence[Run]
    newer: str | None
    older: str | None


def cursor(key: str, run: Run) -> str:
    """The place of a run in the list, signed with the key of the service."""
    return write_token(key, [run.created.isoformat(), str(run.id)])


def position(key: str, token: str) -> Position | None:
    """The place that a cursor holds; None where there is no cursor.

    Raises:
        Invalid: it is none of this list.
    """
    if not token:
        return None
    try:
        moment, number = map(str, read_token(key, token))
        return datetime.fromisoformat(moment), UUID(number)
    except ValueError:
        raise Invalid(_("This cursor belongs to another list; start again without it.")) from None


def page(
    session: Session,
    person: Person,
    *,
    tile: str = "",
    model: str = "",
    after: str = "",
    before: str = "",
    most: int = queries.PAGE,
) -> Page:
    """The runs older than `after`, or newer than `before`; both are cursors, and without them the newest.

    Raises:
        Invalid: one of them is no cursor of this list.
    """
    key = person.settings.signing_key
    older_than, newer_than = position(key, after), position(key, before)
    found = queries.history(
        session,
        person.name,
        tile=tile,
        model=model,
        with_private=lists_private(person, tile),
        before=older_than,
        since=None if older_than else newer_than,
        limit=most + 1,
    )
    is_backwards = older_than is None and newer_than is not None
    has_more = len(found) > most
    shown = found[-most:] if is_backwards else found[:most]
    if not shown:
        return Page((), None, None)

    has_newer = has_more if is_backwards else older_than is not None
    has_older = is_backwards or has_more
    return Page(
        shown,
        _address(tile, model, before=cursor(key, shown[0])) if has_newer else None,
        _address(tile, model, after=cursor(key, shown[-1])) if has_older else None,
    )


def _address(tile: str, model: str, **place: str) -> str:
    pairs = {"tile": tile, "model": model, **place}
    return "/runs?" + urlencode({name: value for name, value in pairs.items() if value})
