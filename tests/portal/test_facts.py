"""The facts of a record: values, sources, doubts, contradictions, gaps."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.catalogue.record import DatasetRecord, Provenance
from app.catalogue.tables import Dataset
from app.portal import facts


def record(**fields):
    return DatasetRecord(**{"uuid": uuid4(), "slug": "one", "name": "One", "kind": "ml-dataset", **fields})


def fact(label, **fields):
    lines = {line.label: line for _, group in facts.groups(record(**fields)) for line in group}
    return lines[label]


def words(one):
    return [piece.text for piece in one.pieces]


def test_a_coded_value_leads_to_the_search_for_it():
    one = fact("Task", tasks=("change-detection",))

    assert [(piece.text, piece.href) for piece in one.pieces] == [
        ("Change detection", "/datasets?task=change-detection")
    ]


def test_a_licence_that_nobody_states_is_said_to_be_missing():
    one = fact("Licence")

    assert one.pieces == ()
    assert one.missing == "not stated, which is not the same as free"


def test_a_source_is_marked_by_its_letter_and_named():
    one = fact(
        "Resolution (GSD)", gsd_m={"min": 10, "max": 10}, provenance={"gsd_m": {"sources": ["torchgeo"]}}
    )

    assert [(mark.letter, mark.words) for mark in one.marks] == [("M", "Source: TorchGeo")]
    assert one.doubts == ()


def test_a_source_that_was_not_noted_is_not_claimed():
    origin = Provenance(sources=("torchgeo", "paper"), exact=False)

    assert [mark.letter for mark in facts.marks(origin)] == ["M", "P"]
    assert all("one of those of this record" in mark.words for mark in facts.marks(origin))


@pytest.mark.parametrize(
    ("origin", "doubt"),
    [
        ({"sources": ["paper"]}, ("unconfirmed",)),
        ({"sources": ["paper"], "how": "inferred"}, ("inferred",)),
        ({"sources": ["paper"], "checked_on": "2026-11-19"}, ()),
        ({"sources": ["paper", "torchgeo"]}, ()),
    ],
)
def test_doubts_are_said_in_words(origin, doubt):
    assert fact("Year", year=2020, provenance={"year": origin}).doubts == doubt


def test_the_number_of_pixels_is_marked_as_computed():
    one = fact("Pixels", n_images=10, image_size_px={"min": [100, 100], "max": [100, 100]})

    assert words(one) == ["100\u202f000"]
    assert [mark.letter for mark in one.marks] == ["C"]


def test_other_values_are_shown_with_their_source_and_whether_they_were_set_aside():
    conflicts = [
        {"field": "n_samples", "value": 12_000, "source": "torchgeo", "set_aside": True},
        {"field": "n_samples", "value": 9, "source": "tfds"},
    ]

    one = fact("Samples", n_samples=10, conflicts=conflicts)

    assert one.notes[0] == "TorchGeo says 12\u202f000; set aside: it looked wrong, or counts something else."
    assert one.notes[1].endswith("says 9.")


def test_conflicts_about_what_no_line_shows_are_told_apart():
    other = facts.other_conflicts(
        record(conflicts=[{"field": "urls.home", "value": "https://a", "source": "tfds"}])
    )

    assert len(other) == 1
    assert other[0].startswith("urls, home: ")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("gsd_m", {"min": 1, "max": 2}, "1–2\u00a0m"),
        ("modalities", ["sar", "rgb"], "SAR, RGB"),
        ("year", 2020, "2020"),
        ("volume_gb", 0.5, "500\u00a0MB"),
        ("temporal_extent", {"start": "2016", "end": "2017"}, "start 2016, end 2017"),
        ("licence", "MIT", "MIT"),
    ],
)
def test_values_of_any_field_are_written_as_on_the_page(field, value, expected):
    assert facts.in_words(field, value) == expected


@pytest.mark.parametrize(
    ("extent", "expected"),
    [
        ({"start": "2016", "end": "2016"}, "2016"),
        ({"start": "2016-08", "end": "2019-09-17"}, "Aug 2016 to 17 Sep 2019"),
        ({"start": "2016"}, "from 2016"),
        ({"end": "2016"}, "until 2016"),
    ],
)
def test_times_of_acquisition_keep_their_precision(extent, expected):
    assert words(fact("Acquired", temporal_extent=extent)) == [expected]


def test_every_record_of_the_catalogue_can_be_drawn(seeded_session):
    from_all = 0
    for one in _records(seeded_session):
        from_all += sum(len(group) for _, group in facts.groups(one)) + len(facts.other_conflicts(one))

    assert from_all > 10_000


def _records(session):
    for document in session.scalars(select(Dataset.record)):
        yield DatasetRecord.model_validate(document)


def test_what_only_some_records_say_is_shown_in_words():
    made = record(
        splits=[
            {"name": "train", "role": "train", "count": 19_000},
            {"name": "secret", "role": "holdout", "labels_public": False},
        ],
        split_strategy="spatial-block",
        split_distance_m=5000,
        labelling={"methods": ["crowd"], "per_item": 3},
        label_date_gap="P6M",
        formats=["image/tiff; application=geotiff", "application/x-own"],
        known_issues=[{"text": "Empty masks", "severity": "minor", "fixed_in": "2.0"}],
        relations=[{"kind": "subset-of", "slug": "bigearthnet"}],
        creators=[{"name": f"Person {n}"} for n in range(12)],
        quality=[{"measure": "overall accuracy", "value": 92.5, "unit": "%"}],
    )

    shown = {
        fact.label: [piece.text for piece in fact.pieces] for _, group in facts.groups(made) for fact in group
    }

    assert shown["Splits"] == [
        "train 19\u202f000",
        "secret (Held out), labels not public",
        "Blocks on the ground",
        "at least 5\u00a0km apart",
    ]
    assert shown["How labels were made"] == ["By many volunteers or paid workers", "3 per sample"]
    assert shown["Time between image and label"] == ["6 months"]
    assert shown["File format"] == ["GeoTIFF", "application/x-own"]
    assert shown["Known issues"] == ["Empty masks (Minor), mended in 2.0"]
    assert shown["Relations to other datasets"] == ["Is a part of bigearthnet"]
    assert shown["Creators"][-1] == "2 more"
    assert shown["Quality measures"] == ["overall accuracy 92.5\u00a0%"]


def test_what_only_some_records_say_is_no_gap_of_the_others():
    labels = {fact.label for _, group in facts.groups(record()) for fact in group}

    assert labels.isdisjoint({"Splits", "Known issues", "Creators", "Access", "Bias"})
