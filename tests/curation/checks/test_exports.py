"""The rules asked of exported documents hold for ours, and tell of each damage."""

import copy
from typing import Any

import pytest

from app.curation.checks.exports import CROISSANT_RULES, broken, collection, description, invalid
from tests.curation.checks.test_registry import subject


def put(document: dict[str, Any], way: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    *before, last = way.split("/")
    place = changed
    for step in before:
        place = place[step]
    place[last] = value
    return changed


@pytest.mark.parametrize(
    ("way", "value", "path"),
    [
        ("id", "", ""),
        ("extent/spatial/bbox", [[1, 50, 2, 40]], "spatial.bbox"),
        ("extent/spatial/bbox", [[1, 2, 3]], "spatial.bbox"),
        ("extent/spatial/bbox", [[1, 2, float("nan"), 4]], "spatial.bbox"),
        ("extent/temporal/interval", [["2019", None]], "temporal_extent"),
        ("extent/temporal/interval", [["2020-01-01T00:00:00Z", "2019-01-01T00:00:00Z"]], "temporal_extent"),
        ("license", "CC BY 4.0", "licence.spdx"),
        ("sci:doi", "https://doi.org/10.5281/x", "data_doi"),
        ("sci:publications", [{"doi": "none"}], "publication.doi"),
        ("links", [{"rel": "self"}], "urls.home"),
        ("assets", {"data": {"href": ""}}, "urls.download"),
        ("keywords", [""], "name"),
        ("keywords", [7], "name"),
        ("providers", [{"url": "https://fields.example.org"}], "creators"),
        ("assets", {"data": {"href": "https://fields.example.org/a.zip", "roles": "data"}}, "urls.download"),
        ("stac_version", "0.9", ""),
        ("title", 7, "title"),
    ],
)
def test_a_damaged_collection_is_told_at_the_fact_to_mend(way, value, path):
    damaged = put(collection(subject()), way, value)

    assert list(invalid(damaged)) == [path]


@pytest.mark.parametrize(
    ("way", "value", "path"),
    [
        ("name", "", "name"),
        ("description", "", "description"),
        ("license", [], "licence.text"),
        ("url", "fields", "urls.home"),
        ("datePublished", "soon", "year"),
        ("geocr:bandConfiguration", {"geocr:totalBands": 0}, "bands"),
    ],
)
def test_a_damaged_description_is_told_at_the_fact_to_mend(way, value, path):
    damaged = put(description(subject()), way, value)

    assert [where for where, _part in broken(damaged, CROISSANT_RULES)] == [path]


def test_our_own_documents_keep_the_rules():
    assert not invalid(collection(subject()))
    assert not list(broken(description(subject()), CROISSANT_RULES))
