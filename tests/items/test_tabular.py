"""Types of columns whose values come from many documents."""

import pyarrow as pa
import pytest

from app.items.tabular import MOMENT, MOST_FIELDS, Column, fit

COLUMNS = {
    "whole numbers": ([1, None, 2], pa.int64()),
    "numbers of both kinds": ([1, 2.5], pa.float64()),
    "texts": (["a", "b"], pa.string()),
    "truths": ([True, None], pa.bool_()),
    "truths are no numbers": ([True, 1], pa.string()),
    "numbers and texts": ([1, "a"], pa.string()),
    "numbers beyond 64 bits": ([2**63], pa.string()),
    "lists": ([[1], [], [2.5]], pa.list_(pa.float64())),
    "empty lists": ([[], []], pa.list_(pa.string())),
    "lists and single values": ([[1], 1], pa.string()),
    "objects with other fields": (
        [{"a": 1}, {"b": {"c": "x"}}],
        pa.struct([("a", pa.int64()), ("b", pa.struct([("c", pa.string())]))]),
    ),
    "objects of mixed fields": ([{"a": 1}, {"a": "x"}], pa.struct([("a", pa.string())])),
    "empty objects": ([{}, {}], None),
    "nothing": ([None], None),
    "dictionaries": ([{f"name-{n}": n} for n in range(MOST_FIELDS + 10)], pa.string()),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_column_settles_on_the_type_that_holds_all(name):
    values, expected = COLUMNS[name]
    column = Column()

    for value in values:
        column.note(value)

    assert column.settle() == expected
    if expected is not None:
        pa.array([fit(value, expected, column.is_json) for value in values], expected)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2020-06-01T10:00:00Z", "2020-06-01T10:00:00.123456Z"], MOMENT),
        (["2020-06-01T10:00:00Z", "2020-06-01"], pa.string()),
        (["2020-02-30T10:00:00Z"], pa.string()),
        (["2020-06-01T10:00:00+02:00"], pa.string()),
    ],
)
def test_column_of_moments_holds_moments_only_where_all_are(texts, expected):
    column = Column(is_moment=True)

    for text in texts:
        column.note(text)

    assert column.settle() == expected
    assert not column.is_json
