"""What waits for a curator follows from the record alone."""

from app.catalogue.work import work_of


def test_what_completeness_lacks_waits(add_dataset):
    bare = work_of(add_dataset("bare"))

    assert {
        "missing:licence",
        "missing:description",
        "missing:dates",
        "missing:year",
        "missing:theme",
    } <= set(bare)


def test_what_is_known_does_not_wait(add_dataset):
    record = add_dataset(
        "known", description="Fields.", year=2020, licence={"spdx": "MIT"}, themes=["forest"]
    )

    assert not {"missing:licence", "missing:description", "missing:year", "missing:theme"} & set(
        work_of(record)
    )


def test_what_somebody_looked_for_in_vain_does_not_wait(add_dataset):
    record = add_dataset(
        "sought", licence={"text": "not stated"}, not_applicable=["year"], not_stated=["temporal_extent"]
    )

    assert not {"missing:licence", "missing:year", "missing:dates"} & set(work_of(record))


def test_contradictions_wait_until_they_are_set_aside(add_dataset):
    other = {"value": 3, "source": "rsfm"}
    record = add_dataset(
        "doubted", conflicts=[{"field": "year", **other}, {"field": "n_classes", **other, "set_aside": True}]
    )

    assert [code for code in work_of(record) if code.startswith("conflict:")] == ["conflict:year"]


def test_facts_from_memory_wait_until_they_are_checked(add_dataset):
    record = add_dataset(
        "recalled",
        provenance={
            "tasks": {"sources": ["paper"]},
            "year": {"sources": ["paper"], "checked_on": "2026-01-01"},
            "gsd_m": {"sources": ["paper", "torchgeo"]},
        },
    )

    assert [code for code in work_of(record) if code.startswith("unconfirmed:")] == ["unconfirmed:tasks"]
