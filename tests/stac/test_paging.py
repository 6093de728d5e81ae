from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.catalogue.index import Index
from app.stac import paging

SECRET = "a secret of the tests, long enough"


def index_of(rows):
    """An index of (slug, name, year) rows; a year may be None."""
    years = np.asarray([np.nan if year is None else year for _, _, year in rows], dtype=float)
    known = {
        "version": 1,
        "ids": np.arange(1, len(rows) + 1),
        "slugs": tuple(slug for slug, _, _ in rows),
        "names": tuple(name for _, name, _ in rows),
        "numbers": {"year": years, "prominence": np.zeros(len(rows))},
    }
    # What pages do not look at stays empty.
    return Index(**{field.name: known.get(field.name) for field in fields(Index)})


def cut(index, sorts=(), scores=None, limit=10, token=None, offset=0):
    mask = np.ones(index.size, dtype=bool)
    return paging.cut(index, mask, sorts, scores, limit=limit, token=token, offset=offset, secret=SECRET)


def walk(index, way, page, **asked):
    """The slugs of all pages from one on, page by page."""
    pages = [[index.slugs[row] for row in page.rows]]
    while token := getattr(page, way):
        page = cut(index, token=token, **asked)
        pages.append([index.slugs[row] for row in page.rows])
    return pages, page


ROWS = st.lists(
    st.tuples(
        st.text("abc", min_size=1, max_size=4),
        st.text("xyZ", max_size=2),
        st.none() | st.integers(2000, 2003),
    ),
    unique_by=lambda row: row[0],
    max_size=30,
)
SORTS = st.sampled_from([(), (("title", False),), (("eod:year", True), ("title", True)), (("id", True),)])


@settings(deadline=None)
@given(ROWS, SORTS, st.integers(1, 7))
def test_pages_forwards_and_backwards_hold_everything_once(rows, sorts, limit):
    index = index_of(rows)
    asked = {"sorts": sorts, "limit": limit}

    forwards, last = walk(index, "following", cut(index, **asked), **asked)
    backwards, _ = walk(index, "preceding", last, **asked)

    everything = [slug for page in forwards for slug in page]
    assert sorted(everything) == sorted(index.slugs)
    assert [slug for page in reversed(backwards) for slug in page] == everything


def test_default_order_is_that_of_identifiers():
    index = index_of([("b", "B", None), ("a", "A", None)])

    assert [index.slugs[row] for row in cut(index).rows] == ["a", "b"]


@pytest.mark.parametrize("descending", [False, True])
def test_unknown_comes_last_both_ways(descending):
    index = index_of([("a", "A", None), ("b", "B", 2001), ("c", "C", 2002)])

    rows = cut(index, sorts=(("eod:year", descending),)).rows

    assert index.slugs[rows[-1]] == "a"


def test_datasets_published_between_pages_neither_repeat_nor_hide_others():
    before = index_of([(f"d{number:02}", "D", None) for number in range(0, 20, 2)])
    first = cut(before, limit=5)
    after = index_of([(f"d{number:02}", "D", None) for number in range(20)])

    second = cut(after, limit=100, token=first.following)

    assert [after.slugs[row] for row in second.rows] == [f"d{number:02}" for number in range(9, 20)]


def test_page_after_a_dataset_that_has_gone_goes_on_where_it_stood():
    before = index_of([(name, name, None) for name in "abcd"])
    first = cut(before, sorts=(("title", False),), limit=2)
    after = index_of([(name, name, None) for name in "acd"])

    second = cut(after, sorts=(("title", False),), token=first.following)

    assert [after.slugs[row] for row in second.rows] == ["c", "d"]


def test_five_thousand_datasets_are_all_reached():
    index = index_of([(f"d{number}", "D", number % 7) for number in range(5_000)])
    asked = {"sorts": (("eod:year", True),), "limit": 1_000}

    pages, _ = walk(index, "following", cut(index, **asked), **asked)

    assert [len(page) for page in pages] == [1_000] * 5
    assert len({slug for page in pages for slug in page}) == 5_000


def test_relevance_orders_where_nothing_else_is_asked_for():
    index = index_of([("a", "A", None), ("b", "B", None), ("c", "C", None)])

    rows = cut(index, scores=np.asarray([1.0, 3.0, 2.0])).rows

    assert [index.slugs[row] for row in rows] == ["b", "c", "a"]


def test_offset_passes_over_datasets():
    index = index_of([(name, name, None) for name in "abcd"])

    page = cut(index, offset=2, limit=1)

    assert [index.slugs[row] for row in page.rows] == ["c"]
    assert page.following and page.preceding


def test_token_of_another_sort_is_refused():
    index = index_of([(name, name, None) for name in "abcd"])
    token = cut(index, limit=1).following

    with pytest.raises(Invalid, match="another list or sort"):
        cut(index, sorts=(("title", False),), token=token)


def test_changed_token_is_refused():
    index = index_of([(name, name, None) for name in "abcd"])
    token = cut(index, limit=1).following

    with pytest.raises(Invalid, match="not made by this service"):
        cut(index, token=token[:-1] + ("A" if token[-1] != "A" else "B"))
