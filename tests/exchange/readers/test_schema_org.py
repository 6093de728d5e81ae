"""schema.org of other catalogues: as JSON-LD, in pages, with and without prefixes."""

import orjson
import pytest

from app.base.errors import Invalid
from app.exchange.formats.readers import schema_org

FOREIGN = {
    "@context": "https://schema.org",
    "@type": ["Dataset", "CreativeWork"],
    "@id": "https://doi.org/10.5281/zenodo.77",
    "name": "Flood tiles",
    "alternateName": "FT",
    "description": "Radar images of floods.",
    "identifier": "https://doi.org/10.5281/zenodo.77",
    "sameAs": ["https://huggingface.co/datasets/someone/floods", "https://example.org/elsewhere"],
    "url": "https://example.org/floods",
    "keywords": "semantic segmentation, Sentinel-1, unheard-of",
    "license": {
        "@type": "CreativeWork",
        "name": "CC BY",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    },
    "datePublished": "2021-05-06",
    "temporalCoverage": "2019-01-01T10:00:00Z/..",
    "spatialCoverage": [
        {"@type": "Place", "name": "Kenya", "geo": {"@type": "GeoShape", "box": "-4 34 5 42"}},
        {"@type": "Place", "name": "Ghana"},
        {"@type": "Place", "name": "Atlantis"},
    ],
    "distribution": [
        {"@type": "DataDownload", "contentUrl": "https://example.org/a.zip", "contentSize": "5 GB"},
        {"@type": "DataDownload", "contentUrl": "a.zip"},
    ],
    "size": "5 GB",
    "creator": {"@type": "Person", "name": "Ann Lee"},
    "citation": "https://doi.org/10.1109/IGARSS.2021.1",
}


def _read(document):
    return schema_org.read(orjson.dumps(document))


def test_foreign_dataset_is_read():
    facts = dict(_read(FOREIGN).facts)
    places = facts.pop("spatial.places")
    (creator,) = facts.pop("creators")

    assert creator.name == "Ann Lee"
    assert facts == {
        "name": "Flood tiles",
        "aliases": ("FT",),
        "description": "Radar images of floods.",
        "year": 2021,
        "published_on": "2021-05-06",
        "data_doi": "10.5281/zenodo.77",
        "libraries.huggingface": ("someone/floods",),
        "urls.home": "https://example.org/floods",
        "urls.download": ("https://example.org/a.zip",),
        "licence.spdx": "CC-BY-4.0",
        "tasks": ("semantic-segmentation",),
        "sensors": ("Sentinel-1",),
        "temporal_extent": facts["temporal_extent"],
        "spatial.countries": ("GHA",),
        "volume_gb": 5.0,
        "publication.doi": "10.1109/IGARSS.2021.1",
    }
    assert (facts["temporal_extent"].start, facts["temporal_extent"].end) == ("2019-01-01", None)
    assert [(one.name, one.bbox, one.precision) for one in places] == [
        ("Kenya", (34, -4, 42, 5), "footprint")
    ]


def test_what_a_record_cannot_hold_is_named():
    left = {(one.where, one.why) for one in _read(FOREIGN).left}

    assert ("keywords", "The word “unheard-of” is in no vocabulary of this catalogue.") in left
    assert any(where == "spatialCoverage" and "Atlantis" in why for where, why in left)
    assert any(where == "distribution" and "a.zip" in why for where, why in left)
    assert any(where == "sameAs" and "elsewhere" in why for where, why in left)


@pytest.mark.parametrize("prefix", ["schema:", "https://schema.org/", "http://schema.org/", "sc:"])
def test_names_may_carry_the_prefix_of_the_vocabulary(prefix):
    document = {"@type": f"{prefix}Dataset", f"{prefix}name": {"@value": "Tiles", "@language": "en"}}

    assert _read(document).facts["name"] == "Tiles"


def test_a_dataset_in_a_graph_takes_the_nodes_it_refers_to():
    document = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebPage", "name": "page"},
            {"@type": "Dataset", "name": "Tiles", "publisher": {"@id": "#us"}},
            {"@type": "Organization", "@id": "#us", "name": "ESA"},
        ],
    }

    assert _read(document).facts["publisher"] == "ESA"


def test_a_page_is_searched_for_its_dataset():
    page = b"""<!doctype html><html><head><title>x</title>
    <script>var a = "<script type='application/ld+json'>";</script>
    <script type="application/ld+json">{ broken</script>
    <script type="application/ld+json; charset=utf-8">{"@type": "Dataset", "name": "In &amp; a page"}</script>
    </head></html>"""

    assert schema_org.read(page).facts["name"] == "In &amp; a page"


def test_a_document_without_dataset_is_refused():
    with pytest.raises(Invalid, match="There is no schema"):
        _read({"@type": "Recipe", "name": "Soup"})


def test_a_context_elsewhere_is_never_fetched():
    # Tests refuse every connection, so a fetch would fail here.
    assert _read({"@context": "https://evil.example.org/c.jsonld", "@type": "Dataset", "name": "x"}).facts


def test_a_value_that_breaks_a_rule_is_left_and_named():
    reading = _read(
        {"@type": "Dataset", "name": "x" * 300, "url": "javascript:alert(1)", "datePublished": "12"}
    )

    assert not {"name", "urls.home", "year"} & set(reading.facts)
    assert {one.where for one in reading.left} == {"name", "url"}
