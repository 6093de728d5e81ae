"""Lists of several people come together entry by entry, unless somebody has to choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.curation.merging import merge
from app.curation.merging_lists import together

TRAIN, TEST = {"name": "train", "n_samples": 70}, {"name": "test", "n_samples": 30}


def test_what_two_people_add_to_a_list_of_words_is_all_there():
    base = {"tasks": ["detection"]}

    merged = merge(base, {"tasks": ["detection", "counting"]}, {"tasks": ["detection", "tracking"]})

    assert merged.conflicts == ()
    assert merged.draft["tasks"] == ["detection", "tracking", "counting"]


def test_one_adds_a_split_while_another_mends_one():
    mine = [TRAIN, TEST, {"name": "validation", "n_samples": 10}]
    theirs = [{**TRAIN, "n_samples": 60}, TEST]

    assert together("splits", [TRAIN, TEST], mine, theirs) == [{**TRAIN, "n_samples": 60}, *mine[1:]]


def test_one_takes_out_what_another_left_alone():
    assert together("splits", [TRAIN, TEST], [TRAIN], [TRAIN, TEST, {"name": "extra"}]) == [
        TRAIN,
        {"name": "extra"},
    ]


@pytest.mark.parametrize(
    ("path", "before", "theirs", "ours"),
    [
        ("splits", [TRAIN], [{**TRAIN, "n_samples": 1}], [{**TRAIN, "n_samples": 2}]),
        ("splits", [TRAIN, TEST], [TRAIN], [TRAIN, {**TEST, "n_samples": 2}]),
        ("classes", ["water"], ["water", "forest"], ["water", "city"]),
        ("classes", ["water", "city"], ["city", "water"], ["water", "city", "forest"]),
        ("splits", [TRAIN, TRAIN], [TRAIN], [TRAIN, TEST]),
        ("gsd_m", [1], [1, 2], [1, 3]),
    ],
    ids=[
        "both change one",
        "out against a change",
        "both add",
        "another order",
        "two of a name",
        "no such list",
    ],
)
def test_what_is_not_safe_is_left_to_somebody(path, before, theirs, ours):
    assert together(path, before, theirs, ours) is None


def test_a_list_that_was_put_together_comes_from_both_sources():
    base = {"tasks": ["detection"]}
    mine = {
        "tasks": ["detection", "counting"],
        "provenance": {"tasks": {"sources": ["readme"], "how": "stated"}},
    }
    ours = {
        "tasks": ["detection", "tracking"],
        "provenance": {"tasks": {"sources": ["paper"], "how": "stated"}},
    }

    assert merge(base, mine, ours).draft["provenance"]["tasks"]["sources"] == ["paper", "readme"]


WORDS = st.lists(st.sampled_from("abcdefg"), unique=True)


@given(before=WORDS, theirs=WORDS, ours=WORDS)
def test_no_ones_word_is_lost_and_none_comes_back(before, theirs, ours):
    found = together("tasks", before, theirs, ours)

    added = (set(theirs) | set(ours)) - set(before)
    gone = set(before) - (set(theirs) & set(ours))
    assert set(found) == (set(before) | added) - gone
    assert len(found) == len(set(found))
