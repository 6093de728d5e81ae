"""The difference of one fact, whatever its shape."""

import pytest

from app.catalogue.record import paths
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
