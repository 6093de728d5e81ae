"""The spellings of names, and what visitors type."""

import pytest

from app.catalogue.words import Term, compact, plain, spellings, terms_of


@pytest.mark.parametrize(
    ("name", "found_as"),
    [
        ("EuroSAT", ["eurosat", "euro", "sat"]),
        ("SEN1-2", ["sen12", "sen1", "2"]),
        ("AI4Boundaries", ["ai4boundaries", "boundaries"]),
        ("BigEarthNet v2.0", ["bigearthnet", "2.0", "v2.0"]),
        ("So2Sat LCZ42", ["so2sat", "lcz42", "lcz"]),
        ("Forêt d'Orient", ["foret"]),
    ],
)
def test_name_is_indexed_under_each_of_its_spellings(name, found_as):
    assert set(found_as) <= set(spellings(name).split())


def test_accents_and_separators_do_not_matter():
    assert plain("Sentinel-2/MSI, Müncheń") == "sentinel 2 msi munchen"
    assert compact("Euro SAT") == compact("EuroSAT") == compact("euro-sat") == "eurosat"


def test_words_phrases_and_exclusions_are_told_apart():
    assert terms_of('flood "land cover" -sar -"deep learning"') == (
        Term("flood", False, False),
        Term("land cover", True, False),
        Term("sar", False, True),
        Term("deep learning", True, True),
    )


def test_hyphen_inside_a_word_excludes_nothing():
    assert terms_of("Sentinel-2") == (Term("sentinel 2", True, False),)


@pytest.mark.parametrize("text", ["", "   ", "-", '""', "!!! & | :*", "---"])
def test_signs_alone_ask_for_nothing(text):
    assert terms_of(text) == ()
