"""DataCite: the JSON schema of the registry on every record, XML that says the same, and the traps."""

import json
from importlib.resources import files
from xml.etree import ElementTree

import jsonschema
import pytest
from datacite import schema45

from app.exchange.formats import FORMATS, datacite, datacite_xml
from app.exchange.formats.readers import datacite as reader

KERNEL = "{http://datacite.org/schema/kernel-4}"
SCHEMA = json.loads((files("datacite") / "schemas" / "datacite-v4.5.json").read_text())
# The elements that the schema of the registry allows below `resource`; it takes them in any order.
ELEMENTS = {
    "identifier", "creators", "titles", "publisher", "publicationYear", "resourceType", "subjects",
    "contributors", "dates", "language", "alternateIdentifiers", "relatedIdentifiers", "sizes", "formats",
    "version", "rightsList", "descriptions", "geoLocations", "fundingReferences", "relatedItems",
}  # fmt: skip


def _faults(document):
    validator = jsonschema.Draft201909Validator(SCHEMA)
    return [error.message for error in validator.iter_errors(json.loads(json.dumps(document)))]


def test_schema_of_the_registry_accepts_every_record(records, site):
    for record in records:
        assert not _faults(datacite.document(record, site)), record.slug


def test_schema_accepts_hostile_values_and_a_record_that_knows_nothing(hostile, make_record, site):
    for record in (hostile, make_record()):
        assert not _faults(datacite.document(record, site))


def test_schema_refuses_what_it_should():
    assert _faults({"titles": []})


def test_unknown_creator_publisher_and_year_carry_the_words_of_the_schema(make_record, site):
    document = datacite.document(make_record(), site)

    assert document["creators"] == [{"name": ":unkn"}]
    assert document["publisher"] == {"name": ":unkn"}
    assert document["publicationYear"] == "0000"
    reading = reader.read(json.dumps(document).encode())
    assert not {"publisher", "year"} & set(reading.facts)


def test_doi_is_bare(by_slug, site):
    assert datacite.document(by_slug["eurosat"], site)["doi"] == "10.5281/zenodo.7711810"


def test_xml_of_a_peer_from_our_json_is_read_like_our_own(records, site):
    for record in records[::20]:
        peer = schema45.tostring(datacite.document(record, site)).encode()

        ours = reader.read(datacite_xml.write(record, site))

        assert reader.read(peer).facts == ours.facts, record.slug


def test_xml_has_known_elements_and_its_required_ones(records, site):
    for record in records[::20]:
        root = ElementTree.fromstring(FORMATS["datacite.xml"].write(record, site))
        names = [part.tag.removeprefix(KERNEL) for part in root]

        assert root.tag == f"{KERNEL}resource"
        assert len(names) == len(set(names))
        assert set(names) <= ELEMENTS
        assert {"identifier", "creators", "titles", "publisher", "publicationYear", "resourceType"} <= set(
            names
        )


def test_identifier_of_a_dataset_without_doi_is_its_page(make_record, site):
    root = ElementTree.fromstring(datacite_xml.write(make_record(), site))

    identifier = root.find(f"{KERNEL}identifier")

    assert (identifier.text, identifier.get("identifierType")) == (
        "https://eo.example.org/datasets/example",
        "URL",
    )


def test_signs_that_xml_forbids_are_left_out(make_record, site):
    root = ElementTree.fromstring(datacite_xml.write(make_record(name="bell\x07 and\x00 nothing"), site))

    assert root.findtext(f"{KERNEL}titles/{KERNEL}title") == "bell and nothing"


@pytest.mark.parametrize(
    ("extent", "text"),
    [
        ({"start": "2017", "end": "2017"}, "2017"),
        ({"start": "2017-06", "end": "2018"}, "2017-06/2018"),
        ({"start": "2015"}, "2015/"),
        ({"end": "2015"}, "/2015"),
    ],
)
def test_dates_of_acquisition_keep_their_precision(make_record, site, extent, text):
    dates = datacite.document(make_record(temporal_extent=extent), site)["dates"]

    assert {"date": text, "dateType": "Collected"} in dates


def test_box_across_the_antimeridian_is_two(make_record, site):
    locations = datacite.document(make_record(spatial={"bbox": [170, -20, -170, -10]}), site)["geoLocations"]

    boxes = [one["geoLocationBox"] for one in locations]
    assert [(box["westBoundLongitude"], box["eastBoundLongitude"]) for box in boxes] == [
        (170, 180),
        (-180, -170),
    ]


def test_unlocated_dataset_has_no_location(make_record, site):
    assert "geoLocations" not in datacite.document(make_record(), site)


def test_mixed_licences_are_an_entry_each_and_their_words_one_more(make_record, site):
    record = make_record(licence={"spdx": "CC-BY-4.0 AND CC-BY-NC-4.0", "text": "images and labels differ"})

    rights = datacite.document(record, site)["rightsList"]

    assert [one.get("rightsIdentifier") for one in rights] == ["CC-BY-4.0", "CC-BY-NC-4.0", None]
    assert rights[2] == {"rights": "images and labels differ"}
