"""Sentences are stored apart from their values, and read in the language of whoever is shown them."""

import json

import pytest

from app.base.language import speaking
from app.base.sentences import Figure, Sentence, counted, joined, restored, sentence

LISTED = sentence("Listed more than once: %(values)s. Keep each once.", values="wheat")
UNTRIED = counted("%(num)s link was never tried.", "%(num)s links were never tried.", 3)
TASK = Sentence("Semantic segmentation", context="task")
VOLUME = Sentence(
    "%(volume)s is %(verdict)s", {"volume": Figure("gigabytes", 0.0125), "verdict": sentence("finer")}
)


def stored(one):
    """As the database gives it back."""
    return restored(json.loads(json.dumps(one.as_json())))


@pytest.mark.parametrize(
    "one", [LISTED, UNTRIED, VOLUME, joined(LISTED, UNTRIED), TASK, sentence("100 % of it")]
)
def test_what_was_stored_says_the_same(one):
    assert stored(one) == one
    assert str(stored(one)) == str(one)


def test_what_was_stored_in_english_is_read_in_german():
    kept = stored(joined(LISTED, UNTRIED))

    with speaking("de"):
        read = str(kept)

    assert read.startswith("Mehr als einmal aufgezählt: wheat. ")
    assert read.endswith("3 Links wurden noch nie geprüft.")


def test_a_term_is_read_in_the_words_of_its_vocabulary():
    with speaking("de"):
        assert str(stored(TASK)) == "Semantische Segmentierung"


def test_figures_are_written_as_each_language_writes_them():
    with speaking("de"):
        assert str(stored(VOLUME)) == "12,5\u00a0MB is feiner"

    assert str(stored(VOLUME)) == "12.5\u00a0MB is finer"


def test_programs_read_english_whoever_asks():
    with speaking("de"):
        assert LISTED.in_english() == "Listed more than once: wheat. Keep each once."


def test_a_text_that_was_kept_before_stays_as_it_was_written():
    assert str(restored("50 % of %(it)s is wrong.")) == "50 % of %(it)s is wrong."
