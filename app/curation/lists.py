"""Work lists: which published records wait for a curator, filtered as the portal filters and cut by key.

What waits is kept beside each record and held in memory, so a list counts and pages without reading records;
only dead links and reviews are asked of the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import tokens
from app.base.errors import Invalid, NotFound
from app.base.language import N_, _
from app.catalogue import completeness, work
from app.catalogue.index import Index, Mask
from app.catalogue.matching import match
from app.catalogue.query import SearchQuery
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, DatasetQuality
from app.curation import labels, waiting
from app.links import queries as links
from app.links.queries import LinkState
from app.links.states import CHANGES, DEAD, State
from app.links.tables import Link, LinkUse

LINKS, AGE = "links", "age"
ANY = "any"
REVIEW_HOLDS = timedelta(days=730)
PAGE = 25

GROUPS: Mapping[str, str] = {
    work.MISSING: N_("Missing"),
    work.CONFLICT: N_("Contradicted by another source"),
    work.UNCONFIRMED: N_("From memory, not yet confirmed"),
    LINKS: N_("Links"),
    AGE: N_("Age"),
}
# Sort → its words, the array that decides, and whether the highest comes first.
SORTS: Mapping[str, tuple[str, str, bool]] = {
    "sought": (N_("most sought first"), "prominence", True),
    "newest": (N_("newest first"), "year", True),
    "oldest": (N_("longest unchanged first"), "updated", False),
    "poorest": (N_("least complete first"), "completeness", False),
}
_OTHERS = {
    (LINKS, "dead"): N_("Dead links"),
    (LINKS, "changed"): N_("Moved, or another file than before"),
    (AGE, "unreviewed"): N_("Never reviewed"),
    (AGE, "review-old"): N_("Reviewed more than 24 months ago"),
    (work.CONFLICT, ANY): N_("Any fact"),
    (work.UNCONFIRMED, ANY): N_("Any fact"),
}
_EXTRA = {"year": ("year",), "theme": ("themes",)}


@dataclass(frozen=True)
class WorkList:
    """One list: its address is `/curation/lists/{group}/{key}`; `paths` are the facts to be mended."""

    group: str
    key: str
    paths: tuple[str, ...]

    @property
    def title(self) -> str:
        """What waits, in a few words."""
        other = _OTHERS.get((self.group, self.key))
        if other:
            return _(other)
        criterion = _criteria().get(self.key)
        if self.group == work.MISSING and criterion:
            return _(criterion.label)
        return labels.fact(self.paths[0])

    @property
    def is_of_wholes(self) -> bool:
        """Whether a whole record waits to be looked through, not one of its facts."""
        return self.group == AGE

    @property
    def address(self) -> str:
        """Where it is shown."""
        return f"/curation/lists/{self.group}/{self.key}"

    @property
    def code(self) -> str:
        """What the records that wait carry; for missing, contradicted and unconfirmed facts."""
        return f"{self.group}:{self.key}"


@dataclass(frozen=True)
class Found:
    """One page of a list: database ids in order, how many wait, and where the next page begins."""

    ids: tuple[int, ...]
    total: int
    passed: int
    following: str | None


@dataclass(frozen=True)
class Waiting:
    """A record on a list as its row and its page show it; `reviewed` is None where nobody did."""

    id: int
    slug: str
    card: dict[str, Any]
    record: DatasetRecord
    updated: datetime
    reviewed: datetime | None = None


def get(group: str, key: str) -> WorkList:
    """One list by its address.

    Raises:
        NotFound: there is none.
    """
    if (group, key) in _OTHERS:
        return WorkList(group, key, ())
    if group == work.MISSING and key in _criteria():
        return WorkList(group, key, _criteria()[key].paths)
    if group == work.MISSING and key in _EXTRA:
        return WorkList(group, key, _EXTRA[key])
    if group in (work.CONFLICT, work.UNCONFIRMED) and key in labels.FACTS:
        return WorkList(group, key, (key,))
    raise NotFound(_("There is no such work list. Look at the overview of curation."))


def _criteria() -> dict[str, completeness.Criterion]:
    return {one.key: one for one in completeness.completeness(_NOTHING).criteria}


_NOTHING = DatasetRecord.model_validate(
    {"uuid": "00000000-0000-0000-0000-000000000000", "slug": "none", "name": "none", "kind": "ml-dataset"}
)


def counts(session: Session, query: SearchQuery, today: date) -> dict[str, list[tuple[WorkList, int]]]:
    """Every list that something waits on, with how much, by group; the longest first."""
    matched = match(session, query)
    mask = matched.mask()
    found: dict[str, list[tuple[WorkList, int]]] = {group: [] for group in GROUPS}
    for code, number in waiting.waits(session, matched.index).count(mask).items():
        group, _colon, key = code.partition(":")
        found[group].append((get(group, key), number))
    for group, key in _OTHERS:
        one = get(group, key)
        number = int((_waiting(session, matched.index, one, today) & mask).sum())
        if number:
            found[group].append((one, number))
    return {group: sorted(ones, key=lambda pair: -pair[1]) for group, ones in found.items()}


def find(
    session: Session,
    list_: WorkList,
    query: SearchQuery,
    *,
    sort: str,
    after: str,
    secret: str,
    today: date,
    limit: int = PAGE,
) -> Found:
    """One page of a list under the filters of a search.

    Raises:
        Invalid: there is no such sort, or `after` is not ours.
    """
    if sort not in SORTS:
        raise Invalid(_("There is no such order. Choose one of %(known)s.", known=", ".join(SORTS)))
    matched = match(session, query)
    index = matched.index
    rows = np.flatnonzero(_waiting(session, index, list_, today) & matched.mask())
    keys = _keys(index, sort)[rows]
    order = np.lexsort((index.ids[rows], keys))
    rows, keys = rows[order], keys[order]
    start = _start(keys, index.ids[rows], _edge(after, sort, secret))
    part = rows[start : start + limit]
    last = start + len(part)
    goes_on = len(part) > 0 and last < len(rows)
    edge = [sort, float(keys[last - 1]), int(index.ids[part[-1]])] if goes_on else None
    following = tokens.write_token(secret, edge) if edge else None
    return Found(tuple(int(one) for one in index.ids[part]), len(rows), start, following)


def place_of(index_sort: str, sort_key: float, number: int, secret: str) -> str:
    """The token of a place in a list: behind the record with this key and database id."""
    return tokens.write_token(secret, [index_sort, sort_key, number])


def behind(session: Session, slug: str, sort: str, secret: str) -> str:
    """The token of the place behind a published record, wherever it stands; "" when it is not there."""
    number = session.scalar(select(Dataset.id).where(Dataset.slug == slug))
    if number is None:
        return ""
    index = match(session, SearchQuery()).index
    row = int(index.rows[number])
    return place_of(sort, float(_keys(index, sort)[row]), int(number), secret)


def _keys(index: Index, sort: str) -> NDArray[np.float64]:
    """The array that a sort compares, the first in order lowest; what is unknown stands last."""
    _words, name, is_falling = SORTS[sort]
    values = index.numbers[name]
    return np.nan_to_num(-values if is_falling else values, nan=1e300)


def _edge(after: str, sort: str, secret: str) -> tuple[float, int] | None:
    if not after:
        return None
    given = tokens.read_token(secret, after)
    match given:
        case [str(named), float(key), int(number)] if named == sort:
            return key, number
    raise Invalid(_("This page of the list belongs to another order. Start at its first page."))


def _start(keys: NDArray[np.float64], ids: NDArray[np.int64], edge: tuple[float, int] | None) -> int:
    """The first place behind an edge; rows stand by rising key, then id."""
    if edge is None:
        return 0
    key, number = edge
    return int(((keys < key) | ((keys == key) & (ids <= number))).sum())


def _waiting(session: Session, index: Index, list_: WorkList, today: date) -> Mask:
    """The rows of a list."""
    if list_.group == LINKS:
        states = DEAD if list_.key == "dead" else {State.MOVED, *CHANGES}
        return index.mask_of(_ids(session.scalars(_with_links(states))))
    if list_.group == AGE:
        return _by_review(session, index, list_.key, today)
    held = waiting.waits(session, index)
    if list_.key == ANY:
        return held.holding(one for one in held.names if one.startswith(f"{list_.group}:"))
    return held.holding([list_.code])


def _by_review(session: Session, index: Index, key: str, today: date) -> Mask:
    reviewed = select(DatasetQuality.dataset_id).where(DatasetQuality.reviewed.is_not(None))
    if key == "unreviewed":
        return ~index.mask_of(_ids(session.scalars(reviewed)))
    limit = datetime.combine(today, datetime.min.time(), UTC) - REVIEW_HOLDS
    return index.mask_of(_ids(session.scalars(reviewed.where(DatasetQuality.reviewed < limit))))


def _with_links(states: Iterable[State]) -> Any:
    used = select(LinkUse.dataset_id).join(Link, Link.id == LinkUse.link_id)
    return used.where(Link.shown.in_(list(states))).distinct()


def bad_links(session: Session, slug: str) -> list[LinkState]:
    """The addresses of a record that do not answer as they should."""
    good = {State.OK, State.UNKNOWN}
    return [one for one in links.of_dataset(session, slug) if one.state not in good]


def _ids(numbers: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(numbers, dtype=np.int64)


def read(session: Session, ids: Iterable[int]) -> list[Waiting]:
    """The records of a page, in the order of their ids."""
    wanted = list(ids)
    columns = (
        Dataset.id,
        Dataset.slug,
        Dataset.card,
        Dataset.record,
        Dataset.updated,
        DatasetQuality.reviewed,
    )
    asked = select(*columns).outerjoin(DatasetQuality, DatasetQuality.dataset_id == Dataset.id)
    rows = {row.id: row for row in session.execute(asked.where(Dataset.id.in_(wanted)))}
    return [
        Waiting(
            row.id, row.slug, row.card, DatasetRecord.model_validate(row.record), row.updated, row.reviewed
        )
        for row in (rows[number] for number in wanted if number in rows)
    ]


def reviewed_on(session: Session, number: int) -> datetime | None:
    """When somebody reviewed a dataset last, by its database id."""
    return session.scalar(select(DatasetQuality.reviewed).where(DatasetQuality.dataset_id == number))
