"""Codes that curators merged or withdrew from use are told, with what to choose instead."""

import pytest

from app.catalogue import vocabulary
from app.catalogue.vocabulary import Overlay, Term
from app.curation.checks.registry import CHECKS
from tests.curation.checks.test_registry import subject


@pytest.fixture(autouse=True)
def changed_vocabulary():
    old = Term("agriculture", "Agriculture", is_deprecated=True)
    vocabulary.lay(
        Overlay(1, {"theme": {"agriculture": old}}, {"task": {"segmentation-2": "semantic-segmentation"}})
    )
    yield
    vocabulary.lay(Overlay())


def said(**changes):
    return {
        (one.code, one.path): one.message
        for check in CHECKS
        if check.code.startswith("code-")
        for one in check.findings(subject(**changes))
    }


def test_a_merged_code_is_known_and_its_successor_named():
    found = said(tasks=["segmentation-2"], themes=[])

    assert list(found) == [("code-replaced", "tasks")]
    assert "“semantic-segmentation”" in found["code-replaced", "tasks"]


def test_a_term_that_is_no_longer_used_is_told():
    assert list(said()) == [("code-deprecated", "themes")]


def test_an_unknown_code_gets_the_nearest_one_by_any_of_its_names():
    assert "(semantic-segmentation)" in said(tasks=["semseg"], themes=[])["code-unknown", "tasks"]
