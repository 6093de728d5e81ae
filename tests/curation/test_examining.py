"""What the checks said at submission, in the words of whoever reads it."""

from app.base.language import speaking
from app.curation import examining


def test_findings_kept_in_english_are_read_in_german(session, submitted):
    revision = submitted(classes=["wheat", "wheat"], n_classes=7)
    english = examining.kept(session, revision)

    with speaking("de"):
        german = examining.kept(session, revision)

    assert [one.code for one in german.findings] == [one.code for one in english.findings] != []
    assert not {one.message for one in german.findings} & {one.message for one in english.findings}
    assert revision.checks == english.as_json()


def test_what_is_no_longer_found_stays_as_it_was_written(session, submitted):
    revision = submitted(n_classes=7, classes=["wheat"])
    before = examining.kept(session, revision)
    revision.record = {**revision.record, "classes": [f"class {number}" for number in range(7)]}

    with speaking("de"):
        after = examining.kept(session, revision)

    kept = {one.code: one.message for one in before.findings}
    assert {one.code: one.message for one in after.findings}["class-count-differs"] == kept[
        "class-count-differs"
    ]
