"""Items in, replaced, the same, and gone; the counts that tell of them stay true."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.base.errors import NotFound
from app.items import slots
from app.items.changes import collection_number, load_chunk, remove_items
from app.items.indexes import current
from app.items.tables import Item, ItemDocument, ItemProperty, ItemWord


@pytest.fixture
def collection(session, add_dataset):
    add_dataset("patches")
    return collection_number(session, "patches")


def stored(session):
    rows = session.execute(select(ItemDocument.name, ItemDocument.document))
    return {name: json.loads(document)["properties"] for name, document in rows}


def counted(session):
    index = current(session)
    return Counter(index.words.get(code) for code in index.texts["split"].tolist())


def test_loaded_items_are_there_whole(session, collection, checked):
    outcome = load_chunk(session, collection, [checked("a", gsd=10), checked("b")])

    assert (outcome.new, outcome.replaced, outcome.same) == (2, 0, 0)
    assert stored(session)["a"]["gsd"] == 10
    assert session.scalars(select(Item.n2).order_by(Item.id)).first() == 10


def test_same_items_again_change_nothing(session, collection, checked):
    load_chunk(session, collection, [checked("a"), checked("b")])
    before = session.execute(select(ItemDocument.id, ItemDocument.name)).all()

    outcome = load_chunk(session, collection, [checked("a"), checked("b")])

    assert (outcome.new, outcome.replaced, outcome.same) == (0, 0, 2)
    assert session.execute(select(ItemDocument.id, ItemDocument.name)).all() == before


def test_of_items_with_one_id_the_last_counts(session, collection, checked):
    outcome = load_chunk(session, collection, [checked("a", gsd=1), checked("a", gsd=2)])

    assert outcome.new == 1
    assert stored(session)["a"]["gsd"] == 2


def test_unknown_collection_is_refused(session):
    with pytest.raises(NotFound, match="publish its record"):
        collection_number(session, "none-such")


def test_removed_items_leave_no_trace(session, collection, checked):
    load_chunk(session, collection, [checked("a", split="train"), checked("b")])

    assert remove_items(session, collection) == 2
    assert session.scalar(select(func.count()).select_from(ItemDocument)) == 0
    assert counted(session) == {}


chunks = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from("abcde"), st.sampled_from(["train", "test", None]), st.integers(2018, 2021)
        ),
        max_size=6,
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunks=chunks)
def test_items_and_counts_follow_any_sequence_of_chunks(session, collection, checked, chunks):
    nested, expected = session.begin_nested(), {}
    try:
        for chunk in chunks:
            items = []
            for name, split, year in chunk:
                fields = {"datetime": f"{year}-03-01T00:00:00Z", **({"split": split} if split else {})}
                items.append(checked(name, **fields))
                expected[name] = fields
            load_chunk(session, collection, items)

        assert stored(session) == expected
        assert counted(session) == Counter(fields.get("split") for fields in expected.values())
    finally:
        nested.rollback()


def test_property_that_many_carry_takes_a_slot_and_fills_it_for_all(
    session, collection, checked, monkeypatch
):
    monkeypatch.setattr(slots, "WORTH_A_SLOT", 3)
    load_chunk(session, collection, [checked("early", **{"lc:class": "water"})])
    assert session.get(ItemProperty, "lc:class") is None

    load_chunk(session, collection, [checked(f"late-{n}", **{"lc:class": "crops"}) for n in range(3)])

    slot = session.get(ItemProperty, "lc:class").slot
    rows = session.execute(
        select(ItemDocument.name, ItemWord.word)
        .join(Item, Item.id == ItemDocument.id)
        .join(ItemWord, ItemWord.id == getattr(Item, slot))
    ).all()
    assert dict(rows) == {"early": "water", "late-0": "crops", "late-1": "crops", "late-2": "crops"}
    index = current(session)
    assert Counter(index.words[code] for code in index.texts["lc:class"].tolist()) == {"water": 1, "crops": 3}


def test_text_that_differs_from_item_to_item_takes_no_slot(session, collection, checked, monkeypatch):
    monkeypatch.setattr(slots, "WORTH_A_SLOT", 3)
    monkeypatch.setattr(slots, "MOST_WORDS", 3)

    load_chunk(session, collection, [checked(f"one-{n}", title=f"Title {n}", season="dry") for n in range(4)])

    assert session.get(ItemProperty, "title") is None and session.get(ItemProperty, "season")
