"""Pasted tables: commas or tabs, with or without a head, and mistakes named with their line."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.curation.form import tables
from app.curation.form.reading import Unreadable
from app.curation.form.sheets import SHEETS

CLASSES, BANDS, SPLITS = SHEETS["classes"], SHEETS["bands"], SHEETS["splits"]


def test_one_column_needs_no_head():
    assert tables.read(CLASSES, "water\nforest\n\n") == [{"name": "water"}, {"name": "forest"}]


def test_a_head_names_the_columns_in_any_order_and_by_other_words():
    rows = tables.read(CLASSES, "ID,Class,Color\n0,water,#1f78b4\n255,ignore,")

    assert rows == [{"index": 0, "name": "water", "colour": "#1f78b4"}, {"index": 255, "name": "ignore"}]


def test_numbers_in_front_are_taken_for_the_index_where_there_is_no_head():
    assert tables.read(CLASSES, "0\twater\n1\tforest, dense") == [
        {"index": 0, "name": "water"},
        {"index": 1, "name": "forest, dense"},
    ]


def test_a_class_named_by_a_number_alone_stays_a_name():
    assert tables.read(CLASSES, "0\n1") == [{"name": "0"}, {"name": "1"}]


def test_commas_inside_quotation_marks_are_part_of_the_cell():
    assert tables.read(CLASSES, '"Beaches, dunes, sands", 7') == [
        {"name": "Beaches, dunes, sands", "index": 7}
    ]


def test_a_unit_in_the_head_holds_for_the_column():
    rows = tables.read(BANDS, "name, centre (nm), gsd (m)\nB04, 665, 10")

    assert rows == [{"name": "B04", "centre_um": 0.665, "gsd_m": 10}]


def test_words_of_a_list_are_read_as_its_codes():
    rows = tables.read(SPLITS, "train, training, 19 000, yes\nval, dev, 2000, no")

    assert [row["role"] for row in rows] == ["train", "validation"]
    assert [row["labels_public"] for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("name,index\nwater,0\nforest,one", "Line 3", "index"),
        ("name,colour\nwater,bluish", "Line 2", "colour"),
        ("water,0,a,#fff,1,2,3", "Line 1", "columns"),
        ("index,name\n3,", "Line 2", "name"),
        ('name\n"water', "Line 2", "quotation"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_column(text, line, word):
    with pytest.raises(Unreadable) as problem:
        tables.read(CLASSES, text)

    assert line in str(problem.value)
    assert word in str(problem.value)


def test_many_mistakes_are_counted_not_listed():
    with pytest.raises(Unreadable) as problem:
        tables.read(CLASSES, "name,index\n" + "a,x\n" * 50)

    assert len(str(problem.value).splitlines()) == tables.MOST_MISTAKES + 1
    assert "45 more" in str(problem.value)


def test_five_thousand_classes_are_read_within_a_second():
    text = "index,name,colour\n" + "\n".join(f"{n},class {n},#{n:06x}" for n in range(5000))

    began = time.perf_counter()
    rows = tables.read(CLASSES, text)

    assert len(rows) == 5000
    assert time.perf_counter() - began < 1


def test_more_rows_than_anybody_needs_are_refused():
    with pytest.raises(Unreadable, match="rows"):
        tables.read(CLASSES, "a\n" * (tables.MOST_ROWS + 1))


WORDS = (
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": WORDS},
        optional={
            "index": st.integers(-1, 70_000),
            "colour": st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}"),
            "description": WORDS,
            "count": st.integers(0, 10**9),
        },
    ),
    max_size=8,
)


@given(ROWS)
def test_every_table_of_classes_reads_back_as_it_was(rows):
    assert tables.read(CLASSES, tables.write(CLASSES, rows)) == rows


@given(st.sampled_from(sorted(SHEETS)), st.text(max_size=400))
def test_no_text_at_all_breaks_a_table(path, text):
    try:
        tables.read(SHEETS[path], text)
    except Unreadable as problem:
        assert str(problem)
