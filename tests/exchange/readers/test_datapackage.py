"""Data packages of the Frictionless standard."""

import orjson
import pytest

from app.base.errors import Invalid
from app.exchange.formats.readers import datapackage

PACKAGE = {
    "name": "city-tiles",
    "title": "City tiles",
    "description": "Tiles.",
    "homepage": "https://example.org/",
    "id": "https://doi.org/10.1234/pack",
    "created": "2021-02-03T00:00:00Z",
    "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
    "keywords": ["building", "change detection"],
    "contributors": [{"title": "Ann Lee"}],
    "resources": [
        {"name": "a", "path": "https://example.org/a.csv", "bytes": 1_500_000_000, "schema": {"fields": []}},
        {"name": "b", "path": "b.csv", "bytes": 500_000_000},
    ],
}


def test_a_package_is_read():
    facts = dict(datapackage.read(orjson.dumps(PACKAGE)).facts)

    assert facts == {
        "slug": "city-tiles",
        "name": "City tiles",
        "description": "Tiles.",
        "urls.home": "https://example.org/",
        "data_doi": "10.1234/pack",
        "year": 2021,
        "licence.spdx": "CC-BY-4.0",
        "tasks": ("change-detection",),
        "themes": facts["themes"],
        "volume_gb": 2.0,
        "urls.download": ("https://example.org/a.csv",),
    }


def test_paths_tables_and_people_are_named_as_left():
    left = [one.why for one in datapackage.read(orjson.dumps(PACKAGE)).left]

    assert any("b.csv" in why for why in left)
    assert any("table of “a”" in why for why in left)
    assert "A record has no field for it." in left


def test_sizes_make_no_volume_where_one_is_missing():
    package = {**PACKAGE, "resources": [*PACKAGE["resources"], {"path": "https://example.org/c.csv"}]}

    assert "volume_gb" not in datapackage.read(orjson.dumps(package)).facts


def test_json_without_resources_is_refused():
    with pytest.raises(Invalid, match="resources"):
        datapackage.read(b'{"name": "x"}')
