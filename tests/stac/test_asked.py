import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import AppError, Invalid
from app.stac import asked
from app.stac.asked import OF_COLLECTIONS, OF_RECORDS
from app.stac.fields import Fields


def read(*pairs, known=OF_RECORDS):
    return asked.read(pairs, known, limit=10)


def test_nothing_asked_is_everything():
    found = read()

    assert (found.terms, found.sorts, found.limit, found.offset) == ((), (), 10, 0)
    assert found.query.include_global


def test_terms_stand_between_commas():
    assert read(("q", "EO, Earth  Observation,,EO")).terms == ("EO", "Earth Observation")


def test_signs_before_names_say_the_direction():
    assert read(("sortby", "-updated, title,+id")).sorts == (
        ("updated", True),
        ("title", False),
        ("id", False),
    )


def test_fields_are_split_into_kept_and_left_out():
    assert read(("fields", "id,extent.spatial,-links"), known=OF_COLLECTIONS).fields == Fields(
        ("id", "extent.spatial"), ("links",)
    )


def test_codes_and_ranges_are_read_as_the_portal_reads_them():
    query = read(("task", "object-detection"), ("year_min", "2019"), ("include_global", "false")).query

    assert query.task == ("object-detection",)
    assert query.year.min == 2019
    assert not query.include_global


@pytest.mark.parametrize(
    ("pair", "hint"),
    [
        (("limit", "0"), "1 to 1000"),
        (("limit", "-1"), "1 to 1000"),
        (("limit", "1000000000"), "1 to 1000"),
        (("limit", "ten"), "1 to 1000"),
        (("limit", "٣"), "1 to 1000"),
        (("offset", "-1"), "from 0"),
        (("sortby", "titel"), "title"),
        (("sortby", "title,-title"), "twice"),
        (("bbox", "1,2,3"), "four"),
        (("bbox", "nan,0,1,1"), "finite"),
        (("bbox", "0,10,1,5"), "swap"),
        (("datetime", "2020-01-01/2019-01-01"), "swap"),
        (("datetime", "yesterday"), "RFC 3339"),
        (("include_unlocated", "maybe"), "true or false"),
        (("task", "objekt-detection"), "object-detection"),
        (("facets", "colour"), "facet"),
        (("colour", "red"), "parameter"),
        (("q", "x" * 401), "400"),
        (("q", ",".join("abcdefghijkl")), "10"),
        (("q", "a\0b"), "NUL"),
        (("ids", ",".join(map(str, range(10_000)))), "1,000"),
    ],
)
def test_what_cannot_be_is_refused_with_a_hint(pair, hint):
    with pytest.raises(AppError, match=hint):
        read(pair)


def test_a_page_starts_at_one_place_only():
    with pytest.raises(Invalid, match="one of them"):
        read(("token", "x"), ("offset", "3"))


def test_a_parameter_stands_once():
    with pytest.raises(Invalid, match="2 times"):
        read(("q", "a"), ("q", "b"))


@given(st.lists(st.tuples(st.sampled_from(OF_RECORDS), st.text(max_size=40)), max_size=4))
def test_any_text_is_read_or_refused(pairs):
    try:
        asked.read(pairs, OF_RECORDS, limit=10)
    except AppError as error:
        assert error.status in (400, 413)
