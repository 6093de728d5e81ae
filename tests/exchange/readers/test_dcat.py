"""DCAT of other portals, as Turtle and as JSON-LD with and without a context of its own."""

import orjson
import pytest

from app.base.errors import Invalid, TooLarge
from app.exchange.formats.readers import dcat, graph

TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix locn: <http://www.w3.org/ns/locn#> .
@prefix gsp: <http://www.opengis.net/ont/geosparql#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://portal.example.org/1> a dcat:Dataset ;
  dct:title "Luftbilder"@de , "Aerial images"@en ;
  dct:description "Images."@en ;
  dct:issued "2019-05-01"^^xsd:date ;
  dct:identifier "https://doi.org/10.1234/abc" ;
  dcat:keyword "object detection"@en , "unheard-of"@en ;
  dct:license <https://spdx.org/licenses/MIT> ;
  dct:publisher [ a foaf:Agent ; foaf:name "City" ] ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2018-01-01T00:00:00Z"^^xsd:dateTime ] ;
  dct:spatial [ a dct:Location ; dcat:bbox "%s"^^gsp:wktLiteral ] ,
              <http://publications.europa.eu/resource/authority/country/DEU> ;
  dcat:spatialResolutionInMeters "0.2"^^xsd:decimal ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://example.org/page> ;
                      dcat:downloadURL <https://example.org/a.zip> ; dcat:byteSize 2500000000 ] .
"""
BOX = "POLYGON((5 47, 15 47, 15 55, 5 55, 5 47))"


def test_foreign_turtle_is_read_in_english():
    reading = dcat.read((TURTLE % BOX).encode())
    facts = reading.facts

    assert facts["name"] == "Aerial images"
    assert facts["year"] == 2019
    assert facts["data_doi"] == "10.1234/abc"
    assert facts["tasks"] == ("object-detection",)
    assert facts["licence.spdx"] == "MIT"
    assert facts["publisher"] == "City"
    assert facts["temporal_extent"].start == "2018-01-01"
    assert facts["spatial.bbox"] == (5, 47, 15, 55)
    assert facts["spatial.countries"] == ("DEU",)
    assert facts["gsd_m"].min == 0.2
    assert facts["urls.download"] == ("https://example.org/a.zip",)
    assert facts["volume_gb"] == 2.5
    left = {(one.where, one.why) for one in reading.left}
    assert any(where == "dct:accessRights" and "no word of this catalogue" in why for where, why in left)
    assert ("dcat:keyword", "The word “unheard-of” is in no vocabulary of this catalogue.") in left


@pytest.mark.parametrize(
    "text",
    [
        f"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> {BOX}",
        "<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON((47 5, 47 15, 55 15, 55 5, 47 5))",
    ],
)
def test_the_order_of_axes_follows_the_reference_system(text):
    assert dcat.read((TURTLE % text).encode()).facts["spatial.bbox"] == (5, 47, 15, 55)


def test_jsonld_whose_context_is_elsewhere_is_read_by_common_names():
    document = {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@type": "dcat:Dataset",
        "title": "Tiles",
        "description": "d",
        "keyword": ["change detection"],
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "distribution": [{"@type": "dcat:Distribution", "downloadURL": "https://example.org/a.zip"}],
        "temporal": "2015/2016",
    }

    facts = dcat.read(orjson.dumps(document)).facts

    assert facts["name"] == "Tiles"
    assert facts["tasks"] == ("change-detection",)
    assert facts["licence.spdx"] == "CC-BY-4.0"
    assert facts["urls.download"] == ("https://example.org/a.zip",)
    assert (facts["temporal_extent"].start, facts["temporal_extent"].end) == ("2015", "2016")


def test_jsonld_with_a_context_of_its_own_is_read_by_it():
    document = {
        "@context": {"d": "http://www.w3.org/ns/dcat#", "Titel": {"@id": "http://purl.org/dc/terms/title"}},
        "@graph": [{"@id": "urn:x", "@type": "d:Dataset", "Titel": "Kacheln"}],
    }

    assert dcat.read(orjson.dumps(document)).facts["name"] == "Kacheln"


def test_a_graph_without_dataset_is_refused():
    with pytest.raises(Invalid, match="no dcat:Dataset"):
        dcat.read(b"<urn:a> <urn:b> <urn:c> .")


def test_words_that_are_no_turtle_are_refused():
    with pytest.raises(Invalid, match="neither"):
        dcat.read(b"Dear all,")


def test_long_turtle_is_too_large():
    with pytest.raises(TooLarge):
        dcat.read(b"#" * (graph.MOST_TURTLE_BYTES + 1))


@pytest.mark.parametrize(
    "shape", ["POLYGON((0 0, 1e400 0, 1 1, 0 0))", "POINT(nan 1)", "CIRCLE(1 2)", "POINT EMPTY"]
)
def test_what_is_no_geometry_is_left(shape):
    reading = dcat.read((TURTLE % shape).encode())

    assert "spatial.bbox" not in reading.facts
    assert any(one.where == "dct:spatial" for one in reading.left)


def test_relative_addresses_do_not_tell_where_the_service_runs():
    reading = dcat.read(
        b"@prefix dcat: <http://www.w3.org/ns/dcat#> . <> a dcat:Dataset ; dcat:landingPage <page> ."
    )

    assert reading.facts["urls.home"] == "https://document.invalid/page"


def test_a_strange_address_is_not_written_into_the_log(caplog):
    dcat.read(b"@prefix dcat: <http://www.w3.org/ns/dcat#> . <urn:a> a dcat:Dataset ; dcat:theme <urn:{x}> .")

    assert not caplog.records
