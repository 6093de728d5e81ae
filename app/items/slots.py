"""Which property lies in which slot of the narrow row, and the dictionary of its words.

There are few slots, so a property takes one only when many items of a chunk carry it. Items that held it
before, without a slot, are brought up to date in the same transaction: a slot that is taken is complete.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.items.document import CheckedItem
from app.items.tables import NUMBER_SLOTS, TEXT_SLOTS, ItemProperties, ItemProperty, ItemWord

WORTH_A_SLOT = 1_000

ADD_WORDS = """
insert into item_word (word)
select distinct d.document::jsonb -> 'properties' ->> :name
from item i join item_document d on d.id = i.id
where i.collection = any(:collections) and d.document::jsonb -> 'properties' ->> :name is not null
on conflict do nothing
"""
FILL_TEXT = """
update item i set {slot} = w.id
from item_document d join item_word w on w.word = d.document::jsonb -> 'properties' ->> :name
where d.id = i.id and i.collection = any(:collections)
"""
FILL_NUMBER = """
update item i set {slot} = (d.document::jsonb -> 'properties' ->> :name)::float8
from item_document d where d.id = i.id and i.collection = any(:collections)
"""
UNCOUNT = "delete from item_count where collection = any(:collections)"
RECOUNT = """
insert into item_count (collection, month, t1, t2, t3, n)
select collection, date_trunc('month', datetime at time zone 'UTC')::date,
       coalesce(t1, 0), coalesce(t2, 0), coalesce(t3, 0), count(*)
from item where collection = any(:collections) group by 1, 2, 3, 4, 5
"""


def take_slots(session: Session, items: Sequence[CheckedItem]) -> dict[str, str]:
    """The slot of every property that has one, after those that this chunk makes worth one took theirs."""
    known = {row.name: row.slot for row in session.scalars(select(ItemProperty)) if row.slot}
    carried = Counter(name for item in items for name in item.numbers)
    _take(session, known, carried, "number", NUMBER_SLOTS)
    carried = Counter(name for item in items for name in item.texts)
    _take(session, known, carried, "text", TEXT_SLOTS)
    return known


def number_words(session: Session, items: Iterable[CheckedItem], slots: dict[str, str]) -> dict[str, int]:
    """The dictionary numbers of all words that go into slots."""
    met = {word for item in items for name, word in item.texts.items() if name in slots}
    known = _known_words(session, met)
    fresh = [{"word": word} for word in sorted(met - known.keys())]
    if fresh:
        session.execute(insert(ItemWord).on_conflict_do_nothing(), fresh)
        known = _known_words(session, met)
    return known


def _take(
    session: Session, known: dict[str, str], carried: Counter[str], kind: str, slots: tuple[str, ...]
) -> None:
    """Give free slots of one kind to the properties that most items carry."""
    for name, count in carried.most_common():
        free = next((slot for slot in slots if slot not in known.values()), None)
        if name in known or count < WORTH_A_SLOT or free is None:
            continue
        session.execute(insert(ItemProperty).values(name=name, kind=kind, slot=free))
        known[name] = free
        _bring_up_to_date(session, name, kind, free)


def _bring_up_to_date(session: Session, name: str, kind: str, slot: str) -> None:
    """Fill a slot for the items that held its property before it had one."""
    held = select(ItemProperties.collection).where(ItemProperties.name == name, ItemProperties.kind == kind)
    here = {"name": name, "collections": list(session.scalars(held))}
    if not here["collections"]:
        return
    if kind == "text":
        session.execute(text(ADD_WORDS), here)
    fill = FILL_TEXT if kind == "text" else FILL_NUMBER
    session.execute(text(fill.format(slot=slot)), here)
    session.execute(text(UNCOUNT), {"collections": here["collections"]})
    session.execute(text(RECOUNT), {"collections": here["collections"]})


def _known_words(session: Session, words: set[str]) -> dict[str, int]:
    if not words:
        return {}
    rows = session.execute(select(ItemWord.word, ItemWord.id).where(ItemWord.word.in_(words)))
    return {word: number for word, number in rows}
