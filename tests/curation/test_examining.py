"""What the checks said at submission, in the words of whoever reads it."""

from app.base.language import speaking
from app.curation import examining
from app.curation.findings import Report


def test_what_was_found_for_one_reader_is_read_by_another_in_their_language(session, submitted):
    with speaking("de"):
        revision = submitted(classes=["wheat", "wheat"], n_classes=7)
        german = {one.code: one.message for one in examining.kept(revision).findings}

    english = {one.code: one.message for one in examining.kept(revision).findings}

    assert english.keys() == german.keys() >= {"class-count-differs", "listed-twice"}
    assert not set(english.values()) & set(german.values())


def test_programs_read_what_was_found_in_english(session, submitted):
    with speaking("de"):
        revision = submitted(classes=["wheat", "wheat"], n_classes=7)

    told = {one["code"]: one["message"] for one in revision.checks["findings"]}

    assert told["listed-twice"] == "Listed more than once: wheat. Keep each once."


def test_what_was_kept_as_a_text_stays_as_it_was_written():
    kept = {
        "findings": [{"code": "x", "path": "name", "severity": "note", "message": "Half of it, 50 %."}],
        "duplicates": [{"slug": "fields", "name": "Fields", "why": "the same name", "likeness": 1.0}],
    }

    report = Report.from_json(kept)

    assert (report.findings[0].message, report.duplicates[0].why) == ("Half of it, 50 %.", "the same name")
