"""Which property lies in which slot of the narrow row, and the dictionary of its words.

There are few slots, so a property takes one only when many items of a chunk carry it. Items that held it
before, without a slot, are brought up to date in the same transaction: a slot that is taken is complete.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.items.tables import NUMBER_SLOTS, TEXT_SLOTS, ItemProperties, ItemProperty, ItemWord

WORTH_A_SLOT = 1_000
MOST_WORDS = 1_000
"""Texts that differ from item to item, such as titles, take no slot: their words would fill the memory."""

ADD_WORDS = """
insert into item_word (word)
select distinct document::jsonb -> 'properties' ->> :name from item_document
where collection = any(:collections)
  and jsonb_typeof(document::jsonb -> 'properties' -> :name) = 'string'
on conflict do nothing
"""
FILL_TEXT = """
update item i set {slot} = w.id
from item_document d join item_word w on w.word = d.document::jsonb -> 'properties' ->> :name
where d.id = i.id and d.collection = any(:collections)
  and jsonb_typeof(d.document::jsonb -> 'properties' -> :name) = 'string'
"""
FILL_NUMBER = """
update item i set {slot} = (d.document::jsonb -> 'properties' ->> :name)::float8
from item_document d
where d.id = i.id and d.collection = any(:collections)
  and jsonb_typeof(d.document::jsonb -> 'properties' -> :name) = 'number'
"""


def read_slots(session: Session) -> dict[str, str]:
    """The slot of every property that has one."""
    return {row.name: row.slot for row in session.scalars(select(ItemProperty))}


def take_slots(
    session: Session,
    slots: dict[str, str],
    numbers: Mapping[str, int],
    texts: Mapping[str, tuple[int, int]],
) -> bool:
    """Give free slots to the properties that most items of a chunk carry; `slots` gains them.

    Args:
        numbers: how many items carry each property that is a number.
        texts: the same for texts, and how many different words they hold.
    Returns:
        Whether items that were there before were brought up to date.
    """
    few = {name: carried for name, (carried, words) in texts.items() if words <= MOST_WORDS}
    taken = _take(session, slots, numbers, "number", NUMBER_SLOTS)
    taken += _take(session, slots, few, "text", TEXT_SLOTS)
    # Not `any` over a generator: every property that took a slot must be brought up to date.
    return any([_bring_up_to_date(session, name, kind, slots[name]) for name, kind in taken])


def number_words(session: Session, words: Iterable[str]) -> dict[str, int]:
    """The dictionary numbers of some words; new words are added."""
    met = set(words)
    known = _known_words(session, met)
    fresh = [{"word": word} for word in sorted(met - known.keys())]
    if fresh:
        session.execute(insert(ItemWord).on_conflict_do_nothing(), fresh)
        known = _known_words(session, met)
    return known


def _take(
    session: Session, slots: dict[str, str], carried: Mapping[str, int], kind: str, all_slots: tuple[str, ...]
) -> list[tuple[str, str]]:
    taken = []
    for name, count in sorted(carried.items(), key=lambda one: -one[1]):
        free = next((slot for slot in all_slots if slot not in slots.values()), None)
        if name in slots or count < WORTH_A_SLOT or free is None:
            continue
        session.execute(insert(ItemProperty).values(name=name, kind=kind, slot=free))
        slots[name] = free
        taken.append((name, kind))
    return taken


def _bring_up_to_date(session: Session, name: str, kind: str, slot: str) -> bool:
    """Fill a slot for the items that held its property before it had one."""
    held = select(ItemProperties.collection).where(ItemProperties.name == name, ItemProperties.kind == kind)
    here = {"name": name, "collections": list(session.scalars(held))}
    if not here["collections"]:
        return False
    if kind == "text":
        session.execute(text(ADD_WORDS), here)
    fill = FILL_TEXT if kind == "text" else FILL_NUMBER
    session.execute(text(fill.format(slot=slot)), here)
    return True


def _known_words(session: Session, words: set[str]) -> dict[str, int]:
    if not words:
        return {}
    rows = session.execute(select(ItemWord.word, ItemWord.id).where(ItemWord.word.in_(words)))
    return {word: number for word, number in rows}
