"""The arrays in memory follow the database, whatever happens to it."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalogue.changes import publish, publish_many, withdraw
from app.catalogue.index import CODED, NUMBERS, Indexes, as_ids, current_index
from app.catalogue.query import SearchQuery
from app.catalogue.search import count, search

SECRET = "a secret of the tests, long enough"


def as_plain(index):
    """Everything an index says, by slug, however it numbers codes inside."""
    said = {}
    for row, slug in enumerate(index.slugs):
        codes = {
            name: sorted(
                index.codes[name].names[value]
                for value in index.codes[name].values[index.codes[name].rows == row]
            )
            for name in CODED
        }
        numbers = {name: index.numbers[name][row] for name in NUMBERS if name != "updated"}
        said[slug] = (
            index.names[row],
            codes,
            {name: None if np.isnan(one) else one for name, one in numbers.items()},
        )
    return said


steps = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d", "e"]),
        st.sampled_from(["publish", "withdraw", "look"]),
        st.lists(st.sampled_from(["counting", "regression", "captioning"]), unique=True, max_size=3),
        st.one_of(st.none(), st.integers(1990, 2026)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_index_that_followed_changes_equals_one_made_anew(session, make_record, steps):
    followed, nested = Indexes(), session.begin_nested()
    for slug, act, tasks, year in steps:
        if act == "publish":
            publish(session, make_record(slug=slug, tasks=tasks, year=year))
        elif act == "withdraw":
            withdraw(session, [slug])
        version = current_index(session).version
        followed.at(session, version)

    version = current_index(session).version

    assert as_plain(followed.at(session, version)) == as_plain(Indexes().at(session, version))
    nested.rollback()


def test_published_dataset_is_found_and_counted_at_once(session, add_dataset):
    add_dataset("one", tasks=["counting"])
    assert count(session, SearchQuery()).number_matched == 1

    add_dataset("two", tasks=["counting", "regression"])

    answer = search(session, SearchQuery(facets={"task": 5}), SECRET)
    assert answer.number_matched == 2
    assert {one.value: one.count for one in answer.facets["task"].values} == {"counting": 2, "regression": 1}


def test_withdrawn_dataset_is_gone_from_every_count(session, add_dataset):
    add_dataset("one", tasks=["counting"])
    add_dataset("two", tasks=["counting"])
    search(session, SearchQuery(), SECRET)

    withdraw(session, ["one"])

    assert [card["slug"] for card in search(session, SearchQuery(), SECRET).cards] == ["two"]


def test_rolled_back_change_leaves_no_trace(session, add_dataset):
    add_dataset("kept")
    nested = session.begin_nested()
    add_dataset("gone")
    assert count(session, SearchQuery()).number_matched == 2

    nested.rollback()

    assert count(session, SearchQuery()).number_matched == 1


def test_publishing_the_same_again_changes_nothing(session, make_record):
    records = [make_record(slug=slug) for slug in ("a", "b")]

    first = publish_many(session, records)
    version = current_index(session).version
    second = publish_many(session, records)

    assert (first.new, first.changed, first.same) == (2, 0, 0)
    assert (second.new, second.changed, second.same) == (0, 0, 2)
    assert current_index(session).version == version


def test_new_state_keeps_the_identity_of_the_dataset(session, make_record):
    publish(session, make_record(slug="a", year=2019))
    before = search(session, SearchQuery(), SECRET).cards[0]

    outcome = publish(session, make_record(slug="a", year=2020))

    after = search(session, SearchQuery(), SECRET).cards[0]
    assert outcome.changed == 1
    assert (after["uuid"], after["year"]) == (before["uuid"], 2020)


def test_ids_are_read_from_the_bytes_of_an_array():
    packed = bytes.fromhex("00000001000000000000001700000002000000010000000400000007" + "0000000400000009")

    assert as_ids(packed).tolist() == [7, 9]
    assert as_ids(None).tolist() == []
