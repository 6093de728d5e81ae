"""Croissant of other publishers."""

import orjson
import pytest

from app.base.errors import Invalid
from app.exchange.formats.readers import croissant

FOREIGN = {
    "@context": {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"},
    "@type": "sc:Dataset",
    "conformsTo": "http://mlcommons.org/croissant/1.0",
    "name": "tiles",
    "description": "Tiles of cities.",
    "license": "https://spdx.org/licenses/BSD-3-Clause.html",
    "url": "https://huggingface.co/datasets/someone/tiles",
    "citeAs": "@article{k, title={Cities}, author={Lee, Ann}, year={2020}, doi={10.1000/x}}",
    "version": "1.2.0",
    "distribution": [
        {
            "@type": "cr:FileObject",
            "@id": "repo",
            "name": "repo",
            "contentUrl": "https://example.org/tiles.zip",
            "encodingFormat": "application/zip",
            "sha256": "0" * 64,
        },
        {
            "@type": "cr:FileSet",
            "@id": "images",
            "name": "images",
            "containedIn": {"@id": "repo"},
            "includes": "*.tif",
        },
    ],
    "recordSet": [
        {
            "@type": "cr:RecordSet",
            "@id": "splits",
            "dataType": "cr:Split",
            "data": [{"splits/name": "train"}],
        },
        {
            "@type": "cr:RecordSet",
            "@id": "labels",
            "dataType": ["sc:Enumeration", "wd:Q1"],
            "data": [{"labels/id": 0, "labels/name": "road"}, {"labels/id": 255, "labels/name": "nothing"}],
        },
        {"@type": "cr:RecordSet", "@id": "default", "field": []},
    ],
    "geocr:spatialResolution": {"@type": "QuantitativeValue", "value": 30, "unitText": "cm"},
    "rai:dataBiases": "Only cities.",
}


def test_foreign_croissant_is_read():
    reading = croissant.read(orjson.dumps(FOREIGN))

    assert reading.format == "croissant"
    assert reading.facts["licence.spdx"] == "BSD-3-Clause"
    assert reading.facts["urls.download"] == ("https://example.org/tiles.zip",)
    assert reading.facts["classes"] == ("road", "nothing")
    assert reading.facts["publication.doi"] == "10.1000/x"
    assert reading.facts["publication.first_author"] == "Lee"
    assert reading.facts["gsd_m"].min == 0.3


def test_splits_and_values_of_classes_are_read():
    facts = croissant.read(orjson.dumps(FOREIGN)).facts

    assert [split.name for split in facts["splits"]] == ["train"]
    assert [(one.name, one.index) for one in facts["class_details"]] == [("road", 0), ("nothing", 255)]
    assert facts["bias_statement"] == "Only cities."


def test_structure_is_named_as_left():
    left = [one.why for one in croissant.read(orjson.dumps(FOREIGN)).left]

    assert any("structure of “default”" in why for why in left)
    assert any("part of another file" in why for why in left)


@pytest.mark.parametrize(
    ("resolution", "metres"), [("10 m", 10), ("10m", 10), (20, 20), ({"value": "0.5", "unitText": "m"}, 0.5)]
)
def test_resolutions_are_read_in_metres(resolution, metres):
    reading = croissant.read(orjson.dumps({**FOREIGN, "geocr:spatialResolution": resolution}))

    assert reading.facts["gsd_m"].min == metres


def test_a_resolution_in_degrees_is_left():
    reading = croissant.read(orjson.dumps({**FOREIGN, "geocr:spatialResolution": "0.1 degrees"}))

    assert "gsd_m" not in reading.facts
    assert any(one.where == "geocr:spatialResolution" for one in reading.left)


def test_schema_org_that_does_not_conform_is_refused():
    with pytest.raises(Invalid, match="conformsTo"):
        croissant.read(b'{"@type": "Dataset", "name": "x"}')
