"""The shape of a record: what counts as a fact, and which mistakes it refuses."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from app.catalogue.record import DatasetRecord, Provenance, facts

Make = Callable[..., DatasetRecord]


def test_facts_are_named_by_their_path(make_record: Make) -> None:
    record = make_record(licence={"spdx": "MIT"}, tasks=["counting"], libraries={"pangaea": True})

    assert facts(record) == {
        "name": "Made",
        "kind": "ml-dataset",
        "tasks": ("counting",),
        "licence.spdx": "MIT",
        "libraries.pangaea": True,
    }


def test_zero_is_a_fact(make_record: Make) -> None:
    assert facts(make_record(n_instances=0))["n_instances"] == 0


def test_remarks_are_no_facts(make_record: Make) -> None:
    assert set(facts(make_record(notes=["A remark."]))) == {"name", "kind"}


@pytest.mark.parametrize(
    ("fields", "unconfirmed"),
    [
        ({"sources": ["paper"]}, True),
        ({"sources": ["paper", "web"]}, True),
        ({"sources": ["paper", "torchgeo"]}, False),
        ({"sources": ["paper"], "how": "inferred"}, False),
        ({"sources": ["paper"], "checked_on": "2026-01-31"}, False),
    ],
)
def test_memory_alone_leaves_a_fact_unconfirmed(fields: dict[str, object], unconfirmed: bool) -> None:
    assert Provenance.model_validate(fields).unconfirmed is unconfirmed


@pytest.mark.parametrize(
    "fields",
    [
        {"gsd_m": {"min": 3, "max": 1}},
        {"urls": {"home": "javascript:alert(1)"}},
        {"slug": "Not A Slug"},
        {"spatial": {"bbox": [0, 0, 190, 10]}},
        {"year": 1800},
        {"temporal_extent": {"start": "May 2019"}},
        {"license": {"spdx": "MIT"}},
    ],
)
def test_what_cannot_be_is_refused(make_record: Make, fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make_record(**fields)
