"""Croissant: the reference validator on every record, and each trap of the mapping."""

import json

import mlcroissant
import pytest

from app.exchange.formats import FORMATS, croissant

# rdflib calls a class of its own that it has marked as deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def _validated(document):
    """What the reference implementation reads; it raises on an error, and the issues hold the rest."""
    return mlcroissant.Dataset(jsonld=json.loads(json.dumps(document))).metadata


def test_reference_validator_accepts_every_record(records, site, caplog):
    for record in records:
        metadata = _validated(croissant.document(record, site))

        assert metadata.name == record.name
        assert metadata.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.1"
        assert not metadata.ctx.issues.errors
    assert "not standard" not in caplog.text


def test_reference_validator_accepts_hostile_values(hostile, site):
    assert _validated(croissant.document(hostile, site)).name == hostile.name


def test_reference_validator_accepts_a_record_that_knows_nothing(make_record, site):
    assert _validated(croissant.document(make_record(), site)).name == "Example"


def test_terms_of_the_context_mean_what_the_reference_implementation_means_by_them():
    official = mlcroissant.Metadata(name="Example").to_json()["@context"]

    assert len(official) > 30
    assert official.items() <= croissant.JSONLD_CONTEXT.items()


def test_every_record_has_what_the_specification_requires(records, site):
    for record in records:
        document = json.loads(croissant.write(record, site))

        assert document["conformsTo"] == [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/geo/1.0",
        ]
        assert document["name"] and document["description"] and document["url"] and document["license"]
        assert ("creator" in document) == (record.publication.first_author is not None)
        assert ("datePublished" in document) == (record.year is not None)


def test_without_checksums_there_is_no_distribution_and_the_description_says_so(records, site):
    for record in records:
        document = croissant.document(record, site)

        assert "distribution" not in document
        assert "no checksum" in document["description"]


def test_missing_creator_and_year_are_named(make_record, site):
    description = croissant.document(make_record(), site)["description"]

    assert description.endswith("Not recorded: creators, date of publication.")


def test_unknown_licence_is_not_stated(make_record, site):
    assert croissant.document(make_record(), site)["license"] == [
        {"@type": "CreativeWork", "name": "not stated"}
    ]


def test_wavelengths_are_nanometres(make_record, site):
    record = make_record(sensors=["Sentinel-2"], modalities=["multispectral"], bands=["B4"], n_bands=1)

    band = croissant.document(record, site)["geocr:spectralBandMetadata"][0]

    assert band["geocr:centerWavelength"]["unitText"] == "nm"
    assert 640 < band["geocr:centerWavelength"]["value"] < 690


def test_one_resolution_is_a_property_and_several_are_a_record_set(make_record, site):
    one = croissant.document(make_record(gsd_m={"min": 10, "max": 10}), site)
    several = croissant.document(make_record(gsd_m={"min": 0.3, "max": 10}), site)

    assert one["geocr:spatialResolution"] == {"@type": "QuantitativeValue", "value": 10.0, "unitText": "m"}
    assert "recordSet" not in one
    assert "geocr:spatialResolution" not in several
    assert several["recordSet"][0]["data"] == [{"resolutions/metres": 0.3}, {"resolutions/metres": 10.0}]


def test_class_names_are_an_enumeration_that_the_reference_implementation_reads(by_slug, site):
    dataset = mlcroissant.Dataset(jsonld=croissant.document(by_slug["sen1floods11"], site))

    assert [row["classes/name"] for row in dataset.records("classes")] == ["not water", "water"]


def test_band_names_are_left_out_where_their_number_differs(make_record, site):
    record = make_record(bands=["R", "G"], n_bands=4)

    configuration = croissant.document(record, site)["geocr:bandConfiguration"]

    assert configuration == {"@type": "geocr:BandConfiguration", "geocr:totalBands": 4}


def test_box_is_south_west_north_east_here_too(by_slug, site):
    places = croissant.document(by_slug["sen1floods11"], site)["spatialCoverage"]

    bolivia = next(place for place in places if place["name"] == "Bolivia")
    assert bolivia["geo"]["box"] == "-15.959 -65.636 -11.391 -64.362"


def test_media_type_names_the_profile():
    assert FORMATS["croissant.json"].media_type == (
        'application/ld+json; profile="http://mlcommons.org/croissant/1.1"'
    )
