"""The shape of a record: what counts as a fact, and which mistakes it refuses."""

from collections.abc import Callable, Mapping

import pytest
from pydantic import ValidationError

from app.catalogue.record import DatasetRecord, Provenance, described_bands, described_classes, facts, paths

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


def test_details_are_facts_under_paths_of_their_own(make_record: Make) -> None:
    record = make_record(
        sensitivity={"kinds": ["none"]},
        labelling={"methods": ["manual"], "per_item": 3},
        licence_labels={"spdx": "CC-BY-4.0"},
        contact={"email": "data@example.org"},
    )

    assert {
        "sensitivity.kinds": ("none",),
        "labelling.methods": ("manual",),
        "labelling.per_item": 3,
        "licence_labels.spdx": "CC-BY-4.0",
        "contact.email": "data@example.org",
    }.items() <= facts(record).items()


def test_every_fact_of_the_catalogue_stands_under_a_path(records: Mapping[str, DatasetRecord]) -> None:
    known = set(paths())

    assert all(set(facts(record)) <= known for record in records.values())


def test_what_does_not_apply_is_no_fact(make_record: Make) -> None:
    assert set(facts(make_record(not_applicable=["gsd_m"]))) == {"name", "kind"}


def test_details_stand_beside_the_names_in_their_order(make_record: Make) -> None:
    record = make_record(
        classes=["water", "land"],
        class_details=[{"name": "land", "index": 1, "colour": "#112233"}],
        bands=["B04"],
        band_details=[{"name": "B04", "centre_um": 0.665}],
    )

    assert [(one.name, one.index) for one in described_classes(record)] == [("water", None), ("land", 1)]
    assert described_bands(record)[0].centre_um == 0.665


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
        {"thumbnail": {"url": "https://example.org/a.png"}},
        {"class_details": [{"name": "a", "colour": "red"}]},
        {"creators": [{"name": "A", "orcid": "0000-0000"}]},
        {"label_date_gap": "six months"},
        {"band_details": [{"name": "B1", "scale": float("nan")}]},
        {"formats": ["GeoTIFF"]},
        {"crs": ["WGS 84"]},
        {"relations": [{"kind": "near", "slug": "eurosat"}]},
        {"not_applicable": ["gsd m"]},
        {"splits": [{"name": "a", "count": -1}]},
    ],
)
def test_what_cannot_be_is_refused(make_record: Make, fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make_record(**fields)
