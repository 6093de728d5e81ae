"""What is known about links: badges for pages, alternates, work lists, history and figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from weakref import WeakSet

from sqlalchemy import ARRAY, Engine, Text, any_, bindparam, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset
from app.links.addresses import NAMING, PROMISING, addresses
from app.links.states import (
    CHANGES,
    DEAD,
    FAILURES,
    LOOKS,
    NO_VERDICT,
    NOT_CHECKED,
    SUCCESSES,
    WORST_FIRST,
    Look,
    State,
)
from app.links.tables import Link, LinkCheck, LinkMirror, LinkUse


@dataclass(frozen=True)
class LinkState:
    """What visitors are told about one address.

    `since` is when it began to fail, `path` the fact that names it where a record was asked about.
    """

    address: str
    state: State
    checked: datetime | None
    succeeded: datetime | None
    since: datetime | None = None
    target: str | None = None
    mirrors: tuple[str, ...] = ()
    path: str = ""

    @property
    def look(self) -> Look:
        """The word and mark; an address that nobody looked at yet is unknown, never good."""
        return NOT_CHECKED if self.checked is None else LOOKS[self.state]

    @property
    def is_dead(self) -> bool:
        """Whether nobody gets the data from here."""
        return self.state in DEAD

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        moments = {"checked": self.checked, "last_success": self.succeeded, "failing_since": self.since}
        return {
            "field": self.path,
            "address": self.address,
            "state": self.state if self.checked else None,
            **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
            "moved_to": self.target if self.state == State.MOVED else None,
            "mirrors": list(self.mirrors),
        }


@dataclass(frozen=True)
class Finding:
    """A link that a curator should mend: the record and fact that name it, and what was found."""

    slug: str
    name: str
    path: str
    link: LinkState
    note: str
    status: int | None
    number: int

    @property
    def position(self) -> tuple[str, int]:
        """Where the next page begins, for `after`."""
        return self.slug, self.number


@dataclass(frozen=True)
class Check:
    """One look of the past; `size` in bytes, `seconds` it took."""

    moment: datetime
    state: State
    status: int | None
    note: str
    size: int | None
    seconds: float


def states(session: Session, addresses: Collection[str]) -> dict[str, LinkState]:
    """What is known of addresses, by address; those that are not watched are left out."""
    if not addresses:
        return {}
    links = session.scalars(select(Link).where(Link.address.in_(addresses))).all()
    alternates = _mirrors(session, [link.id for link in links if State(link.shown) in FAILURES])
    return {link.address: _state(link, alternates.get(link.id, ())) for link in links}


def of_record(session: Session, record: DatasetRecord) -> dict[str, LinkState]:
    """What is known of the watched addresses of a record, by address; all of them, looked at or not."""
    named = addresses(record.model_dump(mode="json", include=NAMING))
    known = states(session, [one.address for one in named])
    return {
        one.address: replace(
            known.get(one.address, LinkState(one.address, State.UNKNOWN, None, None)), path=one.path
        )
        for one in named
    }


def _state(link: Link, mirrors: Sequence[str] = ()) -> LinkState:
    return LinkState(
        address=link.address,
        state=State(link.shown),
        checked=link.checked,
        succeeded=link.succeeded,
        since=link.failing_since if State(link.shown) in FAILURES else None,
        target=link.target,
        mirrors=tuple(mirrors),
    )


def _mirrors(session: Session, links: Sequence[int]) -> Mapping[int, list[str]]:
    """Working addresses of the same files."""
    if not links:
        return {}
    mirror = aliased(Link)
    question = (
        select(LinkMirror.link_id, mirror.address)
        .join(mirror, mirror.id == LinkMirror.mirror_id)
        .where(LinkMirror.link_id.in_(links), mirror.shown.in_(SUCCESSES))
        .order_by(mirror.address)
    )
    found: dict[int, list[str]] = {}
    for link, address in session.execute(question):
        found.setdefault(link, []).append(address)
    return found


def dead(
    session: Session, *, kinds: Collection[State] = DEAD, after: tuple[str, int] = ("", 0), limit: int = 200
) -> list[Finding]:
    """Links of published records that are shown in one of these states, by slug, for a work list.

    Args:
        after: slug and number of the last line of the page before (`position` of a finding).
    """
    place = (Dataset.slug, Link.id)
    question = (
        select(Link, Dataset.slug, Dataset.name, LinkUse.path)
        .join(LinkUse, LinkUse.link_id == Link.id)
        .join(Dataset, Dataset.id == LinkUse.dataset_id)
        .where(Link.shown.in_(kinds), func.row(*place) > func.row(*after))
        .order_by(*place, LinkUse.path)
        .limit(limit)
    )
    return [
        Finding(slug, name, path, _state(link), link.note, link.status, link.id)
        for link, slug, name, path in session.execute(question)
    ]


def changed(session: Session, *, limit: int = 200) -> list[Finding]:
    """Links that moved, or whose file is another than it was; a curator confirms them."""
    return dead(session, kinds={State.MOVED, *CHANGES}, limit=limit)


def of_dataset(session: Session, slug: str) -> list[LinkState]:
    """What is known of all addresses of a published record."""
    question = (
        select(Link)
        .join(LinkUse, LinkUse.link_id == Link.id)
        .join(Dataset, Dataset.id == LinkUse.dataset_id)
        .where(Dataset.slug == slug)
        .order_by(Link.id)
        .distinct()
    )
    return [_state(link) for link in session.scalars(question)]


_WAYS = (*sorted(PROMISING), "data_doi", "urls.home")
"""The ways to the data of a record; code and papers are none."""
_WORST_OF_NEAREST = (
    select(Link.shown)
    .join(LinkUse, LinkUse.link_id == Link.id)
    .where(LinkUse.dataset_id == Dataset.id, LinkUse.path.in_(_WAYS))
    .correlate(Dataset)
    .order_by(
        case((LinkUse.path.in_(PROMISING), 0), (LinkUse.path == "data_doi", 1), else_=2),
        func.array_position(literal(list(WORST_FIRST), ARRAY(Text)), Link.shown),
    )
    .limit(1)
    .scalar_subquery()
)
_SHOWN_OF_SLUGS = select(Dataset.slug, _WORST_OF_NEAREST).where(
    Dataset.slug == any_(bindparam("slugs", type_=ARRAY(Text)))
)
"""Made once, because every page of the search asks it."""
_IS_LOOKED_AT = select(select(LinkCheck.id).exists())
_LOOKED_AT: WeakSet[Engine] = WeakSet()
"""Databases some link of which was looked at, which stays so."""


def of_slugs(session: Session, slugs: Collection[str]) -> dict[str, State]:
    """What is known of the links of some datasets, by slug; left out where nothing is.

    That is the worst state of the most direct way to its data that the record names.
    """
    if not _is_looked_at(session):
        return {}
    rows = session.execute(_SHOWN_OF_SLUGS, {"slugs": list(slugs)})
    found = ((slug, State(shown)) for slug, shown in rows if shown is not None)
    return {slug: state for slug, state in found if state not in NO_VERDICT}


def _is_looked_at(session: Session) -> bool:
    """Whether the monitor has looked at any link.

    Asked first, because a connection keeps the plans of its statements: one made while there are no links
    would go through all of them for each dataset when there are.
    """
    engine = session.get_bind().engine
    if engine not in _LOOKED_AT and session.scalar(_IS_LOOKED_AT):
        _LOOKED_AT.add(engine)
    return engine in _LOOKED_AT


def history(session: Session, address: str, *, limit: int = 100) -> list[Check]:
    """Looks at an address, the latest first."""
    question = (
        select(LinkCheck)
        .join(Link, Link.id == LinkCheck.link_id)
        .where(Link.address == address)
        .order_by(LinkCheck.moment.desc(), LinkCheck.id.desc())
        .limit(limit)
    )
    return [
        Check(one.moment, State(one.state), one.status, one.note, one.size, one.seconds)
        for one in session.scalars(question)
    ]


def numbers(session: Session, slugs: Collection[str]) -> list[int]:
    """The links of some datasets."""
    question = (
        select(LinkUse.link_id)
        .join(Dataset, Dataset.id == LinkUse.dataset_id)
        .where(Dataset.slug.in_(slugs))
        .distinct()
    )
    return list(session.scalars(question))


def witnesses(session: Session, hosts: Collection[str], *, limit: int = 3) -> list[str]:
    """Addresses of other hosts that answered last: who answers now shows that our own network works."""
    question = (
        select(Link.address)
        .where(Link.host.not_in(hosts), Link.succeeded.is_not(None), Link.is_file.is_(False))
        .order_by(Link.succeeded.desc())
        .limit(limit)
    )
    return list(session.scalars(question))


def counts(session: Session) -> dict[State, int]:
    """How many watched addresses are shown in each state; those never looked at count as unknown."""
    found = session.execute(select(Link.shown, func.count()).group_by(Link.shown))
    return {State(shown): count for shown, count in found}
