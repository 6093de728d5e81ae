"""ItemQuery: what a reader asks of items, as plain values."""

import re
from dataclasses import dataclass
from datetime import datetime

from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid
from app.base.extent import BBox
from app.items.cql2 import Filter
from app.items.moments import moment

DEFAULT_LIMIT = 10
MOST_ITEMS = 10_000
MOST_IDS = 10_000
MOST_SORTS = 3


@dataclass(frozen=True)
class Moments:
    """First and last moment, both included; None is open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Sort:
    """One key of the order."""

    name: str
    descending: bool


NEWEST_FIRST = (Sort("datetime", descending=True),)


@dataclass(frozen=True)
class ItemQuery:
    """A search for items; the empty query asks for all, newest first.

    `collections` are slugs of datasets; None asks in all of them, and an empty tuple in none.
    """

    collections: tuple[str, ...] | None = None
    ids: tuple[str, ...] = ()
    area: BaseGeometry | BBox | None = None
    moments: Moments | None = None
    filter: Filter | None = None
    sorts: tuple[Sort, ...] = NEWEST_FIRST
    limit: int = DEFAULT_LIMIT
    token: str | None = None


def parse_moments(text: str) -> Moments:
    """Read a STAC `datetime`: an RFC 3339 moment, or two with a slash between them; `..` or nothing is open.

    Raises:
        Invalid: not RFC 3339, both sides open, or the end before the start.
    """
    parts = text.strip().split("/")
    if len(parts) > 2:
        raise Invalid(f"datetime is one moment or start/end; {text[:80]!r} has {len(parts)} parts.")
    if len(parts) == 1:
        at = moment(parts[0])
        return Moments(at, at)
    start, end = (None if part in ("", "..") else moment(part) for part in parts)
    if start is None and end is None:
        raise Invalid("datetime is open on both sides; give a start or an end, or leave it out.")
    if start and end and start > end:
        raise Invalid("datetime ends before it starts; swap its parts.")
    return Moments(start, end)


_SORT = re.compile(r"^([+ -]?)([\w:.-]+)$")


def parse_sorts(text: str) -> tuple[Sort, ...]:
    """Read `-datetime,+eo:cloud_cover`.

    Raises:
        Invalid: not such a list, or more keys than are compared.
    """
    sorts = []
    for part in text.split(","):
        match = _SORT.match(part.strip() or part)
        if match is None:
            raise Invalid(f"sortby is a list such as -datetime,+id; {part[:60]!r} is not a key.")
        sorts.append(Sort(match[2].removeprefix("properties."), match[1] == "-"))
    if len(sorts) > MOST_SORTS:
        raise Invalid(f"sortby has {len(sorts)} keys; at most {MOST_SORTS} are compared.")
    return tuple(sorts)
