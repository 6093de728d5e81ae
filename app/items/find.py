"""Find items: one page, the exact number matched, and the tokens that lead on and back.

Which items match is known from the columns in memory; only documents that were not read lately are read. With
them comes the version of what the database has, so that a search sees newer items without asking for them
first. Who looked at the version a moment ago says so, and where all documents are at hand, nothing is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy.orm import Session

from app.base import tokens
from app.base.errors import Invalid, NotFound
from app.items.bounds import LIGHT, NO_BOUND, NOBODY, MustWait
from app.items.documents import Named
from app.items.following import read_version
from app.items.index import ItemIndex, Version
from app.items.indexes import current, indexes_of
from app.items.matching import match_some, number_of
from app.items.ordering import FOREIGN, Page, keys_of, newest_page, sorted_page
from app.items.properties import known_properties, knows
from app.items.query import ItemQuery

Fetch: TypeAlias = Callable[[str, tuple[Any, ...]], Sequence[Any]]

DOCUMENTS = """
select v.items, v.catalogue, d.id, d.name, d.document
from (select (select coalesce(max(version), 0) from item_change) as items,
             (select coalesce(max(version), 0) from catalogue_change) as catalogue) v
left join item_document d on d.id = any(%s::bigint[])
"""
DOCUMENT = """
select d.document, d.digest from item_document d join dataset s on s.id = d.collection
where s.slug = %s and d.name = %s
"""
ATTEMPTS = 3


class FoundItem(NamedTuple):
    """One item: the slug of its collection, its id there, and the document as stored."""

    collection: str
    name: str
    document: str


@dataclass(frozen=True)
class ItemPage:
    """Items in order; how many match in all; tokens of the pages after and before.

    `seen` is the version that the database had, where it was asked.
    """

    items: tuple[FoundItem, ...]
    matched: int
    next_token: str | None
    previous_token: str | None
    seen: Version | None = None


class Turn(NamedTuple):
    """A query with what its token says: which way pages are turned, and from which values of the keys on."""

    query: ItemQuery
    secret: str
    backwards: bool
    position: list[Any] | None


def get_item(fetch: Fetch, collection: str, name: str) -> tuple[FoundItem, str]:
    """One item, and the tag of its present form.

    Raises:
        NotFound: there is no such collection, or it has no item of this id.
    """
    rows = fetch(DOCUMENT, (collection, name))
    if not rows:
        raise NotFound(f"Collection {collection[:120]!r} has no item {name[:120]!r}.")
    document, digest = rows[0]
    return FoundItem(collection, name, document), digest.hex()


def find_items(
    session: Session,
    query: ItemQuery,
    secret: str,
    fetch: Fetch | None = None,
    seen: Version | None = None,
) -> ItemPage:
    """One page of items.

    Args:
        session: asked for what neither memory nor `fetch` has; it connects only then.
        secret: signs the tokens of other pages.
        fetch: a shorter way to the database for the documents of the page; the session then only reads.
        seen: the version that the database had a moment ago, where that is new enough.
    Raises:
        Invalid: an unknown property, or a token that is not ours or belongs to another order.
    """
    turn = _turn(query, secret)
    is_reader, fetch = fetch is not None, fetch or partial(_fetch, session)
    index = _index_for(session, query)
    for attempt in range(1, ATTEMPTS + 1):
        page, matched = _page(session, index, turn)
        numbers = index.ids[page.rows].tolist()
        documents = index.documents.among(numbers)
        if index.version == seen and len(documents) == len(numbers):
            return _told(index, turn, page, matched, documents)
        version, read = _documents(fetch, [number for number in numbers if number not in documents])
        index.documents.keep(read)
        documents |= read
        is_short = len(documents) < len(numbers)
        newer = indexes_of(session).at(session, version, is_urgent=is_short)
        # The rows of a page mean nothing in another index, so the last one stays with its own.
        if (newer is index and not is_short) or attempt == ATTEMPTS:
            break
        index = newer
        if is_reader:
            # What the session has seen so far is older than this index.
            session.rollback()
    return replace(_told(index, turn, page, matched, documents), seen=version)


def find_at_hand(index: ItemIndex, query: ItemQuery, secret: str) -> ItemPage:
    """One page of items of an index that is known to be of this moment, in about a millisecond at most.

    Raises:
        MustWait: the database must be asked, or the search is too much work.
        Invalid: an unknown property, or a token that is not ours or belongs to another order.
    """
    turn = _turn(query, secret)
    if not knows(index, query):
        raise MustWait
    page, matched = _page(NOBODY, index, turn, LIGHT)
    numbers = index.ids[page.rows].tolist()
    documents = index.documents.among(numbers)
    if len(documents) < len(numbers):
        raise MustWait
    return _told(index, turn, page, matched, documents)


def _told(index: ItemIndex, turn: Turn, page: Page, matched: int, documents: Mapping[int, Named]) -> ItemPage:
    """The items of a page, and tokens to its neighbours."""
    before, after = (page.more, True) if turn.backwards else (turn.position is not None, page.more)
    return ItemPage(
        _items(index, page, documents),
        matched,
        _token(turn, page.last, "next") if len(page.rows) and after else None,
        _token(turn, page.first, "prev") if len(page.rows) and before else None,
    )


def _index_for(session: Session, query: ItemQuery) -> ItemIndex:
    """The index at hand, if it knows what the query asks by; else one of what the session sees.

    A property may have come with items since, and must not be refused as unknown for that.
    """
    index = indexes_of(session).newest()
    if index is not None and knows(index, query):
        return index
    return indexes_of(session).at(session, read_version(session), is_urgent=True)


def count_items(session: Session, query: ItemQuery) -> int:
    """How many items match, exactly."""
    index = current(session)
    return number_of(index, match_some(session, index, query))


def _fetch(session: Session, sql: str, parameters: tuple[Any, ...]) -> Sequence[Any]:
    return session.connection().exec_driver_sql(sql, parameters).all()


def _page(session: Session, index: ItemIndex, turn: Turn, most: int = NO_BOUND) -> tuple[Page, int]:
    query, position = turn.query, turn.position
    some = match_some(session, index, query, most)
    matched = number_of(index, some)
    if [sort.name for sort in query.sorts] == ["datetime"]:
        descending = query.sorts[0].descending
        return newest_page(index, some, descending, position, turn.backwards, query.limit), matched
    if matched > most:
        raise MustWait
    known = known_properties(index, query.collections)
    keys = keys_of(session, index, known, some, query.sorts)
    if position is not None and len(position) != len(keys):
        raise Invalid(FOREIGN)
    return sorted_page(index, some, keys, position, turn.backwards, query.limit), matched


def _documents(fetch: Fetch, numbers: list[int]) -> tuple[Version, dict[int, tuple[str, str]]]:
    """The documents of some items with their names, and the version that the database has."""
    # As text: a list would be looked through number by number before it is sent.
    rows = fetch(DOCUMENTS, (f"{{{','.join(map(str, numbers))}}}",))
    held = {number: (name, document) for _, _, number, name, document in rows if number is not None}
    return Version(rows[0][0], rows[0][1]), held


def _items(index: ItemIndex, page: Page, documents: Mapping[int, Named]) -> tuple[FoundItem, ...]:
    numbers, collections = index.ids[page.rows].tolist(), index.collections[page.rows].tolist()
    return tuple(
        FoundItem(index.slugs[collection], *documents[number])
        for number, collection in zip(numbers, collections, strict=True)
        if number in documents
    )


def _turn(query: ItemQuery, secret: str) -> Turn:
    """The direction and the key values that the token of a query holds, beside the query."""
    if query.token is None:
        return Turn(query, secret, False, None)
    held = tokens.read_token(secret, query.token)
    if (
        len(held) != 3
        or held[0] not in ("next", "prev")
        or held[1] != _order_of(query)
        or not isinstance(held[2], list)
    ):
        raise Invalid(FOREIGN)
    return Turn(query, secret, held[0] == "prev", held[2])


def _token(turn: Turn, position: list[Any], direction: str) -> str:
    return tokens.write_token(turn.secret, [direction, _order_of(turn.query), position])


def _order_of(query: ItemQuery) -> list[str]:
    return [f"{'-' if sort.descending else '+'}{sort.name}" for sort in query.sorts]
