"""The difference of one fact, whatever its shape."""

from typing import get_args

import pytest
from pydantic import BaseModel

from app.base.language import speaking
from app.catalogue.parts import Place
from app.catalogue.record import DatasetRecord, paths
from app.curation import diff, labels


def text(runs):
    return "".join(run.text for run in runs)


def test_codes_of_a_vocabulary_are_read_as_their_labels():
    found = diff.line("tasks", ["scene-classification"], ["scene-classification", "semantic-segmentation"])

    assert found.shape == "list"
    assert found.members.kept == ("Scene classification",)
    assert found.members.added == ("Semantic segmentation",)


def test_a_table_shows_the_rows_that_differ_and_counts_the_rest():
    before = [{"name": "water", "index": 1}, {"name": "land", "index": 2}]
    after = [{"name": "water", "index": 1}, {"name": "land", "index": 3}, {"name": "cloud"}]

    found = diff.line("class_details", before, after).grid

    assert found.columns == ("name", "index")
    assert found.same == 1
    assert [(len(row.before), len(row.after)) for row in found.rows] == [(2, 2), (0, 2)]
    assert found.rows[0].after[1][0].kind == "ins"


def test_the_columns_of_a_table_are_named_in_the_language_of_the_reader():
    grid = diff.line("spatial.places", [{"name": "Bonn"}], [{"name": "Bonn", "country": "DEU"}]).grid

    with speaking("de"):
        assert grid.heads == ("Name", "Land")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("temporal_extent", {"start": "2016-12", "end": "2017-11"}, "Dec 2016 – Nov 2017"),
        ("temporal_extent", {"start": "2016", "end": None}, "2016 – open"),
        ("gsd_m", {"min": 10, "max": 60}, "10–60\u00a0m"),
        ("splits", [{"name": "train", "count": 5}, {"name": "test"}], "Name: train, Count: 5; Name: test"),
    ],
)
def test_values_with_names_are_read_with_their_names(path, value, said):
    assert diff.in_words(path, value) == said


def parts_of(annotation):
    """The names of the values that a fact is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return set(annotation.model_fields)
    return {part for inner in get_args(annotation) for part in parts_of(inner)}


def test_every_part_of_a_fact_has_a_name():
    tables = [field.annotation for name, field in DatasetRecord.model_fields.items() if name in paths()]

    found = {part for one in (*tables, Place) for part in parts_of(one)}

    assert {"affiliation", "mirror_of", "lat"} <= found
    assert found <= set(labels.PARTS)


def test_a_box_is_read_by_its_sides():
    found = diff.line("spatial.bbox", None, [-3, 1, 2, 4.5])

    assert text(found.after) == "west −3.00, south 1.00, east 2.00, north 4.50"
    assert found.before == ()


def test_an_outline_is_read_by_its_corners():
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]

    assert (
        diff.in_words("spatial.footprint", {"type": "Polygon", "coordinates": [ring]})
        == "1 outline, 4 corners"
    )
    assert (
        diff.in_words("spatial.footprint", {"type": "MultiPolygon", "coordinates": [[ring], [ring]]})
        == "2 outlines, 8 corners"
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("gsd_m", {"min": "ten"}),
        ("gsd_m", "about 10 m"),
        ("spatial.bbox", [1, 2]),
        ("spatial.footprint", {"type": "Polygon", "coordinates": "none"}),
        ("image_size_px", {"min": 3}),
        ("year", ["2019"]),
        ("volume_gb", "large"),
        ("classes", [1, {"a": [None]}]),
        ("spatial.places", {"not": "a list"}),
    ],
)
def test_a_draft_that_is_wrong_can_still_be_compared(path, value):
    found = diff.line(path, None, value)

    assert found.label


def test_the_source_of_a_value_is_named_and_linked_only_to_the_web():
    record = {
        "provenance": {"n_samples": {"sources": ["paper", "torchgeo"], "note": "table 2"}},
        "sources": [
            {"key": "paper", "ref": "https://example.org/paper"},
            {"key": "torchgeo", "ref": "javascript:alert(1)"},
        ],
    }

    found = diff.line("n_samples", None, 5, record)

    assert [origin.href for origin in found.origins] == ["https://example.org/paper", None]
    assert found.note == "table 2"


def test_every_fact_of_a_record_has_a_label():
    assert [path for path in paths() if path not in labels.FACTS] == []


def test_the_source_of_a_fact_is_told_in_words():
    source = {"sources": ["asserted"], "how": "inferred", "checked_on": "2026-11-21", "note": "table 2"}

    line = diff.line("provenance.year", None, source)

    assert line.label == "Source of: Year"
    assert text(line.after) == "The curators of this catalogue; inferred; checked on 2026-11-21; table 2"
