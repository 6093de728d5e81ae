"""Catalogues hold every text of the pages, filled, with the same gaps."""

import re
from collections import Counter

import pytest
from babel.messages.catalog import Message

from app.base.language import LANGUAGES, SOURCE
from scripts.messages import catalogue_of, collect, is_filled

CODES = [code for code in LANGUAGES if code != SOURCE]
GAP = re.compile(r"%\((\w+)\)s|%%")


@pytest.fixture(scope="module")
def written() -> dict[tuple, Message]:
    """Every message of the pages by text and context."""
    return {(message.id, message.context): message for message in collect() if message.id}


@pytest.fixture(scope="module", params=CODES)
def translated(request) -> dict[tuple, Message]:
    """Every message of a catalogue by text and context."""
    return {(message.id, message.context): message for message in catalogue_of(request.param) if message.id}


def forms(text: str | tuple | list) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_no_text_is_missing(written, translated):
    assert sorted(map(str, written.keys() - translated.keys())) == [], "Run `make messages` and translate."


def test_no_text_is_empty_or_guessed(written, translated):
    empty = [key[0] for key, message in translated.items() if not is_filled(message.string)]
    guessed = [key[0] for key, message in translated.items() if message.fuzzy]

    assert (empty, guessed) == ([], [])


def test_nothing_is_kept_that_no_page_shows(written, translated):
    assert sorted(map(str, translated.keys() - written.keys())) == [], "Run `make messages`."


def test_every_form_has_the_gaps_of_the_text(translated):
    wrong = []
    for (text, _context), message in translated.items():
        least = min((Counter(GAP.findall(form)) for form in forms(text)), key=len)
        most = set(GAP.findall(" ".join(forms(text))))
        for form in forms(message.string):
            found = set(GAP.findall(form))
            if form and (not found <= most or not set(least) <= found):
                wrong.append((text, form))

    assert wrong == []


def test_percent_signs_of_filled_texts_are_doubled_and_of_others_not(translated):
    wrong = [
        form
        for message in translated.values()
        for form in forms(message.string)
        if re.search(r"%\(\w+\)s", form) and re.search(r"%(?!\(\w+\)s|%)", GAP.sub("", form))
    ]

    assert wrong == []


def test_markup_of_a_translation_is_that_of_its_text(translated):
    tags = re.compile(r"</?\w+[^>]*>")
    wrong = [
        (text, form)
        for (text, _context), message in translated.items()
        for form in forms(message.string)
        if sorted(tags.findall(form)) != sorted(tags.findall(forms(text)[0]))
    ]

    assert wrong == []


def test_texts_inside_formatted_strings_are_found_too(written):
    assert ("%(low)s to %(high)s", None) in written
    assert ("Task", None) in written and ("Change detection", "task") in written
    assert ("Zoom in here", None) in written
