"""Differences of texts, lists and tables."""

from hypothesis import given
from hypothesis import strategies as st

from app.curation.worddiff import MOST_WORDS, Run, members, pairs, words

TEXTS = st.text(alphabet="ab 1.,\n−é", max_size=60)


def joined(runs, *kinds):
    return "".join(run.text for run in runs if run.kind in kinds)


def test_only_the_words_that_differ_are_marked():
    before, after = words("Patches of Sentinel-2 over Europe", "Patches of Sentinel-2 over Asia")

    assert before == (Run("same", "Patches of Sentinel-2 over "), Run("del", "Europe"))
    assert after == (Run("same", "Patches of Sentinel-2 over "), Run("ins", "Asia"))


def test_a_figure_is_one_word():
    before, after = words("590 326 samples of 1.25 m", "590 326 samples of 1.75 m")

    assert (joined(before, "del"), joined(after, "ins")) == ("1.25", "1.75")


def test_a_blank_between_two_changed_words_belongs_to_the_change():
    before, after = words("made of red apples here and there", "made of green pears here and there")

    assert (joined(before, "del"), joined(after, "ins")) == ("red apples", "green pears")


def test_texts_that_share_little_are_shown_as_replaced_whole():
    before, after = words("one two three four", "a wholly different sentence")

    assert [run.kind for run in (*before, *after)] == ["del", "ins"]


def test_an_empty_side_has_no_runs():
    assert words("", "new") == ((), (Run("ins", "new"),))
    assert words("old", "") == ((Run("del", "old"),), ())
    assert words("", "") == ((), ())


def test_very_long_texts_are_not_compared_word_by_word():
    long = "word " * MOST_WORDS

    before, after = words(long + "a", long + "b")

    assert [run.kind for run in (*before, *after)] == ["del", "ins"]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_their_runs(before, after):
    left, right = words(before, after)

    assert joined(left, "same", "del") == before
    assert joined(right, "same", "ins") == after
    assert joined(left, "ins") == joined(right, "del") == ""


def test_entries_of_lists_are_kept_removed_or_added():
    found = members(["a", "b", "b", "c"], ["c", "b", "d"])

    assert (found.kept, found.removed, found.added) == (("c", "b"), ("a", "b"), ("d",))
    assert found.is_reordered


def test_a_list_that_only_grew_is_not_reordered():
    assert not members(["a", "b"], ["a", "x", "b"]).is_reordered


def test_rows_of_one_name_stand_beside_each_other():
    found = pairs(["a1", "b1"], ["b2", "c2"], ["a", "b"], ["b", "c"])

    assert found == [("a1", None), ("b1", "b2"), (None, "c2")]
