"""An index of all items read from the database: anew, or from an older one and what changed since."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from app.catalogue.tables import Change, Dataset
from app.items.blocks import read_blocks
from app.items.index import ALWAYS, ItemIndex, Version
from app.items.tables import NUMBER_SLOTS, ItemChange, ItemProperties, ItemProperty, ItemWord

BUILD_TIMEOUT_MS = "600000"

_VERSION = select(
    select(func.coalesce(func.max(ItemChange.version), 0)).scalar_subquery(),
    select(func.coalesce(func.max(Change.version), 0)).scalar_subquery(),
)

VERSION_AS_TEXT = str(_VERSION.compile(compile_kwargs={"literal_binds": True}))
"""The same written out, for the short way to read; it holds nothing but names and noughts."""


def read_version(session: Session) -> Version:
    """What the session sees."""
    return Version(*session.execute(_VERSION).one())


def version_now(session: Session) -> Version:
    """What the database has at this moment, whatever moment the session's transaction keeps to."""
    bind = session.get_bind()
    if isinstance(bind, Connection):
        return Version(*bind.execute(_VERSION).one())
    with bind.connect() as connection:
        return Version(*connection.execute(_VERSION).one())


def built(session: Session) -> ItemIndex:
    """An index of everything, read anew."""
    _take_time(session)
    version, slots = read_version(session), _read_slots(session)
    columns = _read(session, slots, "true")
    return _made(session, version, slots, columns, {})


def followed(session: Session, old: ItemIndex) -> ItemIndex:
    """The old index with what changed since, or, where that cannot be told, everything anew."""
    _take_time(session)
    version, slots = read_version(session), _read_slots(session)
    changes = session.execute(
        select(ItemChange).where(ItemChange.version.between(old.version.items, version.items))
    ).scalars()
    since = {change.version: change for change in changes}
    # The change that is held must be there: a database put back to an earlier state has another history.
    is_known = since.pop(old.version.items, None) is not None or old.version.items == 0
    if not is_known or slots != old.slots or any(change.is_whole for change in since.values()):
        return built(session)
    if not since:
        return _renamed(session, old, version)
    ranges = " or ".join(f"id between {one.first_id} and {one.last_id}" for one in since.values())
    fresh = _read(session, slots, ranges)
    removed = [number for change in since.values() for number in change.removed]
    columns = _merged(old, fresh, np.asarray(removed, dtype=np.int64))
    return replace(_made(session, version, slots, columns, old.words), documents=old.documents)


def _renamed(session: Session, old: ItemIndex, version: Version) -> ItemIndex:
    """The old index where no item changed; it keeps what it has worked out unless a dataset is lost."""
    index = copy.copy(old)
    object.__setattr__(index, "version", version)
    following = _without_lost(session, index)
    return index if following.slugs == old.slugs else following


def _take_time(session: Session) -> None:
    """This reads far more than a search does, and must not be cut short as one."""
    session.execute(select(func.set_config("statement_timeout", BUILD_TIMEOUT_MS, True)))


def _read_slots(session: Session) -> dict[str, str]:
    return {name: slot for name, slot in session.execute(select(ItemProperty.name, ItemProperty.slot))}


def _read(session: Session, slots: Mapping[str, str], where: str) -> dict[str, Any]:
    """Narrow rows, only of slots that are taken; `where` is made of numbers of our own."""
    names = (*ALWAYS, *slots.values())
    statement = f"copy (select {', '.join(names)} from item where {where}) to stdout (format binary)"
    connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    return read_blocks(connection, statement, names)


def _made(
    session: Session,
    version: Version,
    slots: Mapping[str, str],
    columns: Mapping[str, Any],
    words: Mapping[int, str],
) -> ItemIndex:
    order = np.lexsort((-columns["id"], -columns["start"], columns["collection"]))
    ordered = {name: values[order] for name, values in columns.items()}
    index = ItemIndex(
        version,
        ordered["id"],
        ordered["collection"],
        ordered["start"],
        ordered["until"],
        ordered["form"],
        ordered["west"],
        ordered["south"],
        ordered["east"],
        ordered["north"],
        numbers={name: ordered[slot] for name, slot in slots.items() if slot in NUMBER_SLOTS},
        texts={name: ordered[slot] for name, slot in slots.items() if slot not in NUMBER_SLOTS},
        words=_read_words(session, words),
        slugs={},
        kinds=_read_kinds(session),
        slots=dict(slots),
    )
    return _without_lost(session, index)


def _merged(old: ItemIndex, fresh: Mapping[str, Any], removed: NDArray[np.int64]) -> dict[str, Any]:
    """The columns of the old index without what was removed, and with what is fresh."""
    keep = ~np.isin(old.ids, removed) & ~np.isin(old.ids, fresh["id"]) if len(removed) else slice(None)
    held: dict[str, Any] = {"id": old.ids, "collection": old.collections}
    held |= {name: getattr(old, name) for name in ALWAYS[2:]}
    held |= {old.slots[name]: values for name, values in (old.numbers | old.texts).items()}  # type: ignore[operator]
    return {name: np.concatenate([held[name][keep], fresh[name]]) for name in fresh}


def _read_words(session: Session, known: Mapping[int, str]) -> dict[int, str]:
    """The dictionary; words are only ever added."""
    last = max(known, default=0)
    fresh = session.execute(select(ItemWord.id, ItemWord.word).where(ItemWord.id > last))
    return {**known, **{number: word for number, word in fresh}}


def _read_kinds(session: Session) -> dict[int, dict[str, frozenset[str]]]:
    kinds: dict[int, dict[str, frozenset[str]]] = {}
    rows = session.execute(select(ItemProperties.collection, ItemProperties.name, ItemProperties.kind))
    for collection, name, kind in rows:
        here = kinds.setdefault(collection, {})
        here[name] = here.get(name, frozenset()) | {kind}
    return kinds


def _without_lost(session: Session, index: ItemIndex) -> ItemIndex:
    """Without the items of datasets that are no longer published, and with the names of those that are."""
    named = select(Dataset.id, Dataset.slug).where(Dataset.id.in_(list(index.spans)))
    slugs = {number: slug for number, slug in session.execute(named)}
    lost = [number for number in index.spans if number not in slugs]
    if not lost:
        return replace(index, slugs=slugs)
    keep = ~np.isin(index.collections, lost)
    columns = {name: getattr(index, name)[keep] for name in ("ids", "collections", *ALWAYS[2:])}
    numbers = {name: values[keep] for name, values in index.numbers.items()}
    texts = {name: values[keep] for name, values in index.texts.items()}
    return replace(index, **columns, numbers=numbers, texts=texts, slugs=slugs)
