"""What two tabs typed comes together, and what they disagree on is never settled silently."""

from hypothesis import given
from hypothesis import strategies as st

from app.curation.form import tabs

TEXTS = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.sampled_from(["", "1", "2", " 2 "])), min_size=1
)


def said(texts):
    return tuple(text.strip() for text in texts if text.strip())


@given(TEXTS, TEXTS, TEXTS)
def test_every_input_ends_with_what_one_side_typed_or_as_a_clash(before, mine, theirs):
    joined = tabs.join(mine, theirs, tabs.seen(before))

    for name, texts in mine.items():
        ours, others, seen = said(texts), said(theirs.get(name, texts)), said(before.get(name, ("never",)))
        if ours == others or name not in theirs:
            assert said(joined.values[name]) == ours
        elif ours == seen:
            assert said(joined.values[name]) == others
        elif others == seen:
            assert said(joined.values[name]) == ours
        else:
            assert said(joined.clashes[name]) == others
            assert said(joined.values[name]) == ours


def test_a_damaged_memory_of_the_page_makes_every_difference_a_clash():
    for damaged in ("", "{", "[1]", "null", "[" * 10_000):
        joined = tabs.join({"a": ("1",)}, {"a": ("2",)}, damaged)

        assert joined.clashes == {"a": ("2",)}


def test_the_text_of_the_other_tab_can_be_taken():
    joined = tabs.join({"a": ("1",)}, {"a": ("2",)}, "", taken=["a"])

    assert (joined.values, joined.clashes) == ({"a": ("2",)}, {})
