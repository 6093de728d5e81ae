"""Who comes to the pages of work lists, and what their addresses and forms say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts.access import Asker, require
from app.accounts.rights import Role
from app.base.db import translated
from app.base.language import N_
from app.catalogue.parameters import parse_query
from app.catalogue.query import SearchQuery
from app.curation import lists, lists_view
from app.curation.lists import WorkList

OWN_PARAMETERS = frozenset({"order", "after", "record", "done", "left", "field", "list"})
"""Of the pages here; all others are those of the search."""
DONE = {
    "sent": N_("Sent to review: %(record)s."),
    "same": N_("Nothing was changed in %(record)s."),
    "end": N_("That was the last record of this list."),
}
Contributor = Annotated[Asker, Depends(require(Role.CONTRIBUTOR))]
Word = Annotated[str, Query(max_length=300)]
Group = Annotated[str, Path(max_length=40)]
Key = Annotated[str, Path(max_length=80)]


def searched(request: Request) -> SearchQuery:
    """The filters of the address, as the search of the portal reads them."""
    return parse_query(
        [(name, text) for name, text in request.query_params.multi_items() if name not in OWN_PARAMETERS]
    )


@contextmanager
def reading(request: Request) -> Iterator[Session]:
    """A transaction that reads, over before the one that writes begins."""
    with translated(only_reads=True):
        session: Session = request.app.state.read_sessions()
        with session:
            yield session


Searched = Annotated[SearchQuery, Depends(searched)]


@dataclass(frozen=True)
class Way:
    """A work list as somebody goes through it: under their filters, in their order."""

    list: WorkList
    query: SearchQuery
    sort: str

    def address(self, place: str, **more: str) -> str:
        """An address under the same filters and in the same order."""
        return lists_view.address(place, self.query, order=lists_view.ordered(self.sort), **more)


def way(group: Group, key: Key, query: Searched, order: Word = "") -> Way:
    """The work list that an address names.

    Raises:
        NotFound: there is none.
    """
    return Way(lists.get(group, key), query, order or next(iter(lists.SORTS)))


OnTheWay = Annotated[Way, Depends(way)]


def waiting(
    request: Request, session: Session, way: Way, *, after: str = "", limit: int = lists.PAGE
) -> lists.Found:
    """One page of what waits on a list, behind the place that a token names."""
    secret = request.app.state.settings.signing_key
    return lists.find(
        session, way.list, way.query, sort=way.sort, after=after, secret=secret, today=today(), limit=limit
    )


async def sent(request: Request) -> dict[str, list[str]]:
    """Every input of a form by its name; in this colour because the form is read in it."""
    found: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


Sent = Annotated[dict[str, list[str]], Depends(sent)]


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()


def to(place: str) -> Response:
    """Lead the browser to another page."""
    return RedirectResponse(place, status_code=303)
