"""Checked items as columns."""

import struct

import numpy as np
import pytest

from app.items.chunks import LONGEST_WORD, as_chunk, carried, properties_of


def test_values_of_one_property_go_where_their_kinds_belong():
    given = [{"p": 1}, {"p": 2.5}, {"p": "wet"}, {"p": True}, {"p": None}, {"p": [1]}, {}]

    found = properties_of(given)

    assert found.numbers["p"].tolist()[:2] == [1, 2.5]
    assert np.isnan(found.numbers["p"][2:]).all()
    assert (found.texts["p"].words, found.texts["p"].codes.tolist()) == (("wet",), [0, 0, 1, 0, 0, 0, 0])
    assert found.kinds == {("p", "number"), ("p", "text"), ("p", "boolean"), ("p", "other")}


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "other"), ({"a": 1}, "other"), (False, "boolean"), ("x" * (LONGEST_WORD + 1), "other")],
)
def test_value_that_no_column_holds_is_told_by_its_kind_alone(value, kind):
    found = properties_of([{"p": value}, {}])

    assert (found.numbers, found.texts, found.kinds) == ({}, {}, {("p", kind)})


def test_empty_text_is_a_word_like_any_other():
    found = properties_of([{"p": ""}, {}])

    assert (found.texts["p"].words, found.texts["p"].codes.tolist()) == (("",), [1, 0])


def test_moments_are_no_properties_to_search_by():
    found = properties_of(
        [{"datetime": "2020-01-01T00:00:00Z", "start_datetime": None, "end_datetime": None}]
    )

    assert found.kinds == frozenset()


def test_of_items_with_the_same_id_the_last_counts(checked):
    chunk = as_chunk([checked("a", gsd=1), checked("b", gsd=2), checked("a", gsd=3)])

    assert (chunk.rows.names, chunk.properties.numbers["gsd"].tolist()) == (["a", "b"], [3, 2])


def test_some_items_of_a_chunk_are_what_they_were_in_it(checked):
    items = [checked(name, gsd=number, split=name) for number, name in enumerate("äbc")]

    chunk = as_chunk(items).only([0, 2])

    assert chunk.rows.names == ["ä", "c"]
    assert chunk.rows.digests == [items[0].digest, items[2].digest]
    assert chunk.rows.content == as_chunk([items[0], items[2]]).rows.content
    assert chunk.properties.numbers["gsd"].tolist() == [0, 2]
    assert chunk.properties.texts["split"].codes.tolist() == [1, 3]
    assert carried(chunk) == ({"gsd": 2}, {"split": (2, 3)})


def test_rows_get_their_numbers_and_their_collection(checked):
    rows = as_chunk([checked("one"), checked("twö")]).rows

    written = bytes(rows.numbered(2**40, 77))

    for place, name in enumerate((b"one", "twö".encode())):
        row = written[rows.edges[place] : rows.edges[place + 1]]
        assert struct.unpack_from(">hiqiii", row) == (6, 8, 2**40 + place, 4, 77, len(name))
        assert row[26 : 26 + len(name)] == name
    assert rows.content[6:14] == bytes(8)


def test_no_items_are_a_chunk_without_rows():
    chunk = as_chunk([])

    assert (len(chunk), chunk.rows.names, chunk.rows.digests, bytes(chunk.rows.numbered(1, 1))) == (
        0,
        [],
        [],
        b"",
    )
    assert chunk.boxes.shape == (0, 4)
