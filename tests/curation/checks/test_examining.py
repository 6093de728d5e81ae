"""All checks together, on the database: duplicates, levels, speed, and drafts that nobody foresaw."""

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalogue.record import DatasetRecord
from app.catalogue.search import get_record
from app.curation.checks import answered, examine
from app.curation.checks.duplicates import find
from app.curation.findings import Report
from tests.curation.checks.test_registry import GOOD, TODAY

GIT = {"urls": {"code": "https://github.com/A/b"}}
FIELDS = [*DatasetRecord.model_fields, "unheard_of"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(), max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


def report(session, published=None, **changes: Any) -> Report:
    draft = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return examine(session, draft, published=published, today=TODAY)


def codes(found: Report) -> dict[str, str]:
    return {one.code: one.severity for one in found.findings}


def test_a_good_draft_has_no_findings_and_is_machine_readable(session):
    found = report(session)

    assert found.findings == ()
    assert found.duplicates == ()
    assert (found.score_before, found.level) == (None, "Q1")
    assert found.score_after > 60


def test_errors_come_first(session):
    found = report(session, tasks=[], title="N/A", themes=[])

    assert [one.severity for one in found.findings] == ["error", "warning", "note"]
    assert found.errors[0].code == "tasks-missing"


def test_what_cannot_be_read_is_not_said_to_be_missing_as_well(session):
    found = report(session, year="x", licence={"spdx": 4})

    assert [(one.code, one.path) for one in found.errors] == [
        ("not-readable", "year"),
        ("not-readable", "licence.spdx"),
    ]


def test_a_correction_need_not_supply_what_was_missing_before(session):
    published = DatasetRecord.model_validate({**GOOD, "description": None, "tasks": []})

    found = report(session, published, description=None, tasks=[], year="soon")

    assert codes(found)["description-missing"] == "warning"
    assert codes(found)["tasks-missing"] == "warning"
    assert codes(found)["not-readable"] == "error"
    assert found.score_before is not None


def test_what_a_correction_removes_is_still_an_error(session):
    published = DatasetRecord.model_validate(GOOD)

    assert codes(report(session, published, tasks=[]))["tasks-missing"] == "error"


def test_a_report_survives_being_kept(session):
    found = report(session, tasks=[])

    assert Report.from_json(found.as_json()) == found


@pytest.mark.parametrize(
    ("theirs", "ours", "likeness", "why"),
    [
        ({"name": "Spring Fields"}, {}, 1.0, "the same name"),
        ({"name": "SpringFields"}, {}, 1.0, "the same name"),
        ({"aliases": ["Spring-Fields"]}, {}, 1.0, "the same name"),
        ({"name": "Spring Fields 2"}, {}, None, "a similar name"),
        ({"data_doi": "10.5281/ZENODO.7711810"}, {}, 1.0, "the same DOI of the data"),
        ({"urls": {"home": "https://doi.org/10.5281/zenodo.7711810"}}, {}, 1.0, "the same DOI of the data"),
        ({"urls": {"home": "http://www.fields.example.org/spring/#top"}}, {}, 0.9, "home page or download"),
        ({"urls": {"download": ["https://fields.example.org/spring?utm_source=x"]}}, {}, 0.9, "home"),
        ({"publication": {"arxiv": "1709.00029v2"}}, {}, 0.7, "presented in the same paper"),
        ({"urls": {"code": "https://github.com/a/b.git"}}, GIT, 0.6, "code"),
    ],
)  # fmt: skip
def test_a_second_record_of_one_dataset_is_found(session, add_dataset, theirs, ours, likeness, why):
    add_dataset("theirs", **{"name": "Something else", **theirs})
    add_dataset("other", name="Unlike it")

    found = report(session, **ours).duplicates

    assert [one.slug for one in found] == ["theirs"]
    assert why in found[0].why
    assert likeness is None or found[0].likeness == likeness


def test_a_dataset_is_no_duplicate_of_itself(session, add_dataset):
    published = add_dataset("spring-fields", name="Spring Fields", uuid=GOOD["uuid"])

    assert report(session, published).duplicates == ()


def test_a_stated_relation_answers_the_question(session, add_dataset):
    add_dataset("theirs", name="Spring Fields")

    variant = answered(GOOD, "theirs", "variant")
    subset = answered(GOOD, "theirs", "subset")

    assert variant["relations"] == [{"kind": "variant-of", "slug": "theirs"}]
    assert (subset["kind"], subset["derived_from"]) == ("subset", ["theirs"])
    for draft in (variant, subset):
        found = examine(session, draft, published=None, today=TODAY)
        assert found.duplicates == () and "related-unknown" not in codes(found)


def test_an_address_that_belongs_to_another_dataset_stops_submission(session, add_dataset):
    add_dataset("spring-fields", name="Unlike it")

    assert codes(report(session))["slug-taken"] == "error"


def test_a_relation_to_nothing_is_told(session):
    assert codes(report(session, derived_from=["nowhere"]))["related-unknown"] == "error"


def test_a_likely_duplicate_is_a_warning_that_names_it(session, add_dataset):
    add_dataset("theirs", name="Spring Fields")

    found = report(session)

    assert codes(found)["duplicate-likely"] == "warning"
    assert "“Spring Fields”" in found.warnings[0].message


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draft=json_values
    | st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6)
    | st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=3).map(lambda some: {**GOOD, **some})
)
def test_no_draft_makes_the_checks_fail(session, draft):
    found = examine(session, draft, published=None, today=TODAY)

    assert found.level in ("Q0", "Q1", "Q2")
    assert found.as_json()


def test_every_bundled_record_can_be_examined_and_is_machine_readable(seeded_session):
    for slug in ("bigearthnet-mm", "eurosat", "sen1floods11", "so2sat-lcz42"):
        record = get_record(seeded_session, slug).record
        found = examine(seeded_session, record.model_dump(mode="json"), published=record, today=TODAY)

        assert found.errors == ()
        assert found.level == "Q1"


def test_families_are_found_among_the_bundled_records(seeded_session):
    record = get_record(seeded_session, "bigearthnet-mm").record.model_copy(update={"derived_from": ()})

    assert "bigearthnet" in {one.slug for one in find(seeded_session, record)}


def test_an_examination_takes_less_than_fifty_milliseconds(seeded_session):
    record = get_record(seeded_session, "bigearthnet-mm").record
    draft = record.model_dump(mode="json", exclude_defaults=True)
    taken = []
    for _ in range(6):
        began = time.perf_counter()
        examine(seeded_session, draft, published=record, today=date(2026, 11, 21))
        taken.append(time.perf_counter() - began)

    assert min(taken) < 0.05, taken
