"""What was read lately is held, within a bound."""

from hypothesis import given
from hypothesis import strategies as st

from app.items.documents import OVERHEAD, Documents


def document(number):
    return f"item-{number}", "x" * 1_000


def test_what_is_kept_is_found_and_nothing_else():
    documents = Documents()
    documents.keep({1: ("a", "{}"), 2: ("b", "{}")})

    assert documents.among([2, 3]) == {2: ("b", "{}")}


def test_what_is_asked_for_again_and_again_stays_while_others_go():
    documents = Documents(most_bytes=40_000)
    documents.keep({0: document(0)})

    for number in range(1, 200):
        documents.keep({number: document(number)})
        assert documents.among([0]) == {0: document(0)}

    assert documents.among([1]) == {}


@given(st.lists(st.integers(0, 50), max_size=300))
def test_no_more_is_held_than_asked_for(numbers):
    documents = Documents(most_bytes=20_000)

    for number in numbers:
        documents.keep({number: document(number)})
        documents.among([number // 2])

    held = documents.among(range(51))
    assert sum(len(name) + len(text) + OVERHEAD for name, text in held.values()) <= 20_000 + 2 * 1_300
    assert all(pair == document(number) for number, pair in held.items())
