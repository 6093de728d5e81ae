"""Levels build on each other, and each says what is missing for it."""

from datetime import date

import pytest

from app.base.language import speaking
from app.base.sentences import Sentence
from app.curation.findings import Finding
from app.curation.levels import level_of
from app.links.states import State

TODAY = date(2026, 11, 21)
HOME = "https://fields.example.org"
INVALID = Finding("stac-invalid", "data_doi", "error", Sentence("Mend this value."))
WARNING = Finding("zero-count", "n_samples", "warning", Sentence("Leave it empty."))
NOTE = Finding("recommended-missing", "themes", "note", Sentence("A theme helps."))


def level(findings=(), links=None, reviewed=date(2026, 1, 1)):
    found = {HOME: State.OK} if links is None else links
    return level_of(findings, links=found, named=[HOME], reviewed=reviewed, today=TODAY)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "Q3"),
        ({"findings": [NOTE]}, "Q3"),
        ({"findings": [INVALID]}, "Q0"),
        ({"findings": [WARNING]}, "Q1"),
        ({"links": {}}, "Q1"),
        ({"links": {HOME: State.ROBOTS}}, "Q3"),
        ({"links": {HOME: State.GONE}}, "Q1"),
        ({"reviewed": None}, "Q2"),
        ({"reviewed": date(2024, 11, 22)}, "Q3"),
        ({"reviewed": date(2024, 11, 21)}, "Q2"),
    ],
)
def test_a_level_is_reached_when_nothing_below_it_is_missing(given, code):
    assert level(**given).code == code


def test_what_is_missing_is_said_for_every_higher_level():
    found = level([INVALID, WARNING], links={HOME: State.GONE}, reviewed=None)

    assert {step.code: [str(one) for one in step.missing] for step in found.steps} == {
        "Q1": ["Mend this value."],
        "Q2": ["Leave it empty.", f"{HOME} did not answer. Mend it, or name another."],
        "Q3": ["Nobody has reviewed this version."],
    }


def test_what_is_missing_is_kept_for_readers_of_any_language():
    with speaking("de"):
        kept = level(links={}, reviewed=None).as_json()

    assert kept == {
        "Q2": [
            {
                "words": "%(num)s link was never tried.",
                "values": {"num": 1},
                "many": "%(num)s links were never tried.",
            }
        ],
        "Q3": [{"words": "Nobody has reviewed this version."}],
    }


def test_links_that_were_never_tried_are_counted():
    (missing,) = level(links={}).steps[1].missing

    assert str(missing) == "1 link was never tried."
