"""The mark of a review on the page of a record."""

from datetime import UTC, datetime

import pytest

from app.base.language import speaking
from app.catalogue.tables import DatasetQuality
from app.portal import review_mark


def found(**fields):
    given = {
        "level": "Q1",
        "reasons": {},
        "reviewed": None,
        "reviewed_number": None,
        "reviewer": "",
        **fields,
    }
    return DatasetQuality(dataset_id=1, examined=datetime.now(UTC), **given)


def test_a_record_that_was_never_examined_has_no_mark():
    assert review_mark.quality(None) is None


def test_the_mark_says_when_which_version_was_reviewed_and_by_whom():
    reviewed = datetime(2026, 11, 19, 12, tzinfo=UTC)

    mark = review_mark.quality(found(reviewed=reviewed, reviewed_number=3, reviewer="Rosa"))

    assert mark.review == "Version 3 was reviewed on 19 Nov 2026 by Rosa."


def test_what_the_next_level_takes_is_told():
    mark = review_mark.quality(found(reasons={"Q2": ["Name a licence."], "Q3": ["Nobody has reviewed it."]}))

    assert (mark.following, mark.missing) == ("Q2", ("Name a licence.",))


def test_what_the_next_level_takes_is_told_to_each_reader_in_their_language():
    kept = {"Q3": [{"words": "Nobody has reviewed this version."}]}

    with speaking("de"):
        mark = review_mark.quality(found(level="Q2", reasons=kept))

    assert mark.missing == ("Diese Version hat noch niemand begutachtet.",)


@pytest.mark.parametrize("code", review_mark.LEVELS)
def test_every_level_is_explained(code):
    mark = review_mark.quality(found(level=code))

    assert mark.name and mark.meaning.endswith(".")
