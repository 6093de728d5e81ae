"""A draft is read as far as it makes sense, and what does not is told in plain words at its fact."""

import pytest

from app.curation.checks import Unready, record_of
from app.curation.checks.reading import read
from tests.curation.checks.test_registry import GOOD

OPEN_RING = {"type": "Polygon", "coordinates": [[[5, 47], [15, 47], [15, 55], [5, 46]]]}
CROSSED = {"type": "Polygon", "coordinates": [[[5, 47], [15, 55], [15, 47], [5, 55], [5, 47]]]}


def messages(**changes):
    return [(one.path, one.message) for one in read({**GOOD, **changes}).findings]


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"name": ""}, "name", "under which people know"),
        ({"kind": None}, "kind", "Choose what it is"),
        ({"kind": "datset"}, "kind", "Choose one of ml-dataset"),
        ({"slug": "Spring Fields"}, "slug", "small letters"),
        ({"n_samples": "many"}, "n_samples", "no whole number"),
        ({"n_samples": -1}, "n_samples", "at least 0"),
        ({"volume_gb": 0}, "volume_gb", "more than 0"),
        ({"gsd_m": {"min": 30, "max": 10}}, "gsd_m", "Swap them"),
        ({"spatial": {"footprint": OPEN_RING}}, "spatial.footprint", "ring of the outline is not closed"),
        ({"spatial": {"footprint": CROSSED}}, "spatial.footprint", "crosses or touches itself"),
        ({"tasks": "semantic-segmentation"}, "tasks", "list is expected"),
        ({"licence": "MIT"}, "licence", "Several values with names"),
        ({"licence": {"spdx": 4}}, "licence.spdx", "text is expected"),
        ({"urls": {"home": "fields.example.org"}}, "urls.home", "https://"),
        ({"spatial": {"countries": ["France"]}}, "spatial.countries", "Entry 1: Use the three letters"),
        ({"splits": [{"name": "train", "counts": 7}]}, "splits", "Did you mean “count”?"),
        ({"n_sample": 7}, "", "Did you mean “n_samples”?"),
        ({"urls": {"hom": "https://fields.example.org"}}, "urls.hom", "Did you mean “home”?"),
        ({"temporal_extent": {"start": "spring"}}, "temporal_extent", "2019-06"),
        ({"temporal_extent": {"start": "2019-13"}}, "temporal_extent", "no date"),
        ({"published_on": "2019-02-30"}, "published_on", "no date"),
        ({"spatial": {"bbox": [1, 50, 2, 40]}}, "spatial.bbox", "west, south, east, north"),
        ({"licences": {"spdx": "MIT"}}, "", "Did you mean “licence”"),
        ({"title": "half \ud800 of a pair"}, "title", "cannot be kept"),
        ({"aliases": ["a\0b"]}, "aliases", "cannot be kept"),
        ({"title": "x" * 600}, "title", "At most 500"),
        ({"provenance": {"tasks": {"sources": "paper"}}}, "tasks", "list is expected"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_fact(change, path, words):
    found = messages(**change)

    assert [where for where, _ in found] == [path]
    assert words in found[0][1]


def test_everything_is_told_at_once_and_the_rest_is_read():
    found = read(
        {**GOOD, "n_samples": "many", "year": "soon", "urls": {"home": "x", "code": "https://a.org/b"}}
    )

    assert {one.path for one in found.findings} == {"n_samples", "year", "urls.home"}
    assert found.record.urls.code == "https://a.org/b"
    assert found.record.n_samples is None
    assert found.record.tasks == ("semantic-segmentation",)


@pytest.mark.parametrize("draft", [None, [], "EuroSAT", 3, {"provenance": 3}, {"spatial": []}, {"": {"": 1}}])
def test_any_value_can_be_given(draft):
    assert read(draft).findings


def test_a_draft_without_a_slug_is_looked_at_but_no_record_yet():
    draft = {name: value for name, value in GOOD.items() if name not in ("slug", "uuid")}

    assert read(draft).findings == ()
    with pytest.raises(Unready) as raised:
        record_of(draft)
    assert {one.path for one in raised.value.findings} == {"uuid", "slug"}


def test_a_good_draft_is_its_record():
    assert record_of(GOOD).model_dump(mode="json")["classes"] == GOOD["classes"]


def test_unready_says_how_much_there_is_to_mend():
    with pytest.raises(Unready, match="2 things"):
        record_of({**GOOD, "year": "soon", "n_samples": "many"})
