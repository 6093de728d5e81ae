"""schema.org JSON-LD: read as RDF for every record, and each trap of the mapping."""

import json
import re

import pytest
import rdflib

from app.exchange.formats import schema_org

# rdflib calls a class of its own that it has marked as deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

SDO = rdflib.Namespace("https://schema.org/")
BOX = re.compile(r"-?[\d.]+( -?[\d.]+){3}")


def _graph(document):
    """Parse with an inline context, as the remote one of schema.org needs a network."""
    assert document["@context"] == "https://schema.org/"
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(document | {"@context": {"@vocab": str(SDO)}}), format="json-ld")
    return graph


def test_every_record_is_a_dataset_with_what_search_engines_ask_for(records, site):
    for record in records:
        graph = _graph(json.loads(schema_org.write(record, site)))
        page = rdflib.URIRef(site.page(record.slug))

        assert (page, rdflib.RDF.type, SDO.Dataset) in graph
        assert str(graph.value(page, SDO.name)) == record.name
        assert 50 <= len(graph.value(page, SDO.description)) <= 5000, record.slug
        assert (page, SDO.sdLicense, None) in graph
        assert (page, SDO.includedInDataCatalog, None) in graph


def test_no_property_of_any_record_is_null_or_empty(records, site):
    def values(node):
        if isinstance(node, dict):
            yield from (part for value in node.values() for part in values(value))
        elif isinstance(node, list):
            assert node
            yield from (part for value in node for part in values(value))
        else:
            yield node

    for record in records:
        assert all(value not in (None, "") for value in values(schema_org.document(record, site)))


def test_box_is_south_west_north_east(make_record, site):
    record = make_record(
        spatial={
            "places": [
                {"name": "Kenya", "lon": 37, "lat": 0.5, "precision": "footprint", "bbox": [34, -4, 42, 5]}
            ]
        }
    )

    places = schema_org.document(record, site)["spatialCoverage"]

    assert places[0]["geo"] == {"@type": "GeoShape", "box": "-4 34 5 42"}


def test_every_box_has_latitudes_where_they_belong(records, site):
    seen = 0
    for record in records:
        for place in schema_org.document(record, site).get("spatialCoverage", ()):
            geo = place.get("geo", {})
            for shape in geo if isinstance(geo, list) else [geo]:
                if "box" in shape:
                    assert BOX.fullmatch(shape["box"])
                    south, west, north, east = map(float, shape["box"].split())
                    assert -90 <= south < north <= 90
                    assert -180 <= west < east <= 180
                    seen += 1
    assert seen > 12


def test_unlocated_dataset_has_no_spatial_coverage(make_record, site):
    assert "spatialCoverage" not in schema_org.document(make_record(), site)
    synthetic = make_record(spatial={"extent": "synthetic"})
    assert "spatialCoverage" not in schema_org.document(synthetic, site)


def test_code_of_a_country_is_not_the_identifier_of_a_place_in_it(make_record, site):
    record = make_record(
        spatial={
            "places": [{"name": "Paris", "country": "FRA", "lon": 2.35, "lat": 48.86, "precision": "city"}]
        }
    )

    assert schema_org.document(record, site)["spatialCoverage"] == [
        {
            "@type": "Place",
            "name": "Paris",
            "containedInPlace": {"@type": "Country", "identifier": "FRA"},
            "geo": {"@type": "GeoCoordinates", "latitude": 48.86, "longitude": 2.35},
        }
    ]


def test_country_that_stands_in_is_named_and_not_drawn(by_slug, site):
    places = schema_org.document(by_slug["10-000-crop-field-boundaries-across-india"], site)[
        "spatialCoverage"
    ]

    assert places == [{"@type": "Place", "name": "India", "identifier": "IND"}]


def test_global_dataset_covers_the_earth(make_record, site):
    places = schema_org.document(make_record(spatial={"extent": "global"}), site)["spatialCoverage"]

    assert places == [
        {"@type": "Place", "name": "Global", "geo": {"@type": "GeoShape", "box": "-90 -180 90 180"}}
    ]


@pytest.mark.parametrize(
    ("extent", "interval"),
    [
        ({"start": "2017", "end": "2017"}, "2017"),
        ({"start": "2017-06", "end": "2018"}, "2017-06/2018"),
        ({"start": "2015"}, "2015/.."),
        ({"end": "2015"}, "../2015"),
    ],
)
def test_dates_keep_their_precision(make_record, site, extent, interval):
    document = schema_org.document(make_record(year=2019, temporal_extent=extent), site)

    assert document["temporalCoverage"] == interval
    assert document["datePublished"] == "2019"


def test_description_is_plain_text(make_record, site):
    record = make_record(
        description="**Tiles** of [Paris](https://example.org), cut from images of the whole year 2020"
    )

    assert (
        schema_org.document(record, site)["description"]
        == "Tiles of Paris, cut from images of the whole year 2020"
    )


def test_unknown_is_absent_and_zero_is_kept(make_record, site):
    unknown = schema_org.document(make_record(), site)
    zero = schema_org.document(make_record(n_instances=0), site)

    assert "additionalProperty" not in unknown
    assert [part["value"] for part in zero["additionalProperty"]] == [0]


def test_doi_of_the_data_identifies_it_and_the_paper_is_cited(by_slug, site):
    document = schema_org.document(by_slug["eurosat"], site)

    assert document["sameAs"][0] == "https://doi.org/10.5281/zenodo.7711810"
    assert document["identifier"][0]["value"] == "doi:10.5281/zenodo.7711810"
    assert document["citation"]["identifier"] == "https://doi.org/10.1109/JSTARS.2019.2918242"
    assert document["creditText"].startswith("Helber et al. (2019). EuroSAT")


def test_several_copies_in_one_hub_are_not_the_dataset_itself(make_record, site):
    record = make_record(libraries={"huggingface": ["a/one", "a/two"]})

    assert "sameAs" not in schema_org.document(record, site)


def test_only_a_file_is_a_content_url(make_record, site):
    addresses = ["https://example.org/a.zip?download=1", "s3://bucket/a", "https://zenodo.org/records/1"]
    record = make_record(urls={"home": "https://example.org", "download": addresses})

    found = schema_org.document(record, site)["distribution"]

    assert found == [
        {"@type": "DataDownload", "contentUrl": addresses[0], "encodingFormat": "application/zip"},
        {"@type": "DataDownload", "contentUrl": addresses[1]},
        {"@type": "DataDownload", "url": addresses[2]},
    ]
    assert "distribution" not in schema_org.document(make_record(urls={"home": addresses[2]}), site)


def test_bands_are_variables_measured(by_slug, site):
    variables = schema_org.document(by_slug["sen1floods11"], site)["variableMeasured"]

    names = [variable["name"] for variable in variables]
    assert {"B4", "VV"} <= set(names)


def test_parents_are_pages_of_this_catalogue(make_record, site):
    record = make_record(derived_from=["eurosat"])

    assert schema_org.document(record, site)["isBasedOn"] == ["https://eo.example.org/datasets/eurosat"]


def test_hostile_values_cannot_end_the_script_element(hostile, site):
    document = schema_org.document(hostile, site)

    text = schema_org.script_safe(document)

    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == document
